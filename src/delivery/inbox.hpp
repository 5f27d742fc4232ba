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

/// Where a notifier's session is, as its user sees it.
enum class notifier_state : std::uint8_t {
    idle,        ///< Not connected yet, or an attempt was cancelled.
    connecting,  ///< `connect()` is under way.
    ready,
    restoring,  ///< The session was lost, and another is being made.
    closing,    ///< `close()` is under way.
    failed,     ///< The session, or the attempt to make one, has failed.
    closed,     ///< For good.
};

/// Tells the sessions of a notifier apart: what a former one still says is not listened to.
using generation = std::uint64_t;

/// What came of an attempt to take a notification.
enum class take_result : std::uint8_t {
    taken,
    empty,   ///< Nothing yet: wait.
    failed,  ///< Nothing more, for this reason, which is told this once.
    closed,  ///< Nothing more.
};

/// Which notifications have a handler, and so do not go to `next()`.
struct handled_kinds {
    bool server_notifications = false;
    bool metrics = false;
};

/// Between a session and its users: the queues, the state, and those who wait for either. Any
/// thread may call any member.
class inbox {
public:
    using time_point = wait_queue::time_point;

    inbox(asio::any_io_executor executor, std::size_t limit, overflow_policy overflow);
    ~inbox();

    // ---- for the session

    /// How many notifications may be pushed now, `beyond` the limit by so many. When none,
    /// `on_room` is called once there is room again.
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond = 0);
    void on_writable(std::function<void()> callback);

    /// Queues a batch, which is left empty. False when it did not fit and `overflow_policy::fail`
    /// is set; what fitted is queued.
    [[nodiscard]] bool push(generation session, notification_slots& batch);

    /// Queues the whole of a last batch, whatever the limit.
    void push_beyond_limit(generation session, notification_slots& batch);

    void set_ready(generation session);

    /// The session cannot be relied on any more; its end will be told once what it still has is
    /// queued.
    void set_unready(generation session);

    /// The session was lost, and will be restored: tells so in the stream. An attempt that has
    /// failed is told nowhere.
    /// @param since When the last byte came.
    void set_lost(generation session, const error_code& code, const diagnostics_ptr& info,
                  time_point since);

    /// An attempt begins.
    /// @param attempts How many have been made to restore the session, this one included.
    /// @param server The address that it goes to.
    void begin_attempt(generation session, std::uint32_t attempts, std::string_view server);

    void confirm_subscription(generation session, event_type type);

    /// The session has ended: closed if that was asked for, and failed otherwise.
    void set_ended(generation session, const error_code& code, const diagnostics_ptr& info);

    // ---- for the notifier

    [[nodiscard]] notifier_state state() const;

    /// The address of the latest session that was ready.
    [[nodiscard]] std::string server_address() const;

    /// From `idle` or `failed` to `connecting`, adding the operation that waits for it. Anything
    /// else completes the operation with `errc::already_connected` or `errc::closed`, and gives
    /// nothing.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Called, under the inbox's lock, when `connect()` was cancelled.
    void on_connect_cancelled(std::function<void()> callback);

    /// `close()` was called: true when a session must end first.
    [[nodiscard]] bool set_closing();

    void destroy();  ///< Ends everything with `operation_aborted`.
    void set_handled(handled_kinds kinds);
    [[nodiscard]] handled_kinds handled() const;

    // ---- for those who wait

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
    /// False when no session is ready; the operation then has completed.
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

    // Guarded by the wait list's mutex.
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
    std::function<void()> on_room_;
    std::function<void()> on_connect_cancelled_;
    std::optional<time_point> gap_since_;  // The stream says that the session is lost.
    std::optional<time_point>
        reported_gap_since_;  // The last gap's; nothing has come since it was closed.
    std::uint32_t attempts_ = 0;
    std::uint64_t reconnects_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t dropped_ = 0;
};

}  // namespace jellyfish::detail
