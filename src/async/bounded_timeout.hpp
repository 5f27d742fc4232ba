#pragma once

#include <algorithm>
#include <chrono>

namespace jellyfish::detail {

/// A user's timeout, cut to more than any use needs, and little enough to be added to a time.
[[nodiscard]] inline std::chrono::milliseconds bounded_timeout(
    std::chrono::milliseconds timeout) noexcept {
    return std::min<std::chrono::milliseconds>(timeout, std::chrono::hours(24 * 365));
}

}  // namespace jellyfish::detail
