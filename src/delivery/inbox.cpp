#include "delivery/inbox.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <variant>

#include <boost/asio/error.hpp>

namespace jellyfish::detail {
namespace {

constexpr wait_reason reason_of(event_type type) noexcept {
    return type == event_type::metrics ? wait_reason::metrics_subscription
                                       : wait_reason::server_subscription;
}

}  // namespace

inbox::inbox(asio::any_io_executor executor, std::size_t limit, overflow_policy overflow)
    // Capped so that `limit_ + beyond` cannot overflow.
    : limit_(std::min(limit, SIZE_MAX / 2)),
      overflow_(overflow),
      waits_(wait_queue::make(std::move(executor))) {
    const std::lock_guard lock(mutex());
    waits_->on_rejected([this](wait_reason reason) { rejected(reason); });
    waits_->on_cancelled([this](wait_reason reason) {
        if (reason != wait_reason::connect || state_ != notifier_state::connecting) return;
        state_ = notifier_state::idle;
        ++session_;
        if (on_connect_cancelled_) on_connect_cancelled_();
    });
}

inbox::~inbox() {
    const std::lock_guard lock(mutex());
    waits_->on_rejected(nullptr);
    waits_->on_cancelled(nullptr);
}

// ---- for the session

std::size_t inbox::capacity_left_locked(std::size_t beyond) const noexcept {
    if (overflow_ != overflow_policy::pause) return SIZE_MAX;
    const std::size_t fullest = std::max(
        queue_.size(), handled_.server_notifications || handled_.metrics ? handlers_.size() : 0);
    return limit_ + beyond - std::min(limit_ + beyond, fullest);
}

std::size_t inbox::capacity_left(std::size_t beyond) {
    const std::lock_guard lock(mutex());
    const std::size_t free = capacity_left_locked(beyond);
    writable_wanted_ = free == 0;
    return free;
}

void inbox::on_writable(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    on_writable_ = std::move(callback);
}

bool inbox::push(generation session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (destroyed_ || session != session_) {
        batch.clear();
        return true;
    }
    const std::size_t input = batch.size();
    // While closing, keep only what fits: no consumer waits for the rest.
    if (overflow_ == overflow_policy::fail || state_ == notifier_state::closing)
        cut_to_limit(batch);
    const std::size_t cut = input - batch.size();
    route(batch);
    if (cut != 0 && state_ == notifier_state::closing) queue_of_markers().count_dropped_here(cut);
    if (overflow_ == overflow_policy::drop_oldest) {
        for (notification_queue* each : {&queue_, &handlers_}) {
            const std::size_t excess = each->size() - std::min(limit_, each->size());
            // Without a handler for server notifications, `dropped` is reported by next().
            const bool here = each == &queue_ || handled_.server_notifications;
            each->drop(excess, here);
            if (!here) queue_.count_dropped_here(excess);
            dropped_ += excess;
        }
    }
    notify_consumers();
    return cut == 0 || overflow_ != overflow_policy::fail;
}

void inbox::push_beyond_limit(generation session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (!destroyed_ && session == session_) {
        route(batch);
        notify_consumers();
    }
    batch.clear();
}

void inbox::cut_to_limit(notification_slots& batch) {
    const std::size_t fullest = std::max(queue_.size(), handlers_.size());
    const std::size_t free = limit_ - std::min(limit_, fullest);
    if (batch.size() <= free) return;
    dropped_ += batch.size() - free;
    received_ += batch.size() - free;
    batch.cut(free);
}

void inbox::route(notification_slots& batch) {
    if (batch.empty()) return;
    received_ += batch.size();
    close_gap();
    reported_gap_since_.reset();
    if (!handled_.server_notifications && !handled_.metrics) {
        queue_.push(batch);
        return;
    }
    for (notification& each : batch) {
        const bool metrics = std::holds_alternative<metrics_report>(each);
        const bool handled = metrics ? handled_.metrics : handled_.server_notifications;
        (handled ? handlers_ : queue_).push(std::move(each));
    }
    batch.clear();
}

notification_queue& inbox::queue_of_markers() noexcept {
    return handled_.server_notifications ? handlers_ : queue_;
}

/// Queues a notification that the SDK generates.
void inbox::put(notification value) { queue_of_markers().push(std::move(value)); }

/// Called before the first notification of a restored session, or when the session is ready.
void inbox::close_gap() {
    if (!gap_since_) return;
    const auto gap = std::chrono::steady_clock::now() - *gap_since_;
    reported_gap_since_ = std::exchange(gap_since_, std::nullopt);
    ++reconnects_;
    server_address_ = attempted_address_;
    put(reconnected{std::chrono::duration_cast<std::chrono::milliseconds>(gap), attempts_});
}

void inbox::notify_consumers() {
    if (!queue_.empty()) {
        waits_->notify(wait_reason::pop, queue_.pops());
        waits_->notify(wait_reason::available);
    }
    if (!handlers_.empty()) waits_->notify(wait_reason::handle);
}

void inbox::rejected(wait_reason reason) {
    if (reason == wait_reason::pop) waits_->notify(wait_reason::pop, queue_.pops());
}

void inbox::notify_writable() {
    // Resume reading once half of the queue is free, not after every notification.
    if (!writable_wanted_ || capacity_left_locked() * 2 < limit_) return;
    writable_wanted_ = false;
    if (on_writable_) on_writable_();
}

// ---- state

notifier_state inbox::state() const {
    const std::lock_guard lock(mutex());
    return state_;
}

std::string inbox::server_address() const {
    const std::lock_guard lock(mutex());
    return server_address_;
}

std::optional<generation> inbox::begin(operation_handler<> handler) {
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
    gap_since_.reset();
    reported_gap_since_.reset();
    waits_->add(wait_reason::connect, std::move(handler));
    return ++session_;
}

void inbox::on_connect_cancelled(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    on_connect_cancelled_ = std::move(callback);
}

void inbox::set_ready(generation session) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    if (state_ != notifier_state::connecting && state_ != notifier_state::restoring) return;
    state_ = notifier_state::ready;
    server_address_ = attempted_address_;
    close_gap();
    notify_consumers();
    waits_->notify(wait_reason::connect);
    waits_->notify(wait_reason::ready);
}

void inbox::set_unready(generation session) {
    const std::lock_guard lock(mutex());
    if (session == session_ && state_ == notifier_state::ready) state_ = notifier_state::restoring;
}

void inbox::set_lost(generation session, const error_code& code, const diagnostics_ptr& info,
                     time_point since) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    if (state_ != notifier_state::ready && state_ != notifier_state::restoring) return;
    state_ = notifier_state::restoring;
    for (const wait_reason reason :
         {wait_reason::server_subscription, wait_reason::metrics_subscription})
        waits_->notify(reason, SIZE_MAX, code, info);
    if (gap_since_ || reopen_gap()) return;
    gap_since_ = since;
    put(disconnected{code, info ? info->detail : std::string()});
    notify_consumers();
}

/// Merges the last gap with the next one if no notification followed it and its end was not taken.
/// Otherwise a connection that fails repeatedly would fill the queue.
bool inbox::reopen_gap() {
    if (!reported_gap_since_ || !queue_of_markers().pop_reconnected()) return false;
    gap_since_ = std::exchange(reported_gap_since_, std::nullopt);
    return true;
}

void inbox::begin_attempt(generation session, std::uint32_t attempts, std::string_view server) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    attempts_ = attempts;
    attempted_address_ = server;
}

void inbox::confirm_subscription(generation session, event_type type) {
    const std::lock_guard lock(mutex());
    if (session == session_) waits_->notify(reason_of(type));
}

void inbox::notify_session_waiters(const error_code& code, const diagnostics_ptr& info) {
    for (const wait_reason reason :
         {wait_reason::connect, wait_reason::ready, wait_reason::server_subscription,
          wait_reason::metrics_subscription}) {
        waits_->notify(reason, SIZE_MAX, code, info);
    }
}

bool inbox::set_closing() {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::closing:
        case notifier_state::closed:
            return false;
        case notifier_state::idle:
        case notifier_state::failed:
            close_locked();
            return false;
        case notifier_state::connecting:
        case notifier_state::ready:
        case notifier_state::restoring:
            break;
    }
    state_ = notifier_state::closing;
    notify_session_waiters(errc::closed, nullptr);
    return true;
}

void inbox::set_ended(generation session, const error_code& code, const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (session != session_) return;
    if (state_ == notifier_state::closing) {
        close_locked();
        return;
    }
    if (state_ != notifier_state::connecting && state_ != notifier_state::ready &&
        state_ != notifier_state::restoring) {
        return;
    }
    state_ = notifier_state::failed;
    failure_ = code;
    failure_info_ = info;
    notify_session_waiters(code, info);
    // Queued notifications are taken first; an operation that waits has found the queue empty.
    waits_->notify(wait_reason::available, SIZE_MAX, code, info);
    // Each retries: the first reports the failure, the others that the inbox is closed.
    waits_->notify(wait_reason::pop);
    waits_->notify(wait_reason::handle);
}

void inbox::close_locked() {
    state_ = notifier_state::closed;
    notify_session_waiters(errc::closed, nullptr);
    waits_->notify(wait_reason::available, SIZE_MAX, errc::closed);
    waits_->notify(wait_reason::pop);
    waits_->notify(wait_reason::handle);
    waits_->notify(wait_reason::closed);
}

void inbox::destroy() {
    const std::lock_guard lock(mutex());
    destroyed_ = true;
    state_ = notifier_state::closed;
    on_writable_ = nullptr;
    on_connect_cancelled_ = nullptr;
    waits_->notify_all(asio::error::operation_aborted);
}

/// The error of operations started after the inbox is closed.
error_code inbox::closed_code() const {
    return destroyed_ ? error_code(asio::error::operation_aborted) : error_code(errc::closed);
}

void inbox::set_handled(handled_kinds kinds) {
    const std::lock_guard lock(mutex());
    handled_ = kinds;
}

handled_kinds inbox::handled() const {
    const std::lock_guard lock(mutex());
    return handled_;
}

// ---- for consumers

take_result inbox::try_take(std::optional<notification>& out, error_code& code,
                            diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        code = asio::error::operation_aborted;
        return take_result::failed;
    }
    if (!queue_.empty()) {
        queue_.pop_into(out);
        notify_writable();
        return take_result::taken;
    }
    if (state_ == notifier_state::closed) return take_result::closed;
    if (state_ != notifier_state::failed) return take_result::empty;
    if (failure_reported_) return take_result::closed;
    failure_reported_ = true;
    code = failure_;
    info = failure_info_;
    return take_result::failed;
}

void inbox::take_queued(std::optional<notification>& out) {
    const std::lock_guard lock(mutex());
    if (queue_.empty()) return;
    queue_.pop_into(out);
    notify_writable();
}

bool inbox::take_queued(notification& out) {
    const std::lock_guard lock(mutex());
    if (queue_.empty()) return false;
    queue_.pop_into(out);
    notify_writable();
    return true;
}

take_result inbox::try_take_handled(std::optional<notification>& out) {
    const std::lock_guard lock(mutex());
    if (destroyed_) return take_result::closed;
    if (!handlers_.empty()) {
        handlers_.pop_into(out);
        notify_writable();
        return take_result::taken;
    }
    const bool finished = state_ == notifier_state::closed || state_ == notifier_state::failed;
    return finished ? take_result::closed : take_result::empty;
}

void inbox::wait_pop(operation_handler<> handler, std::optional<time_point> deadline) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
        return;
    }
    const bool finished = state_ == notifier_state::closed || state_ == notifier_state::failed;
    waits_->add(wait_reason::pop, std::move(handler), deadline);
    // Queued like any other wait, so that it can be cancelled, but notified immediately.
    if (finished) {
        waits_->notify(wait_reason::pop);
    } else if (!queue_.empty()) {
        waits_->notify(wait_reason::pop, queue_.pops());
    }
}

void inbox::wait_available(operation_handler<> handler) {
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

void inbox::wait_handled(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    const bool finished =
        destroyed_ || state_ == notifier_state::closed || state_ == notifier_state::failed;
    if (finished || !handlers_.empty()) {
        waits_->complete(std::move(handler), {});
    } else {
        waits_->add(wait_reason::handle, std::move(handler));
    }
}

void inbox::wait_ready(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    switch (state_) {
        case notifier_state::ready:
            waits_->complete(std::move(handler), {});
            break;
        case notifier_state::failed:
            waits_->complete(std::move(handler), failure_, failure_info_);
            break;
        case notifier_state::closing:
        case notifier_state::closed:
            waits_->complete(std::move(handler), closed_code());
            break;
        case notifier_state::idle:
        case notifier_state::connecting:
        case notifier_state::restoring:
            waits_->add(wait_reason::ready, std::move(handler));
            break;
    }
}

void inbox::wait_closed(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    if (destroyed_) {
        waits_->complete(std::move(handler), asio::error::operation_aborted);
    } else if (state_ == notifier_state::closed) {
        waits_->complete(std::move(handler), {});
    } else {
        waits_->add(wait_reason::closed, std::move(handler));
    }
}

bool inbox::wait_subscribed(event_type type, operation_handler<> handler, time_point deadline) {
    const std::lock_guard lock(mutex());
    if (state_ != notifier_state::ready) {
        const bool finished = state_ == notifier_state::closing || state_ == notifier_state::closed;
        waits_->complete(std::move(handler), finished ? closed_code() : errc::not_connected);
        return false;
    }
    waits_->add(reason_of(type), std::move(handler), deadline);
    return true;
}

void inbox::complete(operation_handler<> handler, const error_code& code,
                     const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    waits_->complete(std::move(handler), code, info);
}

void inbox::count_into(notifier_stats& stats) const {
    const std::lock_guard lock(mutex());
    stats.received = received_;
    stats.dropped = dropped_;
    stats.reconnects = reconnects_;
    stats.queued = queue_.size() + handlers_.size();
}

}  // namespace jellyfish::detail
