#pragma once

#include <jellyfish/room_tracker.hpp>

#include "delivery/connection_state.hpp"
#include "delivery/delivery_queue.hpp"
#include "tracker/room_reconciler.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

/// The view of a tracker, and the queue of its changes, between the tracker's session and its
/// consumers. Thread-safe.
class tracked_rooms {
public:
    using queue_type = delivery_queue<view_change>;

    /// @param address The address of the server, for diagnostics.
    tracked_rooms(asio::any_io_executor executor, const room_tracker_options& options,
                  std::string address);
    ~tracked_rooms();

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
    [[nodiscard]] bool has_capacity();
    /// Completes when more notifications may be reported, or the session is closed.
    void wait_writable(operation_handler<> handler);

    // ---- for the tracker

    /// As `connection_state::begin()`.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Whether this is the current session and it is not being closed.
    [[nodiscard]] bool lives(generation session) const;

    /// Called when `start()` is cancelled, with the mutex held.
    void on_start_cancelled(std::function<void()> callback);

    /// `close()` was called. Returns true if a session must be closed first.
    [[nodiscard]] bool set_closing();
    void destroy();  ///< Completes all operations with `operation_aborted`.

    /// For `wait_closed()` and `wait_drained()`.
    [[nodiscard]] connection_state& connection() noexcept { return connection_; }

    // ---- for users

    [[nodiscard]] std::vector<room_ptr> rooms() const;
    [[nodiscard]] room_ptr find(std::string_view room_id) const;
    /// The state of the view: `ready` if it is up to date.
    [[nodiscard]] session_state state() const;
    [[nodiscard]] room_tracker_stats stats() const;
    [[nodiscard]] const std::shared_ptr<queue_type>& queue() const noexcept { return queue_; }

private:
    [[nodiscard]] std::mutex& mutex() const noexcept { return waits_->mutex(); }
    [[nodiscard]] bool is_writable();
    void notify_writable();
    void queue_changes();
    void end_view();

    const room_tracker_options options_;
    const std::shared_ptr<wait_group> waits_;
    wait_queue& writable_;
    connection_state connection_;
    const std::shared_ptr<queue_type> queue_;

    // Guarded by the mutex.
    room_reconciler reconciler_;
    std::uint64_t changes_ = 0;
    std::uint64_t synthesized_ = 0;
    std::uint64_t failed_requests_ = 0;
};

}  // namespace jellyfish::detail
