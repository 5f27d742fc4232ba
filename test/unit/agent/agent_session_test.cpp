#include "agent/agent_session.hpp"

#include "data/random.hpp"
#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// What is common to all sessions has its tests in the suites session_*.
namespace {

namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using detail::session_phase;
using session_type = detail::agent_session;

const std::string token_accepted = message(bytes_field(1, ""));

std::string audio(std::string_view text) {
    return message(bytes_field(2, bytes_field(1, "p") + bytes_field(3, text)));
}

/// An agent's session whose server and clock are controlled by the test.
struct harness {
    explicit harness(bool known_server = false) : session(settings(known_server), now) {}

    static detail::session_parameters settings(bool known_server) {
        detail::session_parameters out;
        out.address = {"localhost", 5002, "/prefix"};
        out.token = "the token";
        out.known_server = known_server;
        out.random = [random = std::make_shared<random_source>(1)] { return (*random)(); };
        return out;
    }

    void feed(std::string_view bytes, std::size_t limit = SIZE_MAX) {
        unused.append(bytes);
        unused.erase(0, session.receive(unused, now, events, limit));
    }

    void upgrade() { feed(upgrade_response(std::exchange(session.outbound(), {}))); }

    void make_ready() {
        upgrade();
        feed(token_accepted);
        session.outbound().clear();
        BOOST_REQUIRE((session.phase() == session_phase::ready));
    }

    session_type::time_point now{1'000h};
    session_type session;
    detail::agent_events events;
    std::string unused;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(agent_session)

BOOST_AUTO_TEST_CASE(it_requests_the_socket_of_agents_and_then_sends_the_token) {
    harness client;
    BOOST_TEST(
        client.session.outbound().starts_with("GET /prefix/socket/agent/websocket HTTP/1.1"));
    client.upgrade();
    const auto sent = parse_client_frames(client.session.outbound());
    BOOST_REQUIRE(sent.size() == 1U);
    BOOST_TEST(sent[0].opcode == op_binary);
    BOOST_TEST(sent[0].payload == bytes_field(1, bytes_field(1, "the token")));
    BOOST_TEST((client.session.phase() == session_phase::authenticating));
}

BOOST_AUTO_TEST_CASE(it_is_ready_once_the_token_is_accepted) {
    harness client;
    client.upgrade();
    client.feed(token_accepted);
    BOOST_TEST((client.session.phase() == session_phase::ready));
    BOOST_TEST(client.session.was_ready());
}

BOOST_AUTO_TEST_CASE(a_server_that_does_not_accept_the_token_in_time_is_given_up) {
    harness client;
    client.upgrade();
    client.session.tick(client.session.deadline());
    BOOST_TEST((client.session.end_code() == errc::authentication_timeout));
}

struct rejection {
    unsigned code;
    const char* reason;
    bool known_server;
    errc expected;
};

std::ostream& operator<<(std::ostream& out, const rejection& value) {
    return out << value.code << ' ' << value.reason << (value.known_server ? " later" : "");
}

const rejection rejections[] = {
    {1000, "invalid token", false, errc::authentication_refused},
    {1000, "", false, errc::authentication_refused},
    {1008, "policy", false, errc::authentication_refused},
    {4401, "unauthorized", false, errc::authentication_refused},
    {1001, "", false, errc::closed_by_server},
    {1011, "", false, errc::closed_by_server},
    {1012, "service restart", false, errc::closed_by_server},
    {1013, "try again later", false, errc::closed_by_server},
    {1000, "expired token", true, errc::authentication_refused},
    {1000, "peer not found", true, errc::authentication_refused},
    {1000, "peer already connected", true, errc::closed_by_server},
    {1000, "", true, errc::closed_by_server},
};

BOOST_DATA_TEST_CASE(a_close_before_authentication_may_reject_the_token, data::make(rejections),
                     each) {
    harness client(each.known_server);
    client.upgrade();
    client.feed(frame(op_close, close_payload(each.code, each.reason)));
    BOOST_TEST((client.session.end_code() == each.expected), client.session.end_code().message());
}

BOOST_AUTO_TEST_CASE(a_close_of_a_ready_session_rejects_nothing) {
    harness client;
    client.make_ready();
    client.feed(frame(op_close, close_payload(1000, "invalid token")));
    BOOST_TEST((client.session.end_code() == errc::closed_by_server));
    BOOST_TEST(client.session.end_info().operation == "exchange media");
}

BOOST_AUTO_TEST_CASE(media_are_received_up_to_a_limit) {
    harness client;
    client.make_ready();
    client.feed(audio("a") + audio("b") + audio("c"), 2);
    BOOST_TEST(client.events.size() == 2U);
    BOOST_TEST(!client.unused.empty());
    client.feed("", 3);
    BOOST_REQUIRE(client.events.size() == 3U);
    BOOST_TEST(std::get<fishjam::track_data>(client.events[2]).data == "c");
}

BOOST_AUTO_TEST_CASE(media_before_authentication_are_an_error) {
    harness client;
    client.upgrade();
    client.feed(audio("a"));
    BOOST_TEST((client.session.end_code() == errc::unexpected_message));
    BOOST_TEST(client.events.empty());
}

BOOST_AUTO_TEST_CASE(a_malformed_message_closes_the_session) {
    harness client;
    client.make_ready();
    client.feed(message(from_hex("12050a")));
    BOOST_TEST((client.session.end_code() == errc::malformed_message));
    const auto sent = parse_client_frames(client.session.outbound());
    BOOST_REQUIRE(sent.size() == 1U);
    BOOST_TEST(sent[0].payload == close_payload(1007));
}

BOOST_AUTO_TEST_CASE(messages_of_no_use_are_counted) {
    harness client;
    client.make_ready();
    client.feed(token_accepted + message("") + message(bytes_field(4, "newer")) + audio("a"));
    BOOST_TEST(client.session.ignored() == 3U);
    BOOST_TEST(client.events.size() == 1U);
}

BOOST_AUTO_TEST_CASE(requests_are_sent_as_binary_messages) {
    harness client;
    client.make_ready();
    client.session.send("request");
    const auto sent = parse_client_frames(client.session.outbound());
    BOOST_REQUIRE(sent.size() == 1U);
    BOOST_TEST(sent[0].opcode == op_binary);
    BOOST_TEST(sent[0].payload == "request");
}

BOOST_AUTO_TEST_SUITE_END()
