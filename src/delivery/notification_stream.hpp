#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/notifier_stats.hpp>

#include "async/wait_queue.hpp"
#include "delivery/connection_state.hpp"
#include "delivery/delivery_queue.hpp"
#include "delivery/notification_queue.hpp"
#include "delivery/notification_views.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Which notifications have a handler and are therefore not returned by `next()`.
struct handled_kinds {
    bool server_notifications = false;
    bool metrics = false;

    [[nodiscard]] bool any() const noexcept { return server_notifications || metrics; }
};

/// The notifications of a connection on their way to `next()` and to the handlers, with
/// `disconnected` and `reconnected` where some may be missing. Thread-safe.
class notification_stream {
public:
    using queue_type = delivery_queue<notification>;
    using queue_ptr = std::shared_ptr<queue_type>;
    using time_point = wait_queue::time_point;

    notification_stream(asio::any_io_executor executor, std::size_t limit,
                        overflow_policy overflow);
    ~notification_stream();
    notification_stream(const notification_stream&) = delete;
    notification_stream& operator=(const notification_stream&) = delete;

    // ---- for the session

    /// Returns how many notifications may be pushed now; `beyond` is added to the limit. If it is
    /// 0, the `on_writable` callback is called once enough slots are free.
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond = 0);

    /// @param slots How many slots are free then; 0: half of them.
    void on_writable(std::function<void()> callback, std::size_t slots = 0);

    /// Queues a batch and leaves it empty. Returns false if it did not fit under
    /// `overflow_policy::fail`; the part that fit is queued.
    [[nodiscard]] bool push(generation session, notification_slots& batch);

    /// Queues the session's last batch, ignoring the limit.
    void push_beyond_limit(generation session, notification_slots& batch);

    void set_ready(generation session);

    /// The connection is known to be broken. The failure is reported once all notifications
    /// received so far are queued.
    void set_unready(generation session);

    /// The session was lost and will be restored: queues `disconnected`. Failed attempts to
    /// reconnect are not reported.
    /// @param since When the last byte was received.
    void set_lost(generation session, const error_code& code, const diagnostics_ptr& info,
                  time_point since);

    /// An attempt to connect has begun.
    /// @param attempts The number of attempts to restore the session, including this one.
    /// @param server The address it connects to.
    void begin_attempt(generation session, std::uint32_t attempts, std::string_view server);

    void confirm_subscription(generation session, event_type type);

    /// The session is finished: closed if that was requested, failed otherwise.
    void set_ended(generation session, const error_code& code, const diagnostics_ptr& info);

    // ---- for the notifier or receiver

    [[nodiscard]] session_state state() const;

    /// The address of the most recent session that was ready.
    [[nodiscard]] std::string server_address() const;

    /// As `connection_state::begin()`.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Called when `connect()` is cancelled, with the mutex held.
    void on_connect_cancelled(std::function<void()> callback);

    /// `close()` was called. Returns true if a session must be closed first.
    [[nodiscard]] bool set_closing();

    void destroy();  ///< Completes all operations with `operation_aborted`.
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

    /// For `wait_ready()`, `wait_closed()` and `wait_drained()`.
    [[nodiscard]] connection_state& connection() noexcept { return connection_; }

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
    [[nodiscard]] std::mutex& mutex() const noexcept { return waits_->mutex(); }
    template <class Push>
    void route(notification_slots& batch, Push push);
    template <class Push>
    void divert(notification_slots& batch, Push push);
    void take_over(queue_type& from, view_entry& to);
    template <class Visit>
    void for_each_queue(Visit visit) const;
    [[nodiscard]] queue_type& markers() noexcept;
    void close_gap();
    void end_queues();
    [[nodiscard]] bool everything_taken() const noexcept;
    [[nodiscard]] wait_queue& subscription(event_type type) noexcept;
    void end_subscriptions(const error_code& code, const diagnostics_ptr& info);

    const std::size_t limit_;
    const overflow_policy overflow_;
    const std::shared_ptr<wait_group> waits_;
    wait_queue& server_subscription_;
    wait_queue& metrics_subscription_;
    connection_state connection_;
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
    std::string attempted_address_;
    std::string server_address_;
    gap_marks gaps_;  // Of `markers()`.
    std::uint32_t attempts_ = 0;
    std::uint64_t reconnects_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace jellyfish::detail
