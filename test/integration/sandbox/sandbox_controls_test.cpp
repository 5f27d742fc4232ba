#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using kind = client_websocket_frame::kind;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_controls, sandbox_fixture)

BOOST_AUTO_TEST_CASE(bytes_and_frames_are_sent_in_order_to_authenticated_sockets) {
    websocket_client silent(port(), "/socket/server/websocket");
    websocket_client socket = open_server_socket(port(), {});
    server.send_frame(testing::frame_opcode::text, "hello");
    server.send_frame(testing::frame_opcode::ping, std::string(200, 'p'));
    server.send_raw(frame(op_binary, "raw"));
    server.send_frame(testing::frame_opcode::binary, "last");
    BOOST_TEST((socket.receive() == client_websocket_frame{kind::text, "hello", 0}));
    BOOST_TEST((socket.receive() == client_websocket_frame{kind::ping, std::string(125, 'p'), 0}));
    BOOST_TEST((socket.receive() == client_websocket_frame{kind::binary, "raw", 0}));
    BOOST_TEST((socket.receive() == client_websocket_frame{kind::binary, "last", 0}));
    BOOST_TEST((silent.receive(1ms).what == kind::nothing));
}

BOOST_AUTO_TEST_CASE(sockets_can_be_closed_with_any_code) {
    websocket_client socket = open_server_socket(port());
    server.notify(room_created{"r"});
    server.close_sockets(1012, "restart");
    BOOST_TEST(server.subscribed_sockets() == 0U);
    expect(socket, {room_created{"r"}});
    expect_close(socket, 1012, "restart");
    const testing::seen_close seen = server.seen_closes().back();
    BOOST_TEST((seen.side == testing::seen_close::by::server));
    BOOST_TEST(seen.code == 1012);
}

BOOST_AUTO_TEST_CASE(dropped_connections_have_no_close_frame_and_disconnect_peers) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    websocket_client socket = open_server_socket(port());
    http_client http(port());
    BOOST_TEST(http.call("GET", "/room").status == 200);
    server.drop_connections();
    BOOST_TEST(server.open_connections() == 0U);
    BOOST_TEST(server.subscribed_sockets() == 0U);
    BOOST_TEST((socket.receive().what == kind::end));
    BOOST_TEST((own.receive().what == kind::end));
    BOOST_TEST(http.ends_within(20s));
    BOOST_TEST((server.seen_closes().back().side == testing::seen_close::by::connection));
    BOOST_TEST(json_text(call(port(), "GET", "/room/r").body, "status") == "disconnected");
}

BOOST_AUTO_TEST_CASE(connections_can_be_reset) {
    websocket_client socket = open_server_socket(port());
    server.drop_connections(true);
    BOOST_TEST((socket.receive().what == kind::end));
}

BOOST_AUTO_TEST_CASE(connections_can_be_refused_until_further_notice) {
    websocket_client socket = open_server_socket(port());
    server.refuse_connections(true);
    try {
        http_client rejected(port());
        BOOST_ERROR("connected");
    } catch (const boost::system::system_error& error) {
        BOOST_TEST((error.code() == boost::system::errc::connection_refused));
    }
    server.notify(room_created{"r"});
    expect(socket, {room_created{"r"}});
    server.refuse_connections(false);
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
}

BOOST_AUTO_TEST_CASE(connections_can_be_closed_right_after_accepting) {
    server.hang_up_connections(true);
    http_client http(port());
    BOOST_TEST(http.ends_within(20s));
    server.hang_up_connections(false);
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
    BOOST_TEST(server.accepted_connections() == 2U);
}

BOOST_AUTO_TEST_CASE(a_stalled_server_obeys_its_controls_and_responds_later) {
    websocket_client socket = open_server_socket(port());
    http_client http(port());
    server.stall(true);
    http.send("POST /room HTTP/1.1\r\nhost: x\r\nauthorization: Bearer development\r\n\r\n");
    BOOST_TEST(server.wait_for([&] { return server.requests() == 1; }));
    BOOST_TEST(server.rooms().size() == 1U);
    BOOST_TEST((socket.receive(50ms).what == kind::nothing));
    server.stall(false);
    BOOST_TEST(http.receive().status == 201);
    expect(socket, {room_created{server.rooms().front()}});
}

BOOST_AUTO_TEST_CASE(responses_can_be_delayed) {
    server.delay_responses(200ms);
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= 200ms));
    server.delay_responses(0ms);
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
}

BOOST_AUTO_TEST_CASE(requests_can_fail_without_being_executed) {
    server.fail_requests(2, 503);
    const client_response failed = call(port(), "POST", "/room");
    BOOST_TEST(failed.status == 503);
    BOOST_TEST(failed.body == R"({"errors":{"detail":"Service Unavailable"}})");
    BOOST_TEST(call(port(), "POST", "/room").status == 503);
    BOOST_TEST(server.rooms().empty());
    BOOST_TEST(call(port(), "POST", "/room").status == 201);
}

BOOST_AUTO_TEST_CASE(requests_can_fail_by_method_and_path_with_any_body) {
    using testing::request_failure;
    make_room("r");
    server.fail_requests(
        request_failure(503).method("POST").path("/room/*/peer").text("No \"room\""));
    server.fail_requests(request_failure(502).path("/health").times(1).body("<p>Bad"));
    BOOST_TEST(call(port(), "GET", "/health").body == "<p>Bad");
    BOOST_TEST(call(port(), "GET", "/health").status == 200);
    for (int i = 0; i < 2; ++i) {
        const client_response failed = call(port(), "POST", "/room/r/peer", R"({"type":"webrtc"})");
        BOOST_TEST(failed.status == 503);
        BOOST_TEST(failed.body == R"({"errors":"No \"room\""})");
    }
    BOOST_TEST(call(port(), "POST", "/room").status == 201);
    server.clear_request_failures();
    BOOST_TEST(call(port(), "POST", "/room/r/peer", R"({"type":"webrtc"})").status == 201);
}

BOOST_AUTO_TEST_CASE(a_failing_request_has_no_body_if_its_status_permits_none) {
    http_client http(port());
    for (const int status : {204, 304}) {
        server.fail_requests(1, status);
        const client_response failed = http.call("GET", "/room");
        BOOST_TEST(failed.status == status);
        BOOST_TEST(failed.body.empty());
        BOOST_TEST(http.call("GET", "/room").status == 200);  // Nothing precedes it.
    }
}

BOOST_AUTO_TEST_CASE(a_failing_request_needs_a_valid_status) {
    server.fail_requests(1, 999);
    BOOST_TEST(call(port(), "POST", "/room").status == 999);
    BOOST_CHECK_THROW(server.fail_requests(1, 1'000), std::invalid_argument);
    BOOST_CHECK_THROW(server.fail_requests(1, 100), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(rooms_can_be_created_without_calls_and_are_reported) {
    websocket_client socket = open_server_socket(port());
    server.create_room(room_config()
                           .room_id("r")
                           .max_peers(1)
                           .video_codec(video_codec::h264)
                           .peerless_purge_timeout(60s)
                           .peer_disconnected_timeout(30s)
                           .webhook_url("http://127.0.0.1:1/hook"));
    const std::string peer = server.add_peer("r");
    const std::string component = server.add_component("r", "hls", R"({"lowLatency":true})");
    expect(socket, {room_created{"r"}, peer_added{"r", peer}});
    const std::string room = call(port(), "GET", "/room/r").body;
    for (const std::string& text :
         {std::string(R"("maxPeers":1,"peerDisconnectedTimeout":30,"peerlessPurgeTimeout":60,)"
                      R"("roomId":"r","videoCodec":"h264","webhookUrl":"http://127.0.0.1:1/hook")"),
          R"("id":")" + peer + '"', R"("id":")" + component + '"',
          std::string(R"("lowLatency":true)")}) {
        BOOST_TEST(room.find(text) != room.npos, text << " in " << room);
    }
    connect_peer({peer, server.make_peer_token("r", peer)});
    BOOST_TEST((server.rooms() == std::vector<std::string>{"r"}));
    BOOST_TEST(server.requests() == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_call_rejects_is_rejected_with_the_servers_text) {
    const std::string room = server.create_room(room_config().max_peers(0));
    const auto rejects = [](auto call, const std::string& text) {
        try {
            call();
            BOOST_ERROR("not rejected: " << text);
        } catch (const std::invalid_argument& error) {
            BOOST_TEST(std::string(error.what()).find(text) != std::string::npos, error.what());
        }
    };
    rejects([&] { server.create_room(room_config().room_id(room)); }, "room already exists");
    rejects([&] { server.add_peer(room); }, "status 503: Reached peer limit in room " + room);
    rejects([&] { server.add_peer("nope"); }, "no room \"nope\"");
    rejects([&] { server.add_component(room, "x"); }, "Invalid component type");
    rejects([&] { server.add_component(room, "hls"); }, "Incompatible video codec");
    rejects([&] { server.add_component(room, "hls", "[]"); }, "expected a JSON object");
    rejects([&] { server.add_component(room, "hls", "{"); }, "invalid JSON");
    server.stop();
    rejects([&] { server.create_room(); }, "stopped");
}

BOOST_AUTO_TEST_CASE(requests_are_recorded_without_the_token) {
    http_client(port()).call("POST", "/room?a=1", R"({"roomId":"r"})", {{"X-Test", "1"}});
    const auto seen = server.seen_requests();
    BOOST_REQUIRE(seen.size() == 1U);
    BOOST_TEST(seen[0].method == "POST");
    BOOST_TEST(seen[0].target == "/room?a=1");
    BOOST_TEST(seen[0].body == R"({"roomId":"r"})");
    BOOST_TEST(seen[0].status == 201);
    const std::vector<std::pair<std::string, std::string>> headers{
        {"authorization", "Bearer"},
        {"content-length", "14"},
        {"content-type", "application/json"},
        {"host", "127.0.0.1"},
        {"x-test", "1"}};
    BOOST_TEST((seen[0].headers == headers));
}

BOOST_AUTO_TEST_CASE(a_stopped_server_closes_connections_and_restarts_empty_on_its_port) {
    const std::uint16_t before = port();
    make_room("r");
    websocket_client socket = open_server_socket(port());
    server.stop();
    server.stop();
    BOOST_TEST((socket.receive().what == kind::end));
    BOOST_CHECK_THROW(http_client{before}, boost::system::system_error);
    server.notify(room_created{"x"});
    server.refuse_connections(false);
    BOOST_TEST(server.subscribed_sockets() == 0U);
    BOOST_CHECK_THROW(server.crash_room("r"), std::invalid_argument);
    server.restart();
    BOOST_TEST(port() == before);
    BOOST_TEST(call(port(), "GET", "/room").body == R"({"data":[]})");
}

BOOST_AUTO_TEST_CASE(a_running_server_can_be_restarted) {
    websocket_client socket = open_server_socket(port());
    server.stall(true);
    server.restart();
    BOOST_TEST((socket.receive().what == kind::end));
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
}

BOOST_AUTO_TEST_CASE(two_servers_cannot_have_the_same_port) {
    try {
        testing::server second(testing::server_options().port(port()));
        BOOST_ERROR("it listens");
    } catch (const boost::system::system_error& error) {
        BOOST_TEST((error.code() == boost::system::errc::address_in_use));
        BOOST_TEST(std::string(error.what()).find(std::to_string(port())) != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_condition_that_does_not_hold_times_out) {
    BOOST_TEST(!server.wait_for([] { return false; }, 30ms));
    BOOST_TEST(server.wait_for([] { return true; }, 0ms));
    int calls = 0;
    BOOST_TEST(server.wait_for([&] { return ++calls == 3; }));
}

BOOST_AUTO_TEST_CASE(controls_can_be_used_from_several_threads) {
    websocket_client socket = open_server_socket(port());
    constexpr int each = 100;
    const auto work = [&] {
        for (int i = 0; i < each; ++i) {
            server.notify(room_created{"r"});
            if (server.subscribed_sockets() != 1) throw std::runtime_error("the socket is gone");
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads)
        thread.join();
    for (int i = 0; i < 4 * each; ++i) {
        BOOST_REQUIRE(socket.receive().payload == notification_bytes(room_created{"r"}));
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_disconnected_and_the_others_are_not) {
    websocket_client slow = open_server_socket(port());
    websocket_client quick = open_server_socket(port(), {});
    const std::string large(8U << 20, 'x');
    for (int i = 0; i < 12; ++i)
        server.notify(peer_crashed{"r", "p", large});
    BOOST_TEST(server.wait_for([&] { return server.subscribed_sockets() == 0; }, 20s));
    server.send_frame(testing::frame_opcode::text, "still here");
    BOOST_TEST((quick.receive() == client_websocket_frame{kind::text, "still here", 0}));
}

BOOST_AUTO_TEST_SUITE_END()
