#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/reconnect_policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace jellyfish::detail {

/// Whether a failure says that this client's credentials, options or code are wrong, so that no
/// attempt can heal it.
[[nodiscard]] bool is_own_fault(const error_code& code) noexcept;

/// Whether one more attempt may heal the failure to make a first session.
/// @param status The HTTP status that the upgrade was answered with, or 0.
[[nodiscard]] bool is_retryable_first(const error_code& code, int status) noexcept;

/// Decides when which server is tried, from `connect()` to the end, without any I/O: what happened
/// and the time go in.
class reconnector {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using milliseconds = std::chrono::milliseconds;

    /// What is to be tried next.
    struct attempt {
        std::size_t address = 0;  ///< Which of the server addresses.
        milliseconds wait{0};     ///< How long to wait before.

        bool operator==(const attempt&) const = default;
    };

    /// @param addresses How many server addresses there are. At least 1.
    reconnector(reconnect_policy policy, std::size_t addresses) noexcept
        : policy_(policy), addresses_(addresses) {}

    /// The attempt that is under way, or was made last.
    [[nodiscard]] std::size_t address() const noexcept { return address_; }

    /// How many attempts were made for the session that is wanted now.
    [[nodiscard]] std::uint32_t attempts() const noexcept { return attempts_; }

    /// The session is ready.
    void ready(time_point now) noexcept;

    /// The attempt has failed, or the session was lost: what to try next, or nothing when it has
    /// failed for good.
    /// @param random Random bits.
    [[nodiscard]] std::optional<attempt> lost(const error_code& code, int status, time_point now,
                                              std::uint32_t random) noexcept;

private:
    [[nodiscard]] bool is_retryable(const error_code& code, int status, time_point now) noexcept;
    [[nodiscard]] std::optional<attempt> next_round(std::uint32_t random) noexcept;

    reconnect_policy policy_;
    std::size_t addresses_;
    std::size_t address_ = 0;
    std::size_t tried_ = 1;    // Of this round; the first begins with connect().
    std::uint32_t round_ = 0;  // Rounds since connect(), or since a stable session.
    std::uint32_t attempts_ = 1;
    bool any_retryable_ = false;                 // That one of this round's failures heals.
    std::optional<time_point> forbidden_since_;  // 401 or 403, and nothing else since.
    bool was_ready_ = false;
    std::optional<time_point> ready_since_;
};

}  // namespace jellyfish::detail
