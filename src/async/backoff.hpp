#pragma once

#include "async/bounded_timeout.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace jellyfish::detail {

/// How long to wait before one more try: exponential with full jitter, so that many clients that
/// failed together do not come back together.
class backoff {
public:
    using milliseconds = std::chrono::milliseconds;

    /// @param base The longest wait before the first repetition; it doubles with each.
    /// @param cap The longest wait of all.
    backoff(milliseconds base, milliseconds cap) noexcept
        : base_(bounded_timeout(base)), cap_(bounded_timeout(cap)) {}

    /// The longest wait before the n-th repetition, from 1 on.
    [[nodiscard]] milliseconds limit(std::uint32_t repetition) const noexcept {
        milliseconds longest = std::min(base_, cap_);
        for (std::uint32_t n = 1; n < repetition && longest < cap_; ++n)
            longest = longest > cap_ / 2 ? cap_ : longest * 2;
        return longest;
    }

    /// A wait before the n-th repetition, from 0 to its limit.
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
