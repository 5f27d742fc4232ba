#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace jellyfish::detail {

/// Lets some log lines pass, and counts the others: so many at once, and one a second in the long
/// run.
class log_throttle {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr unsigned burst = 10;
    static constexpr std::chrono::seconds interval{1};

    /// Whether a line may be written now: if so, how many could not since the last one.
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
