#pragma once

#include <chrono>

namespace jellyfish::detail {

/// Whether it is noticed late that a time has passed: whatever should have noticed it stood still,
/// as when a user's handler blocks the context. What has arrived meanwhile was not read, and what
/// was to be sent was not sent.
[[nodiscard]] inline bool was_missed(std::chrono::steady_clock::time_point time,
                                     std::chrono::steady_clock::time_point now) noexcept {
    constexpr std::chrono::milliseconds usual_delay{50};
    return now - time > usual_delay;
}

/// How long another side may take. A limit that runs out while this process stands still says
/// nothing about the other side, so it begins anew: once, so that a process that always is late
/// notices a silent one as well.
class time_limit {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = time_point::duration;

    void start(time_point now, duration limit) noexcept {
        limit_ = limit;
        at_ = now + limit;
        renewed_ = false;
    }

    /// When it runs out, unless it begins anew then.
    [[nodiscard]] time_point at() const noexcept { return at_; }

    /// Whether it has run out.
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
