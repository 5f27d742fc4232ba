#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// Whether and when a notifier restores a session that was lost.
///
/// A session that was ready once is restored whatever it was lost by, and whatever the attempts
/// fail with: a server that is down or breaks the protocol, a name that does not resolve, a proxy
/// that responds to the upgrade with any status (redirects are reported and not followed), a
/// certificate that is not accepted (nothing is sent over such a connection, and a renewed
/// certificate or CA file heals it), files that cannot be read, descriptors, ports or memory that
/// have run out. The session has failed for good only
///
/// - at once, by what says that credentials, options or code of this client are wrong: a token
///   that the server refuses (`errc::authentication_refused`), `errc::invalid_option`,
///   `errc::invalid_address`, `errc::slow_consumer`, `errc::handler_failed`;
/// - when all addresses have responded to the upgrade with 401 or 403, and nothing else, for
///   `forbidden_time`;
/// - after `max_rounds`.
///
/// `connect()` fails after one round. With `retry_first_connect` it goes on as long as one of the
/// round's failures may pass: the name does not resolve, the port does not answer, the upgrade is
/// responded to with 404, 408, 425, 429 or 5xx, the server breaks the protocol. Other statuses, a
/// certificate that is not accepted, and TLS files that cannot be used (`errc::tls_configuration`)
/// let it fail, since nothing shows yet that the options are right.
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
    /// Returns whether sessions are restored.
    [[nodiscard]] bool enabled() const noexcept { return enabled_; }

    /// Greater than 0. Default: 0.5 s.
    reconnect_policy& base_delay(std::chrono::milliseconds value) {
        base_delay_ = value;
        return *this;
    }
    /// Returns the base delay.
    [[nodiscard]] std::chrono::milliseconds base_delay() const noexcept { return base_delay_; }

    /// At least `base_delay`. Default: 30 s.
    reconnect_policy& max_delay(std::chrono::milliseconds value) {
        max_delay_ = value;
        return *this;
    }
    /// Returns the maximum delay.
    [[nodiscard]] std::chrono::milliseconds max_delay() const noexcept { return max_delay_; }

    /// How many rounds are made before the session has failed for good; 0: without a limit.
    /// Default: 0.
    reconnect_policy& max_rounds(std::uint32_t value) {
        max_rounds_ = value;
        return *this;
    }
    /// Returns the limit of rounds.
    [[nodiscard]] std::uint32_t max_rounds() const noexcept { return max_rounds_; }

    /// How long a session must be ready until the next loss counts as the first. Default: 60 s.
    reconnect_policy& stable_time(std::chrono::milliseconds value) {
        stable_time_ = value;
        return *this;
    }
    /// Returns the stable time.
    [[nodiscard]] std::chrono::milliseconds stable_time() const noexcept { return stable_time_; }

    /// How long an upgrade that is responded to with 401 or 403 is repeated once a session was
    /// ready: a proxy in front of the server may respond so for a while. Then the session has
    /// failed for good. Counts from the first such response; any other outcome of an attempt
    /// begins it anew. 0: the first round of these ends it. Default: 3 min.
    reconnect_policy& forbidden_time(std::chrono::milliseconds value) {
        forbidden_time_ = value;
        return *this;
    }
    /// Returns the forbidden time.
    [[nodiscard]] std::chrono::milliseconds forbidden_time() const noexcept {
        return forbidden_time_;
    }

    /// Whether `connect()` goes on trying, too, instead of failing after one round. Default: no.
    reconnect_policy& retry_first_connect(bool value) {
        retry_first_connect_ = value;
        return *this;
    }
    /// Returns whether `connect()` is retried.
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
