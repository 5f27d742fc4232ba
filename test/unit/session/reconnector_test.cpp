#include "session/reconnector.hpp"

#include "data/random.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace jellyfish::detail {

std::ostream& operator<<(std::ostream& out, const reconnector::attempt& value) {
    return out << "address " << value.address << " in " << value.wait.count() << " ms";
}

}  // namespace jellyfish::detail

namespace {

using namespace std::chrono_literals;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::reconnect_policy;
using jellyfish::detail::is_retryable_first;
using jellyfish::detail::reconnector;
using attempt = reconnector::attempt;

// The random number that makes each delay the longest.
constexpr std::uint32_t longest = UINT32_MAX;

/// A reconnector with the test's own clock and random numbers.
struct driver {
    reconnector subject;
    reconnector::time_point now{1'000h};

    explicit driver(const reconnect_policy& policy = reconnect_policy(), std::size_t addresses = 1)
        : subject(policy, addresses) {}

    void ready_for(std::chrono::milliseconds time) {
        subject.ready(now);
        now += time;
    }

    std::optional<attempt> lost(errc code = errc::connection_lost, int status = 0,
                                std::uint32_t random = longest) {
        return subject.lost(code, status, now, random);
    }

    /// The delays before the next rounds when all attempts fail.
    std::vector<std::int64_t> waits(int rounds) {
        std::vector<std::int64_t> out;
        for (int n = 0; n < rounds; ++n) {
            const auto next = lost(errc::connect_failed);
            BOOST_REQUIRE(next.has_value());
            out.push_back(next->wait.count());
        }
        return out;
    }
};

const std::vector<std::int64_t> doubling{500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000};

}  // namespace

BOOST_AUTO_TEST_SUITE(reconnector)

BOOST_AUTO_TEST_CASE(a_failed_first_attempt_is_not_retried) {
    driver d;
    BOOST_TEST(!d.lost(errc::connect_failed).has_value());
}

BOOST_AUTO_TEST_CASE(a_failed_first_attempt_is_retried_if_the_policy_allows_it) {
    driver d(reconnect_policy().retry_first_connect(true));
    BOOST_TEST(d.waits(8) == doubling, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_lost_session_is_restored_with_delays_that_double_up_to_the_cap) {
    driver d;
    d.ready_for(0s);
    BOOST_TEST(d.waits(8) == doubling, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_delay_is_random_between_zero_and_its_limit) {
    constexpr std::uint32_t seed = 5;
    jellyfish::test::random_source random(seed);
    bool below_half = false;
    bool above_half = false;
    for (int n = 0; n < 100; ++n) {
        driver d;
        d.ready_for(0s);
        const auto wait = d.lost(errc::connection_lost, 0, random()).value().wait;
        BOOST_TEST((wait >= 0ms && wait <= 500ms));
        (wait < 250ms ? below_half : above_half) = true;
    }
    BOOST_TEST(below_half);
    BOOST_TEST(above_half);
}

BOOST_AUTO_TEST_CASE(the_backoff_starts_again_after_a_session_that_was_ready_for_a_minute) {
    for (const bool stable : {false, true}) {
        driver d;
        d.ready_for(0s);
        (void)d.waits(4);
        d.ready_for(stable ? 60s : 59s);
        BOOST_TEST(d.lost().value().wait.count() == (stable ? 500 : 8'000));
    }
}

BOOST_AUTO_TEST_CASE(without_reconnecting_a_lost_session_fails) {
    driver d(reconnect_policy::never());
    d.ready_for(60s);
    BOOST_TEST(!d.lost().has_value());
}

BOOST_AUTO_TEST_CASE(the_session_fails_after_the_last_round) {
    driver d(reconnect_policy().max_rounds(2));
    d.ready_for(0s);
    (void)d.waits(2);
    BOOST_TEST(!d.lost(errc::connect_failed).has_value());
}

BOOST_AUTO_TEST_CASE(an_error_that_is_not_retryable_fails_at_once) {
    driver d(reconnect_policy().retry_first_connect(true), 2);
    d.ready_for(0s);
    BOOST_TEST(!d.lost(errc::authentication_refused).has_value());
}

BOOST_AUTO_TEST_CASE(attempts_are_counted_per_session) {
    driver d;
    BOOST_TEST(d.subject.attempts() == 1U);
    d.ready_for(0s);
    (void)d.waits(3);
    BOOST_TEST(d.subject.attempts() == 3U);
    d.ready_for(0s);
    BOOST_TEST(d.subject.attempts() == 3U);
    (void)d.waits(1);
    BOOST_TEST(d.subject.attempts() == 1U);
}

// ---- several addresses

BOOST_AUTO_TEST_CASE(connect_tries_each_address_once_in_order) {
    driver d({}, 3);
    BOOST_TEST(d.subject.address() == 0U);
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{1, 0ms}));
    BOOST_TEST((d.lost(errc::resolve_failed) == attempt{2, 0ms}));
    BOOST_TEST(d.subject.attempts() == 3U);
    BOOST_TEST(!d.lost(errc::connect_failed).has_value());
}

BOOST_AUTO_TEST_CASE(a_round_begins_at_the_address_of_the_last_session) {
    driver d({}, 3);
    (void)d.lost(errc::connect_failed);
    d.ready_for(0s);  // At the second address.
    BOOST_TEST((d.lost() == attempt{1, 500ms}));
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{2, 0ms}));
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{0, 0ms}));
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{1, 1'000ms}));
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{2, 0ms}));
}

// ---- which errors of the first attempt are retryable

BOOST_AUTO_TEST_CASE(transient_errors_are_retryable) {
    for (const errc each :
         {errc::resolve_failed, errc::connect_failed, errc::connect_timeout,
          errc::tls_handshake_failed, errc::malformed_upgrade, errc::authentication_timeout,
          errc::unexpected_message, errc::connection_lost, errc::closed_by_server,
          errc::idle_timeout, errc::websocket_protocol, errc::message_too_big,
          errc::malformed_message})
        BOOST_TEST(is_retryable_first(each, 0), error_code(each).message());
}

BOOST_AUTO_TEST_CASE(errors_that_only_the_user_can_fix_are_not_retryable) {
    for (const errc each :
         {errc::authentication_refused, errc::invalid_address, errc::invalid_option,
          errc::certificate_untrusted, errc::certificate_expired, errc::certificate_host_mismatch,
          errc::tls_configuration, errc::slow_consumer, errc::handler_failed})
        BOOST_TEST(!is_retryable_first(each, 0), error_code(each).message());
    BOOST_TEST(!is_retryable_first(
        boost::system::errc::make_error_code(boost::system::errc::io_error), 0));
}

BOOST_AUTO_TEST_CASE(the_status_of_a_rejected_upgrade_decides) {
    for (const int status : {404, 408, 425, 429, 500, 502, 503, 504})
        BOOST_TEST(is_retryable_first(errc::upgrade_refused, status), status);
    for (const int status : {200, 301, 400, 401, 403, 405, 410, 426})
        BOOST_TEST(!is_retryable_first(errc::upgrade_refused, status), status);
}

BOOST_AUTO_TEST_CASE(another_server_may_accept_what_the_first_one_rejects) {
    driver d(reconnect_policy().retry_first_connect(true), 2);
    BOOST_TEST((d.lost(errc::certificate_expired) == attempt{1, 0ms}));
    // Another address may come back.
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{0, 500ms}));
    BOOST_TEST((d.lost(errc::upgrade_refused, 403) == attempt{1, 0ms}));
    BOOST_TEST(!d.lost(errc::certificate_expired).has_value());  // No address will.
}

// ---- after a session was ready

BOOST_AUTO_TEST_CASE(after_a_session_any_response_of_a_proxy_is_retried) {
    for (const int status :
         {200, 204, 301, 302, 307, 400, 404, 405, 410, 421, 426, 429, 500, 503}) {
        driver d;
        d.ready_for(0s);
        (void)d.lost();
        for (int n = 0; n < 100; ++n) {
            d.now += 1h;
            BOOST_TEST_REQUIRE(d.lost(errc::upgrade_refused, status).has_value(), status);
        }
    }
}

BOOST_AUTO_TEST_CASE(after_a_session_any_local_failure_is_retried) {
    using boost::system::errc::errc_t;
    driver d;
    d.ready_for(0s);
    (void)d.lost();
    for (const errc each : {errc::tls_configuration, errc::resolve_failed, errc::connect_failed,
                            errc::tls_handshake_failed, errc::certificate_untrusted,
                            errc::certificate_expired, errc::certificate_host_mismatch})
        BOOST_TEST(d.lost(each).has_value(), error_code(each).message());
    for (const errc_t each :
         {errc_t::too_many_files_open, errc_t::too_many_files_open_in_system,
          errc_t::not_enough_memory, errc_t::address_not_available, errc_t::no_buffer_space})
        BOOST_TEST(d.subject.lost(make_error_code(each), 0, d.now, longest).has_value());
}

BOOST_AUTO_TEST_CASE(after_a_session_a_client_error_fails_at_once) {
    for (const errc each : {errc::authentication_refused, errc::invalid_address,
                            errc::invalid_option, errc::slow_consumer, errc::handler_failed}) {
        driver lost_with_it;
        lost_with_it.ready_for(0s);
        BOOST_TEST(!lost_with_it.lost(each).has_value(), error_code(each).message());
        driver restored_with_it({}, 2);
        restored_with_it.ready_for(0s);
        (void)restored_with_it.lost();
        BOOST_TEST(!restored_with_it.lost(each).has_value(), error_code(each).message());
    }
}

BOOST_AUTO_TEST_CASE(forbidden_is_final_once_it_has_lasted_for_forbidden_time) {
    for (const int status : {401, 403}) {
        driver d;
        d.ready_for(0s);
        (void)d.lost();
        BOOST_TEST(d.lost(errc::upgrade_refused, status).has_value());
        d.now += 3min - 1ms;
        BOOST_TEST(d.lost(errc::upgrade_refused, 401).has_value());
        d.now += 1ms;
        BOOST_TEST(!d.lost(errc::upgrade_refused, status).has_value());
    }
}

BOOST_AUTO_TEST_CASE(any_other_outcome_restarts_forbidden_time) {
    driver d;
    d.ready_for(0s);
    (void)d.lost();
    BOOST_TEST(d.lost(errc::upgrade_refused, 403).has_value());
    d.now += 2min;
    BOOST_TEST(d.lost(errc::upgrade_refused, 503).has_value());
    d.now += 2min;
    BOOST_TEST(d.lost(errc::upgrade_refused, 403).has_value());
    d.now += 2min;
    d.ready_for(0s);
    (void)d.lost();
    d.now += 2min;
    BOOST_TEST(d.lost(errc::upgrade_refused, 403).has_value());
    d.now += 3min;
    BOOST_TEST(!d.lost(errc::upgrade_refused, 403).has_value());
}

BOOST_AUTO_TEST_CASE(forbidden_by_one_server_does_not_prevent_trying_another) {
    driver d(reconnect_policy().forbidden_time(0ms), 2);
    d.ready_for(0s);
    (void)d.lost();
    BOOST_TEST((d.lost(errc::upgrade_refused, 403) == attempt{1, 0ms}));
    BOOST_TEST((d.lost(errc::connect_failed) == attempt{0, 1'000ms}));
    BOOST_TEST((d.lost(errc::upgrade_refused, 403) == attempt{1, 0ms}));
    BOOST_TEST(!d.lost(errc::upgrade_refused, 401).has_value());
}

BOOST_AUTO_TEST_CASE(the_longest_forbidden_time_never_expires) {
    driver d(reconnect_policy().forbidden_time(std::chrono::milliseconds::max()));
    d.ready_for(0s);
    (void)d.lost();
    for (int n = 0; n < 10; ++n) {
        BOOST_TEST(d.lost(errc::upgrade_refused, 403).has_value());
        d.now += 24h;
    }
}

BOOST_AUTO_TEST_SUITE_END()
