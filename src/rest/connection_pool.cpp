#include "rest/connection_pool.hpp"

#include "async/backoff.hpp"
#include "async/time_limit.hpp"
#include "rest/response_status.hpp"

#include <algorithm>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {
namespace {

constexpr const char* closed = "the object was closed";
constexpr const char* cancelled = "all calls were cancelled";

/// Idempotent calls do not check a connection that has just served another call, because the check
/// costs a system call. If the server has closed the connection, they are retried.
constexpr std::chrono::microseconds just_now{500};

/// Whether a server or proxy failed temporarily. It is unknown whether the call was executed.
bool failed_for_now(int status) noexcept { return status == 500 || status == 502 || status == 504; }

}  // namespace

std::optional<connection_pool::action> connection_pool::next_action() {
    if (next_action_ != actions_.size()) return std::move(actions_[next_action_++]);
    actions_.clear();
    next_action_ = 0;
    return std::nullopt;
}

connection_pool::time_point connection_pool::deadline() const noexcept {
    return times_.empty() ? time_point::max() : times_.begin()->first;
}

// ---- calls

connection_pool::call_id connection_pool::submit(bool idempotent, time_point now,
                                                 std::chrono::milliseconds timeout) {
    if (free_ids_.empty()) {
        free_ids_.push_back(calls_.size());
        calls_.emplace_back();
    }
    const call_id id = free_ids_.back();
    free_ids_.pop_back();
    calls_[id] = {};
    calls_[id].idempotent = idempotent;
    calls_[id].timeout = timeout.count() > 0 ? timeout : settings_.request_timeout;
    if (closed_) {
        complete_call(id, asio::error::operation_aborted, closed);
    } else {
        accept(id, now);
    }
    return id;
}

void connection_pool::accept(call_id id, time_point now) {
    call& it = calls_[id];
    it.deadline = now + it.timeout;
    it.queue_deadline =
        settings_.queue_timeout.count() > 0 ? now + settings_.queue_timeout : time_point::max();
    it.needs_fresh = false;
    // A non-idempotent call gets here again only if the server did not execute it.
    it.was_sent &= it.idempotent;
    it.renewed = false;
    it.at = stage::waiting;
    set_time(id, std::min(it.deadline, it.queue_deadline));
    waiting_.push_back(id);
    serve(now);
}

void connection_pool::cancel(call_id id, time_point now) {
    leave(id);
    calls_[id].at = stage::none;
    free_ids_.push_back(id);
    serve(now);
}

void connection_pool::abort_all(bool for_good, time_point now) {
    closed_ = closed_ || for_good;
    for (call_id id = 0; id < calls_.size(); ++id) {
        if (calls_[id].at == stage::none) continue;
        leave(id);
        complete_call(id, asio::error::operation_aborted, closed_ ? closed : cancelled);
    }
    while (closed_ && !idle_.empty())
        close_connection(idle_.front());
    serve(now);
}

/// Removes a call from everything that it waits for.
void connection_pool::leave(call_id id) {
    call& it = calls_[id];
    if (it.at == stage::waiting) waiting_.erase(std::ranges::find(waiting_, id));
    if (it.at == stage::sent || it.at == stage::expired) close_connection(it.on);
    clear_time(id);
}

// ---- assigning calls to connections

void connection_pool::serve(time_point now) {
    close_old_idle(now);
    while (!idle_.empty()) {
        const auto id = next_waiting(false);
        if (!id) break;
        const connection_id on = idle_.back();
        idle_.pop_back();
        assign(on, *id, true, now);
    }
    if (waiting_.empty() && count(state::busy) == 0) {
        for (connection_id on = 0; on < connections_.size() && count(state::connecting) != 0; ++on)
            if (connections_[on].is == state::connecting) close_connection(on);
    }
    while (count(state::connecting) < waiting_.size() &&
           connections_.size() - count(state::none) < settings_.max_connections)
        open();
}

void connection_pool::assign(connection_id on, call_id id, bool reused, time_point now) {
    call& it = calls_[id];
    waiting_.erase(std::ranges::find(waiting_, id));
    it.at = stage::sent;
    it.on = on;
    it.reused = reused;
    set_time(id, it.deadline);
    connections_[on].serves = id;
    set_state(on, state::busy);
    const bool may_skip_check = it.idempotent && now - connections_[on].idle_since <= just_now;
    actions_.emplace_back(send{on, id, reused && !may_skip_check});
}

/// Returns the call that has waited longest. A call that was lost on a reused connection is
/// returned only if the connection is `fresh`.
std::optional<connection_pool::call_id> connection_pool::next_waiting(bool fresh) const {
    for (const call_id id : waiting_) {
        if (fresh || !calls_[id].needs_fresh) return id;
    }
    return std::nullopt;
}

// ---- connections

void connection_pool::open() {
    const auto unused = std::ranges::find(connections_, state::none, &connection::is);
    const auto on = static_cast<connection_id>(unused - connections_.begin());
    if (unused == connections_.end()) {
        connections_.emplace_back();
        ++counts_[static_cast<std::size_t>(state::none)];
    }
    set_state(on, state::connecting);
    actions_.emplace_back(connect{on});
}

void connection_pool::connected(connection_id on, time_point now) {
    if (closed_) {
        set_state(on, state::none);
        actions_.emplace_back(close{on});
        return;
    }
    if (const auto id = next_waiting(true)) {
        assign(on, *id, false, now);
    } else {
        keep(on, now);
    }
    serve(now);
}

void connection_pool::connect_failed(connection_id on, const error_code& code, std::string detail,
                                     time_point now) {
    const bool unwanted = connections_[on].is == state::cancelled;
    set_state(on, state::none);
    // Each attempt serves one call: fail the one that has waited longest.
    if (!unwanted && !waiting_.empty()) finish(waiting_.front(), code, std::move(detail), now);
    serve(now);
}

void connection_pool::finished(connection_id on, exchange_result result, time_point now) {
    const call_id id = connections_[on].serves;
    call& it = calls_[id];
    it.was_sent |= result.request_begun;
    if (result.kept) {
        keep(on, now);
    } else {
        set_state(on, state::none);
    }
    const bool lost = result.code == errc::connection_lost;
    const bool harmless = it.idempotent || !result.request_begun;
    if (!result.code) {
        finish(id, {}, {}, now, result.status);
    } else if (it.at == stage::expired) {
        finish(id, errc::timeout, timeout_text(it), now);
    } else if (lost && it.reused && harmless && !result.response_begun) {
        // At the front: it has waited before.
        it.at = stage::waiting;
        it.needs_fresh = result.request_begun;
        it.perhaps_done |= result.request_begun;
        if (result.request_begun) it.queue_deadline = time_point::max();
        set_time(id, std::min(it.deadline, it.queue_deadline));
        waiting_.push_front(id);
    } else {
        if (lost) {
            result.detail +=
                result.response_begun ? " in the middle of the response" : " before a response";
            if (!harmless) result.code = errc::outcome_unknown;
        }
        finish(id, result.code, std::move(result.detail), now);
    }
    serve(now);
}

void connection_pool::keep(connection_id on, time_point now) {
    set_state(on, state::idle);
    connections_[on].idle_since = now;
    idle_.push_back(on);
}

/// Closes a connection, or cancels an attempt, which keeps its place until it completes.
void connection_pool::close_connection(connection_id on) {
    std::erase(idle_, on);
    set_state(on, connections_[on].is == state::connecting ? state::cancelled : state::none);
    actions_.emplace_back(close{on});
}

void connection_pool::close_old_idle(time_point now) {
    while (!idle_.empty() && connections_[idle_.front()].idle_since + settings_.idle_timeout <= now)
        close_connection(idle_.front());
}

void connection_pool::set_state(connection_id on, state to) {
    --counts_[static_cast<std::size_t>(connections_[on].is)];
    ++counts_[static_cast<std::size_t>(to)];
    connections_[on].is = to;
}

// ---- completing calls

void connection_pool::finish(call_id id, const error_code& code, std::string detail, time_point now,
                             int status) {
    call& it = calls_[id];
    if (it.at == stage::waiting) waiting_.erase(std::ranges::find(waiting_, id));
    const error_code failure = code ? code : code_of_status(status);
    const auto wait = retry_delay(it, failure, status);
    if (!wait) {
        clear_time(id);
        complete_call(id, code, std::move(detail));
        return;
    }
    it.perhaps_done |= failure == errc::connection_lost || failure == errc::server_error;
    it.at = stage::delayed;
    set_time(id, now + *wait);
    actions_.emplace_back(retry{id, failure, std::move(detail), *wait, ++it.attempts});
}

/// Returns how long to wait before a call is sent again. Nothing if the outcome is final.
std::optional<std::chrono::milliseconds> connection_pool::retry_delay(const call& of,
                                                                      const error_code& code,
                                                                      int status) const {
    // A server that responds with 503 has not executed the call.
    if (of.attempts >= settings_.retry.max_attempts() ||
        (code != condition::retryable && !(of.idempotent && failed_for_now(status))))
        return std::nullopt;
    return backoff(settings_.retry.base_delay(), settings_.retry.max_delay())
        .wait(of.attempts, settings_.random());
}

void connection_pool::complete_call(call_id id, const error_code& code, std::string detail) {
    calls_[id].at = stage::none;
    free_ids_.push_back(id);
    actions_.emplace_back(complete{id, code, std::move(detail), calls_[id].perhaps_done});
}

// ---- time

void connection_pool::set_time(call_id id, time_point time) {
    if (calls_[id].time == time) return;
    clear_time(id);
    calls_[id].time = time;
    times_.emplace(time, id);
}

void connection_pool::clear_time(call_id id) {
    if (calls_[id].time == time_point::max()) return;
    times_.erase({calls_[id].time, id});
    calls_[id].time = time_point::max();
}

void connection_pool::tick(time_point now) {
    while (!times_.empty() && times_.begin()->first <= now)
        expire(times_.begin()->second, now);
    serve(now);
}

void connection_pool::expire(call_id id, time_point now) {
    call& it = calls_[id];
    if (it.at == stage::delayed) {
        accept(id, now);
    } else if (it.at == stage::waiting && it.queue_deadline < it.deadline) {
        finish(id, errc::timeout, queue_timeout_text(it), now);
    } else if (was_missed(it.deadline, now) && !std::exchange(it.renewed, true)) {
        // It expired while the process was suspended: its response may already be there, or its
        // request may only now have been sent.
        it.deadline = now + it.timeout;
        set_time(id,
                 it.at == stage::waiting ? std::min(it.deadline, it.queue_deadline) : it.deadline);
    } else if (it.at == stage::waiting) {
        finish(id, errc::timeout, queue_timeout_text(it), now);
    } else {
        it.at = stage::expired;
        clear_time(id);
        actions_.emplace_back(abort{it.on});
    }
}

/// For a call that waited for a connection.
std::string connection_pool::queue_timeout_text(const call& of) const {
    const bool queued = of.queue_deadline < of.deadline;
    const auto limit = queued ? settings_.queue_timeout : of.timeout;
    const bool full = count(state::connecting) + count(state::cancelled) == 0;
    return std::string(of.was_sent ? "" : "the request was not sent: ") + "no connection was " +
           (full ? "free" : "established") + " within " + std::to_string(limit.count()) + " ms" +
           (full ? " (see client_options::max_connections)" : "");
}

/// For a call that was assigned to a connection.
std::string connection_pool::timeout_text(const call& of) const {
    const std::string limit = std::to_string(of.timeout.count()) + " ms";
    if (!of.was_sent)
        return "the request was not sent: the connection was not writable within " + limit;
    return "no response within " + limit +
           (of.idempotent ? "" : ": the server may have executed it");
}

}  // namespace jellyfish::detail
