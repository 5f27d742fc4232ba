#include "tracker/change_inbox.hpp"

#include <iterator>
#include <mutex>
#include <utility>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {

change_inbox::change_inbox(asio::any_io_executor executor, const room_tracker_options& options)
    : options_(options), waits_(wait_queue::make(std::move(executor))) {
    const std::lock_guard lock(mutex());
    waits_->on_rejected([this](wait_reason reason) {
        if (reason == wait_reason::pop) waits_->notify(wait_reason::pop, queue_.size());
    });
    waits_->on_cancelled([this](wait_reason reason) {
        if (reason != wait_reason::connect || state_ != notifier_state::connecting) return;
        state_ = notifier_state::idle;
        ++session_;
        reconciler_.end();
        queue_changes();
        if (on_start_cancelled_) on_start_cancelled_();
    });
}

change_inbox::~change_inbox() {
    const std::lock_guard lock(mutex());
    waits_->on_rejected(nullptr);
    waits_->on_cancelled(nullptr);
}

// ---- for the session

std::vector<fetch_request> change_inbox::update(
    generation session, const std::function<void(room_reconciler&)>& report) {
    const std::lock_guard lock(mutex());
    if (destroyed_ || session != session_) return {};
    report(reconciler_);
    queue_changes();
    if (state_ == notifier_state::connecting && reconciler_.is_current()) {
        state_ = notifier_state::ready;
        waits_->notify(wait_reason::connect);
    }
    if (is_writable()) waits_->notify(wait_reason::handle);
    return reconciler_.take_fetches();
}

void change_inbox::queue_changes() {
    for (view_change& each : reconciler_.take_changes()) {
        ++changes_;
        if (each.synthesized) ++synthesized_;
        if (options_.changes()) queue_.push_back(std::move(each));
    }
    notify_consumers();
}

void change_inbox::notify_consumers() {
    if (queue_.empty()) return;
    waits_->notify(wait_reason::pop, queue_.size());
    waits_->notify(wait_reason::available);
}

bool change_inbox::count_failure(generation session, bool snapshot) {
    const std::lock_guard lock(mutex());
    ++failed_requests_;
    return snapshot && session == session_ && state_ == notifier_state::connecting;
}

void change_inbox::set_ended(generation session, const error_code& code,
                             const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (destroyed_ || session != session_) return;
    if (state_ == notifier_state::closing) {
        end_locked(notifier_state::closed, errc::closed, nullptr);
        waits_->notify(wait_reason::closed);
    } else if (state_ == notifier_state::connecting || state_ == notifier_state::ready) {
        ++session_;  // Ignore later events of the session.
        failure_ = code;
        failure_info_ = info;
        end_locked(notifier_state::failed, code, info);
    }
}

void change_inbox::end_locked(notifier_state state, const error_code& code,
                              const diagnostics_ptr& info) {
    state_ = state;
    reconciler_.end();
    queue_changes();
    waits_->notify(wait_reason::connect, SIZE_MAX, code, info);
    // Queued changes are taken first; an operation that waits has found the queue empty.
    waits_->notify(wait_reason::available, SIZE_MAX, code, info);
    // Each retries: the first reports the failure, the others that the inbox is closed.
    waits_->notify(wait_reason::pop);
    waits_->notify(wait_reason::handle);
}

bool change_inbox::is_writable() const noexcept {
    // Never pause in these states.
    if (destroyed_ || is_expired() || state_ == notifier_state::closing ||
        state_ == notifier_state::idle) {
        return true;
    }
    return reconciler_.has_capacity() && queue_.size() < options_.queue_limit();
}

bool change_inbox::has_capacity() const {
    const std::lock_guard lock(mutex());
    return is_writable();
}

void change_inbox::wait_writable(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (is_writable()) {
        waits_->complete(std::move(handler), {});
    } else {
        waits_->add(wait_reason::handle, std::move(handler));
    }
}

// ---- for the tracker

bool change_inbox::is_expired() const noexcept {
    return state_ == notifier_state::closed || state_ == notifier_state::failed;
}

/// The error of operations started after the inbox is closed.
error_code change_inbox::closed_code() const {
    return destroyed_ ? error_code(asio::error::operation_aborted) : error_code(errc::closed);
}

std::optional<generation> change_inbox::begin(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::idle:
        case notifier_state::failed:
            break;
        case notifier_state::connecting:
        case notifier_state::ready:
        case notifier_state::restoring:
            waits_->complete(std::move(handler), errc::already_connected);
            return std::nullopt;
        case notifier_state::closing:
        case notifier_state::closed:
            waits_->complete(std::move(handler), closed_code());
            return std::nullopt;
    }
    state_ = notifier_state::connecting;
    failure_ = {};
    failure_info_ = nullptr;
    failure_reported_ = false;
    waits_->add(wait_reason::connect, std::move(handler));
    return ++session_;
}

bool change_inbox::lives(generation session) const {
    const std::lock_guard lock(mutex());
    return session == session_ &&
           (state_ == notifier_state::connecting || state_ == notifier_state::ready);
}

void change_inbox::on_start_cancelled(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    on_start_cancelled_ = std::move(callback);
}

bool change_inbox::set_closing() {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::closing:
        case notifier_state::closed:
            return false;
        case notifier_state::idle:
        case notifier_state::failed:
            end_locked(notifier_state::closed, errc::closed, nullptr);
            return false;
        case notifier_state::connecting:
        case notifier_state::ready:
        case notifier_state::restoring:
            break;
    }
    state_ = notifier_state::closing;
    reconciler_.end();  // Ignore later responses.
    queue_changes();
    waits_->notify(wait_reason::connect, SIZE_MAX, errc::closed);
    waits_->notify(wait_reason::handle);
    return true;
}

void change_inbox::destroy() {
    const std::lock_guard lock(mutex());
    destroyed_ = true;
    state_ = notifier_state::closed;
    on_start_cancelled_ = nullptr;
    waits_->notify_all(asio::error::operation_aborted);
}

// ---- for users

std::vector<room_ptr> change_inbox::rooms() const {
    const std::lock_guard lock(mutex());
    std::vector<room_ptr> all;
    all.reserve(reconciler_.view().rooms().size());
    for (const auto& [id, each] : reconciler_.view().rooms())
        all.push_back(each);
    return all;
}

room_ptr change_inbox::find(std::string_view room_id) const {
    const std::lock_guard lock(mutex());
    return reconciler_.view().find(room_id);
}

bool change_inbox::is_current() const {
    const std::lock_guard lock(mutex());
    return state_ == notifier_state::ready && reconciler_.is_current();
}

room_tracker_stats change_inbox::stats() const {
    const std::lock_guard lock(mutex());
    room_tracker_stats counted;
    counted.rooms = reconciler_.view().rooms().size();
    counted.queued = queue_.size();
    counted.changes = changes_;
    counted.synthesized = synthesized_;
    counted.repeated = reconciler_.repeated();
    counted.snapshots = reconciler_.snapshots();
    counted.failed_requests = failed_requests_;
    return counted;
}

void change_inbox::pop(std::optional<view_change>& out) {
    out.emplace(std::move(queue_.front()));
    queue_.pop_front();
    // Resume once half of the queue is free, not after every change.
    if (queue_.size() * 2 <= options_.queue_limit() && is_writable())
        waits_->notify(wait_reason::handle);
}

take_result change_inbox::try_take(std::optional<view_change>& out, error_code& code,
                                   diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        code = asio::error::operation_aborted;
        return take_result::failed;
    }
    if (!queue_.empty()) {
        pop(out);
        return take_result::taken;
    }
    if (state_ == notifier_state::closed) return take_result::closed;
    if (state_ != notifier_state::failed) return take_result::empty;
    if (std::exchange(failure_reported_, true)) return take_result::closed;
    code = failure_;
    info = failure_info_;
    return take_result::failed;
}

void change_inbox::take_queued(std::optional<view_change>& out) {
    const std::lock_guard lock(mutex());
    if (!queue_.empty()) pop(out);
}

void change_inbox::wait_pop(operation_handler<> handler, std::optional<time_point> deadline) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
        return;
    }
    waits_->add(wait_reason::pop, std::move(handler), deadline);
    // Queued like any other wait, so that it can be cancelled, but notified immediately.
    if (is_expired()) {
        waits_->notify(wait_reason::pop);
    } else if (!queue_.empty()) {
        waits_->notify(wait_reason::pop, queue_.size());
    }
}

void change_inbox::wait_available(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
    } else if (!queue_.empty()) {
        waits_->complete(std::move(handler), {});
    } else if (state_ == notifier_state::closed) {
        waits_->complete(std::move(handler), errc::closed);
    } else if (state_ == notifier_state::failed) {
        waits_->complete(std::move(handler), failure_, failure_info_);
    } else {
        waits_->add(wait_reason::available, std::move(handler));
    }
}

void change_inbox::wait_closed(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
    } else if (state_ == notifier_state::closed) {
        waits_->complete(std::move(handler), {});
    } else {
        waits_->add(wait_reason::closed, std::move(handler));
    }
}

}  // namespace jellyfish::detail
