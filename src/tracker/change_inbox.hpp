#pragma once

#include <jellyfish/room_tracker.hpp>

#include "async/wait_queue.hpp"
#include "delivery/inbox.hpp"
#include "tracker/room_reconciler.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// The view, the queued changes and the state between a tracker's session and its consumers, and
/// the operations that wait for either. Thread-safe.
class change_inbox {
public:
    using time_point = wait_queue::time_point;

    change_inbox(asio::any_io_executor executor, const room_tracker_options& options);
    ~change_inbox();

    // ---- for the session

    /// Calls `report` with the reconciler and queues the resulting changes.
    /// @return What to fetch now.
    [[nodiscard]] std::vector<fetch_request> update(
        generation session, const std::function<void(room_reconciler&)>& report);

    /// Counts a failed fetch.
    /// @return Whether it was the snapshot that `start()` waits for.
    bool count_failure(generation session, bool snapshot);

    /// The session is finished: closed if that was requested, failed otherwise.
    void set_ended(generation session, const error_code& code, const diagnostics_ptr& info);

    /// Whether more notifications may be reported now.
    [[nodiscard]] bool has_capacity() const;
    /// Completes when the queue may have free slots, or the session is closed.
    void wait_writable(operation_handler<> handler);

    // ---- for the tracker

    /// Moves from `idle` or `failed` to `connecting` and adds the waiting operation. In any other
    /// state completes the operation with `errc::already_connected` or `errc::closed` and returns
    /// nothing.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Whether this is the current session and it is not being closed.
    [[nodiscard]] bool lives(generation session) const;

    /// Called when `start()` is cancelled, with the inbox's mutex held.
    void on_start_cancelled(std::function<void()> callback);

    /// `close()` was called. Returns true if a session must be closed first.
    [[nodiscard]] bool set_closing();
    void destroy();  ///< Completes all operations with `operation_aborted`.

    // ---- for users

    [[nodiscard]] std::vector<room_ptr> rooms() const;
    [[nodiscard]] room_ptr find(std::string_view room_id) const;
    [[nodiscard]] bool is_current() const;
    [[nodiscard]] room_tracker_stats stats() const;

    [[nodiscard]] take_result try_take(std::optional<view_change>& out, error_code& code,
                                       diagnostics_ptr& info);
    void take_queued(std::optional<view_change>& out);
    void wait_pop(operation_handler<> handler, std::optional<time_point> deadline);
    void wait_available(operation_handler<> handler);
    void wait_closed(operation_handler<> handler);

private:
    [[nodiscard]] std::mutex& mutex() const noexcept { return waits_->mutex(); }
    [[nodiscard]] bool is_writable() const noexcept;
    [[nodiscard]] bool is_expired() const noexcept;
    [[nodiscard]] error_code closed_code() const;
    void queue_changes();
    void pop(std::optional<view_change>& out);
    void notify_consumers();
    void end_locked(notifier_state state, const error_code& code, const diagnostics_ptr& info);

    const room_tracker_options options_;
    std::shared_ptr<wait_queue> waits_;

    // Guarded by the wait queue's mutex.
    room_reconciler reconciler_;
    std::deque<view_change> queue_;
    notifier_state state_ = notifier_state::idle;
    generation session_ = 0;
    error_code failure_;
    diagnostics_ptr failure_info_;
    bool failure_reported_ = false;
    bool destroyed_ = false;
    std::function<void()> on_start_cancelled_;
    std::uint64_t changes_ = 0;
    std::uint64_t synthesized_ = 0;
    std::uint64_t failed_requests_ = 0;
};

}  // namespace jellyfish::detail
