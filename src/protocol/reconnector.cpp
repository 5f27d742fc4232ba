#include "protocol/reconnector.hpp"

#include "bounded_timeout.hpp"
#include "protocol/backoff.hpp"

namespace jellyfish::detail {

bool may_heal(const error_code& code, int status) noexcept {
    if (code == errc::upgrade_refused) {
        return status >= 500 || status == 404 || status == 408 || status == 425 || status == 429;
    }
    for (const errc each :
         {errc::resolve_failed, errc::connect_failed, errc::connect_timeout,
          errc::tls_handshake_failed, errc::malformed_upgrade, errc::authentication_timeout,
          errc::unexpected_message, errc::connection_lost, errc::closed_by_server,
          errc::idle_timeout, errc::websocket_protocol, errc::message_too_big,
          errc::malformed_message}) {
        if (code == each) return true;
    }
    return false;
}

namespace {

/// Whether a failure that does not heal is that of one server, and another may be better.
bool concerns_one_server(const error_code& code) noexcept {
    return code == errc::upgrade_refused || code == errc::certificate_untrusted ||
           code == errc::certificate_expired || code == errc::certificate_host_mismatch;
}

}  // namespace

void reconnector::ready(time_point now) noexcept {
    was_ready_ = true;
    ready_since_ = now;
}

std::optional<reconnector::attempt> reconnector::lost(const error_code& code, int status,
                                                      time_point now,
                                                      std::uint32_t random) noexcept {
    const bool heals = may_heal(code, status);
    if (!heals && !concerns_one_server(code)) return std::nullopt;
    if (ready_since_) {  // A session, not an attempt.
        if (!policy_.enabled()) return std::nullopt;
        if (now - *ready_since_ >= bounded_timeout(policy_.stable_time())) round_ = 0;
        ready_since_.reset();
        attempts_ = 0;
        return next_round(random);
    }
    hope_ = hope_ || heals;
    if (tried_ < addresses_) {
        ++tried_;
        ++attempts_;
        address_ = (address_ + 1) % addresses_;
        return attempt{address_, milliseconds(0)};
    }
    if (!hope_ || !policy_.enabled() || (!was_ready_ && !policy_.retry_first_connect()))
        return std::nullopt;
    address_ = (address_ + 1) % addresses_;  // Where the round began.
    return next_round(random);
}

std::optional<reconnector::attempt> reconnector::next_round(std::uint32_t random) noexcept {
    if (policy_.max_rounds() != 0 && round_ >= policy_.max_rounds()) return std::nullopt;
    ++round_;
    ++attempts_;
    tried_ = 1;
    hope_ = false;
    return attempt{address_,
                   backoff(policy_.base_delay(), policy_.max_delay()).wait(round_, random)};
}

}  // namespace jellyfish::detail
