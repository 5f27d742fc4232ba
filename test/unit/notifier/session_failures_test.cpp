#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using boost::system::error_code;
using jellyfish::errc;
using jellyfish::event_type;

namespace {

constexpr std::size_t max_message_size = 1'000;

/// A protocol violation by a server, and its expected result.
struct fault {
    const char* name;
    std::string bytes;
    errc code;
    const char* detail;
    const char* reported;  // The payload of the close frame.
};

std::ostream& operator<<(std::ostream& out, const fault& value) { return out << value.name; }

constexpr const char* protocol_error = "close 03ea";
constexpr const char* unsupported_data = "close 03eb";
constexpr const char* invalid_payload = "close 03ef";
constexpr const char* policy_violation = "close 03f0";
constexpr const char* too_big = "close 03f1";

constexpr const char* no_place = "a message not allowed in this phase of the session";
constexpr const char* unrequested_confirmation =
    "a confirmation of a subscription that was not requested";

std::string raw(std::string_view hex) { return from_hex(hex); }

/// Invalid in every phase.
std::vector<fault> faults() {
    using enum errc;
    const std::string big(max_message_size + 1, 'x');
    return {
        {"text", frame(op_text, "hi"), unexpected_message, "a text message", unsupported_data},
        {"text that is not UTF-8", frame(op_text, "\xff"), websocket_protocol,
         "a text message that is not UTF-8", invalid_payload},
        {"reserved bit", raw("c200"), websocket_protocol, "a frame with a reserved bit set",
         protocol_error},
        {"masked frame", raw("828000000000"), websocket_protocol, "a masked frame from a server",
         protocol_error},
        {"reserved opcode", frame(3, ""), websocket_protocol, "a frame with a reserved opcode",
         protocol_error},
        {"reserved control opcode", frame(11, ""), websocket_protocol,
         "a frame with a reserved opcode", protocol_error},
        {"continuation of nothing", frame(op_continuation, "x"), websocket_protocol,
         "a continuation frame without a message", protocol_error},
        {"message inside a message", frame(op_binary, "x", false) + frame(op_binary, "x"),
         websocket_protocol, "a message inside a fragmented message", protocol_error},
        {"fragmented ping", frame(op_ping, "x", false), websocket_protocol,
         "a fragmented control frame", protocol_error},
        {"long ping", frame(op_ping, std::string(126, 'x')), websocket_protocol,
         "a control frame longer than 125 bytes", protocol_error},
        {"padded length", frame(op_binary, "x", true, length_form::bits_16), websocket_protocol,
         "a length that is not minimally encoded", protocol_error},
        {"negative length", raw("827f8000000000000000"), websocket_protocol,
         "a length with its top bit set", protocol_error},
        {"close with half a code", frame(op_close, "\x03"), websocket_protocol,
         "a close frame with an incomplete code", protocol_error},
        {"close with a forbidden code", frame(op_close, close_payload(1005)), websocket_protocol,
         "a close frame with an invalid code", protocol_error},
        {"close with a reason that is not UTF-8", frame(op_close, close_payload(1000, "\xff")),
         websocket_protocol, "a close reason that is not UTF-8", invalid_payload},
        {"garbage", message("\xff\xff\xff"), malformed_message, "a message of 3 bytes",
         invalid_payload},
        {"cut message", message(raw("520a")), malformed_message, "a message of 2 bytes",
         invalid_payload},
        {"a string that is not UTF-8", message(bytes_field(10, bytes_field(1, "\xff"))),
         malformed_message, "a message of 5 bytes", invalid_payload},
        {"too big", frame(op_binary, big), message_too_big, "over 1000 bytes", too_big},
        {"too big in fragments",
         frame(op_binary, big.substr(500), false) + frame(op_continuation, big.substr(501)),
         message_too_big, "over 1000 bytes", too_big},
        {"too big text", frame(op_text, big), message_too_big, "over 1000 bytes", too_big},
        {"auth_request", message(auth_request_bytes("x")), unexpected_message, no_place,
         policy_violation},
        {"subscribe_request", message(subscribe_request_bytes(1)), unexpected_message, no_place,
         policy_violation},
    };
}

/// Invalid once the session is authenticated.
std::vector<fault> later_faults() {
    using enum errc;
    return {
        {"authenticated twice", message(authenticated_bytes()), unexpected_message, no_place,
         policy_violation},
        {"confirmation of metrics", message(subscribe_response_bytes(2)), unexpected_message,
         unrequested_confirmation, policy_violation},
        {"confirmation of type 0", message(bytes_field(9, "")), unexpected_message,
         unrequested_confirmation, policy_violation},
    };
}

/// Invalid until the token is accepted.
std::vector<fault> early_faults() {
    using enum errc;
    constexpr const char* early = "a notification before authentication";
    return {
        {"notification", room_frame("a"), unexpected_message, early, policy_violation},
        {"unknown notification", message(bytes_field(99, "")), unexpected_message, early,
         policy_violation},
        {"confirmation", message(subscribe_response_bytes(1)), unexpected_message, no_place,
         policy_violation},
    };
}

const auto open_phases =
    data::make({session_phase::authenticating, session_phase::subscribing, session_phase::ready});

std::string operation_of(session_phase phase) {
    switch (phase) {
        case session_phase::upgrading:
            return "upgrade to WebSocket";
        case session_phase::authenticating:
            return "authenticate";
        case session_phase::subscribing:
            return "subscribe";
        case session_phase::ready:
            return "receive notifications";
        default:
            return "close";
    }
}

notification_session_parameters strict_settings() {
    notification_session_parameters settings = session_harness::settings();
    settings.max_message_size = max_message_size;
    return settings;
}

/// For a server with which no session has succeeded yet.
notification_session_parameters new_server_settings() {
    notification_session_parameters settings = session_harness::settings();
    settings.known_server = false;
    return settings;
}

bool suggests(const std::string& detail, const std::string& what) {
    return detail.find(what) != std::string::npos;
}

void check_end(session_harness& client, const error_code& code, const std::string& operation,
               const std::string& detail) {
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(client->end_code() == code);
    BOOST_TEST(client->end_info().operation == operation);
    BOOST_TEST(client->end_info().address == session_harness::address);
    BOOST_TEST(client->end_info().detail == detail);
    BOOST_TEST(describe(client->end_code(), client->end_info()).find("development") ==
               std::string::npos);
}

void check_fault(session_phase phase, const fault& what) {
    session_harness client(strict_settings());
    client.reach(phase);
    client.feed(what.bytes);
    check_end(client, what.code, operation_of(phase), what.detail);
    BOOST_TEST(client->end_info().status == 0);
    BOOST_TEST(client.sent_text() == what.reported);
    BOOST_TEST(client.received.empty());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(session_failures, quiet_protobuf)

// ---- invalid messages from the server

BOOST_DATA_TEST_CASE(a_fault_closes_the_session_and_is_reported_to_the_server,
                     open_phases* data::make(faults()), phase, what) {
    check_fault(phase, what);
}

BOOST_DATA_TEST_CASE(a_fault_closes_an_authenticated_session,
                     data::make({session_phase::subscribing, session_phase::ready}) *
                         data::make(later_faults()),
                     phase, what) {
    check_fault(phase, what);
}

BOOST_DATA_TEST_CASE(a_fault_before_authentication_closes_the_session, data::make(early_faults()),
                     what) {
    check_fault(session_phase::authenticating, what);
}

BOOST_DATA_TEST_CASE(a_fault_after_our_close_is_not_an_error, data::make(faults()), what) {
    session_harness client(strict_settings());
    client.reach(session_phase::closing);
    client.feed(what.bytes);
    BOOST_TEST(!client->end_code());
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_message_that_is_too_big_is_rejected_at_its_header) {
    session_harness client(strict_settings());
    client.reach(session_phase::ready);
    client.feed(frame(op_binary, std::string(max_message_size + 1, 'x')).substr(0, 4));
    BOOST_TEST(client->end_code() == error_code(errc::message_too_big));
}

BOOST_AUTO_TEST_CASE(a_message_of_exactly_the_limit_is_accepted) {
    session_harness client(strict_settings());
    client.reach(session_phase::ready);
    client.feed(message(bytes_field(99, std::string(max_message_size - 4, 'x'))));
    BOOST_TEST(client.received.size() == 1U);
}

BOOST_AUTO_TEST_CASE(notifications_before_a_fault_are_delivered_and_later_ones_are_not) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(room_frame("a") + frame(op_ping, "x") + frame(op_text, "") + room_frame("b"));
    BOOST_TEST_REQUIRE(client.received.size() == 1U);
    BOOST_TEST(room_id_of(client.received[0]) == "a");
    const std::vector<client_frame> frames = client.sent();
    BOOST_TEST_REQUIRE(frames.size() == 2U);
    BOOST_TEST(frames[0].opcode == +op_pong);
    BOOST_TEST(frames[1].opcode == +op_close);
}

// ---- the server closes

BOOST_DATA_TEST_CASE(a_close_frame_closes_the_session_and_is_echoed_with_its_code,
                     open_phases* data::make({1000U, 1001U, 1002U, 1003U, 1007U, 1011U, 1014U,
                                              3000U, 4999U}),
                     phase, code) {
    session_harness client;
    client.reach(phase);
    client.feed(frame(op_close, close_payload(code)));
    check_end(client, errc::closed_by_server, operation_of(phase),
              "close code " + std::to_string(code));
    BOOST_TEST(client.sent_text() == "close " + to_hex(close_payload(code)));
}

BOOST_DATA_TEST_CASE(the_reason_of_a_close_frame_is_reported, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client.feed(frame(op_close, close_payload(1003, "operation not allowed")));
    check_end(client, errc::closed_by_server, operation_of(phase),
              "close code 1003: operation not allowed");
    BOOST_TEST(client.sent_text() == unsupported_data);
}

BOOST_DATA_TEST_CASE(an_empty_close_frame_is_echoed_as_an_empty_one, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client.feed(frame(op_close, ""));
    check_end(client, errc::closed_by_server, operation_of(phase), "no close code");
    BOOST_TEST(client.sent_text() == "close ");
}

BOOST_AUTO_TEST_CASE(an_invalid_token_has_its_own_code) {
    session_harness client;
    client.reach(session_phase::authenticating);
    client.feed(frame(op_close, close_payload(1000, "invalid token")));
    check_end(client, errc::authentication_refused, "authenticate",
              "close code 1000: invalid token");
    BOOST_TEST(client.sent_text() == "close 03e8");
}

BOOST_DATA_TEST_CASE(after_authentication_a_close_does_not_mean_an_invalid_token,
                     data::make({session_phase::subscribing, session_phase::ready}), phase) {
    session_harness client;
    client.reach(phase);
    client.feed(frame(op_close, close_payload(1000, "invalid token")));
    BOOST_TEST(client->end_code() == error_code(errc::closed_by_server));
}

// ---- end of stream

BOOST_DATA_TEST_CASE(end_of_stream_is_a_lost_connection, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client.feed_end();
    check_end(client, errc::connection_lost, operation_of(phase), "end of stream");
    BOOST_TEST(client->outbound().empty());
}

BOOST_DATA_TEST_CASE(a_broken_connection_is_reported_with_the_systems_message, open_phases, phase) {
    const error_code reset = boost::asio::error::connection_reset;
    session_harness client;
    client.reach(phase);
    client.feed_end(reset);
    check_end(client, errc::connection_lost, operation_of(phase), reset.message());
}

BOOST_AUTO_TEST_CASE(the_stream_may_end_before_a_response) {
    const error_code reset = boost::asio::error::connection_reset;
    session_harness silent;
    silent.feed_end();
    check_end(silent, errc::connection_lost, "upgrade to WebSocket",
              "end of stream before a response");
    BOOST_TEST(silent->outbound().empty());

    session_harness cut;
    const std::string response = upgrade_response(cut.sent_bytes());
    cut.feed(response.substr(0, response.size() / 2));
    cut.feed_end(reset);
    check_end(cut, errc::connection_lost, "upgrade to WebSocket",
              reset.message() + " before a response");
}

// ---- hints about the options

BOOST_AUTO_TEST_CASE(a_first_session_without_tls_suggests_that_the_port_may_require_it) {
    for (const bool secure : {false, true}) {
        notification_session_parameters settings = new_server_settings();
        if (secure) settings.scheme = "wss";
        session_harness lost(settings);
        lost.feed_end();
        session_harness malformed(settings);
        malformed.feed("SSH-2.0-OpenSSH_9.2p1\r\n");
        for (session_harness* const client : {&lost, &malformed}) {
            const std::string& detail = (**client).end_info().detail;
            BOOST_TEST(suggests(detail, "check that this is a Jellyfish or Fishjam server"),
                       detail);
            BOOST_TEST(suggests(detail, "client_options::secure") == !secure, detail);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_rejected_first_session_suggests_checking_the_prefix) {
    for (const int status : {200, 403, 404, 500, 502, 503}) {
        session_harness client(new_server_settings());
        client.feed("HTTP/1.1 " + std::to_string(status) + " X\r\n\r\n");
        BOOST_TEST(client->end_code() == error_code(errc::upgrade_refused));
        BOOST_TEST(suggests(client->end_info().detail, "check the path prefix") == (status < 500),
                   status);
    }
}

BOOST_DATA_TEST_CASE(hints_are_reported_only_until_a_session_has_authenticated,
                     open_phases* data::make({false, true}), phase, known) {
    const bool doubted = phase == session_phase::authenticating && !known;
    notification_session_parameters settings = new_server_settings();
    settings.known_server = known;
    const std::vector<std::function<void(session_harness&)>> ends{
        [](session_harness& c) { c.feed_end(); },
        [](session_harness& c) { c.feed(frame(op_text, "hi")); },
        [](session_harness& c) { c.feed(frame(3, "")); },
        [](session_harness& c) { c.feed(message("\xff\xff\xff")); }};
    for (const auto& end : ends) {
        session_harness client(settings);
        client.reach(phase);
        end(client);
        BOOST_TEST(client->end_code().failed());
        BOOST_TEST(suggests(describe(client->end_code(), client->end_info()),
                            "check that this is a Jellyfish or Fishjam server") == doubted);
    }
}

BOOST_AUTO_TEST_CASE(no_hints_are_reported_for_a_known_server) {
    for (const char* const text : {"HTTP/1.1 404 Not Found\r\n\r\n", "SSH-2.0\r\n"}) {
        session_harness client;
        client.feed(text);
        const std::string whole = describe(client->end_code(), client->end_info());
        BOOST_TEST(client->end_code().failed());
        BOOST_TEST(whole.find('?') == std::string::npos, whole);
    }
}

BOOST_AUTO_TEST_CASE(the_stream_may_end_inside_a_frame) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(room_frame("a") + room_frame("b").substr(0, 3));
    client.feed_end();
    BOOST_TEST(client.received.size() == 1U);
    check_end(client, errc::connection_lost, "receive notifications", "end of stream");
}

// ---- the upgrade fails

BOOST_AUTO_TEST_CASE(a_rejected_upgrade_reports_the_status) {
    session_harness client;
    client->outbound().clear();
    client.feed("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}");
    check_end(client, errc::upgrade_refused, "upgrade to WebSocket", "Not Found");
    BOOST_TEST(client->end_info().status == 404);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_handshake_response_for_another_key_is_malformed) {
    session_harness client;
    client->outbound().clear();
    client.feed(upgrade_response("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
    check_end(client, errc::malformed_upgrade, "upgrade to WebSocket",
              "status 101 with a wrong Sec-WebSocket-Accept");
    BOOST_TEST(client->end_info().status == 0);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_server_that_requires_tls_is_distinguished_from_a_lost_one) {
    session_harness client;
    client->outbound().clear();
    client.feed(std::string("\x15\x03\x01\x00\x02\x02\x46", 7));  // A TLS alert.
    client.feed_end();
    check_end(client, errc::malformed_upgrade, "upgrade to WebSocket", "the response is not HTTP");
}

BOOST_AUTO_TEST_CASE(no_frame_is_read_after_a_failed_upgrade) {
    session_harness client;
    client.feed("HTTP/1.1 200 OK\r\n\r\n" + message(authenticated_bytes()));
    BOOST_TEST(client->end_code() == error_code(errc::upgrade_refused));
}

// ---- aborted by the caller

BOOST_DATA_TEST_CASE(an_abort_closes_the_session_and_notifies_the_server, open_phases, phase) {
    session_harness client;
    client.reach(phase);
    client->abort(errc::slow_consumer, "more than 9 notifications were queued");
    check_end(client, errc::slow_consumer, operation_of(phase),
              "more than 9 notifications were queued");
    BOOST_TEST(client.sent_text() == policy_violation);
}

BOOST_AUTO_TEST_CASE(an_abort_before_there_is_a_websocket_sends_nothing) {
    session_harness client;
    client.reach(session_phase::upgrading);
    client->abort(errc::handler_failed, "why");
    check_end(client, errc::handler_failed, "upgrade to WebSocket", "why");
    BOOST_TEST(client.sent_text() == "nothing");
}

// ---- closed sessions

BOOST_AUTO_TEST_CASE(a_closed_session_stays_closed) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(frame(op_close, close_payload(1001, "going away")));
    BOOST_TEST(client.sent_text() == "close 03e9");
    BOOST_TEST((client->deadline() == session_harness::time_point::max()));

    client.feed(room_frame("a"));
    BOOST_TEST(client.unused == room_frame("a"));
    client.pass(std::chrono::hours(1));
    client->subscribe(event_type::metrics, client.now);
    client->set_paused(true, client.now);
    client->close(client.now);
    client->abort(errc::slow_consumer, "late");
    client.feed_end(boost::asio::error::connection_reset);
    check_end(client, errc::closed_by_server, "receive notifications",
              "close code 1001: going away");
    BOOST_TEST(client.received.empty());
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(the_close_frame_of_a_closed_session_survives_end_of_stream) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(frame(op_text, ""));
    client.feed_end();
    BOOST_TEST(client.sent_text() == unsupported_data);
}

BOOST_AUTO_TEST_SUITE_END()
