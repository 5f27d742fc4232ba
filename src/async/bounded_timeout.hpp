#pragma once

#include <algorithm>
#include <chrono>

namespace jellyfish::detail {

/// Returns a user's timeout, limited to one year, so that adding it to a time cannot overflow.
[[nodiscard]] inline std::chrono::milliseconds bounded_timeout(
    std::chrono::milliseconds timeout) noexcept {
    return std::min<std::chrono::milliseconds>(timeout, std::chrono::hours(24 * 365));
}

}  // namespace jellyfish::detail
