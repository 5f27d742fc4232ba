#include <jellyfish/notification.hpp>
#include <jellyfish/testing/server.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

track_endpoint peer_of(const std::string& id) { return {endpoint_kind::peer, id}; }
track_endpoint component_of(const std::string& id) { return {endpoint_kind::component, id}; }
const track video{"v1", track_type::video, "null"};
const track audio{"a1", track_type::audio, "null"};

/// A server and a socket that has subscribed to notifications.
struct fixture : sandbox_fixture {
    websocket_client socket = open_server_socket(port());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_notifications, fixture)

BOOST_AUTO_TEST_CASE(a_room_is_reported_as_created_and_deleted) {
    make_room("r");
    BOOST_TEST(call(port(), "POST", "/room", R"({"roomId":"r"})").status == 400);
    BOOST_TEST(call(port(), "DELETE", "/room/r").status == 204);
    expect(socket, {room_created{"r"}, room_deleted{"r"}});
}

BOOST_AUTO_TEST_CASE(a_peer_is_reported_from_its_addition_to_its_deletion) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    own.close(1000);
    expect(socket, {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
                    peer_disconnected{"r", peer.id}});
    own = connect_peer(peer);
    own.drop();
    expect(socket, {peer_connected{"r", peer.id}, peer_disconnected{"r", peer.id}});
    BOOST_TEST(call(port(), "DELETE", "/room/r/peer/" + peer.id).status == 204);
    expect(socket, {peer_deleted{"r", peer.id}});
}

BOOST_AUTO_TEST_CASE(a_connected_peer_is_reported_as_disconnected_when_it_is_deleted) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    server.add_track("r", peer_of(peer.id), video);
    BOOST_TEST(call(port(), "DELETE", "/room/r/peer/" + peer.id).status == 204);
    expect(socket,
           {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
            track_added{"r", peer_of(peer.id), video}, track_removed{"r", peer_of(peer.id), video},
            peer_disconnected{"r", peer.id}, peer_deleted{"r", peer.id}});
    expect_close(own, 1000, "Peer removed");
}

BOOST_AUTO_TEST_CASE(tracks_are_reported_after_a_peer_whose_socket_has_closed) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    server.add_track("r", peer_of(peer.id), video);
    server.add_track("r", peer_of(peer.id), audio);
    own.close(1000);
    expect(socket,
           {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
            track_added{"r", peer_of(peer.id), video}, track_added{"r", peer_of(peer.id), audio},
            peer_disconnected{"r", peer.id}, track_removed{"r", peer_of(peer.id), audio},
            track_removed{"r", peer_of(peer.id), video}});
}

BOOST_AUTO_TEST_CASE(a_crashed_peer_is_reported_after_its_tracks_and_receives_the_reason) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    server.add_track("r", peer_of(peer.id), video);
    server.crash_peer("r", peer.id, "boom");
    expect(socket,
           {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
            track_added{"r", peer_of(peer.id), video}, track_removed{"r", peer_of(peer.id), video},
            peer_crashed{"r", peer.id, "boom"}});
    expect_close(own, 1011, "boom");
}

BOOST_AUTO_TEST_CASE(a_component_is_reported_by_its_tracks_and_its_crash) {
    make_room("r", R"(,"videoCodec":"h264")");
    const std::string id = add_component("r", R"({"type":"rtsp","options":{"sourceUri":"x"}})");
    track changed = video;
    changed.metadata = R"({"a":1})";
    server.add_track("r", component_of(id), video);
    server.update_track("r", component_of(id), changed);
    server.remove_track("r", "v1");
    server.add_track("r", component_of(id), audio);
    server.crash_component("r", id);
    expect(socket, {room_created{"r"}, track_added{"r", component_of(id), video},
                    track_metadata_updated{"r", component_of(id), changed},
                    track_removed{"r", component_of(id), changed},
                    track_added{"r", component_of(id), audio},
                    track_removed{"r", component_of(id), audio}, component_crashed{"r", id}});
    BOOST_TEST(call(port(), "DELETE", "/room/r/component/" + id).status == 404);
}

BOOST_AUTO_TEST_CASE(a_deleted_component_is_reported_by_the_removal_of_its_tracks) {
    make_room("r", R"(,"videoCodec":"h264")");
    const std::string id = add_component("r", R"({"type":"hls"})");
    server.add_track("r", component_of(id), audio);
    server.make_hls_playable("r", id);
    BOOST_TEST(call(port(), "DELETE", "/room/r/component/" + id).status == 204);
    server.upload_hls("r");
    server.crash_hls_upload("r");
    expect(socket, {room_created{"r"}, track_added{"r", component_of(id), audio},
                    hls_playable{"r", id}, track_removed{"r", component_of(id), audio},
                    hls_uploaded{"r"}, hls_upload_crashed{"r"}});
}

BOOST_AUTO_TEST_CASE(a_peers_metadata_is_reported_and_shown) {
    make_room("r");
    const added_peer peer = add_peer("r");
    server.update_peer_metadata("r", peer.id, R"({"b":"x","a":[1,null]})");
    expect(socket, {room_created{"r"}, peer_added{"r", peer.id},
                    peer_metadata_updated{"r", peer.id, R"({"a":[1,null],"b":"x"})"}});
    const std::string shown = call(port(), "GET", "/room/r").body;
    BOOST_TEST(shown.find(R"("metadata":{"a":[1,null],"b":"x"})") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_deleted_room_reports_its_peers_and_tracks_and_closes_their_sockets) {
    make_room("r", R"(,"videoCodec":"h264")");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    const std::string id = add_component("r", R"({"type":"rtsp","options":{"sourceUri":"x"}})");
    server.add_track("r", peer_of(peer.id), video);
    server.add_track("r", component_of(id), audio);
    BOOST_TEST(call(port(), "DELETE", "/room/r").status == 204);
    expect(socket,
           {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
            track_added{"r", peer_of(peer.id), video}, track_added{"r", component_of(id), audio},
            track_removed{"r", peer_of(peer.id), video}, peer_deleted{"r", peer.id},
            track_removed{"r", component_of(id), audio}, room_deleted{"r"}});
    expect_close(own, 1000, "Room stopped");
}

BOOST_AUTO_TEST_CASE(a_killed_room_is_reported_only_as_crashed) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    server.add_track("r", peer_of(peer.id), video);
    server.crash_room("r");
    expect(socket, {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
                    track_added{"r", peer_of(peer.id), video}, room_crashed{"r"}});
    expect_close(own, 1011, "Internal server error");
    BOOST_TEST(call(port(), "GET", "/room/r").status == 404);
}

BOOST_AUTO_TEST_CASE(a_room_that_fails_on_a_call_reports_its_peers_as_deleted) {
    make_room("r");
    const added_peer peer = add_peer("r");
    websocket_client own = connect_peer(peer);
    BOOST_TEST(call(port(), "POST", "/room/r/peer", R"({"type":"webrtc","options":null})").status ==
               500);
    make_room("s");
    server.crash_room("s", testing::room_crash::exception);
    expect(socket,
           {room_created{"r"}, peer_added{"r", peer.id}, peer_connected{"r", peer.id},
            peer_deleted{"r", peer.id}, room_crashed{"r"}, room_created{"s"}, room_crashed{"s"}});
    expect_close(own, 1000, "Room stopped");
}

BOOST_AUTO_TEST_CASE(rooms_and_peers_are_purged_after_their_timeout) {
    const auto begin = std::chrono::steady_clock::now();
    make_room("r", R"(,"peerlessPurgeTimeout":1)");
    make_room("s", R"(,"peerDisconnectedTimeout":1)");
    const added_peer peer = add_peer("s");
    expect(socket, {room_created{"r"}, room_created{"s"}, peer_added{"s", peer.id},
                    room_deleted{"r"}, peer_deleted{"s", peer.id}});
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= 1s));
    BOOST_TEST(server.rooms() == std::vector<std::string>{"s"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_subscribed_sockets_receive_the_same_in_the_same_order) {
    websocket_client other = open_server_socket(port());
    for (int i = 0; i < 50; ++i)
        server.notify(room_created{"r" + std::to_string(i)});
    for (int i = 0; i < 50; ++i) {
        const std::string bytes = notification_bytes(room_created{"r" + std::to_string(i)});
        BOOST_REQUIRE(socket.receive().payload == bytes);
        BOOST_REQUIRE(other.receive().payload == bytes);
    }
}

BOOST_AUTO_TEST_CASE(every_kind_of_notification_can_be_sent) {
    for (const notification& each : sample_notifications()) {
        if (std::holds_alternative<metrics_report>(each)) continue;
        server.notify(each);
        BOOST_TEST(to_hex(socket.receive().payload) == to_hex(notification_bytes(each)));
    }
}

BOOST_AUTO_TEST_CASE(unknown_ids_and_invalid_texts_are_rejected) {
    make_room("r");
    const added_peer peer = add_peer("r");
    BOOST_CHECK_THROW(server.crash_room("x"), std::invalid_argument);
    BOOST_CHECK_THROW(server.crash_peer("r", "x"), std::invalid_argument);
    BOOST_CHECK_THROW(server.crash_component("r", peer.id), std::invalid_argument);
    BOOST_CHECK_THROW(server.add_track("r", peer_of("x"), video), std::invalid_argument);
    BOOST_CHECK_THROW(server.update_track("r", peer_of(peer.id), video), std::invalid_argument);
    BOOST_CHECK_THROW(server.remove_track("r", "v1"), std::invalid_argument);
    BOOST_CHECK_THROW(server.update_peer_metadata("r", peer.id, "{"), std::invalid_argument);
    BOOST_CHECK_THROW(server.make_hls_playable("r", peer.id), std::invalid_argument);
    BOOST_CHECK_THROW(server.set_metrics("{"), std::invalid_argument);
    expect(socket, {room_created{"r"}, peer_added{"r", peer.id}});
}

BOOST_AUTO_TEST_SUITE_END()
