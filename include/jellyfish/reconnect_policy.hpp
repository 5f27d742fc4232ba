#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// Whether and when a notifier restores a session that was lost.
///
/// A session is restored after everything that may pass: a lost or half-open connection, a server
/// that closes or breaks the protocol, a name that does not resolve, a port that does not answer,
/// an upgrade answered with 404, 408, 425, 429 or 5xx. It is not restored after what a repetition
/// cannot heal: a refused token, options that cannot be used, `errc::slow_consumer`,
/// `errc::handler_failed`; nor when all addresses have another answer to the upgrade (403 among
/// them) or a certificate that is not accepted.
///
/// Before the n-th round of attempts the notifier waits a random time between 0 and `base_delay` ·
/// 2ⁿ⁻¹, of at most `max_delay`, so that many clients of one server do not come back at once. A
/// round tries each of the server addresses once, beginning with the one that worked last. Rounds
/// are counted anew after a session that was ready for `stable_time`.
///
/// Setters return the object; the same names without an argument read.
class reconnect_policy {
public:
    reconnect_policy() {}  // User-provided: an aggregate in an awaited call is destroyed twice.

    /// A session that is lost has failed for good.
    [[nodiscard]] static reconnect_policy never() { return reconnect_policy().enabled(false); }

    /// Whether sessions are restored at all. Default: yes.
    reconnect_policy& enabled(bool value) {
        enabled_ = value;
        return *this;
    }
    [[nodiscard]] bool enabled() const noexcept { return enabled_; }

    /// Greater than 0. Default: 0.5 s.
    reconnect_policy& base_delay(std::chrono::milliseconds value) {
        base_delay_ = value;
        return *this;
    }
    [[nodiscard]] std::chrono::milliseconds base_delay() const noexcept { return base_delay_; }

    /// At least `base_delay`. Default: 30 s.
    reconnect_policy& max_delay(std::chrono::milliseconds value) {
        max_delay_ = value;
        return *this;
    }
    [[nodiscard]] std::chrono::milliseconds max_delay() const noexcept { return max_delay_; }

    /// How many rounds are made before the session has failed for good; 0: without a limit.
    /// Default: 0.
    reconnect_policy& max_rounds(std::uint32_t value) {
        max_rounds_ = value;
        return *this;
    }
    [[nodiscard]] std::uint32_t max_rounds() const noexcept { return max_rounds_; }

    /// How long a session must be ready until the next loss counts as the first. Default: 60 s.
    reconnect_policy& stable_time(std::chrono::milliseconds value) {
        stable_time_ = value;
        return *this;
    }
    [[nodiscard]] std::chrono::milliseconds stable_time() const noexcept { return stable_time_; }

    /// How long an upgrade that is answered with 401 or 403 is repeated once a session was up: a
    /// proxy in front of the server may answer so for a while. Then the session has failed for
    /// good. 0: at once. Default: 3 min.
    reconnect_policy& forbidden_time(std::chrono::milliseconds value) {
        forbidden_time_ = value;
        return *this;
    }
    [[nodiscard]] std::chrono::milliseconds forbidden_time() const noexcept {
        return forbidden_time_;
    }

    /// Whether `connect()` goes on trying, too, instead of failing after one round. Default: no.
    reconnect_policy& retry_first_connect(bool value) {
        retry_first_connect_ = value;
        return *this;
    }
    [[nodiscard]] bool retry_first_connect() const noexcept { return retry_first_connect_; }

private:
    bool enabled_ = true;
    std::chrono::milliseconds base_delay_{500};
    std::chrono::milliseconds max_delay_{30'000};
    std::uint32_t max_rounds_ = 0;
    std::chrono::milliseconds stable_time_{60'000};
    std::chrono::milliseconds forbidden_time_{180'000};
    bool retry_first_connect_ = false;
};

}  // namespace jellyfish
