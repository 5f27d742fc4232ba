#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using kind = client_websocket_frame::kind;

const std::string path = "/socket/server/websocket";
const std::string peer_path = "/socket/peer/websocket";

struct fixture : sandbox_fixture {
    fixture() = default;
    explicit fixture(const testing::server_options& options) : sandbox_fixture(options) {}

    /// What a socket receives that sends these bytes first.
    void check_first(const std::string& where, const std::string& bytes, int code,
                     const std::string& reason) {
        websocket_client socket(port(), where);
        socket.send_binary(bytes);
        expect_close(socket, code, reason);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_sockets, fixture)

BOOST_AUTO_TEST_CASE(a_valid_session_is_logged_as_by_the_real_server) {
    websocket_client socket = open_server_socket(port());
    BOOST_TEST(log.count("[info] New incoming server WebSocket connection, accepting") == 1U);
    BOOST_TEST(log.count("[info] Server WS authenticated.") == 1U);
    BOOST_TEST(server.subscribed_sockets() == 1U);
    BOOST_TEST(server.metrics_sockets() == 0U);
    const client_websocket_frame response = socket.close(4000, "bye");
    BOOST_TEST((response.what == kind::close || response.what == kind::end));
    BOOST_TEST(server.wait_for([&] { return server.seen_closes().size() == 1; }));
    const testing::seen_close seen = server.seen_closes().front();
    BOOST_TEST((seen.side == testing::seen_close::by::client));
    BOOST_TEST(seen.code == 4000);
    BOOST_TEST(seen.reason == "bye");
    BOOST_TEST(server.subscribed_sockets() == 0U);
}

BOOST_AUTO_TEST_CASE(an_invalid_authentication_is_rejected) {
    check_first(path, auth_request_bytes("s3cret-wrong"), 1000, "invalid token");
    check_first(path, auth_request_bytes(""), 1000, "invalid token");
    check_first(path, authenticated_bytes(), 1000, "invalid auth request");
    check_first(path, subscribe_request_bytes(1), 1000, "invalid auth request");
    check_first(path, "", 1000, "invalid auth request");
    check_first(path, bytes_field(1000, "abc"), 1000, "invalid auth request");
    check_first(path, from_hex("ffffff"), 1011, "");
    check_first(path, from_hex("3a040a02fffe"), 1011, "");
    check_first(path, varint_field(7, 1), 1011, "");
    check_first(path, bytes_field(7, varint_field(1, 1)), 1011, "");
    BOOST_TEST(server.authenticated_sockets() == 0U);
}

BOOST_AUTO_TEST_CASE(an_unknown_field_beside_a_valid_token_is_ignored) {
    websocket_client socket(port(), path);
    socket.send_binary(bytes_field(1000, "abc") + auth_request_bytes("development"));
    BOOST_TEST(to_hex(socket.receive().payload) == to_hex(authenticated_bytes()));
}

BOOST_AUTO_TEST_CASE(text_is_rejected_before_and_after_authentication) {
    websocket_client first(port(), path);
    first.send_text("hello");
    expect_close(first, 1003, "operation not allowed");
    websocket_client second = open_server_socket(port(), {});
    second.send_text("");
    expect_close(second, 1003, "operation not allowed");
}

BOOST_AUTO_TEST_CASE(an_authenticated_socket_can_only_subscribe) {
    const auto check = [&](const std::string& bytes, int code, const std::string& reason) {
        websocket_client socket = open_server_socket(port(), {});
        socket.send_binary(bytes);
        expect_close(socket, code, reason);
    };
    check(auth_request_bytes("development"), 1003, "operation not allowed");
    check("", 1003, "operation not allowed");
    check(notification_bytes(room_created{"r"}), 1003, "operation not allowed");
    check(subscribe_request_bytes(0), 1011, "");
    check(subscribe_request_bytes(7), 1011, "");
    check(from_hex("ffffff"), 1011, "");
}

BOOST_AUTO_TEST_CASE(a_socket_that_has_not_subscribed_receives_nothing) {
    websocket_client socket = open_server_socket(port(), {});
    websocket_client other = open_server_socket(port(), {1, 1, 2});
    server.notify(room_created{"r"});
    expect(other, {room_created{"r"}});
    socket.ping("x");
    socket.send_binary(subscribe_request_bytes(2));
    BOOST_TEST(to_hex(socket.receive().payload) == to_hex(subscribe_response_bytes(2)));
}

BOOST_AUTO_TEST_CASE(a_peer_is_rejected_with_a_reason) {
    make_room("r");
    const added_peer peer = add_peer("r");
    const auto rejected = [&](const std::string& token, const std::string& reason) {
        check_first(peer_path, peer_auth_bytes(token), 1000, reason);
    };
    rejected("nope", "invalid token");
    rejected("", "invalid token");
    rejected("development", "invalid token");
    rejected(server.make_peer_token("r", peer.id, 25h), "expired token");
    rejected(server.make_peer_token("x", peer.id), "room not found");
    rejected(server.make_peer_token("r", "x"), "peer not found");
    check_first(peer_path, "", 1000, "unauthenticated");
    check_first(peer_path, bytes_field(3, bytes_field(1, "x")), 1000, "unauthenticated");
    check_first(peer_path, from_hex("ffffff"), 1011, "");
    websocket_client own = connect_peer(peer);
    rejected(peer.token, "peer already connected");
    BOOST_TEST(server.peer_sockets() == 1U);
}

BOOST_AUTO_TEST_CASE(text_from_a_peer_is_fatal_only_before_authentication) {
    websocket_client first(port(), peer_path);
    first.send_text("x");
    expect_close(first, 1011, "");
    make_room("r");
    websocket_client second = connect_peer(add_peer("r"));
    second.send_text("x");
    second.ping("still here");
    BOOST_TEST(server.wait_for([&] { return server.peer_sockets() == 1; }));
}

BOOST_AUTO_TEST_CASE(media_events_go_both_ways) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    own.send_binary(bytes_field(3, bytes_field(1, "hello")));
    BOOST_TEST(server.wait_for([&] { return server.media_events("r", peer.id).size() == 1; }));
    BOOST_TEST(server.media_events("r", peer.id).front() == "hello");
    server.send_media_event("r", peer.id, "welcome");
    BOOST_TEST(own.receive().payload == bytes_field(3, bytes_field(1, "welcome")));
    BOOST_CHECK_THROW(server.send_media_event("r", "x", ""), std::invalid_argument);
    BOOST_CHECK_THROW((void)server.media_events("r", "x"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(metrics_are_sent_periodically_and_describe_the_current_state) {
    sandbox_fixture fast(testing::server_options().metrics_interval(20ms));
    websocket_client socket = open_server_socket(fast.port(), {2});
    expect(socket, {metrics_report{"{}"}, metrics_report{"{}"}});
    fast.make_room("r");
    const added_peer peer = fast.add_peer("r");
    websocket_client own = fast.connect_peer(peer);
    const std::string begin = "{\"room_id=r\":{\"endpoint_id=" + peer.id + "\":{";
    bool reported = false;
    for (int i = 0; i < 1000 && !reported; ++i)
        reported = socket.receive().payload.find(begin) != begin.npos;
    BOOST_TEST(reported);
}

BOOST_AUTO_TEST_CASE(metrics_can_be_set) {
    websocket_client socket = open_server_socket(port(), {2});
    server.set_metrics(R"({"a":1})");
    server.report_metrics();
    const std::string requested = notification_bytes(metrics_report{R"({"a":1})"});
    bool reported = false;
    for (int i = 0; i < 5 && !reported; ++i)
        reported = socket.receive().payload == requested;
    BOOST_TEST(reported);
}

BOOST_AUTO_TEST_CASE(only_authenticated_sockets_are_pinged) {
    sandbox_fixture fast(testing::server_options().ping_interval(30ms));
    websocket_client silent(fast.port(), path);
    websocket_client socket = open_server_socket(fast.port());
    for (int i = 0; i < 3; ++i) {
        const client_websocket_frame frame = socket.receive();
        BOOST_TEST((frame.what == kind::ping));
        BOOST_TEST(frame.payload.empty());
    }
    BOOST_TEST((silent.receive(1ms).what == kind::nothing));
    BOOST_TEST(fast.server.wait_for([&] { return fast.server.pongs() >= 2; }));
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_nothing_is_disconnected_even_if_it_receives_data) {
    sandbox_fixture fast(testing::server_options().socket_idle_timeout(300ms));
    websocket_client socket = open_server_socket(fast.port(), {2});
    client_websocket_frame frame = socket.receive();
    while (frame.what == kind::binary)
        frame = socket.receive();
    BOOST_TEST((frame.what == kind::close));
    BOOST_TEST(frame.code == 1000);
    BOOST_TEST(frame.payload.empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_only_pings_stays_connected) {
    sandbox_fixture fast(testing::server_options().socket_idle_timeout(400ms));
    websocket_client socket = open_server_socket(fast.port());
    const auto end = std::chrono::steady_clock::now() + 1s;
    while (std::chrono::steady_clock::now() < end) {
        socket.ping("x");
        BOOST_REQUIRE((socket.receive(50ms).what == kind::nothing));
    }
    BOOST_TEST(fast.server.subscribed_sockets() == 1U);
}

BOOST_AUTO_TEST_CASE(a_close_frame_without_a_code_gets_a_response) {
    http_client http(port());
    http.send("GET " + path +
              " HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
              "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n");
    const client_response response = http.receive();
    BOOST_TEST(response.status == 101);
    BOOST_TEST(response.headers.at("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    http.send(std::string("\x88\x80\0\0\0\0", 6));
    BOOST_TEST(to_hex(http.receive_bytes(4)) == "880203e8");
    BOOST_TEST(http.ends_within(20s));
}

BOOST_AUTO_TEST_CASE(pending_notifications_are_sent_before_the_response_to_a_close_frame) {
    http_client http(port());
    http.send("GET " + path +
              " HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
              "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n");
    BOOST_TEST_REQUIRE(http.receive().status == 101);
    const auto send_client_frame = [&](char first, const std::string& payload) {
        const char size = static_cast<char>(0x80 | payload.size());
        http.send(std::string{first, size, 0, 0, 0, 0} + payload);
    };
    const auto expect = [&](const std::string& payload) {
        const std::string requested = frame(op_binary, payload);
        BOOST_TEST_REQUIRE((http.receive_bytes(requested.size()) == requested));
    };
    send_client_frame('\x82', auth_request_bytes("development"));
    expect(authenticated_bytes());
    send_client_frame('\x82', subscribe_request_bytes(1));
    expect(subscribe_response_bytes(1));
    // Together more than the system buffers for a client that does not read.
    const notification large = room_created{std::string(100'000, 'r')};
    constexpr int count = 200;
    for (int i = 0; i < count; ++i)
        server.notify(large);
    send_client_frame('\x88', "");
    for (int i = 0; i < count; ++i)
        expect(notification_bytes(large));
    BOOST_TEST(to_hex(http.receive_bytes(4)) == "880203e8");
    BOOST_TEST(http.ends_within(20s));
}

BOOST_AUTO_TEST_CASE(a_frame_before_the_upgrade_response_is_a_bad_request) {
    http_client http(port());
    http.send("GET " + path +
              " HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
              "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n" +
              std::string("\x82\x80\0\0\0\0", 6));
    BOOST_TEST(http.receive().status == 400);
    BOOST_TEST(http.ends_within(20s));
}

BOOST_DATA_TEST_CASE(foreign_origins_are_rejected,
                     boost::unit_test::data::make({"origin: http://evil.example", "origin: null",
                                                   "origin: http://127.0.0.1:5002"}),
                     header) {
    http_client http(port());
    http.send("GET " + path + " HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n" + header +
              "\r\nconnection: Upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "sec-websocket-version: 13\r\n\r\n");
    BOOST_TEST(http.receive().status == 403);
}

BOOST_DATA_TEST_CASE(incomplete_upgrades_are_rejected,
                     boost::unit_test::data::make(
                         {"", "connection: close\r\nupgrade: websocket\r\n",
                          "connection: a, UPGRADE\r\n",
                          "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n",
                          "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\n"
                          "sec-websocket-version: 12\r\n",
                          "connection: upgrade\r\nupgrade: websocket\r\n"
                          "sec-websocket-version: 13\r\n"}),
                     headers) {
    http_client http(port());
    http.send("GET " + path + " HTTP/1.1\r\nhost: x\r\n" + headers + "\r\n");
    BOOST_TEST(http.receive().status == 400);
    BOOST_TEST(server.authenticated_sockets() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
