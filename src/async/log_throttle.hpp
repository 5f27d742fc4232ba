#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace jellyfish::detail {

/// Limits the rate of log lines: permits `burst` lines at once and one per `interval` on average,
/// and counts the suppressed ones.
class log_throttle {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr unsigned burst = 10;
    static constexpr std::chrono::seconds interval{1};

    /// Returns nothing if a line is suppressed; otherwise the number suppressed since the last.
    [[nodiscard]] std::optional<std::uint64_t> pass(time_point now) {
        const auto gained = (now - since_) / interval;
        if (gained >= burst) {
            left_ = burst;
            since_ = now;
        } else if (gained > 0) {
            left_ = left_ + static_cast<unsigned>(gained);
            if (left_ > burst) left_ = burst;
            since_ += gained * interval;
        }
        if (left_ == 0) {
            ++kept_back_;
            return std::nullopt;
        }
        --left_;
        const std::uint64_t count = kept_back_;
        kept_back_ = 0;
        return count;
    }

private:
    unsigned left_ = burst;
    time_point since_{};
    std::uint64_t kept_back_ = 0;
};

}  // namespace jellyfish::detail
