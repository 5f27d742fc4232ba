#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace jellyfish::detail {

/// Returns a user's timeout, limited to one year, so that adding it to a time cannot overflow.
[[nodiscard]] inline std::chrono::milliseconds bounded_timeout(
    std::chrono::milliseconds timeout) noexcept {
    return std::min<std::chrono::milliseconds>(timeout, std::chrono::hours(24 * 365));
}

/// Returns now plus `limit`, or nothing if that is out of the clock's range.
[[nodiscard]] inline std::optional<std::chrono::steady_clock::time_point> deadline_after(
    std::chrono::steady_clock::duration limit) noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (limit > std::chrono::steady_clock::time_point::max() - now) return std::nullopt;
    return now + limit;
}

}  // namespace jellyfish::detail
