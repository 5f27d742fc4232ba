#include "data/recordings.hpp"
#include "fakes/wire.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Recordings of a real server, with this client in the place of the recorded one. This client never
// makes the mistakes of some recorded clients, but must handle the server's reactions to them.

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using boost::system::error_code;
using jellyfish::errc;

namespace jellyfish::test {

std::ostream& operator<<(std::ostream& out, const recorded_session& session) {
    return out << session.number << " (" << session.name << ")";
}

}  // namespace jellyfish::test

namespace {

using kind = recorded_step::kind;

/// The 16 bytes that a recorded key encodes; empty if it does not encode 16 bytes.
std::optional<std::string> key_bytes(const recorded_session& session) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::string text = session.request_header("sec-websocket-key").value_or("");
    std::string bytes;
    unsigned bits = 0;
    unsigned value = 0;
    for (const char c : text) {
        if (c == '=') break;
        value = value << 6 | static_cast<unsigned>(digits.find(c));
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<char>(value >> bits & 0xff));
    }
    if (bytes.size() != 16) return std::nullopt;
    return bytes;
}

bool is_rejected(const recorded_session& session) {
    return !session.upgrade_response.starts_with("HTTP/1.1 101 ");
}

std::vector<recorded_session> sessions_with(bool rejected) {
    std::vector<recorded_session> chosen;
    for (const recorded_session& each : recorded_sessions()) {
        if (key_bytes(each) && is_rejected(each) == rejected) chosen.push_back(each);
    }
    return chosen;
}

/// The session whose recording ends while it is open.
constexpr int left_open = 97;

std::vector<recorded_session> ended_sessions() {
    std::vector<recorded_session> chosen = sessions_with(false);
    std::erase_if(chosen, [](const auto& each) { return each.number == left_open; });
    return chosen;
}

/// Whether the server sent a message that begins with these bytes.
bool server_sent(const recorded_session& session, std::string_view bytes) {
    return std::ranges::any_of(session.steps, [&](const recorded_step& step) {
        return step.what == kind::server_frame && step.payload.starts_with(bytes);
    });
}

/// A client that sends the recorded key and subscribes to what the server confirmed.
session_harness client_for(const recorded_session& session) {
    notification_session_parameters settings = session_harness::settings({});
    for (const jellyfish::event_type each : both_events) {
        if (server_sent(session, subscribe_response_bytes(static_cast<unsigned>(each))))
            settings.events.push_back(each);
    }
    settings.random = [bytes = *key_bytes(session), n = 0U]() mutable {
        const unsigned i = n++;
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : i;
    };
    return session_harness(settings);
}

struct replay_result {
    std::vector<client_frame> sent;
    std::size_t notifications = 0;  ///< Sent by the server.
    std::size_t pings = 0;
};

/// Replays the server's steps at their recorded times, and a recorded close at its time.
replay_result replay(session_harness& client, const recorded_session& session) {
    replay_result result;
    const auto begin = client.now;
    const auto keep = [&] { std::ranges::move(client.sent(), std::back_inserter(result.sent)); };
    client->outbound().clear();
    client.feed(session.upgrade_response);
    keep();
    for (const recorded_step& step : session.steps) {
        while (client->deadline() < begin + step.at)
            client.pass_to_deadline();
        client.pass(begin + step.at - client.now);
        keep();
        if (client->phase() == session_phase::closed) break;
        if (step.what == kind::client_frame && step.opcode == op_close) client->close(client.now);
        if (step.what == kind::server_frame) {
            const bool control = step.opcode != op_binary || step.payload.starts_with("\x32") ||
                                 step.payload.starts_with("\x4a");
            result.notifications += control ? 0 : 1;
            result.pings += step.opcode == op_ping ? 1 : 0;
            client.feed(frame(step.opcode, step.payload, step.fin));
        }
        if (step.what == kind::end_of_tcp) client.feed_end();
        keep();
    }
    return result;
}

struct expected_end {
    error_code code;
    std::string operation;
    std::string detail;
};

/// The expected ends of the sessions that the recorded client did not close.
expected_end end_of(const recorded_session& session) {
    constexpr const char* authenticate = "authenticate";
    constexpr const char* receive = "receive notifications";
    const expected_end bad_request = {errc::closed_by_server, authenticate,
                                      "close code 1000: invalid auth request"};
    const expected_end early_text = {errc::closed_by_server, authenticate,
                                     "close code 1003: operation not allowed"};
    const expected_end not_allowed = {errc::closed_by_server, receive,
                                      "close code 1003: operation not allowed"};
    const expected_end early_garbage = {errc::closed_by_server, authenticate, "close code 1011"};
    const expected_end garbage = {errc::closed_by_server, receive, "close code 1011"};
    const expected_end early_violation = {errc::closed_by_server, authenticate, "close code 1002"};
    const expected_end no_response = {errc::authentication_timeout, authenticate,
                                      "no response to the token"};
    const std::map<int, expected_end> ends = {
        {38, {errc::authentication_refused, authenticate, "close code 1000: invalid token"}},
        {42, bad_request},
        {44, early_text},
        {45, early_text},
        {47, {errc::closed_by_server, authenticate, "close code 1007"}},
        {49, early_garbage},
        {50, early_garbage},
        {51, early_garbage},
        {52, bad_request},
        {53, bad_request},
        {57, early_garbage},
        {68, garbage},
        {69, garbage},
        {71, garbage},
        {72, not_allowed},
        {74, not_allowed},
        {75, not_allowed},
        {79, {errc::closed_by_server, receive, "close code 1002"}},
        {83, early_violation},
        {87, early_violation},
        {88, early_violation},
        {93, no_response},
        {95, {errc::closed_by_server, receive, "close code 1000"}},
        {98, no_response},
    };
    const std::map<int, std::string> responses = {{34, "close code 4000"}, {36, "close code 1002"}};
    if (const auto found = ends.find(session.number); found != ends.end()) return found->second;
    const auto response = responses.find(session.number);
    return {{}, "close", response != responses.end() ? response->second : "close code 1000"};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(session_replay)

BOOST_AUTO_TEST_CASE(every_recording_with_a_valid_key_is_replayed) {
    BOOST_TEST(recorded_sessions().size() == 60U);
    BOOST_TEST(ended_sessions().size() == 50U);
    BOOST_TEST(sessions_with(true).size() == 8U);
}

BOOST_DATA_TEST_CASE(each_replayed_session_ends_as_expected, data::make(ended_sessions()),
                     recorded) {
    session_harness client = client_for(recorded);
    const replay_result result = replay(client, recorded);
    const expected_end expected = end_of(recorded);
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST(client->end_code() == expected.code);
    BOOST_TEST(client->end_info().operation == expected.operation);
    BOOST_TEST(client->end_info().detail == expected.detail);
    BOOST_TEST(client.received.size() == result.notifications);
    BOOST_TEST(client.unused == "");
    const auto pongs = std::ranges::count(result.sent, +op_pong, &client_frame::opcode);
    BOOST_TEST(static_cast<std::size_t>(pongs) == result.pings);
    // One close frame, and nothing after it.
    BOOST_TEST(std::ranges::count(result.sent, +op_close, &client_frame::opcode) == 1);
    BOOST_TEST(result.sent.back().opcode == +op_close);
}

BOOST_AUTO_TEST_CASE(a_session_whose_recording_ends_while_it_is_open_stays_open) {
    for (const recorded_session& recorded : sessions_with(false)) {
        if (recorded.number != left_open) continue;
        session_harness client = client_for(recorded);
        const replay_result result = replay(client, recorded);
        BOOST_TEST(client->phase() == session_phase::ready);
        BOOST_TEST(result.pings == 4U);
        BOOST_TEST(result.sent.size() == 1 + result.pings);
        return;
    }
    BOOST_FAIL("the recording is missing");
}

BOOST_DATA_TEST_CASE(a_rejected_upgrade_ends_the_session_with_its_status,
                     data::make(sessions_with(true)), recorded) {
    session_harness client = client_for(recorded);
    client->outbound().clear();
    client.feed(recorded.upgrade_response + recorded.body);
    BOOST_TEST(client->end_code() == error_code(errc::upgrade_refused));
    BOOST_TEST(client->end_info().operation == "upgrade to WebSocket");
    const std::string line =
        recorded.upgrade_response.substr(0, recorded.upgrade_response.find('\r'));
    BOOST_TEST(line == "HTTP/1.1 " + std::to_string(client->end_info().status) + ' ' +
                           client->end_info().detail);
    BOOST_TEST(client.sent_text() == "nothing");
}

BOOST_AUTO_TEST_CASE(a_correct_recorded_client_and_this_one_send_the_same) {
    const std::set<int> right = {31, 60, 61, 64, 96, 101};
    std::size_t seen = 0;
    for (const recorded_session& recorded : sessions_with(false)) {
        if (!right.contains(recorded.number)) continue;
        ++seen;
        session_harness client = client_for(recorded);
        std::vector<std::pair<unsigned, std::string>> actual;
        for (const client_frame& each : replay(client, recorded).sent)
            actual.emplace_back(each.opcode, each.payload);
        std::vector<std::pair<unsigned, std::string>> expected;
        for (const recorded_step& each : recorded.steps) {
            if (each.what == kind::client_frame) expected.emplace_back(each.opcode, each.payload);
        }
        BOOST_TEST((actual == expected), recorded);
    }
    BOOST_TEST(seen == right.size());
}

BOOST_AUTO_TEST_SUITE_END()
