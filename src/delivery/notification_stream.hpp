#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/notifier_stats.hpp>

#include "async/wait_queue.hpp"
#include "delivery/delivery_queue.hpp"
#include "delivery/delivery_stream.hpp"
#include "delivery/gap_marks.hpp"
#include "delivery/notification_queue.hpp"
#include "delivery/notification_views.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace jellyfish::detail {

/// Which notifications have a handler and are therefore not returned by `next()`.
struct handled_kinds {
    bool server_notifications = false;
    bool metrics = false;

    [[nodiscard]] bool any() const noexcept { return server_notifications || metrics; }
};

/// The notifications of a connection on their way to `next()` and to the handlers.
class notification_stream final : public delivery_stream {
public:
    using queue_type = delivery_queue<notification>;
    using queue_ptr = std::shared_ptr<queue_type>;

    notification_stream(asio::any_io_executor executor, std::size_t limit,
                        overflow_policy overflow);
    ~notification_stream();

    // ---- for the session

    using delivery_stream::on_writable;
    void on_writable(std::function<void()> callback, std::size_t slots) override;
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond = 0) override;

    /// Queues a batch and leaves it empty. Returns false if it did not fit under
    /// `overflow_policy::fail`; the part that fit is queued.
    [[nodiscard]] bool push(generation session, notification_slots& batch);

    /// Queues the session's last batch, ignoring the limit.
    void push_beyond_limit(generation session, notification_slots& batch);

    void confirm_subscription(generation session, event_type type);

    // ---- for the notifier or receiver

    void set_handled(handled_kinds kinds);
    [[nodiscard]] handled_kinds handled() const;

    /// Whether handlers may be running or have something to handle. False once they have handled
    /// everything and the connection has failed or closed.
    void set_handling(bool value);

    /// Returns false if no session is ready; the operation has then completed.
    [[nodiscard]] bool wait_subscribed(event_type type, operation_handler<> handler,
                                       time_point deadline);
    /// Completes a subscription that the server does not support.
    void reject_subscription(event_type type, operation_handler<> handler, const error& why);
    void count_into(notifier_stats& stats) const;

    /// Whether anything consumes the queue: calls to `next()` and the like, or handlers for all.
    [[nodiscard]] bool is_consumed() const override;
    void set_consumed();

    // ---- for views

    [[nodiscard]] queue_ptr make_queue() const;

    /// Adds a view, which takes its notifications from the queues and from all later batches. It
    /// must be removed before it is destroyed.
    void add_view(view_entry& view);
    void remove_view(view_entry& view);
    [[nodiscard]] notification_view_stats stats_of(const view_entry& view) const;

    // ---- for consumers

    [[nodiscard]] const queue_ptr& queue() const noexcept { return queue_; }  ///< For `next()`.
    [[nodiscard]] const queue_ptr& handler_queue() const noexcept { return handler_queue_; }

private:
    void on_lost(const disconnected& mark, const diagnostics_ptr& info, time_point since) override;
    void on_restored(time_point now, std::uint32_t attempts) override;
    void on_begin() override;
    void on_closing() override;
    void on_end() override;
    void on_destroy() override;
    [[nodiscard]] bool everything_taken() const noexcept override;

    template <class Push>
    void route(notification_slots& batch, Push push);
    template <class Push>
    void divert(notification_slots& batch, Push push);
    void take_over(queue_type& from, view_entry& to);
    template <class Visit>
    void for_each_queue(Visit visit) const;
    [[nodiscard]] queue_type& markers() noexcept;
    [[nodiscard]] wait_queue& subscription(event_type type) noexcept;
    void end_subscriptions(const error_code& code, const diagnostics_ptr& info);

    const std::size_t limit_;
    const overflow_policy overflow_;
    wait_queue& server_subscription_;
    wait_queue& metrics_subscription_;
    const queue_ptr queue_;
    const queue_ptr handler_queue_;

    // Guarded by the mutex.
    notification_slots metrics_;  // Empty except while a batch is divided.
    notification_slots single_;   // The same.
    notification_views views_;
    std::function<void()> on_writable_;
    std::size_t writable_slots_ = 0;
    handled_kinds handled_;
    bool handling_ = false;
    gap_marks<notification> gaps_;  // Of `markers()`.
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace jellyfish::detail
