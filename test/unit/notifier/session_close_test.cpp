#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <chrono>
#include <string>

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using jellyfish::errc;

namespace {

const auto open_phases =
    data::make({session_phase::authenticating, session_phase::subscribing, session_phase::ready});

void check_closed(session_harness& client, const std::string& detail) {
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(!client->end_code());
    BOOST_TEST(client->end_info().operation == "close");
    BOOST_TEST(client->end_info().address == session_harness::address);
    BOOST_TEST(client->end_info().detail == detail);
    BOOST_TEST(client.sent_text() == "nothing");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_close)

BOOST_AUTO_TEST_CASE(a_session_without_a_websocket_closes_at_once_and_sends_nothing) {
    session_harness client;
    client->close(client.now);
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(!client->end_code());
    BOOST_TEST(client.sent_bytes() == "");
}

BOOST_DATA_TEST_CASE(closing_sends_a_close_frame_and_waits_for_the_servers, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client->close(client.now);
    BOOST_TEST(client->phase() == session_phase::closing);
    BOOST_TEST(client.sent_text() == "close 03e8");
    client.feed(frame(op_close, close_payload(1000)));
    check_closed(client, "close code 1000");
}

BOOST_AUTO_TEST_CASE(pending_output_is_sent_before_the_close_frame) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(frame(op_ping, "x"));
    client->close(client.now);
    const auto frames = client.sent();
    BOOST_TEST_REQUIRE(frames.size() == 2U);
    BOOST_TEST(frames[0].opcode == +op_pong);
    BOOST_TEST(frames[1].opcode == +op_close);
}

BOOST_AUTO_TEST_CASE(closing_twice_sends_one_close_frame_and_does_not_extend_the_wait) {
    session_harness client;
    client.reach(session_phase::closing);
    client.pass(1s);
    client->close(client.now);
    BOOST_TEST(client.sent_text() == "nothing");
    BOOST_TEST((client.time_left() == session_harness::close_timeout - 1s));
}

BOOST_AUTO_TEST_CASE(notifications_in_flight_are_delivered_while_closing) {
    session_harness client;
    client.reach(session_phase::closing);
    client.feed(room_frame("a") + room_frame("b") + frame(op_close, close_payload(1000)) +
                room_frame("c"));
    BOOST_TEST_REQUIRE(client.received.size() == 2U);
    BOOST_TEST(room_id_of(client.received[0]) == "a");
    BOOST_TEST(room_id_of(client.received[1]) == "b");
    check_closed(client, "close code 1000");
}

BOOST_DATA_TEST_CASE(a_pending_subscription_may_be_confirmed_while_closing,
                     data::make({message(authenticated_bytes()),
                                 message(subscribe_response_bytes(1)), message(""),
                                 frame(op_ping, "x"), frame(op_pong, "")}),
                     bytes) {
    session_harness client;
    client.reach(session_phase::closing);
    client.feed(bytes);
    BOOST_TEST(client->phase() == session_phase::closing);
    BOOST_TEST(client.sent_text() == "nothing");  // Nothing may follow a close frame.
}

BOOST_AUTO_TEST_CASE(a_session_authenticated_while_closing_does_not_subscribe) {
    session_harness client;
    client.reach(session_phase::authenticating);
    client->close(client.now);
    client->outbound().clear();
    client.feed(message(authenticated_bytes()));
    BOOST_TEST(client->phase() == session_phase::closing);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_DATA_TEST_CASE(any_close_frame_of_the_server_completes_the_close,
                     data::make({frame(op_close, ""), frame(op_close, close_payload(1002)),
                                 frame(op_close, close_payload(1011, "oops"))}),
                     bytes) {
    session_harness client;
    client.reach(session_phase::closing);
    client.feed(bytes);
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(!client->end_code());
    BOOST_TEST(client.sent_text() == "nothing");  // Ours was sent before.
}

BOOST_AUTO_TEST_CASE(the_end_of_the_connection_completes_the_close) {
    session_harness client;
    client.reach(session_phase::closing);
    client.feed_end();
    check_closed(client, "");
}

BOOST_AUTO_TEST_CASE(a_connection_lost_while_closing_is_not_an_error) {
    session_harness client;
    client.reach(session_phase::closing);
    client.feed_end(boost::asio::error::connection_reset);
    check_closed(client, "");
}

BOOST_AUTO_TEST_CASE(the_wait_for_the_servers_close_is_bounded) {
    session_harness client;
    client.reach(session_phase::closing);
    BOOST_TEST((client.time_left() == session_harness::close_timeout));
    client.pass(1s);
    client.feed(room_frame("a"));  // Bytes do not extend the wait.
    client.pass_almost_to_deadline();
    BOOST_TEST(client->phase() == session_phase::closing);
    client.pass(1ms);
    check_closed(client, "the server did not complete the closing handshake in time");
}

BOOST_AUTO_TEST_CASE(an_abort_while_closing_is_not_an_error) {
    session_harness client;
    client.reach(session_phase::closing);
    client->abort(errc::slow_consumer, "full");
    check_closed(client, "full");
}

BOOST_AUTO_TEST_SUITE_END()
