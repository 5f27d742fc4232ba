#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <chrono>
#include <string>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using boost::system::error_code;
using jellyfish::errc;
using jellyfish::event_type;

namespace {

void check_end(session_harness& client, errc code, const std::string& operation,
               const std::string& detail) {
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(client->end_code() == error_code(code));
    BOOST_TEST(client->end_info().operation == operation);
    BOOST_TEST(client->end_info().address == session_harness::address);
    BOOST_TEST(client->end_info().detail == detail);
}

constexpr auto never_before = "the session closed too early";
const std::string silence = "no data from the server, not even after a ping";

}  // namespace

BOOST_AUTO_TEST_SUITE(session_time)

// ---- the steps to a ready session

BOOST_AUTO_TEST_CASE(the_upgrade_has_a_time_limit) {
    session_harness client;
    client.reach(session_phase::upgrading);
    BOOST_TEST((client.time_left() == session_harness::upgrade_timeout));
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == session_phase::upgrading, never_before);
    client.pass(1ms);
    check_end(client, errc::connect_timeout, "upgrade to WebSocket",
              "no response to the upgrade request");
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_response_that_trickles_in_does_not_extend_the_time_limit) {
    session_harness client;
    client.feed("HTTP/1.1 101");
    client.pass(session_harness::upgrade_timeout - 1ms);
    client.feed(" Switching");
    BOOST_TEST((client.time_left() == 1ms));
    client.pass(1ms);
    BOOST_TEST(client->end_code() == error_code(errc::connect_timeout));
}

BOOST_AUTO_TEST_CASE(authentication_has_a_time_limit) {
    session_harness client;
    client.pass(1s);
    client.reach(session_phase::authenticating);
    BOOST_TEST((client.time_left() == session_harness::authentication_timeout));
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == session_phase::authenticating, never_before);
    client.pass(1ms);
    check_end(client, errc::authentication_timeout, "authenticate", "no response to the token");
    BOOST_TEST(client.sent_text() == "close 03f0");
}

BOOST_AUTO_TEST_CASE(authentication_and_subscription_share_one_time_limit) {
    session_harness client;
    client.reach(session_phase::authenticating);
    client.pass(5s);
    client.feed(message(authenticated_bytes()));
    client->outbound().clear();
    BOOST_TEST((client.time_left() == session_harness::authentication_timeout - 5s));
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == session_phase::subscribing, never_before);
    client.pass(1ms);
    check_end(client, errc::authentication_timeout, "subscribe",
              "a subscription was not confirmed");
    BOOST_TEST(client.sent_text() == "close 03f0");
}

BOOST_AUTO_TEST_CASE(one_of_two_confirmations_is_not_enough) {
    session_harness client(session_harness::settings(both_events));
    client.reach(session_phase::subscribing);
    client.feed(message(subscribe_response_bytes(2)));
    client.pass_to_deadline();
    check_end(client, errc::authentication_timeout, "subscribe",
              "a subscription was not confirmed");
}

BOOST_DATA_TEST_CASE(pings_and_notifications_do_not_extend_a_step,
                     data::make({session_phase::authenticating, session_phase::subscribing}),
                     phase) {
    session_harness client;
    client.reach(phase);
    const auto deadline = client->deadline();
    client.pass(2s);
    client.feed(frame(op_ping, ""));
    if (phase == session_phase::subscribing) client.feed(room_frame("a"));
    BOOST_TEST((client->deadline() == deadline));
}

// ---- silence

BOOST_AUTO_TEST_CASE(a_ping_is_sent_to_a_silent_server) {
    session_harness client;
    client.pass(1s);
    client.reach(session_phase::ready);
    BOOST_TEST((client.time_left() == session_harness::idle_timeout));
    client.pass_almost_to_deadline();
    BOOST_TEST(client.sent_text() == "nothing");
    client.pass(1ms);
    BOOST_TEST(client->phase() == session_phase::ready, never_before);
    BOOST_TEST(client.sent_text() == "ping ");
    BOOST_TEST((client.time_left() == session::probe_timeout));
}

BOOST_AUTO_TEST_CASE(a_session_whose_ping_is_not_answered_is_dropped) {
    session_harness client;
    client.reach(session_phase::ready);
    client.pass_to_deadline();
    client->outbound().clear();
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == session_phase::ready, never_before);
    client.pass(1ms);
    check_end(client, errc::idle_timeout, "receive notifications", silence);
    BOOST_TEST(client.sent_text() == "close 03f0");
}

BOOST_AUTO_TEST_CASE(any_byte_counts_as_a_pong) {
    for (const std::string& bytes : {frame(op_pong, ""), room_frame("a").substr(0, 1)}) {
        session_harness client;
        client.reach(session_phase::ready);
        client.pass_to_deadline();
        client.feed(bytes);
        BOOST_TEST((client.time_left() == session_harness::idle_timeout));
    }
}

BOOST_AUTO_TEST_CASE(a_short_idle_timeout_does_not_extend_the_wait_for_a_pong) {
    auto settings = session_harness::settings();
    settings.idle_timeout = 100ms;
    session_harness client(settings);
    client.reach(session_phase::ready);
    client.pass_to_deadline();
    BOOST_TEST((client.time_left() == 100ms));
}

BOOST_DATA_TEST_CASE(any_byte_resets_the_idle_timeout,
                     data::make({frame(op_ping, ""), frame(op_pong, ""), room_frame("a"),
                                 message(""), room_frame("a").substr(0, 1)}),
                     bytes) {
    session_harness client;
    client.reach(session_phase::ready);
    client.pass(session_harness::idle_timeout - 1s);
    client.feed(bytes);
    BOOST_TEST((client.time_left() == session_harness::idle_timeout));
}

BOOST_AUTO_TEST_CASE(bytes_fed_again_do_not_reset_the_idle_timeout) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(room_frame("a") + room_frame("b").substr(0, 3));
    client.pass(30s);
    client.feed("");  // The caller feeds the incomplete bytes again.
    BOOST_TEST(client.unused.size() == 3U);
    BOOST_TEST((client.time_left() == session_harness::idle_timeout - 30s));
    client.feed(room_frame("b").substr(3, 1));
    BOOST_TEST((client.time_left() == session_harness::idle_timeout));
}

BOOST_AUTO_TEST_CASE(a_tick_before_the_deadline_changes_nothing) {
    session_harness client;
    client.reach(session_phase::ready);
    for (int i = 0; i < 74; ++i)
        client.pass(1s);
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client.sent_text() == "nothing");
    BOOST_TEST((client.time_left() == 1s));
}

// ---- the process is stopped

BOOST_DATA_TEST_CASE(a_time_limit_that_expires_while_the_process_is_stopped_restarts,
                     data::make({session_phase::upgrading, session_phase::authenticating,
                                 session_phase::subscribing, session_phase::closing}),
                     phase) {
    session_harness client;
    client.reach(phase);
    const auto limit = client.time_left();
    client.pass(10min);
    BOOST_TEST(client->phase() == phase, never_before);
    BOOST_TEST((client.time_left() == limit));
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == phase, never_before);
    client.pass(1ms);
    BOOST_TEST(client->phase() == session_phase::closed);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_always_late_still_detects_a_silent_server) {
    session_harness client;
    client.reach(session_phase::authenticating);
    client.pass(10min);
    client.pass(10min);
    BOOST_TEST(client->end_code() == error_code(errc::authentication_timeout));
}

BOOST_AUTO_TEST_CASE(the_time_limit_of_a_pong_starts_at_the_ping) {
    session_harness client;
    client.reach(session_phase::ready);
    client.pass(10min);
    BOOST_TEST(client.sent_text() == "ping ");
    BOOST_TEST((client.time_left() == session::probe_timeout));
    client.pass(10min);  // Nor does the next stall end it.
    BOOST_TEST(client->phase() == session_phase::ready, never_before);
    client.feed(frame(op_pong, ""));
    BOOST_TEST((client.time_left() == session_harness::idle_timeout));
}

BOOST_AUTO_TEST_CASE(a_subscriptions_time_limit_restarts_after_a_stall) {
    session_harness client;
    client.reach(session_phase::ready);
    client->subscribe(event_type::metrics, client.now);
    client.pass(session_harness::authentication_timeout + 1s);
    BOOST_TEST(client->phase() == session_phase::ready, never_before);
    BOOST_TEST((client.time_left() == session_harness::authentication_timeout));
    client.pass_to_deadline();
    BOOST_TEST(client->end_code() == error_code(errc::authentication_timeout));
}

// ---- subscribing on a live session

BOOST_AUTO_TEST_CASE(a_later_subscription_has_a_time_limit) {
    session_harness client;
    client.reach(session_phase::ready);
    client.pass(20s);
    client->subscribe(event_type::metrics, client.now);
    client->outbound().clear();
    BOOST_TEST((client.time_left() == session_harness::authentication_timeout));
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == session_phase::ready, never_before);
    client.pass(1ms);
    check_end(client, errc::authentication_timeout, "receive notifications",
              "a subscription was not confirmed");
    BOOST_TEST(client.sent_text() == "close 03f0");
}

BOOST_AUTO_TEST_CASE(a_confirmed_subscription_has_no_time_limit) {
    session_harness client;
    client.reach(session_phase::ready);
    client->subscribe(event_type::metrics, client.now);
    client.pass(1s);
    client.feed(message(subscribe_response_bytes(2)));
    BOOST_TEST((client.time_left() == session_harness::idle_timeout));
}

BOOST_AUTO_TEST_CASE(the_idle_timeout_may_expire_while_a_subscription_is_pending) {
    session_harness client;
    client.reach(session_phase::ready);
    client.pass(session_harness::idle_timeout - 1s);
    client->subscribe(event_type::metrics, client.now);
    BOOST_TEST((client.time_left() == 1s));
    client.pass_to_deadline();
    client.pass_to_deadline();
    check_end(client, errc::idle_timeout, "receive notifications", silence);
}

BOOST_AUTO_TEST_CASE(when_both_time_limits_expire_at_once_the_subscription_is_the_reason) {
    session_harness client;
    client.reach(session_phase::ready);
    client.pass(session_harness::idle_timeout - session_harness::authentication_timeout);
    client->subscribe(event_type::metrics, client.now);
    client.pass_to_deadline();
    check_end(client, errc::authentication_timeout, "receive notifications",
              "a subscription was not confirmed");
}

BOOST_AUTO_TEST_CASE(notifications_do_not_count_as_a_confirmation) {
    session_harness client;
    client.reach(session_phase::ready);
    client->subscribe(event_type::metrics, client.now);
    client.pass(session_harness::authentication_timeout - 1ms);
    client.feed(room_frame("a"));
    client.pass(1ms);
    check_end(client, errc::authentication_timeout, "receive notifications",
              "a subscription was not confirmed");
}

// ---- reading is paused

BOOST_AUTO_TEST_CASE(a_paused_session_sends_pings_and_is_not_dropped) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST((client.time_left() == session::keep_alive_interval));
        client.pass_almost_to_deadline();
        BOOST_TEST(client.sent_text() == "nothing");
        client.pass(1ms);
        BOOST_TEST(client.sent_text() == "pong ");
    }
    BOOST_TEST(client->phase() == session_phase::ready);
}

BOOST_AUTO_TEST_CASE(after_a_late_tick_the_next_ping_is_due_an_interval_later) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    client.pass(3 * session::keep_alive_interval);
    BOOST_TEST(client.sent_text() == "pong ");
    BOOST_TEST((client.time_left() == session::keep_alive_interval));
}

BOOST_AUTO_TEST_CASE(the_idle_timeout_restarts_after_a_pause) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    client.now += 10min;
    client->set_paused(false, client.now);
    BOOST_TEST((client.time_left() == session_harness::idle_timeout));
    client.pass_to_deadline();
    client.pass_to_deadline();
    BOOST_TEST(client->end_code() == error_code(errc::idle_timeout));
}

BOOST_AUTO_TEST_CASE(pausing_twice_does_not_delay_the_next_ping) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    client.pass(15s);
    client->set_paused(true, client.now);
    BOOST_TEST((client.time_left() == session::keep_alive_interval - 15s));
}

BOOST_AUTO_TEST_CASE(a_session_that_is_no_longer_paused_sends_no_ping) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    client->set_paused(false, client.now);
    client.pass(session::keep_alive_interval);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_pending_subscription_does_not_time_out_while_paused) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    client->subscribe(event_type::metrics, client.now);
    client->outbound().clear();
    for (int i = 0; i < 3; ++i)
        client.pass_to_deadline();
    client->set_paused(false, client.now);
    BOOST_TEST((client.time_left() == session_harness::authentication_timeout));
    client.feed(message(subscribe_response_bytes(2)));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client->subscribed(event_type::metrics));
}

BOOST_AUTO_TEST_CASE(a_paused_session_closes_in_time) {
    session_harness client;
    client.reach(session_phase::ready);
    client->set_paused(true, client.now);
    client->close(client.now);
    BOOST_TEST((client.time_left() == session_harness::close_timeout));
    client.pass_to_deadline();
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(!client->end_code());
}

BOOST_AUTO_TEST_SUITE_END()
