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

/// Between a tracker's session and its users: the view, the changes that wait to be taken, the
/// state, and those who wait. Any thread may call any member.
class change_inbox {
public:
    using time_point = wait_queue::time_point;

    change_inbox(asio::any_io_executor executor, const room_tracker_options& options);
    ~change_inbox();

    // ---- for the session

    /// Tells the reconciler something, and queues what comes of it.
    /// @return What is to be fetched now.
    [[nodiscard]] std::vector<fetch_request> update(
        generation session, const std::function<void(room_reconciler&)>& report);

    /// A fetch has failed.
    /// @return Whether it was the snapshot that `start()` waits for.
    bool count_failure(generation session, bool snapshot);

    /// The session has ended: closed if that was asked for, and failed otherwise.
    void set_ended(generation session, const error_code& code, const diagnostics_ptr& info);

    /// Whether notifications may come now.
    [[nodiscard]] bool has_capacity() const;
    /// Completes when there may be room again, or never will be.
    void wait_writable(operation_handler<> handler);

    // ---- for the tracker

    /// From `idle` or `failed` to `connecting`, adding the operation that waits for it. Anything
    /// else completes the operation with `errc::already_connected` or `errc::closed`, and gives
    /// nothing.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Whether this is the session of the moment, and is not to end.
    [[nodiscard]] bool lives(generation session) const;

    /// Called, under the inbox's lock, when `start()` was cancelled.
    void on_start_cancelled(std::function<void()> callback);

    /// `close()` was called: true when a session must end first.
    [[nodiscard]] bool set_closing();
    void destroy();  ///< Ends everything with `operation_aborted`.

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
    [[nodiscard]] bool has_room_locked() const noexcept;
    [[nodiscard]] bool is_expired() const noexcept;
    [[nodiscard]] error_code closed_code() const;
    void queue_changes();
    void pop(std::optional<view_change>& out);
    void notify_consumers();
    void end_locked(notifier_state state, const error_code& code, const diagnostics_ptr& info);

    const room_tracker_options options_;
    std::shared_ptr<wait_queue> waits_;

    // Guarded by the wait list's mutex.
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
