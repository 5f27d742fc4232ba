#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstddef>

namespace jellyfish {

/// How a `room_tracker` follows a server's rooms.
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
class room_tracker_options {
public:
    room_tracker_options() {}  // User-provided: an aggregate in an awaited call is destroyed twice.

    /// Whether there are changes to be taken with `next()`. Turn it off where only `rooms()` and
    /// `find()` are used: changes that nobody takes would hold up the view. Default: on.
    room_tracker_options& changes(bool value) {
        changes_ = value;
        return *this;
    }
    /// Returns whether changes are queued.
    [[nodiscard]] bool changes() const noexcept { return changes_; }

    /// How many changes may wait to be taken. When as many do, the tracker takes no more
    /// notifications until half of them have been taken; nothing is lost. All that one snapshot
    /// brings is queued at once, even beyond the limit. At least 1. Default: 16 384.
    room_tracker_options& queue_limit(std::size_t value) {
        queue_limit_ = value;
        return *this;
    }
    /// Returns the queue limit.
    [[nodiscard]] std::size_t queue_limit() const noexcept { return queue_limit_; }

    /// How often all rooms are fetched anew, to see what no notification tells: a component without
    /// tracks that was added or deleted. 0: never, but after a reconnect and on
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
