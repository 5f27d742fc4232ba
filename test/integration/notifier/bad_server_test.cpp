#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/once.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

// What a server, or an intermediary, can do wrong. Each fault completes the awaited operation with
// its own code and a helpful text, and no notification received earlier is lost.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using std::chrono::milliseconds;

using peer_script = scripted_peer::script;

/// Short time limits, for silent peers.
notifier_options impatient() { return once().authentication_timeout(milliseconds(50)); }

client_options at(const std::string& address) { return logged_options().server_address(address); }

/// The result of `connect()` to a scripted peer.
outcome connect_to(peer_script script, const notifier_options& options = once()) {
    asio::io_context context;
    std::optional<scripted_peer> peer;
    peer.emplace(context.get_executor(), std::move(script));
    notifier subject(context.get_executor(), at(peer->address()), options);
    const outcome result = run(context, outcome_of([&] { return subject.connect(); }));
    peer.reset();
    run_out(context);  // No operation is left that never completes.
    return result;
}

/// The result of `next()`, and the number of notifications before it, with a peer that begins a
/// valid session and then follows a script.
struct session_end {
    int received = 0;
    outcome end;
};

session_end receive_from(peer_script script, const notifier_options& options = once()) {
    asio::io_context context;
    std::optional<scripted_peer> peer;
    peer.emplace(context.get_executor(), std::move(script));
    notifier subject(context.get_executor(), at(peer->address()), options);
    session_end result;
    const auto receiving = [&]() -> asio::awaitable<void> {
        co_await subject.connect();
        while (auto one = co_await subject.next())
            ++result.received;
    };
    result.end = run(context, outcome_of(receiving));
    peer.reset();
    // No operation is left that never completes; the script has received everything.
    run_out(context);
    return result;
}

/// A valid frame. (An aggregate in an awaited expression would be destroyed twice.)
std::string good_frame() { return frame(op_binary, notification_bytes(room_created{"good"})); }

/// A script that responds to the upgrade with a given text.
peer_script responses(std::string text) {
    return [text](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.read_header();
        co_await c.write(text);
        co_await c.read_to_end();
    };
}

/// A script that begins a valid session, sends one notification and then some bytes, and waits
/// until the client closes; keeps what the client sent.
peer_script sends(std::string bytes, std::string* client_bytes = nullptr) {
    return [bytes, client_bytes](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.begin_session(good_frame() + bytes);
        const std::string logged = co_await c.read_to_end();
        if (client_bytes != nullptr) *client_bytes = logged;
    };
}

/// The close code in the last frame from a client.
unsigned close_code_in(const std::string& client_bytes) {
    const auto frames = parse_client_frames(client_bytes);
    BOOST_REQUIRE(!frames.empty());
    BOOST_REQUIRE(frames.back().opcode == op_close);
    BOOST_REQUIRE(frames.back().payload.size() >= 2);
    const auto byte = [&](std::size_t at) -> unsigned {
        return static_cast<unsigned char>(frames.back().payload[at]);
    };
    return byte(0) << 8 | byte(1);
}

std::uint16_t unused_port(asio::io_context& context) {
    const asio::ip::tcp::acceptor occupied(context, {asio::ip::address_v4::loopback(), 0});
    return occupied.local_endpoint().port();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_server)

// ---- connecting

BOOST_AUTO_TEST_CASE(an_invalid_address_is_rejected_at_once) {
    asio::io_context context;
    notifier subject(context.get_executor(), at("https://localhost:5002").secure(false));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::invalid_address));
    BOOST_TEST(o.mentions("secure"));
    BOOST_TEST(o.info.operation == "connect");
}

BOOST_AUTO_TEST_CASE(an_invalid_option_is_rejected_at_once) {
    asio::io_context context;
    notifier subject(context.get_executor(), client_options(), once().queue_limit(0));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::invalid_option));
    BOOST_TEST(o.mentions("queue_limit"));
}

BOOST_AUTO_TEST_CASE(errors_do_not_show_a_password_in_the_address) {
    asio::io_context context;
    notifier subject(context.get_executor(),
                     at("http://user:hunter2@localhost").server_api(server_api::fishjam),
                     once().queue_limit(0));
    const outcome connecting = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(connecting.code == error_code(errc::invalid_option));
    BOOST_TEST(!connecting.mentions("hunter2"), connecting.what);
    BOOST_TEST(connecting.mentions("localhost"));
    const outcome subscribing =
        run(context, outcome_of([&] { return subject.subscribe(event_type::metrics); }));
    BOOST_TEST(subscribing.code == error_code(errc::not_supported));
    BOOST_TEST(!subscribing.mentions("hunter2"), subscribing.what);
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_reported_with_the_address) {
    asio::io_context context;
    const std::string address = "127.0.0.1:" + std::to_string(unused_port(context));
    notifier subject(context.get_executor(), at(address));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::connect_failed));
    BOOST_TEST(o.mentions(address));
    BOOST_TEST((o.code == condition::connect_failed));
    BOOST_TEST((o.code == condition::retryable));
}

BOOST_AUTO_TEST_CASE(a_name_that_cannot_be_resolved_is_reported) {
    asio::io_context context;
    notifier subject(context.get_executor(), at("no-such-host.invalid"));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::resolve_failed));
    BOOST_TEST(o.mentions("no-such-host.invalid"));
}

BOOST_AUTO_TEST_CASE(a_failed_connect_can_be_repeated) {
    asio::io_context context;
    int connections = 0;
    const scripted_peer peer(context.get_executor(),
                             [&](scripted_connection& c) -> asio::awaitable<void> {
                                 if (++connections == 1) co_return;
                                 co_await c.begin_session(good_frame());
                                 co_await c.read_to_end();
                             });
    notifier subject(context.get_executor(), at(peer.address()));
    const outcome first = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(first.code == error_code(errc::connection_lost));
    const outcome second = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(second.code == error_code());
    const auto consuming = [](notifier& n) -> asio::awaitable<std::optional<notification>> {
        co_return co_await n.next();
    };
    BOOST_TEST(
        (run(context, consuming(subject)) == std::optional<notification>(room_created{"good"})));
}

// ---- the upgrade

BOOST_AUTO_TEST_CASE(a_response_that_is_not_101_is_reported_with_its_status) {
    const outcome o = connect_to(responses("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"));
    BOOST_TEST(o.code == error_code(errc::upgrade_refused));
    BOOST_TEST(o.info.status == 404);
    BOOST_TEST(o.mentions("status 404"));
}

BOOST_AUTO_TEST_CASE(a_response_that_is_not_http_is_reported) {
    const outcome o = connect_to(responses("220 smtp.example ESMTP ready\r\n\r\n"));
    BOOST_TEST(o.code == error_code(errc::malformed_upgrade));
}

BOOST_AUTO_TEST_CASE(a_101_with_a_wrong_accept_is_reported) {
    const outcome o = connect_to(responses(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
    BOOST_TEST(o.code == error_code(errc::malformed_upgrade));
    BOOST_TEST(o.mentions("Sec-WebSocket-Accept"));
}

BOOST_AUTO_TEST_CASE(an_endless_header_is_rejected) {
    const outcome o = connect_to([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.read_header();
        std::string endless = "HTTP/1.1 101 Switching Protocols\r\n";
        for (int i = 0; i < 2'000; ++i)
            endless += "x-padding: 0123456789abcdef\r\n";
        co_await c.write(endless);
        co_await c.read_to_end();
    });
    BOOST_TEST(o.code == error_code(errc::malformed_upgrade));
}

BOOST_AUTO_TEST_CASE(a_server_that_accepts_and_stays_silent_is_dropped) {
    asio::io_context context;
    const scripted_peer peer(
        context.get_executor(),
        [](scripted_connection& c) -> asio::awaitable<void> { co_await c.read_to_end(); });
    notifier subject(context.get_executor(), at(peer.address()).connect_timeout(milliseconds(50)));
    const outcome o = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(o.code == error_code(errc::connect_timeout));
    BOOST_TEST(o.mentions("connect_timeout"));
    BOOST_TEST((o.code == condition::timeout));
}

BOOST_AUTO_TEST_CASE(a_subscription_behind_a_full_queue_does_not_wait_forever) {
    asio::io_context context;
    std::optional<scripted_peer> peer;
    peer.emplace(context.get_executor(), [](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.begin_session(good_frame() + good_frame());
        co_await c.read_to_end();
    });
    std::optional<notifier> subject;
    subject.emplace(context.get_executor(), at(peer->address()), impatient().queue_limit(1));
    const outcome connected = run(context, outcome_of([&] { return subject->connect(); }));
    BOOST_TEST(connected.what == "");
    const outcome o =
        run(context, outcome_of([&] { return subject->subscribe(event_type::metrics); }));
    BOOST_TEST(o.code == error_code(errc::timeout));
    subject.reset();
    peer.reset();
    run_out(context);
}

BOOST_AUTO_TEST_CASE(a_close_before_the_upgrade_response_is_reported) {
    const outcome o = connect_to(
        [](scripted_connection& c) -> asio::awaitable<void> { co_await c.read_header(); });
    BOOST_TEST(o.code == error_code(errc::connection_lost));
    BOOST_TEST(o.info.operation == "upgrade to WebSocket");
}

// ---- authentication and subscription

BOOST_AUTO_TEST_CASE(a_server_that_never_authenticates_is_dropped) {
    const outcome o = connect_to(
        [](scripted_connection& c) -> asio::awaitable<void> {
            co_await c.accept_upgrade();
            co_await c.read_to_end();
        },
        impatient());
    BOOST_TEST(o.code == error_code(errc::authentication_timeout));
    BOOST_TEST(o.info.operation == "authenticate");
}

BOOST_AUTO_TEST_CASE(a_server_that_never_confirms_a_subscription_is_dropped) {
    const outcome o = connect_to(
        [](scripted_connection& c) -> asio::awaitable<void> {
            co_await c.authenticate();
            co_await c.read_to_end();
        },
        impatient());
    BOOST_TEST(o.code == error_code(errc::authentication_timeout));
    BOOST_TEST(o.info.operation == "subscribe");
}

BOOST_AUTO_TEST_CASE(a_close_during_authentication_is_reported) {
    const outcome o = connect_to([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.accept_upgrade();
        co_await c.read_frame();
    });
    BOOST_TEST(o.code == error_code(errc::connection_lost));
    BOOST_TEST(o.info.operation == "authenticate");
}

BOOST_AUTO_TEST_CASE(a_close_during_subscription_is_reported) {
    const outcome o = connect_to([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.authenticate();
        co_await c.read_frame();
    });
    BOOST_TEST(o.code == error_code(errc::connection_lost));
    BOOST_TEST(o.info.operation == "subscribe");
}

BOOST_AUTO_TEST_CASE(a_reset_during_authentication_is_reported) {
    const outcome o = connect_to([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.accept_upgrade();
        co_await c.read_frame();
        c.close(true);
    });
    BOOST_TEST(o.code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(an_unexpected_message_in_the_handshake_is_reported) {
    const outcome o = connect_to([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.accept_upgrade(frame(op_binary, subscribe_response_bytes(1)));
        co_await c.read_to_end();
    });
    BOOST_TEST(o.code == error_code(errc::unexpected_message));
}

// ---- a session

BOOST_AUTO_TEST_CASE(a_close_without_a_frame_is_reported_after_earlier_notifications) {
    const session_end s = receive_from([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.begin_session(good_frame());
    });
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_frame_truncated_by_end_of_stream_is_reported_after_earlier_notifications) {
    const session_end s = receive_from([](scripted_connection& c) -> asio::awaitable<void> {
        const std::string one = good_frame();
        co_await c.begin_session(one + one.substr(0, one.size() / 2));
    });
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(garbage_frames_are_reported_after_earlier_notifications) {
    std::string logged;
    const session_end s = receive_from(sends("\x8f\x01z", &logged));
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::websocket_protocol));
    BOOST_TEST(s.end.mentions("reserved opcode"));
    BOOST_TEST(close_code_in(logged) == 1002U);
}

BOOST_AUTO_TEST_CASE(truncated_protobuf_is_reported_after_earlier_notifications) {
    std::string logged;
    const std::string whole = notification_bytes(room_created{"truncated"});
    const session_end s =
        receive_from(sends(frame(op_binary, whole.substr(0, whole.size() - 1)), &logged));
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::malformed_message));
    BOOST_TEST(close_code_in(logged) == 1007U);
}

BOOST_AUTO_TEST_CASE(a_message_that_is_too_big_is_reported_before_it_is_read) {
    // Only its header is sent: the client must not wait for the rest.
    const std::string header("\x82\x7f\x00\x00\x00\x00\x7f\xff\xff\xff", 10);
    std::string logged;
    const session_end s = receive_from(sends(header, &logged));
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::message_too_big));
    BOOST_TEST(s.end.mentions("max_message_size"));
    BOOST_TEST(close_code_in(logged) == 1009U);
}

BOOST_AUTO_TEST_CASE(a_text_message_is_reported_after_earlier_notifications) {
    const session_end s = receive_from(sends(frame(op_text, "hello")));
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::unexpected_message));
}

BOOST_AUTO_TEST_CASE(silence_beyond_the_idle_timeout_is_reported_after_earlier_notifications) {
    const session_end s = receive_from(sends(""), once().idle_timeout(milliseconds(50)));
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::idle_timeout));
}

BOOST_AUTO_TEST_CASE(a_message_in_fragments_around_a_ping_arrives_whole_and_the_ping_is_answered) {
    const std::string bytes = notification_bytes(room_created{"in pieces"});
    std::string logged;
    const session_end s = receive_from([&](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.begin_session(frame(op_binary, bytes.substr(0, 3), false) +
                                 frame(op_ping, "are you there") +
                                 frame(op_continuation, bytes.substr(3)));
        logged = co_await c.read_frame();
        co_await c.write(frame(op_close, close_payload(1000, "enough")));
        co_await c.read_to_end();
    });
    BOOST_TEST(logged == "are you there");
    BOOST_TEST(s.received == 1);
    BOOST_TEST(s.end.code == error_code(errc::closed_by_server));
    BOOST_TEST(s.end.mentions("enough"));
}

BOOST_AUTO_TEST_CASE(a_session_is_the_same_in_every_split_of_its_bytes) {
    // Each byte in its own write.
    const session_end s = receive_from([](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.begin_session();
        std::string bytes;
        for (const notification& each : sample_notifications())
            bytes += frame(op_binary, notification_bytes(each));
        for (const char each : bytes)
            co_await c.write(std::string(1, each));
    });
    BOOST_TEST(s.received == static_cast<int>(sample_notifications().size()));
    BOOST_TEST(s.end.code == error_code(errc::connection_lost));
}

// ---- closing

BOOST_AUTO_TEST_CASE(close_does_not_wait_forever_for_a_server_that_does_not_close) {
    asio::io_context context;
    const scripted_peer peer(context.get_executor(),
                             [](scripted_connection& c) -> asio::awaitable<void> {
                                 co_await c.begin_session();
                                 co_await c.read_to_end();
                             });
    notifier subject(context.get_executor(), at(peer.address()),
                     once().close_timeout(milliseconds(50)));
    const outcome connected = run(context, outcome_of([&] { return subject.connect(); }));
    BOOST_TEST(connected.code == error_code());
    const outcome closed = run(context, outcome_of([&] { return subject.close(); }));
    BOOST_TEST(closed.code == error_code());
}

BOOST_AUTO_TEST_CASE(close_completes_a_pending_connect_at_once) {
    asio::io_context context;
    std::optional<scripted_peer> peer;
    peer.emplace(context.get_executor(),
                 [](scripted_connection& c) -> asio::awaitable<void> { co_await c.read_to_end(); });
    notifier subject(context.get_executor(), at(peer->address()));
    error_code connected;
    subject.connect([&](error_code code) { connected = code; });
    const outcome closed = run(context, outcome_of([&] { return subject.close(); }));
    peer.reset();
    run_out(context);
    BOOST_TEST(closed.code == error_code());
    BOOST_TEST(connected == error_code(errc::closed));
}

BOOST_AUTO_TEST_SUITE_END()
