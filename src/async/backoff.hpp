#pragma once

#include "async/bounded_timeout.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace jellyfish::detail {

/// The delay before a retry: exponential backoff with full jitter, so that clients that failed
/// together do not retry together.
class backoff {
public:
    using milliseconds = std::chrono::milliseconds;

    /// @param base The maximum delay before the first retry; doubles with each retry.
    /// @param cap The upper bound of all delays.
    backoff(milliseconds base, milliseconds cap) noexcept
        : base_(bounded_timeout(base)), cap_(bounded_timeout(cap)) {}

    /// Returns the maximum delay before the n-th retry, counted from 1.
    [[nodiscard]] milliseconds limit(std::uint32_t repetition) const noexcept {
        milliseconds longest = std::min(base_, cap_);
        for (std::uint32_t n = 1; n < repetition && longest < cap_; ++n)
            longest = longest > cap_ / 2 ? cap_ : longest * 2;
        return longest;
    }

    /// Returns a delay before the n-th retry, between 0 and its limit.
    /// @param random Random bits.
    [[nodiscard]] milliseconds wait(std::uint32_t repetition, std::uint32_t random) const noexcept {
        const auto longest = static_cast<double>(limit(repetition).count());
        return milliseconds(static_cast<milliseconds::rep>(longest * random / UINT32_MAX));
    }

private:
    milliseconds base_;
    milliseconds cap_;
};

}  // namespace jellyfish::detail
