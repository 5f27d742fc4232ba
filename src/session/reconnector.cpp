#include "session/reconnector.hpp"

#include "async/backoff.hpp"
#include "async/bounded_timeout.hpp"

namespace jellyfish::detail {
namespace {

/// Whether a failure is caused by this client's credentials, options or code, so that no further
/// attempt can succeed.
bool is_own_fault(const error_code& code) noexcept {
    for (const errc each : {errc::authentication_refused, errc::invalid_address,
                            errc::invalid_option, errc::slow_consumer, errc::handler_failed}) {
        if (code == each) return true;
    }
    return false;
}

}  // namespace

bool is_retryable_first(const error_code& code, int status) noexcept {
    if (code == errc::upgrade_refused) {
        return status >= 500 || status == 404 || status == 408 || status == 425 || status == 429;
    }
    // The wrong server may respond in the place of one that is starting.
    return code == condition::retryable || code == condition::protocol_error ||
           code == errc::tls_handshake_failed;
}

void reconnector::ready(time_point since) noexcept {
    was_ready_ = true;
    ready_since_ = since;
    forbidden_since_.reset();
}

/// Whether to try again after this failure.
bool reconnector::is_retryable(const error_code& code, int status, time_point now) noexcept {
    const bool forbidden = code == errc::upgrade_refused && (status == 401 || status == 403);
    if (!forbidden) forbidden_since_.reset();
    // Until a session was ready, the address or the options may be wrong.
    if (!was_ready_) return is_retryable_first(code, status);
    if (!forbidden) return true;
    if (!forbidden_since_) forbidden_since_ = now;
    return now - *forbidden_since_ < bounded_timeout(policy_.forbidden_time());
}

std::optional<reconnector::attempt> reconnector::lost(const error_code& code, int status,
                                                      time_point now,
                                                      std::uint32_t random) noexcept {
    if (is_own_fault(code)) return std::nullopt;
    if (ready_since_) {  // A session was lost; otherwise an attempt failed.
        if (!policy_.enabled()) return std::nullopt;
        if (now - *ready_since_ >= bounded_timeout(policy_.stable_time())) round_ = 0;
        ready_since_.reset();
        attempts_ = 0;
        return next_round(random);
    }
    any_retryable_ = is_retryable(code, status, now) || any_retryable_;
    if (tried_ < addresses_) {
        ++tried_;
        ++attempts_;
        address_ = (address_ + 1) % addresses_;
        return attempt{address_, milliseconds(0)};
    }
    if (!any_retryable_ || !policy_.enabled() || (!was_ready_ && !policy_.retry_first_connect()))
        return std::nullopt;
    address_ = (address_ + 1) % addresses_;  // The first address of the round.
    return next_round(random);
}

std::optional<reconnector::attempt> reconnector::next_round(std::uint32_t random) noexcept {
    if (policy_.max_rounds() != 0 && round_ >= policy_.max_rounds()) return std::nullopt;
    ++round_;
    ++attempts_;
    tried_ = 1;
    any_retryable_ = false;
    return attempt{address_,
                   backoff(policy_.base_delay(), policy_.max_delay()).wait(round_, random)};
}

}  // namespace jellyfish::detail
