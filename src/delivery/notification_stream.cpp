#include "delivery/notification_stream.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace jellyfish::detail {

notification_stream::notification_stream(asio::any_io_executor executor, std::size_t limit,
                                         overflow_policy overflow)
    : overflow_(overflow),
      waits_(wait_group::make(std::move(executor))),
      server_subscription_(waits_->make_queue(wait_kind::event)),
      metrics_subscription_(waits_->make_queue(wait_kind::event)),
      connection_(waits_),
      queue_(std::make_shared<queue_type>(waits_, limit, overflow)),
      handler_queue_(std::make_shared<queue_type>(waits_, limit, overflow)) {}

// ---- for the session

std::size_t notification_stream::capacity_left(std::size_t beyond) {
    const std::lock_guard lock(mutex());
    return std::min(queue_->capacity_left(beyond), handler_queue_->capacity_left(beyond));
}

void notification_stream::on_writable(const std::function<void()>& callback, std::size_t slots) {
    const std::lock_guard lock(mutex());
    queue_->on_writable(callback, slots);
    handler_queue_->on_writable(callback, slots);
}

bool notification_stream::push(generation session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (!connection_.is_current(session)) {
        batch.clear();
        return true;
    }
    std::size_t lost = 0;
    route(batch, [&](queue_type& to, notification_slots& part) {
        // Nobody reads reports in the queue of a handler for metrics only.
        lost += to.push(part, &to == queue_.get() ? to : markers());
    });
    dropped_ += lost;
    return lost == 0 || overflow_ != overflow_policy::fail;
}

void notification_stream::push_beyond_limit(generation session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (connection_.is_current(session)) {
        route(batch, [](queue_type& to, notification_slots& part) { to.push_beyond_limit(part); });
    }
    batch.clear();
}

/// Calls `push` with each part of a batch and its queue.
template <class Push>
void notification_stream::route(notification_slots& batch, Push push) {
    if (batch.empty()) return;
    received_ += batch.size();
    close_gap();
    reported_gap_since_.reset();
    queue_type& metrics_queue = handled_.metrics ? *handler_queue_ : *queue_;
    if (&metrics_queue == &markers()) {
        push(metrics_queue, batch);
        return;
    }
    std::size_t kept = 0;
    for (notification& each : batch) {
        if (std::holds_alternative<metrics_report>(each)) {
            metrics_.push_back(std::move(each));
        } else {
            batch[kept++].swap(each);
        }
    }
    batch.cut(kept);
    push(markers(), batch);
    push(metrics_queue, metrics_);
}

/// The queue of server notifications, and of what the SDK reports between them.
notification_stream::queue_type& notification_stream::markers() noexcept {
    return handled_.server_notifications ? *handler_queue_ : *queue_;
}

/// Called before the first notification of a restored session, or when the session is ready.
void notification_stream::close_gap() {
    if (!gap_since_) return;
    const auto gap = std::chrono::steady_clock::now() - *gap_since_;
    reported_gap_since_ = std::exchange(gap_since_, std::nullopt);
    ++reconnects_;
    server_address_ = attempted_address_;
    markers().push_beyond_limit(
        reconnected{std::chrono::duration_cast<std::chrono::milliseconds>(gap), attempts_});
}

/// Merges the last gap with the next one if no notification followed it and its end was not taken.
/// Otherwise a connection that fails repeatedly would fill the queue.
bool notification_stream::reopen_gap() {
    const auto closes_gap = [](const notification& last) {
        return std::holds_alternative<reconnected>(last);
    };
    if (!reported_gap_since_ || !markers().remove_last_if(closes_gap)) return false;
    gap_since_ = std::exchange(reported_gap_since_, std::nullopt);
    return true;
}

void notification_stream::set_ready(generation session) {
    const std::lock_guard lock(mutex());
    if (!connection_.set_ready(session)) return;
    server_address_ = attempted_address_;
    close_gap();
}

void notification_stream::set_unready(generation session) {
    const std::lock_guard lock(mutex());
    connection_.set_lost(session);
}

void notification_stream::set_lost(generation session, const error_code& code,
                                   const diagnostics_ptr& info, time_point since) {
    const std::lock_guard lock(mutex());
    if (!connection_.set_lost(session)) return;
    end_subscriptions(code, info);
    if (gap_since_ || reopen_gap()) return;
    gap_since_ = since;
    markers().push_beyond_limit(disconnected{code, info ? info->detail : std::string()});
}

void notification_stream::begin_attempt(generation session, std::uint32_t attempts,
                                        std::string_view server) {
    const std::lock_guard lock(mutex());
    if (!connection_.is_current(session)) return;
    attempts_ = attempts;
    attempted_address_ = server;
}

void notification_stream::confirm_subscription(generation session, event_type type) {
    const std::lock_guard lock(mutex());
    if (connection_.is_current(session)) subscription(type).notify();
}

void notification_stream::set_ended(generation session, const error_code& code,
                                    const diagnostics_ptr& info) {
    const std::lock_guard lock(mutex());
    if (connection_.set_ended(session, code, info)) end_queues();
}

// ---- for the notifier or receiver

connection_stage notification_stream::state() const {
    const std::lock_guard lock(mutex());
    return connection_.stage();
}

std::string notification_stream::server_address() const {
    const std::lock_guard lock(mutex());
    return server_address_;
}

std::optional<generation> notification_stream::begin(operation_handler<> handler) {
    const std::lock_guard lock(mutex());
    const auto session = connection_.begin(std::move(handler));
    if (session) {
        queue_->reopen();
        handler_queue_->reopen();
        gap_since_.reset();
        reported_gap_since_.reset();
    }
    return session;
}

void notification_stream::on_connect_cancelled(std::function<void()> callback) {
    const std::lock_guard lock(mutex());
    connection_.on_connect_cancelled(std::move(callback));
}

bool notification_stream::set_closing() {
    const std::lock_guard lock(mutex());
    const bool lives = connection_.set_closing();
    if (lives) {
        end_subscriptions(errc::closed, nullptr);
        queue_->set_draining();
        handler_queue_->set_draining();
    } else if (connection_.stage() == connection_stage::closed) {
        end_queues();
    }
    return lives;
}

/// The connection has failed or is closed.
void notification_stream::end_queues() {
    const error_code& code = connection_.failure();
    const diagnostics_ptr& info = connection_.failure_info();
    end_subscriptions(code ? code : error_code(errc::closed), info);
    queue_->end(code, info);
    handler_queue_->end();  // next() reports the failure.
}

wait_queue& notification_stream::subscription(event_type type) noexcept {
    return type == event_type::metrics ? metrics_subscription_ : server_subscription_;
}

void notification_stream::end_subscriptions(const error_code& code, const diagnostics_ptr& info) {
    server_subscription_.notify_all(code, info);
    metrics_subscription_.notify_all(code, info);
}

void notification_stream::destroy() {
    const std::lock_guard lock(mutex());
    connection_.destroy();
    end_subscriptions(connection_.closed_code(), nullptr);
    queue_->destroy();
    handler_queue_->destroy();
}

void notification_stream::set_handled(handled_kinds kinds) {
    const std::lock_guard lock(mutex());
    handled_ = kinds;
}

handled_kinds notification_stream::handled() const {
    const std::lock_guard lock(mutex());
    return handled_;
}

bool notification_stream::wait_subscribed(event_type type, operation_handler<> handler,
                                          time_point deadline) {
    const std::lock_guard lock(mutex());
    wait_queue& confirmed = subscription(type);
    const bool ready = connection_.stage() == connection_stage::ready;
    if (ready) {
        confirmed.add(std::move(handler), deadline);
    } else {
        confirmed.complete(std::move(handler), connection_.is_closing() ? connection_.closed_code()
                                                                        : errc::not_connected);
    }
    return ready;
}

void notification_stream::count_into(notifier_stats& stats) const {
    const std::lock_guard lock(mutex());
    stats.received = received_;
    stats.dropped = dropped_;
    stats.reconnects = reconnects_;
    stats.queued = queue_->size() + handler_queue_->size();
}

}  // namespace jellyfish::detail
