#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/reconnect_policy.hpp>

#include "model/names.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace jellyfish::detail {

/// Whether another attempt to establish the first session may succeed.
/// @param status The HTTP status of the response to the upgrade, or 0.
[[nodiscard]] bool is_retryable_first(const error_code& code, int status) noexcept;

/// Decides which address to connect to and when. Performs no I/O: events and the current time are
/// passed in.
class reconnector {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using milliseconds = std::chrono::milliseconds;

    /// The next attempt.
    struct attempt {
        std::size_t address = 0;  ///< The index of the server address.
        milliseconds wait{0};     ///< How long to wait before the attempt.

        bool operator==(const attempt&) const = default;
    };

    /// @param addresses The number of server addresses. At least 1.
    reconnector(reconnect_policy policy, std::size_t addresses) noexcept
        : policy_(policy), addresses_(addresses) {}

    /// The address of the current or most recent attempt.
    [[nodiscard]] std::size_t address() const noexcept { return address_; }

    /// The number of attempts made for the current session.
    [[nodiscard]] std::uint32_t attempts() const noexcept { return attempts_; }

    /// Whether any session was ready, which proves that the options are correct.
    [[nodiscard]] bool was_ready() const noexcept { return was_ready_; }

    /// A session was ready, since then.
    void ready(time_point since) noexcept;

    /// The attempt failed, or the session was lost. Returns the next attempt, or nothing if the
    /// failure is final.
    /// @param random Random bits.
    [[nodiscard]] std::optional<attempt> lost(const error_code& code, int status, time_point now,
                                              std::uint32_t random) noexcept;

private:
    [[nodiscard]] bool is_retryable(const error_code& code, int status, time_point now) noexcept;
    [[nodiscard]] std::optional<attempt> next_round(std::uint32_t random) noexcept;

    reconnect_policy policy_;
    std::size_t addresses_;
    std::size_t address_ = 0;
    std::size_t tried_ = 1;    // Addresses tried in this round; connect() begins the first one.
    std::uint32_t round_ = 0;  // Rounds since connect(), or since a stable session.
    std::uint32_t attempts_ = 1;
    bool any_retryable_ = false;                 // Any failure of this round is retryable.
    std::optional<time_point> forbidden_since_;  // Since when every failure is a 401 or 403.
    bool was_ready_ = false;
    std::optional<time_point> ready_since_;
};

}  // namespace jellyfish::detail
