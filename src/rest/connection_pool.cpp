#include "rest/connection_pool.hpp"

#include "async/log.hpp"
#include "async/time_limit.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::detail {
namespace {

call_outcome failed(const error_code& code, std::string detail = {}) {
    call_outcome outcome;
    outcome.code = code;
    outcome.info.detail = std::move(detail);
    return outcome;
}

}  // namespace

connection_pool::connection_pool(strand executor, pool_settings settings,
                                 std::unique_ptr<pool_io> io)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      io_(std::move(io)),
      registry_(shutdown_registry::of(executor_)) {}

std::shared_ptr<connection_pool> connection_pool::make(strand executor, pool_settings settings,
                                                       std::unique_ptr<pool_io> io) {
    std::shared_ptr<connection_pool> pool(
        new connection_pool(std::move(executor), std::move(settings), std::move(io)));
    pool->registry_->add(pool);
    return pool;
}

connection_pool::~connection_pool() {
    registry_->remove(this);
    close_connections();
}

// ---- from any thread

/// Runs a function on the strand. Posts if already on the strand, since the caller may be a user's
/// logger that the pool itself has called: the function must not run inside the pool's own code.
template <class Function>
void connection_pool::enter(Function function) {
    if (executor_.running_in_this_thread()) {
        asio::post(executor_, std::move(function));
    } else {
        asio::dispatch(executor_, std::move(function));
    }
}

void connection_pool::submit(pooled_call_ptr call) {
    enter([self = shared_from_this(), call = std::move(call)] { self->accept(call); });
}

void connection_pool::cancel(pooled_call_ptr call) {
    enter([self = shared_from_this(), call = std::move(call)] {
        if (call->stage_ == pooled_call::stage::outside) return;
        self->release(call);
        self->serve();
    });
}

void connection_pool::stop() {
    enter([self = shared_from_this()] {
        self->stopped_ = true;
        for (auto* const calls : {&self->calls_, &self->delayed_, &self->detached_}) {
            while (!calls->empty())
                self->finish(calls->front(), failed(asio::error::operation_aborted));
        }
        self->cancel_attempts();
        self->close_connections();
        self->schedule();
    });
}

void connection_pool::destroy_handlers() {
    stopped_ = true;
    attempts_.clear();  // Shut down with the context.
    close_connections();
    waiting_.clear();
    auto calls = std::move(calls_);
    calls_.clear();
    calls.splice(calls.end(), delayed_);
    calls.splice(calls.end(), detached_);
    // Last, since the handlers may own the pool.
    for (const pooled_call_ptr& call : calls)
        call->destroy_handlers();
}

// ---- assigning calls to connections

void connection_pool::accept(const pooled_call_ptr& call) {
    if (call->finished()) return;
    if (stopped_) {
        call->complete(failed(asio::error::operation_aborted));
        return;
    }
    const auto now = io_->now();
    call->deadline_ = now + settings_.request_timeout;
    call->queue_deadline_ =
        settings_.queue_timeout.count() > 0 ? now + settings_.queue_timeout : time_point::max();
    call->in_calls_ = calls_.insert(calls_.end(), call);
    call->repeated_ = false;
    // A non-idempotent call gets here again only if the server did not execute it.
    call->was_sent_ &= call->idempotent();
    call->renewed_ = false;
    pooled_connection* const connection = waiting_.empty() ? take_idle(now) : nullptr;
    if (connection != nullptr) {
        begin(*connection, call);
        call->on_kept_ = true;
        schedule();
    } else {
        call->in_waiting_ = waiting_.insert(waiting_.end(), call);
        call->stage_ = pooled_call::stage::waiting;
        serve();
    }
}

void connection_pool::delay(const pooled_call_ptr& call, std::chrono::milliseconds wait) {
    call->deadline_ = io_->now() + wait;
    call->stage_ = pooled_call::stage::delayed;
    const auto later = std::ranges::find_if(
        delayed_, [&](const auto& each) { return each->deadline_ > call->deadline_; });
    call->in_calls_ = delayed_.insert(later, call);
}

void connection_pool::accept_delayed() {
    const auto now = io_->now();
    while (!delayed_.empty() && delayed_.front()->deadline_ <= now) {
        const pooled_call_ptr call = delayed_.front();
        release(call);
        accept(call);
    }
}

void connection_pool::serve() {
    while (const pooled_call_ptr call = next_waiting(false)) {
        pooled_connection* const connection = take_idle(io_->now());
        if (connection == nullptr) break;
        assign(*connection, call);
        call->on_kept_ = true;
    }
    if (calls_.empty()) cancel_attempts();
    const auto coming = static_cast<std::size_t>(
        std::ranges::count_if(attempts_, [](const auto& each) { return !each->cancelled; }));
    for (std::size_t n = coming; n < waiting_.size(); ++n) {
        if (connections_.size() + attempts_.size() >= settings_.max_connections) break;
        open();
    }
    schedule();
}

void connection_pool::assign(pooled_connection& to, const pooled_call_ptr& call) {
    waiting_.erase(call->in_waiting_);
    begin(to, call);
}

void connection_pool::begin(pooled_connection& to, const pooled_call_ptr& call) {
    call->stage_ = pooled_call::stage::exchanging;
    call->connection_ = &to;
    call->on_kept_ = false;
    to.send(call);
}

/// Returns the connection used most recently, which the server will keep longest.
pooled_connection* connection_pool::take_idle(time_point now) {
    close_old_idle(now);
    for (auto it = idle_.rbegin(); it != idle_.rend(); ++it) {
        if (!(*it)->free()) continue;
        pooled_connection* const found = *it;
        idle_.erase(std::next(it).base());
        return found;
    }
    return nullptr;
}

/// Returns the call that has waited longest. A call that was lost on a reused connection is
/// returned only if the connection is `fresh`.
pooled_call_ptr connection_pool::next_waiting(bool fresh) const {
    for (const pooled_call_ptr& call : waiting_) {
        if (fresh || !call->repeated_) return call;
    }
    return nullptr;
}

// ---- connecting

void connection_pool::open() {
    auto made = std::make_shared<attempt>();
    attempts_.push_back(made);
    io_->connect(pool_io::connect_handler(asio::bind_executor(
        executor_,
        asio::bind_cancellation_slot(made->cancel.slot(), [self = shared_from_this(), made](
                                                              error_code code, diagnostics info,
                                                              std::unique_ptr<stream> connection) {
            self->on_connected(made, code, std::move(info), std::move(connection));
        }))));
}

void connection_pool::on_connected(const attempt_ptr& made, const error_code& code,
                                   diagnostics info, std::unique_ptr<stream> connection) {
    std::erase(attempts_, made);
    if (stopped_) return;
    if (!code) {
        log("connected");
        connection_owner& owner = *this;
        auto fresh = std::make_shared<pooled_connection>(executor_, std::move(connection), owner);
        connections_.push_back(fresh);
        fresh->start();
        if (const pooled_call_ptr call = next_waiting(true)) {
            assign(*fresh, call);
        } else {
            fresh->idle_since = io_->now();
            idle_.push_back(fresh.get());
        }
    } else if (!made->cancelled && !waiting_.empty()) {
        // Each attempt serves one call: fail the one that has waited longest.
        finish(waiting_.front(), {code, std::move(info), {}});
    }
    serve();
}

void connection_pool::cancel_attempts() {
    // Copied: emitting the signal may complete the attempt immediately.
    const auto attempts = attempts_;
    for (const attempt_ptr& each : attempts) {
        if (std::exchange(each->cancelled, true)) continue;
        each->cancel.emit(asio::cancellation_type::terminal);
    }
}

// ---- events of connections

void connection_pool::on_response(pooled_connection& from, const pooled_call_ptr& call,
                                  http::response response, bool kept) {
    call->connection_ = nullptr;
    call->was_sent_ = true;
    if (kept) {
        from.idle_since = io_->now();
        idle_.push_back(&from);
    } else {
        log("the server closes the connection");
        remove(from);
    }
    finish(call, {error_code(), {}, std::move(response)});
    serve();
}

void connection_pool::on_failure(pooled_connection& from, const pooled_call_ptr& call,
                                 exchange_failure failure) {
    call->connection_ = nullptr;
    call->was_sent_ |= failure.request_begun;
    remove(from);
    if (call->stage_ == pooled_call::stage::detached) {
        finish_expired(call);
        serve();
        return;
    }
    const bool lost = failure.code == errc::connection_lost;
    const bool harmless = call->idempotent() || !failure.request_begun;
    if (lost && call->on_kept_ && harmless && !failure.response_begun) {
        log("a kept-alive connection was lost: retrying the call on a new one");
        wait_for_retry(call);
    } else {
        if (lost) {
            log(failure.detail);
            failure.detail +=
                failure.response_begun ? " in the middle of the response" : " before a response";
            if (!harmless) failure.code = errc::outcome_unknown;
        }
        finish(call, failed(failure.code, std::move(failure.detail)));
    }
    serve();
}

void connection_pool::on_free(pooled_connection&) { serve(); }

void connection_pool::on_idle_end(pooled_connection& from) {
    log("an idle connection was closed");
    remove(from);
    serve();
}

// ---- completing calls, removing connections

/// Queues the call in front: it has waited before.
void connection_pool::wait_for_retry(const pooled_call_ptr& call) {
    call->repeated_ = true;
    call->perhaps_done_ |= call->was_sent_;
    call->stage_ = pooled_call::stage::waiting;
    call->in_waiting_ = waiting_.insert(waiting_.begin(), call);
}

void connection_pool::finish(const pooled_call_ptr& call, call_outcome outcome) {
    const pooled_call_ptr kept = call;  // `call` may be a reference to a list element.
    release(kept);
    if (!stopped_ && !kept->finished()) {
        if (const auto wait = kept->repeat_after(outcome, io_->random())) {
            delay(kept, *wait);
            return;
        }
    }
    kept->complete(std::move(outcome));
}

void connection_pool::release(const pooled_call_ptr& call) {
    const pooled_call_ptr kept = call;
    if (kept->stage_ == pooled_call::stage::waiting) waiting_.erase(kept->in_waiting_);
    list_of(kept).erase(kept->in_calls_);
    kept->stage_ = pooled_call::stage::outside;
    // Close its connection if it is still on one.
    if (auto* const connection = std::exchange(kept->connection_, nullptr)) remove(*connection);
}

std::list<pooled_call_ptr>& connection_pool::list_of(const pooled_call_ptr& call) noexcept {
    switch (call->stage_) {
        case pooled_call::stage::delayed:
            return delayed_;
        case pooled_call::stage::detached:
            return detached_;
        default:
            return calls_;
    }
}

void connection_pool::expire(const pooled_call_ptr& call) {
    if (call->stage_ == pooled_call::stage::waiting) {
        expire_waiting(call);
    } else if (call->connection_->writes_first()) {
        detached_.splice(detached_.end(), calls_, call->in_calls_);
        call->stage_ = pooled_call::stage::detached;
        call->connection_->cancel_exchange();
    } else {
        call->was_sent_ = true;
        finish_expired(call);
    }
}

void connection_pool::expire_waiting(const pooled_call_ptr& call) {
    const bool queued = call->queue_deadline_ < call->deadline_;
    const auto limit = queued ? settings_.queue_timeout : settings_.request_timeout;
    std::string detail = call->was_sent_ ? "" : "the request was not sent: ";
    detail += attempts_.empty() ? "no connection was free within "
                                : "no connection was established within ";
    detail += std::to_string(limit.count()) + " ms";
    if (attempts_.empty()) detail += " (see client_options::max_connections)";
    finish(call, failed(errc::timeout, std::move(detail)));
}

/// Fails a call that was assigned to a connection.
void connection_pool::finish_expired(const pooled_call_ptr& call) {
    const std::string limit = std::to_string(settings_.request_timeout.count()) + " ms";
    std::string detail = "no response within " + limit;
    if (!call->was_sent_) {
        detail = "the request was not sent: the connection was not writable within " + limit;
    } else if (!call->idempotent()) {
        detail += ": the server may have executed it";
    }
    finish(call, failed(errc::timeout, std::move(detail)));
}

/// Restarts, once, the timeout of a call that expired while the process was suspended: its response
/// may already be there, or its request may only now have been sent.
bool connection_pool::renew_missed(const pooled_call_ptr& call, time_point now) {
    if (!was_missed(call->deadline_, now) || std::exchange(call->renewed_, true)) return false;
    call->deadline_ = now + settings_.request_timeout;
    calls_.splice(calls_.end(), calls_, call->in_calls_);
    return true;
}

void connection_pool::remove(pooled_connection& connection) {
    std::erase(idle_, &connection);
    const auto found =
        std::ranges::find(connections_, &connection, &std::shared_ptr<pooled_connection>::get);
    if (found == connections_.end()) return;
    connection.close();
    connections_.erase(found);
}

void connection_pool::close_connections() {
    idle_.clear();
    for (const auto& connection : connections_)
        connection->close();
    connections_.clear();
}

// ---- time

/// Arms one timer for all deadlines. It is moved to earlier deadlines only: when it expires, its
/// handler arms it for the next.
void connection_pool::schedule() {
    time_point next = time_point::max();
    if (!calls_.empty()) next = calls_.front()->deadline_;
    if (const pooled_call_ptr call = next_waiting(false))
        next = std::min(next, call->queue_deadline_);
    if (!delayed_.empty()) next = std::min(next, delayed_.front()->deadline_);
    if (!idle_.empty()) next = std::min(next, idle_.front()->idle_since + settings_.idle_timeout);
    if (next == time_point::max()) {
        io_->cancel_schedule();
        armed_for_ = next;
    } else if (next < armed_for_) {
        armed_for_ = next;
        io_->schedule_at(next, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->tick();
        });
    }
}

void connection_pool::tick() {
    armed_for_ = time_point::max();
    const auto now = io_->now();
    while (!calls_.empty() && calls_.front()->deadline_ <= now) {
        if (!renew_missed(calls_.front(), now)) expire(calls_.front());
    }
    for (auto call = next_waiting(false); call && call->queue_deadline_ <= now;
         call = next_waiting(false)) {
        expire_waiting(call);
    }
    close_old_idle(now);
    accept_delayed();
    serve();
}

void connection_pool::close_old_idle(time_point now) {
    while (!idle_.empty() && idle_.front()->idle_since + settings_.idle_timeout <= now)
        remove(*idle_.front());
}

void connection_pool::log(std::string_view text) const {
    write_log(settings_.logger, log_level::debug, "REST", text);
}

}  // namespace jellyfish::detail
