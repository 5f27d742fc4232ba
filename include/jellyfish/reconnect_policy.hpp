#pragma once

#include <jellyfish/detail/config.hpp>

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// Whether and when a notifier restores a session that was lost.
///
/// A session that was ready once is restored regardless of why it was lost and why attempts fail:
/// the server is down or violates the protocol; the name does not resolve; a proxy responds to the
/// WebSocket handshake with any status (redirects are reported and not followed); the certificate
/// is rejected (nothing is sent over such a connection, and a renewed certificate or CA file
/// resolves the problem); files cannot be read; descriptors, ports or memory are exhausted. The
/// session fails permanently only
///
/// - immediately, if the credentials, options or code of this client are wrong: the server rejects
///   the token (`errc::authentication_refused`), `errc::invalid_option`, `errc::invalid_address`,
///   `errc::slow_consumer`, `errc::handler_failed`;
/// - if all addresses respond to the WebSocket handshake with 401 or 403, and nothing else, for
///   `forbidden_time`;
/// - after `max_rounds`.
///
/// `connect()` fails after one round. With `retry_first_connect` it continues while at least one
/// failure of the round is retryable: the name does not resolve, the port does not respond, the
/// WebSocket handshake response has the status 404, 408, 425, 429 or 5xx, or the server violates
/// the protocol. Other statuses, a rejected certificate and invalid TLS files
/// (`errc::tls_configuration`) are not retryable, since the options have not yet proved correct.
///
/// Before the n-th round of attempts, the notifier waits a random time between 0 and `base_delay` ·
/// 2ⁿ⁻¹, but at most `max_delay`, so that the clients of one server do not all reconnect at the
/// same time. A round tries each server address once, starting with the last one that worked. The
/// count of rounds restarts after a session that was ready for `stable_time`.
///
/// Setters return the object and can be chained. Each setter has a getter of the same name.
class reconnect_policy {
public:
    reconnect_policy() {}  // Not an aggregate: GCC 12 destroys those twice in co_await.

    /// Returns a policy that never restores a lost session.
    [[nodiscard]] static reconnect_policy never() { return reconnect_policy().enabled(false); }

    /// Whether lost sessions are restored. Default: yes.
    reconnect_policy& enabled(bool value) {
        enabled_ = value;
        return *this;
    }
    /// Returns whether sessions are restored.
    [[nodiscard]] bool enabled() const noexcept { return enabled_; }

    /// The maximum delay before the first round. Greater than 0. Default: 0.5 s.
    reconnect_policy& base_delay(std::chrono::milliseconds value) {
        base_delay_ = value;
        return *this;
    }
    /// Returns the base delay.
    [[nodiscard]] std::chrono::milliseconds base_delay() const noexcept { return base_delay_; }

    /// The maximum delay before any round. At least `base_delay`. Default: 30 s.
    reconnect_policy& max_delay(std::chrono::milliseconds value) {
        max_delay_ = value;
        return *this;
    }
    /// Returns the maximum delay.
    [[nodiscard]] std::chrono::milliseconds max_delay() const noexcept { return max_delay_; }

    /// The number of rounds after which the session fails permanently; 0 means unlimited.
    /// Default: 0.
    reconnect_policy& max_rounds(std::uint32_t value) {
        max_rounds_ = value;
        return *this;
    }
    /// Returns the maximum number of rounds.
    [[nodiscard]] std::uint32_t max_rounds() const noexcept { return max_rounds_; }

    /// How long a session must be ready before the count of rounds restarts. Default: 60 s.
    reconnect_policy& stable_time(std::chrono::milliseconds value) {
        stable_time_ = value;
        return *this;
    }
    /// Returns the stable time.
    [[nodiscard]] std::chrono::milliseconds stable_time() const noexcept { return stable_time_; }

    /// How long responses of 401 or 403 to the WebSocket handshake are retried after a session was
    /// ready, since a proxy in front of the server may send them temporarily. Then the session
    /// fails permanently. The time starts at the first such response; any other outcome of an
    /// attempt resets it. With 0, the first round of such responses fails the session. Default: 3
    /// min.
    reconnect_policy& forbidden_time(std::chrono::milliseconds value) {
        forbidden_time_ = value;
        return *this;
    }
    /// Returns the forbidden time.
    [[nodiscard]] std::chrono::milliseconds forbidden_time() const noexcept {
        return forbidden_time_;
    }

    /// Whether `connect()` retries as well, instead of failing after one round. Default: no.
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
