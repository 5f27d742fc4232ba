#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/notifier_stats.hpp>

#include "async/wait_queue.hpp"
#include "delivery/notification_queue.hpp"
#include "delivery/notification_slots.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// The state of a notifier's session, as seen by its user.
enum class notifier_state : std::uint8_t {
    idle,        ///< Not connected yet, or connecting was cancelled.
    connecting,  ///< `connect()` is pending.
    ready,
    restoring,  ///< The session was lost and is being restored.
    closing,    ///< `close()` is pending.
    failed,     ///< The session failed, or could not be established.
    closed,     ///< Closed permanently.
};

/// Identifies a session of a notifier. Events of an earlier generation are ignored.
using generation = std::uint64_t;

/// The result of an attempt to take a notification.
enum class take_result : std::uint8_t {
    taken,
    empty,   ///< Nothing is queued yet: wait.
    failed,  ///< The session failed. Reported once, with the reason.
    closed,  ///< No more notifications follow.
};

/// Which notifications have a handler and are therefore not returned by `next()`.
struct handled_kinds {
    bool server_notifications = false;
    bool metrics = false;
};

/// The queues and the state between a session and its consumers, and the operations that wait for
/// either. Thread-safe.
class inbox {
public:
    using time_point = wait_queue::time_point;

    inbox(asio::any_io_executor executor, std::size_t limit, overflow_policy overflow);
    ~inbox();

    // ---- for the session

    /// Returns how many notifications may be pushed now; `beyond` is added to the limit. If it is
    /// 0, the `on_writable` callback is called once the queue has free slots again.
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond = 0);
    void on_writable(std::function<void()> callback);

    /// Queues a batch and leaves it empty. Returns false if it did not fit under
    /// `overflow_policy::fail`; the part that fitted is queued.
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

    /// An attempt to connect begins.
    /// @param attempts The number of attempts to restore the session, including this one.
    /// @param server The address it connects to.
    void begin_attempt(generation session, std::uint32_t attempts, std::string_view server);

    void confirm_subscription(generation session, event_type type);

    /// The session is finished: closed if that was requested, failed otherwise.
    void set_ended(generation session, const error_code& code, const diagnostics_ptr& info);

    // ---- for the notifier

    [[nodiscard]] notifier_state state() const;

    /// The address of the most recent session that was ready.
    [[nodiscard]] std::string server_address() const;

    /// Moves from `idle` or `failed` to `connecting` and adds the waiting operation. In any other
    /// state completes the operation with `errc::already_connected` or `errc::closed` and returns
    /// nothing.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Called when `connect()` is cancelled, with the inbox's mutex held.
    void on_connect_cancelled(std::function<void()> callback);

    /// `close()` was called. Returns true if a session must be closed first.
    [[nodiscard]] bool set_closing();

    void destroy();  ///< Completes all operations with `operation_aborted`.
    void set_handled(handled_kinds kinds);
    [[nodiscard]] handled_kinds handled() const;

    // ---- for consumers

    [[nodiscard]] take_result try_take(std::optional<notification>& out, error_code& code,
                                       diagnostics_ptr& info);
    void take_queued(std::optional<notification>& out);
    [[nodiscard]] bool take_queued(notification& out);
    [[nodiscard]] take_result try_take_handled(std::optional<notification>& out);

    void wait_pop(operation_handler<> handler, std::optional<time_point> deadline);
    void wait_available(operation_handler<> handler);
    void wait_handled(operation_handler<> handler);
    void wait_ready(operation_handler<> handler);
    void wait_closed(operation_handler<> handler);
    /// Returns false if no session is ready; the operation has then completed.
    [[nodiscard]] bool wait_subscribed(event_type type, operation_handler<> handler,
                                       time_point deadline);
    void complete(operation_handler<> handler, const error_code& code,
                  const diagnostics_ptr& info = nullptr);

    void count_into(notifier_stats& stats) const;

private:
    [[nodiscard]] std::size_t capacity_left_locked(std::size_t beyond = 0) const noexcept;
    void route(notification_slots& batch);
    void put(notification value);
    [[nodiscard]] notification_queue& queue_of_markers() noexcept;
    [[nodiscard]] bool reopen_gap();
    void close_gap();
    void notify_consumers();
    void notify_writable();
    void cut_to_limit(notification_slots& batch);
    void close_locked();
    [[nodiscard]] error_code closed_code() const;
    void notify_session_waiters(const error_code& code, const diagnostics_ptr& info);
    void rejected(wait_reason reason);
    [[nodiscard]] std::mutex& mutex() const noexcept { return waits_->mutex(); }

    const std::size_t limit_;
    const overflow_policy overflow_;
    std::shared_ptr<wait_queue> waits_;

    // Guarded by the wait queue's mutex.
    notification_queue queue_;     // For next().
    notification_queue handlers_;  // For the handlers.
    handled_kinds handled_;
    notifier_state state_ = notifier_state::idle;
    generation session_ = 0;
    std::string attempted_address_;
    std::string server_address_;
    error_code failure_;
    diagnostics_ptr failure_info_;
    bool failure_reported_ = false;
    bool destroyed_ = false;
    bool writable_wanted_ = false;
    std::function<void()> on_writable_;
    std::function<void()> on_connect_cancelled_;
    std::optional<time_point> gap_since_;           // Set while the session is lost.
    std::optional<time_point> reported_gap_since_;  // Set until a notification follows the gap.
    std::uint32_t attempts_ = 0;
    std::uint64_t reconnects_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace jellyfish::detail
