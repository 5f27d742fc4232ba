#include "delivery/notification_stream.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace jellyfish::detail {

notification_stream::notification_stream(asio::any_io_executor executor, std::size_t limit,
                                         overflow_policy overflow)
    : delivery_stream(std::move(executor)),
      limit_(limit),
      overflow_(overflow),
      server_subscription_(waits()->make_queue(wait_kind::event, "subscribe")),
      metrics_subscription_(waits()->make_queue(wait_kind::event, "subscribe")),
      queue_(std::make_shared<queue_type>(waits(), limit, overflow)),
      handler_queue_(std::make_shared<queue_type>(waits(), limit, overflow)),
      views_(limit) {
    const std::lock_guard lock(mutex());
    for_each_queue(
        [this](queue_type& each) { each.on_drained([this] { connection().check_drained(); }); });
}

notification_stream::~notification_stream() {
    const std::lock_guard lock(mutex());
    // Consumers may keep the queues.
    for_each_queue([](queue_type& each) { each.on_drained(nullptr); });
}

template <class Visit>
void notification_stream::for_each_queue(Visit visit) const {
    visit(*queue_);
    visit(*handler_queue_);
    views_.for_each([&](const view_entry& each) { visit(*each.queue); });
}

// ---- for the session

std::size_t notification_stream::capacity_left(std::size_t beyond) {
    const std::lock_guard lock(mutex());
    const std::size_t left =
        std::min(queue_->capacity_left(beyond), handler_queue_->capacity_left(beyond));
    if (views_.empty() || overflow_ != overflow_policy::pause) return left;
    return std::min(left, views_.capacity_left(beyond));
}

void notification_stream::on_writable(std::function<void()> callback, std::size_t slots) {
    const std::lock_guard lock(mutex());
    on_writable_ = std::move(callback);
    writable_slots_ = slots;
    for_each_queue([&](queue_type& each) { each.on_writable(on_writable_, writable_slots_); });
}

bool notification_stream::push(generation session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (!connection().is_current(session)) {
        batch.clear();
        return true;
    }
    std::size_t lost = 0;
    route(batch, [&](queue_type& to, notification_slots& part) {
        // Nobody reads reports in the queue of a handler for metrics only.
        const std::size_t here = to.push(part, &to == handler_queue_.get() ? markers() : to);
        lost += here;
        return here;
    });
    dropped_ += lost;
    return lost == 0 || overflow_ != overflow_policy::fail;
}

void notification_stream::push_beyond_limit(generation session, notification_slots& batch) {
    const std::lock_guard lock(mutex());
    if (connection().is_current(session)) {
        route(batch, [](queue_type& to, notification_slots& part) {
            to.push_beyond_limit(part);
            return std::size_t{0};
        });
    }
    batch.clear();
}

/// Calls `push` with each part of a batch and its queue. It returns how many were lost.
template <class Push>
void notification_stream::route(notification_slots& batch, Push push) {
    if (batch.empty()) return;
    received_ += batch.size();
    close_gap();
    if (!views_.empty()) divert(batch, push);
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
            batch.move_forward(each, kept++);
        }
    }
    batch.cut(kept);
    push(markers(), batch);
    push(metrics_queue, metrics_);
}

/// Calls `push` with each notification that views take, and removes it from the batch.
template <class Push>
void notification_stream::divert(notification_slots& batch, Push push) {
    std::size_t kept = 0;
    for (notification& each : batch) {
        const auto& views = views_.matching(each);
        for (view_entry* view : views) {
            // NOLINTNEXTLINE(bugprone-use-after-move): only the last view takes the original.
            single_.push_back(view == views.back() ? std::move(each) : each);
            ++view->received;
            view->dropped += push(*view->queue, single_);
            views_.note_pushed(*view);
        }
        if (views.empty()) batch.move_forward(each, kept++);
    }
    batch.cut(kept);
}

/// The queue of server notifications, and of what the SDK reports between them.
notification_stream::queue_type& notification_stream::markers() noexcept {
    return handled_.server_notifications ? *handler_queue_ : *queue_;
}

void notification_stream::on_lost(const disconnected& mark, const diagnostics_ptr& info,
                                  time_point since) {
    end_subscriptions(mark.code, info);
    gaps_.open(markers(), mark, since);
    views_.for_each([&](view_entry& each) { each.gaps.open(*each.queue, mark, since); });
}

void notification_stream::on_restored(time_point now, std::uint32_t attempts) {
    gaps_.close(markers(), now, attempts);
    views_.for_each([&](view_entry& each) { each.gaps.close(*each.queue, now, attempts); });
}

void notification_stream::confirm_subscription(generation session, event_type type) {
    const std::lock_guard lock(mutex());
    if (connection().is_current(session)) subscription(type).notify();
}

void notification_stream::on_begin() {
    for_each_queue([](queue_type& each) { each.reopen(); });
    gaps_ = {};
    views_.for_each([](view_entry& each) { each.gaps = {}; });
}

void notification_stream::on_closing() {
    end_subscriptions(errc::closed, nullptr);
    for_each_queue([](queue_type& each) { each.set_draining(); });
}

void notification_stream::on_end() {
    const error_code& code = connection().failure();
    const diagnostics_ptr& info = connection().failure_info();
    end_subscriptions(code ? code : error_code(errc::closed), info);
    queue_->end(code, info);
    handler_queue_->end();  // next() reports the failure.
    views_.for_each([&](const view_entry& each) { each.queue->end(code, info); });
}

bool notification_stream::everything_taken() const noexcept {
    bool empty = !handling_;
    for_each_queue([&](const queue_type& each) { empty = empty && each.empty(); });
    return empty;
}

wait_queue& notification_stream::subscription(event_type type) noexcept {
    return type == event_type::metrics ? metrics_subscription_ : server_subscription_;
}

void notification_stream::end_subscriptions(const error_code& code, const diagnostics_ptr& info) {
    server_subscription_.notify_all(code, info);
    metrics_subscription_.notify_all(code, info);
}

void notification_stream::on_destroy() {
    server_subscription_.destroy();
    metrics_subscription_.destroy();
    for_each_queue([](queue_type& each) { each.destroy(); });
    on_writable_ = nullptr;
}

// ---- for the notifier or receiver

void notification_stream::set_handled(handled_kinds kinds) {
    const std::lock_guard lock(mutex());
    handled_ = kinds;
}

handled_kinds notification_stream::handled() const {
    const std::lock_guard lock(mutex());
    return handled_;
}

void notification_stream::set_handling(bool value) {
    const std::lock_guard lock(mutex());
    handling_ = value;
    connection().check_drained();
}

bool notification_stream::wait_subscribed(event_type type, operation_handler<> handler,
                                          time_point deadline) {
    const std::lock_guard lock(mutex());
    wait_queue& confirmed = subscription(type);
    const bool ready = connection().state() == session_state::ready;
    if (ready) {
        confirmed.add(std::move(handler), deadline);
    } else {
        confirmed.complete(std::move(handler), connection().is_closing()
                                                   ? connection().closed_code()
                                                   : errc::not_connected);
    }
    return ready;
}

void notification_stream::reject_subscription(event_type type, operation_handler<> handler,
                                              const error& why) {
    subscription(type).complete(std::move(handler), why.code(),
                                std::make_shared<const diagnostics>(why.info()));
}

void notification_stream::count_into(notifier_stats& stats) const {
    const std::lock_guard lock(mutex());
    stats.received = received_;
    stats.dropped = dropped_;
    stats.reconnects = reconnects();
    for_each_queue([&](const queue_type& each) { stats.queued += each.size(); });
}

bool notification_stream::is_consumed() const {
    const std::lock_guard lock(mutex());
    return queue_->consumed();
}

void notification_stream::set_consumed() {
    const std::lock_guard lock(mutex());
    queue_->set_consumed();
}

// ---- for views

notification_stream::queue_ptr notification_stream::make_queue() const {
    return std::make_shared<queue_type>(waits(), limit_, overflow_);
}

void notification_stream::add_view(view_entry& view) {
    const std::lock_guard lock(mutex());
    view.gaps = gaps_;
    view.queue->on_writable(on_writable_, writable_slots_);
    view.queue->on_drained([this] { connection().check_drained(); });
    take_over(*queue_, view);
    take_over(*handler_queue_, view);
    const session_state state = connection().state();
    if (state == session_state::closing) view.queue->set_draining();
    if (state == session_state::failed || state == session_state::closed)
        view.queue->end(connection().failure(), connection().failure_info());
    views_.add(view);
    if (on_writable_) on_writable_();  // The other queues may have free slots now.
}

/// Moves what a new view takes. Copies the gap marks, which concern all consumers.
void notification_stream::take_over(queue_type& from, view_entry& to) {
    notification_slots taken;
    from.remove_if([&](notification& each) {
        const bool mark = std::holds_alternative<disconnected>(each) ||
                          std::holds_alternative<reconnected>(each) ||
                          std::holds_alternative<dropped>(each);
        if (mark ? &from != &markers() : !to.takes(each)) return false;
        to.received += mark ? 0 : 1;
        taken.push_back(mark ? each : std::move(each));
        return !mark;
    });
    to.queue->push_beyond_limit(taken);
}

void notification_stream::remove_view(view_entry& view) {
    const std::lock_guard lock(mutex());
    views_.remove(view);
    view.queue->destroy();
    if (on_writable_) on_writable_();  // The view may have been full.
    connection().check_drained();
}

notification_view_stats notification_stream::stats_of(const view_entry& view) const {
    const std::lock_guard lock(mutex());
    return {view.received, view.queue->size(), view.dropped};
}

}  // namespace jellyfish::detail
