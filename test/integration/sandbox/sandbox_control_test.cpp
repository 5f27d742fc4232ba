#include <jellyfish/testing/control_server.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

// The controls as an HTTP interface.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using kind = client_websocket_frame::kind;

std::uint16_t port_of(const std::string& address) {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

struct fixture : sandbox_fixture {
    explicit fixture(const testing::server_options& options = testing::server_options())
        : sandbox_fixture(options), control(server) {}

    [[nodiscard]] std::uint16_t control_port() const { return port_of(control.address()); }

    /// Executes a control; returns the body of the response.
    std::string run(const std::string& name, const std::string& body = {}) {
        const client_response response =
            call(control_port(), "POST", "/control/" + name, with_ids(body));
        BOOST_TEST(response.status == 200, name << ' ' << body << ": " << response.body);
        BOOST_TEST(response.headers.at("content-type") == "application/json");
        return response.body;
    }

    /// Creates the room `r` with a peer and an HLS component, which a body names as PEER and
    /// COMPONENT.
    void make_all() {
        server.create_room(room_config().room_id("r").video_codec(video_codec::h264));
        peer = server.add_peer("r");
        component = server.add_component("r", "hls");
    }

    std::string with_ids(std::string body) const {
        for (const auto& [name, id] :
             {std::pair("PEER", peer), std::pair("COMPONENT", component)}) {
            if (const auto at = body.find(name); at != body.npos)
                body.replace(at, std::string_view(name).size(), id);
        }
        return body;
    }

    testing::control_server control;
    std::string peer;
    std::string component;
};

struct without_periodic_metrics : fixture {
    without_periodic_metrics() : fixture(testing::server_options().metrics_interval(1h)) {}
};

struct cluster : fixture {
    cluster() : fixture(testing::server_options().nodes(2)) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_control, fixture)

BOOST_AUTO_TEST_CASE(events_in_rooms_are_caused_and_reported) {
    make_all();
    const track_endpoint of_peer{endpoint_kind::peer, peer};
    const track_endpoint of_component{endpoint_kind::component, component};
    struct row {
        std::string control;
        std::string body;
        notification expected;
    };
    const std::vector<row> rows{
        {"update_peer_metadata", R"({"room_id":"r","peer_id":"PEER","metadata":{"a":[1]}})",
         peer_metadata_updated{"r", peer, R"({"a":[1]})"}},
        {"add_track",
         R"({"room_id":"r","endpoint_id":"PEER","track_id":"t","type":"video","metadata":"m"})",
         track_added{"r", of_peer, {"t", track_type::video, R"("m")"}}},
        {"update_track", R"({"room_id":"r","endpoint_id":"PEER","track_id":"t","metadata":2})",
         track_metadata_updated{"r", of_peer, {"t", track_type::video, "2"}}},
        {"remove_track", R"({"room_id":"r","track_id":"t"})",
         track_removed{"r", of_peer, {"t", track_type::video, "2"}}},
        {"add_track", R"({"room_id":"r","endpoint_id":"COMPONENT","track_id":"c"})",
         track_added{"r", of_component, {"c", track_type::unspecified, "null"}}},
        {"remove_track", R"({"room_id":"r","track_id":"c"})",
         track_removed{"r", of_component, {"c", track_type::unspecified, "null"}}},
        {"make_hls_playable", R"({"room_id":"r","component_id":"COMPONENT"})",
         hls_playable{"r", component}},
        {"upload_hls", R"({"room_id":"r"})", hls_uploaded{"r"}},
        {"crash_hls_upload", R"({"room_id":"r"})", hls_upload_crashed{"r"}},
        {"notify", R"({"notification":{"type":"peer_connected","room_id":"x","peer_id":"y"}})",
         peer_connected{"x", "y"}},
        {"crash_component", R"({"room_id":"r","component_id":"COMPONENT"})",
         component_crashed{"r", component}},
        {"crash_peer", R"({"room_id":"r","peer_id":"PEER","reason":"why"})",
         peer_crashed{"r", peer, "why"}},
        {"crash_room", R"({"room_id":"r"})", room_crashed{"r"}},
    };
    websocket_client socket = open_server_socket(port());
    for (const row& each : rows) {
        BOOST_TEST_CONTEXT(each.control << ' ' << each.body) {
            BOOST_TEST(run(each.control, each.body) == "{}\n");
            expect(socket, {each.expected});
        }
    }
    BOOST_TEST(server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_room_can_crash_by_an_exception) {
    make_all();
    websocket_client socket = open_server_socket(port());
    run("crash_room", R"({"room_id":"r","how":"exception"})");
    expect(socket, {peer_deleted{"r", peer}, room_crashed{"r"}});
}

BOOST_AUTO_TEST_CASE(rooms_peers_and_components_are_created) {
    run("create_room",
        R"({"room_id":"r","max_peers":1,"video_codec":"h264","webhook_url":"http://127.0.0.1:1/",)"
        R"("peerless_purge_timeout":60,"peer_disconnected_timeout":30})");
    peer = json_text(run("add_peer", R"({"room_id":"r"})"), "peer_id");
    component = json_text(
        run("add_component", R"({"room_id":"r","type":"hls","options":{"lowLatency":true}})"),
        "component_id");
    const std::string room = call(port(), "GET", "/room/r").body;
    for (const char* text :
         {R"("maxPeers":1,"peerDisconnectedTimeout":30,"peerlessPurgeTimeout":60,"roomId":"r",)"
          R"("videoCodec":"h264","webhookUrl":"http://127.0.0.1:1/")",
          R"("id":"PEER")", R"("id":"COMPONENT")", R"("lowLatency":true)"}) {
        BOOST_TEST(room.find(with_ids(text)) != room.npos, text << " in " << room);
    }
    const std::string other = json_text(run("create_room", R"({"video_codec":"h264"})"), "room_id");
    run("add_component", R"({"type":"hls","room_id":")" + other + "\"}");
    BOOST_TEST(call(port(), "GET", "/room/" + other).body.find(R"("lowLatency":false)") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(peers_connect_with_a_token_and_exchange_media_events) {
    make_all();
    const std::string ids = R"("room_id":"r","peer_id":"PEER")";
    const std::string old =
        json_text(run("make_peer_token", '{' + ids + R"(,"age_seconds":86401})"), "token");
    websocket_client late(port(), "/socket/peer/websocket");
    late.send_binary(peer_auth_bytes(old));
    expect_close(late, 1000, "expired token");
    websocket_client own =
        connect_peer({peer, json_text(run("make_peer_token", '{' + ids + '}'), "token")});
    run("send_media_event", '{' + ids + R"(,"data":"to the peer"})");
    BOOST_TEST(own.receive().payload == bytes_field(3, bytes_field(1, "to the peer")));
    own.send_binary(bytes_field(3, bytes_field(1, "from the peer")));
    BOOST_TEST(server.wait_for([&] { return !server.media_events("r", peer).empty(); }));
    BOOST_TEST(run("media_events", '{' + ids + '}') == "{\"events\":[\"from the peer\"]}\n");
}

BOOST_AUTO_TEST_CASE(frames_and_bytes_are_sent_to_sockets) {
    struct row {
        const char* control;
        const char* body;
        client_websocket_frame expected;
    };
    websocket_client socket = open_server_socket(port(), {});
    for (const row& each : {
             row{"send_frame", R"({"opcode":"text","payload":"a"})", {kind::text, "a", 0}},
             row{"send_frame", R"({"opcode":"binary","payload":"b"})", {kind::binary, "b", 0}},
             row{"send_frame", R"({"opcode":"ping","payload":"c"})", {kind::ping, "c", 0}},
             row{"send_frame",
                 R"({"opcode":"binary","payload":{"base64":"//79"}})",
                 {kind::binary, "\xff\xfe\xfd", 0}},
             row{"send_raw", R"({"payload":{"base64":"ggFk"}})", {kind::binary, "d", 0}},
             row{"send_raw", R"({"payload":{"base64":"gQFlgQA="}})", {kind::text, "e", 0}},
         }) {
        run(each.control, each.body);
        BOOST_TEST((socket.receive() == each.expected), each.body);
    }
    BOOST_TEST((socket.receive() == client_websocket_frame{kind::text, "", 0}));
}

BOOST_AUTO_TEST_CASE(sockets_are_closed_and_observed) {
    websocket_client socket = open_server_socket(port());
    run("close_sockets", R"({"code":4001,"reason":"why"})");
    expect_close(socket, 4001, "why");
    BOOST_TEST(run("seen_closes") ==
               "{\"closes\":[{\"code\":4001,\"reason\":\"why\",\"side\":\"server\"}]}\n");
}

BOOST_AUTO_TEST_CASE(connections_are_dropped_refused_and_hung_up) {
    websocket_client socket = open_server_socket(port());
    run("drop_connections");
    BOOST_TEST((socket.receive().what == kind::end));
    websocket_client other = open_server_socket(port());
    run("drop_connections", R"({"reset":true})");
    BOOST_TEST((other.receive().what == kind::end));

    run("refuse_connections");
    BOOST_CHECK_THROW(http_client{port()}, boost::system::system_error);
    run("refuse_connections", R"({"on":false})");
    run("hang_up_connections", R"({"on":true})");
    BOOST_TEST(http_client(port()).ends_within(20s));
    run("hang_up_connections", R"({"on":false})");
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
}

BOOST_AUTO_TEST_CASE(responses_are_stalled_and_delayed) {
    run("stall");
    http_client http(port());
    http.send("GET /health HTTP/1.1\r\nhost: x\r\nauthorization: Bearer development\r\n\r\n");
    BOOST_TEST(server.wait_for([&] { return server.requests() == 1; }));
    BOOST_TEST(!http.ends_within(20ms));
    run("stall", R"({"on":false})");
    BOOST_TEST(http.receive().status == 200);

    run("delay_responses", R"({"milliseconds":100})");
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(http.call("GET", "/room").status == 200);
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= 100ms));
}

BOOST_AUTO_TEST_CASE(chosen_requests_fail) {
    run("fail_requests", R"({"status":503,"method":"POST","path":"/room/*/peer","text":"full"})");
    run("fail_requests", R"({"status":418,"path":"/health","times":1,"body":"a teapot"})");
    BOOST_TEST(call(port(), "POST", "/room/r/peer").body == R"({"errors":"full"})");
    BOOST_TEST(call(port(), "GET", "/health").body == "a teapot");
    BOOST_TEST(call(port(), "GET", "/health").status == 200);
    BOOST_TEST(call(port(), "POST", "/room/r/peer").status == 503);
    run("clear_request_failures");
    BOOST_TEST(call(port(), "POST", "/room/r/peer").status == 400);
}

BOOST_FIXTURE_TEST_CASE(metrics_are_set_and_reported, without_periodic_metrics) {
    websocket_client socket = open_server_socket(port(), {2});
    run("set_metrics", R"({"metrics":{"a":1}})");
    run("report_metrics");
    run("set_metrics");
    run("report_metrics");
    expect(socket, {metrics_report{R"({"a":1})"}, metrics_report{"{}"}});
}

BOOST_AUTO_TEST_CASE(the_state_is_observed) {
    websocket_client socket = open_server_socket(port());
    server.create_room(room_config().room_id("r"));
    call(port(), "POST", "/room?x=1", "\xff");
    const std::string state = run("state");
    for (const char* text : {R"("rooms":["r"])", R"("subscribed_sockets":1)", R"("requests":1)",
                             R"("authenticated_sockets":1)", R"("metrics_sockets":0)",
                             R"("accepted_connections":2)"}) {
        BOOST_TEST(state.find(text) != state.npos, text << " in " << state);
    }
    const std::string seen = run("seen_requests");
    for (const char* text :
         {R"("method":"POST")", R"("target":"/room?x=1")", R"("status":400)", R"("node":0)",
          R"("body":{"base64":"/w=="})", R"("authorization":"Bearer")"}) {
        BOOST_TEST(seen.find(text) != seen.npos, text << " in " << seen);
    }
}

BOOST_AUTO_TEST_CASE(the_server_stops_and_restarts) {
    websocket_client socket = open_server_socket(port());
    run("stop");
    BOOST_TEST((socket.receive().what == kind::end));
    BOOST_CHECK_THROW(http_client{port()}, boost::system::system_error);
    run("restart");
    BOOST_TEST(call(port(), "GET", "/room").status == 200);
    server.create_room(room_config().room_id("r"));
    websocket_client other = open_server_socket(port());
    run("stop", R"({"how":"graceful"})");
    expect(other, {room_crashed{"r"}});
}

BOOST_FIXTURE_TEST_CASE(a_node_of_a_cluster_stops_and_restarts, cluster) {
    run("stop", R"({"node":0})");
    BOOST_CHECK_THROW(http_client{server.port(0)}, boost::system::system_error);
    BOOST_TEST(call(server.port(1), "GET", "/room").status == 200);
    run("restart", R"({"node":0})");
    BOOST_TEST(call(server.port(0), "GET", "/room").status == 200);
}

BOOST_AUTO_TEST_CASE(all_controls_are_listed_with_their_parameters) {
    const client_response list = call(control_port(), "GET", "/control");
    BOOST_TEST(list.status == 200);
    BOOST_TEST(list.body.find(R"("crash_peer":{"peer_id":"a string","reason":"a string, optional",)"
                              R"("room_id":"a string"})") != std::string::npos,
               list.body);
}

BOOST_AUTO_TEST_CASE(errors_name_what_is_wrong) {
    make_all();
    struct row {
        const char* method;
        const char* target;
        const char* body;
        int status;
        const char* error;
    };
    for (const row& each : {
             row{"POST", "/control/crash_room", "{", 400, "expected a JSON object"},
             row{"POST", "/control/crash_room", "[]", 400, "expected a JSON object"},
             row{"POST", "/control/crash_room", "", 400,
                 "missing parameter 'room_id': expected a string"},
             row{"POST", "/control/crash_room", R"({"room_id":null})", 400,
                 "missing parameter 'room_id': expected a string"},
             row{"POST", "/control/crash_room", R"({"room_id":7})", 400,
                 "invalid parameter 'room_id': expected a string"},
             row{"POST", "/control/crash_room", R"({"room_id":"r","how":"x"})", 400,
                 "invalid parameter 'how': expected killed or exception"},
             row{"POST", "/control/crash_room", R"({"room_id":"r","a":1})", 400,
                 "unknown parameter 'a': expected room_id, how"},
             row{"POST", "/control/stall", R"({"on":"yes"})", 400,
                 "invalid parameter 'on': expected true or false"},
             row{"POST", "/control/close_sockets", R"({"code":65536})", 400,
                 "invalid parameter 'code': expected an integer from 0 to 65535"},
             row{"POST", "/control/close_sockets", R"({"code":-1})", 400,
                 "invalid parameter 'code': expected an integer from 0 to 65535"},
             row{"POST", "/control/send_raw", R"({"payload":{"base64":"!"}})", 400,
                 "invalid parameter 'payload': expected a string or {\\\"base64\\\":\\\"...\\\"}"},
             row{"POST", "/control/fail_requests", R"({"status":100})", 400, "from 200 to 999"},
             row{"POST", "/control/notify", R"({"notification":{"type":"disconnected"}})", 400,
                 "invalid parameter 'notification'"},
             row{"POST", "/control/stop", R"({"node":0,"how":"graceful"})", 400,
                 "invalid parameter 'how'"},
             row{"POST", "/control/create_room", R"({"room_id":"r"})", 400, "room already exists"},
             row{"POST", "/control/crash_room", R"({"room_id":"x"})", 404, "no room \\\"x\\\""},
             row{"POST", "/control/media_events", R"({"room_id":"x","peer_id":"y"})", 404,
                 "no peer \\\"y\\\""},
             row{"POST", "/control/crash_peer", R"({"room_id":"r","peer_id":"x"})", 404,
                 "no peer \\\"x\\\""},
             row{"POST", "/control/stop", R"({"node":1})", 404, "no such node"},
             row{"POST", "/control/crash", "", 404, "unknown control 'crash': GET /control"},
             row{"POST", "/room", "", 404, "unknown path"},
             row{"GET", "/control/stop", "", 405, "expected POST"},
             row{"POST", "/control", "", 405, "expected GET"},
         }) {
        const client_response failed = call(control_port(), each.method, each.target, each.body);
        BOOST_TEST(failed.status == each.status, each.target << ' ' << each.body);
        BOOST_TEST(failed.body.starts_with(R"({"error":")"), failed.body);
        BOOST_TEST(failed.body.find(each.error) != std::string::npos,
                   each.error << " in " << failed.body);
    }
    BOOST_TEST((server.rooms() == std::vector<std::string>{"r"}));
}

BOOST_AUTO_TEST_CASE(a_connection_serves_many_requests_until_it_is_malformed) {
    http_client http(control_port());
    BOOST_TEST(http.call("POST", "/control/stall").status == 200);
    BOOST_TEST(http.call("POST", "/control/stall", R"({"on":false})").status == 200);
    http.send("nonsense\r\n\r\n");
    BOOST_TEST(http.receive().status == 400);
    BOOST_TEST(http.ends_within(20s));
}

BOOST_AUTO_TEST_CASE(requests_from_web_pages_are_rejected) {
    const client_response failed =
        http_client(control_port())
            .call("POST", "/control/create_room", {}, {{"Origin", "http://127.0.0.1:8080"}});
    BOOST_TEST(failed.status == 403);
    BOOST_TEST(server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(it_listens_on_the_loopback_interface_by_default_and_not_on_the_servers_port) {
    BOOST_TEST(control.address().starts_with("127.0.0.1:"));
    BOOST_TEST(call(port(), "GET", "/control").status == 404);
    BOOST_TEST(call(port(), "POST", "/control/create_room").status == 404);
    BOOST_TEST(server.rooms().empty());
}

BOOST_AUTO_TEST_CASE(an_address_must_be_an_ip_address_and_a_port) {
    for (const char* address : {"", "127.0.0.1", "127.0.0.1:", "localhost:0", ":0", "0",
                                "127.0.0.1:65536", "127.0.0.1:x", "::1:0", "u@127.0.0.1:0"}) {
        BOOST_CHECK_THROW(testing::control_server(server, address), std::invalid_argument);
    }
    BOOST_CHECK_THROW(testing::control_server(server, control.address()),
                      boost::system::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
