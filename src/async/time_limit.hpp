#pragma once

#include <chrono>

namespace jellyfish::detail {

/// Whether `time` is detected late because the process was stalled, for example because a user's
/// handler blocked the context. Meanwhile, received data was not read and pending data was not
/// sent.
[[nodiscard]] inline bool was_missed(std::chrono::steady_clock::time_point time,
                                     std::chrono::steady_clock::time_point now) noexcept {
    constexpr std::chrono::milliseconds usual_delay{50};
    return now - time > usual_delay;
}

/// A time limit for the remote side. If it expires while this process is stalled, that proves
/// nothing about the remote side, so the limit restarts. It restarts only once, so that a process
/// that is always late detects a silent remote side as well.
class time_limit {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = time_point::duration;

    void start(time_point now, duration limit) noexcept {
        limit_ = limit;
        at_ = now + limit;
        renewed_ = false;
    }

    /// Returns when the limit expires, unless it restarts then.
    [[nodiscard]] time_point at() const noexcept { return at_; }

    /// Whether the limit has expired. Restarts it if necessary.
    [[nodiscard]] bool is_expired(time_point now) noexcept {
        if (now < at_) return false;
        if (renewed_ || !was_missed(at_, now)) return true;
        renewed_ = true;
        at_ = now + limit_;
        return false;
    }

private:
    duration limit_{0};
    time_point at_;
    bool renewed_ = false;
};

}  // namespace jellyfish::detail
