#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// Whether and when a REST call is retried after a retryable failure.
///
/// All calls are retried after a response of 503, or if no connection could be established
/// (`errc::resolve_failed`, `errc::connect_failed`, `errc::connect_timeout`). Idempotent calls
/// (`GET`, `DELETE`) are also retried after a lost connection (`errc::connection_lost`) and after
/// a response of 500, 502 or 504, which a server that starts or stops, or a proxy in front of it,
/// may send. A call that fails with `errc::outcome_unknown` is never retried.
///
/// A retried `DELETE` may fail with `errc::not_found` because an earlier attempt succeeded; the
/// error then mentions this.
///
/// Before the n-th retry, the call waits a random time between 0 and `base_delay` · 2ⁿ⁻¹, but at
/// most `max_delay`. Setters return the object and can be chained. Each setter has a getter of the
/// same name.
class retry_policy {
public:
    retry_policy() {}  // Not an aggregate: GCC 12 destroys those twice in co_await.

    /// Returns a policy that never retries a call.
    [[nodiscard]] static retry_policy never() { return retry_policy().max_attempts(1); }

    /// The maximum number of attempts, including the first. At least 1. Default: 4.
    retry_policy& max_attempts(std::uint32_t value) {
        max_attempts_ = value;
        return *this;
    }
    /// Returns the maximum number of attempts.
    [[nodiscard]] std::uint32_t max_attempts() const noexcept { return max_attempts_; }

    /// The maximum delay before the first retry. Greater than 0. Default: 100 ms.
    retry_policy& base_delay(std::chrono::milliseconds value) {
        base_delay_ = value;
        return *this;
    }
    /// Returns the base delay.
    [[nodiscard]] std::chrono::milliseconds base_delay() const noexcept { return base_delay_; }

    /// The maximum delay before any retry. At least `base_delay`. Default: 5 s.
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
