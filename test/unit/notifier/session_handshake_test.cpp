#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using jellyfish::event_type;
using jellyfish::notification;
using jellyfish::room_created;

namespace {

const auto open_phases =
    data::make({session_phase::authenticating, session_phase::subscribing, session_phase::ready});

std::string binary_text(const std::string& bytes) { return "binary " + to_hex(bytes); }

std::vector<std::string> rooms_of(const std::vector<notification>& all) {
    std::vector<std::string> rooms;
    for (const notification& each : all)
        rooms.emplace_back(room_id_of(each));
    return rooms;
}

const std::vector<std::string> room_a = {"a"};

}  // namespace

BOOST_AUTO_TEST_SUITE(session_handshake)

// ---- the upgrade

BOOST_AUTO_TEST_CASE(a_session_begins_with_the_upgrade_request) {
    notification_session_parameters settings = session_harness::settings();
    settings.user_agent = "agent";
    settings.random = [n = 0U]() mutable { return n++; };
    session_harness client(settings);
    BOOST_TEST(client->phase() == session_phase::upgrading);
    BOOST_TEST(client.sent_bytes() ==
               "GET /socket/server/websocket HTTP/1.1\r\n"
               "Host: localhost:5002\r\n"
               "User-Agent: agent\r\n"
               "Upgrade: websocket\r\n"
               "Connection: Upgrade\r\n"
               "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
               "Sec-WebSocket-Version: 13\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(prefix_and_ipv6_address_are_in_the_request_and_in_messages) {
    notification_session_parameters settings = session_harness::settings();
    settings.address = {"::1", 443, "/media"};
    settings.scheme = "wss";
    session_harness client(settings);
    const std::string request = client.sent_bytes();
    BOOST_TEST(request.starts_with("GET /media/socket/server/websocket HTTP/1.1\r\n"));
    BOOST_TEST(request.find("\r\nHost: [::1]\r\n") != std::string::npos);
    BOOST_TEST(client->end_info().address == "wss://[::1]:443/media/socket/server/websocket");
}

BOOST_AUTO_TEST_CASE(two_sessions_send_two_keys) {
    notification_session_parameters settings = session_harness::settings();
    settings.random = random_source(5);
    session_harness first(settings);
    settings.random = random_source(6);
    session_harness second(settings);
    BOOST_TEST(first.sent_bytes() != second.sent_bytes());
}

BOOST_AUTO_TEST_CASE(the_token_is_sent_once_the_upgrade_is_accepted) {
    session_harness client;
    client.feed(upgrade_response(client.sent_bytes()));
    BOOST_TEST(client->phase() == session_phase::authenticating);
    BOOST_TEST(client.sent_text() == binary_text(auth_request_bytes("development")));
}

BOOST_AUTO_TEST_CASE(an_empty_token_is_sent_as_an_empty_token) {
    notification_session_parameters settings = session_harness::settings();
    settings.token.clear();
    session_harness client(settings);
    client.feed(upgrade_response(client.sent_bytes()));
    BOOST_TEST(client.sent_text() == binary_text(auth_request_bytes("")));
}

BOOST_AUTO_TEST_CASE(frames_are_masked_with_the_random_numbers) {
    notification_session_parameters settings = session_harness::settings();
    settings.random = [n = 0U]() mutable { return n++; };
    session_harness client(settings);
    client.feed(upgrade_response(client.sent_bytes()));
    BOOST_TEST(client.sent().at(0).mask == 16U);  // The key took the first 16.
    client.feed(message(authenticated_bytes()));
    BOOST_TEST(client.sent().at(0).mask == 17U);
}

// ---- authentication and subscriptions

BOOST_AUTO_TEST_CASE(server_notifications_are_subscribed_to_once_authenticated) {
    session_harness client;
    client.reach(session_phase::authenticating);
    client.feed(message(authenticated_bytes()));
    BOOST_TEST(client->phase() == session_phase::subscribing);
    BOOST_TEST(client.sent_text() == binary_text(subscribe_request_bytes(1)));
    BOOST_TEST(!client->subscribed(event_type::server_notification));
    client.feed(message(subscribe_response_bytes(1)));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client->subscribed(event_type::server_notification));
    BOOST_TEST(!client->subscribed(event_type::metrics));
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(metrics_alone_can_be_subscribed_to) {
    session_harness client(session_harness::settings({event_type::metrics}));
    client.reach(session_phase::authenticating);
    client.feed(message(authenticated_bytes()));
    BOOST_TEST(client.sent_text() == binary_text(subscribe_request_bytes(2)));
    client.feed(message(subscribe_response_bytes(2)));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client->subscribed(event_type::metrics));
    BOOST_TEST(!client->subscribed(event_type::server_notification));
}

BOOST_DATA_TEST_CASE(both_subscriptions_are_confirmed_in_any_order, data::make({1U, 2U}), first) {
    session_harness client(session_harness::settings(both_events));
    client.reach(session_phase::authenticating);
    client.feed(message(authenticated_bytes()));
    const std::vector<client_frame> requests = client.sent();
    BOOST_TEST_REQUIRE(requests.size() == 2U);
    BOOST_TEST(requests[0].payload == subscribe_request_bytes(1));
    BOOST_TEST(requests[1].payload == subscribe_request_bytes(2));
    client.feed(message(subscribe_response_bytes(first)));
    BOOST_TEST(client->phase() == session_phase::subscribing);
    client.feed(message(subscribe_response_bytes(3 - first)));
    BOOST_TEST(client->phase() == session_phase::ready);
}

BOOST_AUTO_TEST_CASE(the_same_confirmation_twice_does_not_stand_for_the_other) {
    session_harness client(session_harness::settings(both_events));
    client.reach(session_phase::subscribing);
    client.feed(message(subscribe_response_bytes(1)) + message(subscribe_response_bytes(1)));
    BOOST_TEST(client->phase() == session_phase::subscribing);
}

BOOST_AUTO_TEST_CASE(a_confirmation_of_an_unknown_event_type_is_ignored) {
    session_harness client;
    client.reach(session_phase::subscribing);
    client.feed(message(subscribe_response_bytes(7)));
    BOOST_TEST(client->phase() == session_phase::subscribing);
    client.feed(message(subscribe_response_bytes(1)) + message(subscribe_response_bytes(8)));
    BOOST_TEST(client->phase() == session_phase::ready);
}

BOOST_AUTO_TEST_CASE(a_notification_between_two_confirmations_is_delivered) {
    session_harness client(session_harness::settings(both_events));
    client.reach(session_phase::subscribing);
    client.feed(message(subscribe_response_bytes(1)) + room_frame("a"));
    BOOST_TEST(client->phase() == session_phase::subscribing);
    BOOST_TEST(rooms_of(client.received) == room_a, boost::test_tools::per_element());
    client.feed(message(subscribe_response_bytes(2)));
    BOOST_TEST(client->phase() == session_phase::ready);
}

BOOST_AUTO_TEST_CASE(a_notification_before_the_first_confirmation_is_delivered) {
    session_harness client;
    client.reach(session_phase::subscribing);
    client.feed(room_frame("a") + message(subscribe_response_bytes(1)));
    BOOST_TEST(rooms_of(client.received) == room_a, boost::test_tools::per_element());
    BOOST_TEST(client->phase() == session_phase::ready);
}

BOOST_AUTO_TEST_CASE(without_subscriptions_a_session_is_ready_once_authenticated) {
    session_harness client(session_harness::settings({}));
    client.reach(session_phase::authenticating);
    client.feed(message(authenticated_bytes()));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(the_first_frames_may_come_with_the_upgrade_response) {
    session_harness client;
    client.feed(upgrade_response(client.sent_bytes()) + message(authenticated_bytes()) +
                message(subscribe_response_bytes(1)) + room_frame("a"));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(rooms_of(client.received) == room_a, boost::test_tools::per_element());
    const std::vector<client_frame> frames = client.sent();
    BOOST_TEST_REQUIRE(frames.size() == 2U);
    BOOST_TEST(frames[0].payload == auth_request_bytes("development"));
    BOOST_TEST(frames[1].payload == subscribe_request_bytes(1));
}

BOOST_AUTO_TEST_CASE(a_session_closed_by_the_bytes_that_made_it_ready_was_ready) {
    session_harness client;
    client.reach(session_phase::subscribing);
    BOOST_TEST(!client->was_ready());
    client.feed(message(subscribe_response_bytes(1)) + frame(op_close, ""));
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(client->was_ready());
}

BOOST_AUTO_TEST_CASE(a_session_closed_earlier_was_not_ready) {
    session_harness client;
    client.reach(session_phase::subscribing);
    client.feed(frame(op_close, ""));
    BOOST_TEST(!client->was_ready());
}

// ---- subscribing on a live session

BOOST_AUTO_TEST_CASE(a_subscription_can_be_added_to_a_live_session) {
    session_harness client;
    client.reach(session_phase::ready);
    client->subscribe(event_type::metrics, client.now);
    BOOST_TEST(client.sent_text() == binary_text(subscribe_request_bytes(2)));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(!client->subscribed(event_type::metrics));
    client.feed(room_frame("a") + message(subscribe_response_bytes(2)));
    BOOST_TEST(client->subscribed(event_type::metrics));
    BOOST_TEST(client.received.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_subscription_is_requested_once) {
    session_harness client;
    client.reach(session_phase::ready);
    client->subscribe(event_type::server_notification, client.now);
    BOOST_TEST(client.sent_text() == "nothing");
    client->subscribe(event_type::metrics, client.now);
    client->subscribe(event_type::metrics, client.now);
    BOOST_TEST(client.sent_text() == binary_text(subscribe_request_bytes(2)));
}

BOOST_DATA_TEST_CASE(subscribing_affects_only_a_ready_session,
                     data::make({session_phase::upgrading, session_phase::authenticating,
                                 session_phase::subscribing, session_phase::closing}),
                     phase) {
    session_harness client;
    client.reach(phase);
    client->subscribe(event_type::metrics, client.now);
    BOOST_TEST(client.sent_text() == "nothing");
    BOOST_TEST(client->phase() == phase);
}

BOOST_AUTO_TEST_CASE(a_confirmation_of_a_confirmed_subscription_changes_nothing) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(message(subscribe_response_bytes(1)));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client.sent_text() == "nothing");
}

// ---- what every server may send

BOOST_DATA_TEST_CASE(a_ping_is_answered_with_its_payload,
                     open_phases* data::make({std::string(), std::string("x"),
                                              std::string(125, 'p')}),
                     phase, payload) {
    session_harness client;
    client.reach(phase);
    client.feed(frame(op_ping, payload));
    BOOST_TEST(client.sent_text() == "pong " + to_hex(payload));
    BOOST_TEST(client->phase() == phase);
}

BOOST_AUTO_TEST_CASE(pings_are_answered_in_order) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(frame(op_ping, "1") + frame(op_ping, "2") + frame(op_ping, "3"));
    const std::vector<client_frame> pongs = client.sent();
    BOOST_TEST_REQUIRE(pongs.size() == 3U);
    for (std::size_t i = 0; i < 3; ++i)
        BOOST_TEST(pongs[i].payload == std::to_string(i + 1));
}

BOOST_AUTO_TEST_CASE(only_the_latest_ping_of_a_server_that_does_not_read_is_answered) {
    session_harness client;
    client.reach(session_phase::ready);
    for (int i = 0; i < 10'000; ++i)
        client.feed(frame(op_ping, "ping " + std::to_string(i)));
    BOOST_TEST(client->outbound().size() <= session::outbound_limit + 131);
    const std::vector<client_frame> early = client.sent();
    BOOST_TEST(early.front().payload == "ping 0");
    BOOST_TEST(client.sent_text() == "pong " + to_hex("ping 9999"));
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(an_older_pong_never_follows_a_newer_one) {
    session_harness client;
    client.reach(session_phase::ready);
    while (client->outbound().size() < session::outbound_limit)
        client.feed(frame(op_ping, ""));
    client.feed(frame(op_ping, "older"));
    client->outbound().clear();
    client.feed(frame(op_ping, "newer"));
    BOOST_TEST(client.sent_text() == "pong " + to_hex("newer"));
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(no_late_pong_follows_the_close_frame) {
    session_harness client;
    client.reach(session_phase::ready);
    while (client->outbound().size() < session::outbound_limit)
        client.feed(frame(op_ping, ""));
    client.feed(frame(op_ping, "late"));
    client->close(client.now);
    BOOST_TEST(client.sent().back().opcode == +op_close);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_DATA_TEST_CASE(a_pong_changes_nothing, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client.feed(frame(op_pong, "unasked"));
    BOOST_TEST(client->phase() == phase);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_DATA_TEST_CASE(a_message_without_content_is_counted_and_ignored, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client.feed(message("") + message(""));
    BOOST_TEST(client->ignored() == 2U);
    BOOST_TEST(client->phase() == phase);
    BOOST_TEST(client.received.empty());
}

BOOST_AUTO_TEST_CASE(unknown_content_is_delivered_unchanged) {
    session_harness client;
    client.reach(session_phase::ready);
    const std::string bytes = bytes_field(99, bytes_field(1, "later"));
    client.feed(message(bytes));
    BOOST_TEST_REQUIRE(client.received.size() == 1U);
    BOOST_TEST(client.received[0] == notification(jellyfish::unknown_notification{bytes}));
    BOOST_TEST(client->ignored() == 0U);
}

BOOST_AUTO_TEST_CASE(every_kind_of_notification_is_delivered_in_order) {
    session_harness client;
    client.reach(session_phase::ready);
    std::string bytes;
    for (const notification& each : sample_notifications())
        bytes += message(notification_bytes(each));
    client.feed(bytes);
    BOOST_TEST(client.received == sample_notifications(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_fragmented_message_with_a_ping_between_is_delivered_whole) {
    session_harness client;
    client.reach(session_phase::ready);
    const std::string bytes = notification_bytes(room_created{"a"});
    client.feed(frame(op_binary, bytes.substr(0, 2), false) + frame(op_ping, "x") +
                frame(op_continuation, bytes.substr(2, 1), false) +
                frame(op_continuation, bytes.substr(3)));
    BOOST_TEST(rooms_of(client.received) == room_a, boost::test_tools::per_element());
    BOOST_TEST(client.sent_text() == "pong 78");
}

BOOST_AUTO_TEST_SUITE_END()
