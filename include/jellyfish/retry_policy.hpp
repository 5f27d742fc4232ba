#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// Whether and when a REST call is made again after a failure that may pass: an answer 503, no
/// connection (`errc::resolve_failed`, `errc::connect_failed`, `errc::connect_timeout`), or, when
/// the call may be repeated (`GET`, `DELETE`), a lost one (`errc::connection_lost`) or an answer
/// 500, 502 or 504, as a server gives while it starts or stops, and a proxy in front of it. A call
/// with `errc::outcome_unknown` never is, nor a `POST` after 500, 502 or 504.
///
/// A `DELETE` that is made again may find that the attempt before has deleted the thing: then it
/// fails with `errc::not_found`, and what is thrown says so.
///
/// Before the n-th repetition it waits a random time between 0 and `base_delay` · 2ⁿ⁻¹, of at most
/// `max_delay`. Setters return the object; the same names without an argument read.
class retry_policy {
public:
    retry_policy() {}  // User-provided: an aggregate in an awaited call is destroyed twice.

    /// No call is repeated.
    [[nodiscard]] static retry_policy never() { return retry_policy().max_attempts(1); }

    /// How often a call is made in all, the first time included. At least 1. Default: 4.
    retry_policy& max_attempts(std::uint32_t value) {
        max_attempts_ = value;
        return *this;
    }
    /// Returns the limit of attempts.
    [[nodiscard]] std::uint32_t max_attempts() const noexcept { return max_attempts_; }

    /// Greater than 0. Default: 100 ms.
    retry_policy& base_delay(std::chrono::milliseconds value) {
        base_delay_ = value;
        return *this;
    }
    /// Returns the base delay.
    [[nodiscard]] std::chrono::milliseconds base_delay() const noexcept { return base_delay_; }

    /// At least `base_delay`. Default: 5 s.
    retry_policy& max_delay(std::chrono::milliseconds value) {
        max_delay_ = value;
        return *this;
    }
    /// Returns the maximum delay.
    [[nodiscard]] std::chrono::milliseconds max_delay() const noexcept { return max_delay_; }

private:
    std::uint32_t max_attempts_ = 4;
    std::chrono::milliseconds base_delay_{100};
    std::chrono::milliseconds max_delay_{5'000};
};

}  // namespace jellyfish
