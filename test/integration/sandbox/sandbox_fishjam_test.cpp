#include <jellyfish/notification.hpp>
#include <jellyfish/testing/control_server.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

// The test server with Fishjam's API: sockets, notifications and controls.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;

const std::string prefix = "/api/v1/connect/sandbox";

testing::server_options fishjam() { return testing::server_options().api(server_api::fishjam); }

/// A server and a socket that has subscribed to notifications.
struct fixture : sandbox_fixture {
    fixture() : sandbox_fixture(fishjam()) {}

    /// Makes a successful call; returns the body of the response.
    std::string post(const std::string& target, const std::string& body = {}) {
        const client_response response = call(port(), "POST", prefix + target, body);
        BOOST_TEST(response.status / 100 == 2, target << ": " << response.body);
        return response.body;
    }

    std::string make_fishjam_room(const std::string& body = "{}") {
        return json_text(post("/room", body), "id");
    }

    websocket_client socket = open_server_socket(port(), {1}, prefix);
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_fishjam, fixture)

BOOST_AUTO_TEST_CASE(rooms_and_peers_are_reported_with_the_type_of_the_peer) {
    const std::string room = make_fishjam_room();
    const std::string body = post("/room/" + room + "/peer", R"({"type":"webrtc","options":{}})");
    const std::string peer = json_text(body, "id");
    {
        websocket_client own(port(), prefix + "/socket/peer/websocket");
        own.send_binary(peer_auth_bytes(json_text(body, "token")));
        BOOST_REQUIRE(own.receive().payload == peer_authenticated_bytes());
        server.update_peer_metadata(room, peer, R"({"name":"a"})");
    }
    BOOST_TEST(server.wait_for([&] { return server.peer_sockets() == 0; }));
    BOOST_TEST(call(port(), "DELETE", prefix + "/room/" + room).status == 204);
    expect(socket, {room_created{room}, peer_added{room, peer, peer_type::webrtc},
                    peer_connected{room, peer, peer_type::webrtc},
                    peer_metadata_updated{room, peer, R"({"peer":{"name":"a"},"server":{}})",
                                          peer_type::webrtc},
                    peer_disconnected{room, peer, peer_type::webrtc},
                    peer_deleted{room, peer, peer_type::webrtc}, room_deleted{room}});
}

BOOST_AUTO_TEST_CASE(the_url_of_a_peers_socket_has_a_scheme_only_without_tls) {
    const auto url_of = [](testing::server& of, const client_target& target) {
        http_client http(target);
        const std::string room = of.create_room();
        return json_text(http.call("POST", prefix + "/room/" + room + "/peer",
                                   R"({"type":"webrtc","options":{}})")
                             .body,
                         "peer_websocket_url");
    };
    BOOST_TEST(url_of(server, {port(), "127.0.0.1", ""}) ==
               server.fishjam_url() + "/socket/peer/websocket");
    const certificate_files files;
    testing::server secure(fishjam().tls(files.certificate_file(), files.key_file()));
    BOOST_TEST(url_of(secure, {secure.port(), "127.0.0.1", files.authority}) ==
               secure.address() + "/socket/peer/websocket");
}

BOOST_AUTO_TEST_CASE(a_refreshed_token_connects_a_peer) {
    const std::string room = make_fishjam_room();
    const std::string peer = server.add_peer(room);
    websocket_client own(port(), prefix + "/socket/peer/websocket");
    own.send_binary(peer_auth_bytes(
        json_text(post("/room/" + room + "/peer/" + peer + "/refresh_token"), "token")));
    BOOST_TEST(own.receive().payload == peer_authenticated_bytes());
}

BOOST_AUTO_TEST_CASE(a_subscription_to_metrics_is_invalid) {
    websocket_client other = open_server_socket(port(), {1}, prefix);
    other.send_binary(subscribe_request_bytes(2));
    expect_close(other, 1011, "");
}

BOOST_AUTO_TEST_CASE(a_wrong_token_closes_the_socket) {
    websocket_client other(port(), prefix + "/socket/server/websocket");
    other.send_binary(auth_request_bytes("wrong"));
    expect_close(other, 1000, "invalid token");
}

BOOST_AUTO_TEST_CASE(there_are_no_sockets_outside_the_prefix) {
    for (const char* path : {"/socket/server/websocket", "/api/v1/connect/x/socket/peer/websocket"})
        BOOST_CHECK_THROW(websocket_client(port(), path), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(streamers_and_viewers_of_a_room_are_connected_by_controls) {
    const std::string room = make_fishjam_room(R"({"roomType":"livestream"})");
    const std::string streamer_token = json_text(post("/room/" + room + "/streamer"), "token");
    const std::string viewer_token = json_text(post("/room/" + room + "/viewer"), "token");
    const std::string streamer = server.connect_streamer(streamer_token);
    const std::string viewer = server.connect_viewer(viewer_token);
    server.disconnect_viewer(viewer_token);
    server.disconnect_streamer(streamer_token);
    expect(socket,
           {room_created{room}, streamer_connected{room, streamer}, viewer_connected{room, viewer},
            viewer_disconnected{room, viewer}, streamer_disconnected{room, streamer}});
}

BOOST_AUTO_TEST_CASE(the_end_of_a_room_disconnects_its_streamers) {
    const std::string room = make_fishjam_room(R"({"roomType":"livestream"})");
    const std::string token = json_text(post("/room/" + room + "/streamer"), "token");
    const std::string streamer = server.connect_streamer(token);
    server.crash_room(room);
    expect(socket, {room_created{room}, streamer_connected{room, streamer},
                    streamer_disconnected{room, streamer}, room_crashed{room}});
    BOOST_CHECK_THROW(server.connect_streamer(token), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_status_of_a_recording_can_be_set) {
    const std::string id =
        json_text(post("/recordings", R"({"source":{"compositionURL":"u","outputId":"o"}})"), "id");
    server.set_recording_status(id, recording_status::failed);
    expect(socket, {recording_status_changed{id, recording_status::active, "null"},
                    recording_status_changed{id, recording_status::failed, "null"}});
    const std::string body = call(port(), "GET", prefix + "/recordings/" + id).body;
    BOOST_TEST(json_text(body, "status") == "failed");
}

BOOST_AUTO_TEST_CASE(an_exceeded_quota_rejects_new_rooms_until_it_is_raised) {
    server.exceed_quota(true);
    BOOST_TEST(call(port(), "POST", prefix + "/room", "{}").status == 402);
    BOOST_CHECK_THROW(server.create_room(), std::invalid_argument);
    server.exceed_quota(false);
    BOOST_TEST(call(port(), "POST", prefix + "/room", "{}").status == 201);
}

BOOST_AUTO_TEST_CASE(failures_are_matched_without_the_prefix) {
    server.fail_requests(
        testing::request_failure(503).method("GET").path("/livestream/*").times(1));
    BOOST_TEST(call(port(), "GET", prefix + "/livestream/x").status == 503);
    BOOST_TEST(call(port(), "GET", prefix + "/livestream/x").status == 404);
}

BOOST_AUTO_TEST_CASE(rooms_and_peers_can_be_created_by_controls) {
    const std::string room = server.create_room(room_config().max_peers(1));
    const std::string agent = server.add_peer(room, "agent");
    expect(socket, {room_created{room}, peer_added{room, agent, peer_type::agent}});
    BOOST_CHECK_THROW(server.add_peer(room), std::invalid_argument);
    BOOST_CHECK_THROW(server.create_room(room_config().room_id("r")), std::invalid_argument);
    BOOST_CHECK_THROW(server.add_component(room, "hls"), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(unknown_tokens_and_ids_are_rejected_without_naming_a_token) {
    for (const auto& control :
         std::vector<std::function<void()>>{[&] { server.connect_streamer("s3cret"); },
                                            [&] { server.disconnect_streamer("s3cret"); },
                                            [&] { server.connect_viewer("s3cret"); },
                                            [&] { server.disconnect_viewer("s3cret"); }}) {
        BOOST_CHECK_EXCEPTION(control(), std::invalid_argument, [](const auto& error) {
            return std::string_view(error.what()).find("s3cret") == std::string_view::npos;
        });
    }
    BOOST_CHECK_THROW(server.set_recording_status("x", recording_status::failed),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_controls_are_served_over_http) {
    const testing::control_server controls(server);
    const auto run = [&](const std::string& name, const std::string& body) {
        const std::string address = controls.address();
        const auto response =
            call(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))),
                 "POST", "/control/" + name, body);
        BOOST_TEST(response.status == 200, name << ": " << response.body);
        return response.body;
    };
    const std::string room = make_fishjam_room(R"({"roomType":"livestream"})");
    const auto token = [&](const char* role) {
        return R"({"token":")" + json_text(post("/room/" + room + role), "token") + "\"}";
    };
    const std::string streamer_token = token("/streamer");
    const std::string viewer_token = token("/viewer");
    const std::string recording =
        json_text(post("/recordings", R"({"source":{"compositionURL":"u","outputId":"o"}})"), "id");
    const std::string peer =
        json_text(run("add_peer", R"({"room_id":")" + room + R"(","type":"agent"})"), "peer_id");
    const std::string streamer = json_text(run("connect_streamer", streamer_token), "streamer_id");
    const std::string viewer = json_text(run("connect_viewer", viewer_token), "viewer_id");
    run("disconnect_viewer", viewer_token);
    run("disconnect_streamer", streamer_token);
    run("set_recording_status", R"({"recording_id":")" + recording + R"(","status":"available"})");
    run("exceed_quota", "{}");
    BOOST_TEST(call(port(), "POST", prefix + "/room", "{}").status == 402);
    expect(socket, {room_created{room},
                    recording_status_changed{recording, recording_status::active, "null"},
                    peer_added{room, peer, peer_type::agent}, streamer_connected{room, streamer},
                    viewer_connected{room, viewer}, viewer_disconnected{room, viewer},
                    streamer_disconnected{room, streamer},
                    recording_status_changed{recording, recording_status::available, "null"}});
}

BOOST_AUTO_TEST_CASE(a_restarted_server_keeps_its_url_and_nothing_else) {
    const std::string url = server.fishjam_url();
    post("/livestream", "{}");
    post("/recordings", R"({"source":{"compositionURL":"u","outputId":"o"}})");
    server.restart();
    BOOST_TEST(server.fishjam_url() == url);
    for (const char* list : {"/room", "/livestream", "/recordings"})
        BOOST_TEST(call(port(), "GET", prefix + list).body == R"({"data":[]})", list);
}

BOOST_AUTO_TEST_CASE(the_url_contains_scheme_and_id) {
    testing::server plain(fishjam().fishjam_id("me").path_prefix("/proxy"));
    BOOST_TEST(plain.fishjam_url() ==
               "http://127.0.0.1:" + std::to_string(plain.port()) + "/proxy/api/v1/connect/me");
    const certificate_files files;
    testing::server secure(fishjam().tls(files.certificate_file(), files.key_file()));
    BOOST_TEST(secure.fishjam_url() ==
               "https://127.0.0.1:" + std::to_string(secure.port()) + prefix);
}

BOOST_AUTO_TEST_CASE(invalid_options_are_rejected) {
    for (const testing::server_options& options :
         {fishjam().fishjam_id(""), fishjam().fishjam_id("a/b"), fishjam().fishjam_id("a b"),
          fishjam().nodes(2)}) {
        BOOST_CHECK_THROW(testing::server{options}, std::invalid_argument);
    }
}

BOOST_AUTO_TEST_SUITE_END()
