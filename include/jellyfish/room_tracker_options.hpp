#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstddef>

namespace jellyfish {

/// How a `room_tracker` follows a server's rooms.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name.
class room_tracker_options {
public:
    room_tracker_options() {}  // User-provided: GCC 12 destroys aggregates in co_await twice.

    /// Whether changes are queued for `next()`. Disable this if only `rooms()` and `find()` are
    /// used: a full queue of changes stops updates of the view. Default: true.
    room_tracker_options& changes(bool value) {
        changes_ = value;
        return *this;
    }
    /// Returns whether changes are queued.
    [[nodiscard]] bool changes() const noexcept { return changes_; }

    /// The maximum number of queued changes. When it is reached, the tracker takes no more
    /// notifications until half of the changes have been taken; nothing is lost. The changes of one
    /// snapshot are queued together, even beyond the limit. At least 1. Default: 16 384.
    room_tracker_options& queue_limit(std::size_t value) {
        queue_limit_ = value;
        return *this;
    }
    /// Returns the queue limit.
    [[nodiscard]] std::size_t queue_limit() const noexcept { return queue_limit_; }

    /// How often to fetch all rooms, to detect what no notification reports: the addition or
    /// deletion of a component without tracks. 0: only after a reconnect and on
    /// `room_tracker::refresh()`. Default: 60 s.
    room_tracker_options& refresh_interval(std::chrono::milliseconds value) {
        refresh_interval_ = value;
        return *this;
    }
    /// Returns the refresh interval.
    [[nodiscard]] std::chrono::milliseconds refresh_interval() const noexcept {
        return refresh_interval_;
    }

private:
    bool changes_ = true;
    std::size_t queue_limit_ = 16'384;
    std::chrono::milliseconds refresh_interval_{60'000};
};

}  // namespace jellyfish
