#include "fakes/registry_recorder.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace std::chrono_literals;
using testing::detail::connect_error;
using testing::detail::hls_task;
using testing::detail::room_end;
using testing::detail::room_registry;
using testing::detail::room_settings;
using lines = std::vector<std::string>;

struct fixture {
    void make_room(room_settings settings = {}) {
        settings.room_id = "r";
        BOOST_REQUIRE(rooms.create_room(std::move(settings)) != nullptr);
        host.take();
    }

    std::string add_peer() {
        std::string id = rooms.add_peer("r").id;
        host.take();
        return id;
    }

    std::string add_connected_peer(testing::detail::socket_id socket) {
        std::string id = add_peer();
        BOOST_REQUIRE(rooms.connect_peer("r", id, socket) == connect_error::none);
        host.take();
        return id;
    }

    std::string add_component(const std::string& type = "file") {
        std::string id = rooms.add_component("r", type, nullptr).id;
        host.take();
        return id;
    }

    void add_track(const std::string& endpoint, const std::string& id) {
        BOOST_REQUIRE(rooms.add_track("r", endpoint, track{id, track_type::video, "null"}));
        host.take();
    }

    void check(const lines& expected) {
        const lines calls = host.take();
        BOOST_TEST(calls == expected, boost::test_tools::per_element());
    }

    test::registry_recorder host;
    room_registry rooms{host};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_registry, fixture)

BOOST_AUTO_TEST_CASE(a_new_room_is_reported_after_its_webhook_is_registered) {
    room_settings settings;
    settings.room_id = "r";
    settings.webhook_url = "http://h/p";
    rooms.create_room(settings);
    check({"webhook of r: http://h/p", "room_created{room_id: \"r\"}"});
}

BOOST_AUTO_TEST_CASE(a_second_room_with_the_same_id_is_rejected_and_not_reported) {
    make_room();
    room_settings settings;
    settings.room_id = "r";
    BOOST_TEST(rooms.create_room(settings) == nullptr);
    check({});
}

BOOST_AUTO_TEST_CASE(a_peer_is_reported_as_added_connected_and_disconnected) {
    make_room();
    rooms.add_peer("r");
    BOOST_TEST((rooms.connect_peer("r", "id-1", 7) == connect_error::none));
    rooms.disconnect_peer("r", "id-1", 7);
    check({"peer_added{room_id: \"r\", peer_id: \"id-1\"}",
           "peer_connected{room_id: \"r\", peer_id: \"id-1\"}",
           "peer_disconnected{room_id: \"r\", peer_id: \"id-1\"}"});
    BOOST_TEST(rooms.find("r")->peers.contains("id-1"));
}

BOOST_AUTO_TEST_CASE(notifications_of_a_peer_contain_its_type_if_it_has_one) {
    make_room();
    for (int number = 1; number <= 2; ++number)
        rooms.add_peer("r", {peer_type::agent, nullptr, "auto"});
    rooms.connect_peer("r", "id-1", 7);
    rooms.update_peer_metadata("r", "id-1", "m");
    rooms.disconnect_peer("r", "id-1", 7);
    rooms.crash_peer("r", "id-1", "why");
    rooms.connect_peer("r", "id-2", 8);
    rooms.delete_peer("r", "id-2");
    check({"peer_added{room_id: \"r\", peer_id: \"id-1\", peer_type: agent}",
           "peer_added{room_id: \"r\", peer_id: \"id-2\", peer_type: agent}",
           "peer_connected{room_id: \"r\", peer_id: \"id-1\", peer_type: agent}",
           "peer_metadata_updated{room_id: \"r\", peer_id: \"id-1\", metadata: "
           "\"{\\\"peer\\\":\\\"m\\\"}\", peer_type: agent}",
           "peer_disconnected{room_id: \"r\", peer_id: \"id-1\", peer_type: agent}",
           "peer_crashed{room_id: \"r\", peer_id: \"id-1\", reason: \"why\", peer_type: agent}",
           "peer_connected{room_id: \"r\", peer_id: \"id-2\", peer_type: agent}",
           "socket 8 closes 1000 Peer removed",
           "peer_disconnected{room_id: \"r\", peer_id: \"id-2\", peer_type: agent}",
           "peer_deleted{room_id: \"r\", peer_id: \"id-2\", peer_type: agent}"});
}

BOOST_AUTO_TEST_CASE(a_purged_peer_is_reported_with_its_type) {
    room_settings settings;
    settings.peer_disconnected_timeout = 1s;
    make_room(settings);
    rooms.add_peer("r", {peer_type::webrtc, nullptr, "auto"});
    host.take();
    host.pass(1s);
    rooms.advance();
    check({"peer_deleted{room_id: \"r\", peer_id: \"id-1\", peer_type: webrtc}"});
}

BOOST_AUTO_TEST_CASE(the_reasons_why_a_peer_cannot_connect_are_distinguished) {
    make_room();
    add_connected_peer(1);
    BOOST_TEST((rooms.connect_peer("x", "id-1", 2) == connect_error::room_not_found));
    BOOST_TEST((rooms.connect_peer("r", "x", 2) == connect_error::peer_not_found));
    BOOST_TEST((rooms.connect_peer("r", "id-1", 2) == connect_error::already_connected));
    check({});
}

BOOST_AUTO_TEST_CASE(closing_another_socket_does_not_disconnect_a_peer) {
    make_room();
    const std::string id = add_connected_peer(1);
    rooms.disconnect_peer("r", id, 2);
    check({});
    BOOST_TEST(rooms.find("r")->peers.at(id).connected());
}

BOOST_AUTO_TEST_CASE(when_a_socket_closes_the_tracks_are_reported_after_the_peer) {
    make_room();
    const std::string id = add_connected_peer(1);
    add_track(id, "v1");
    add_track(id, "a1");
    rooms.disconnect_peer("r", id, 1);
    check({"peer_disconnected{room_id: \"r\", peer_id: \"id-1\"}",
           "track_removed{room_id: \"r\", peer_id: \"id-1\", track: "
           "track{id: \"a1\", type: video, metadata: \"null\"}}",
           "track_removed{room_id: \"r\", peer_id: \"id-1\", track: "
           "track{id: \"v1\", type: video, metadata: \"null\"}}"});
}

BOOST_AUTO_TEST_CASE(when_a_connected_peer_is_deleted_the_tracks_are_reported_first) {
    make_room();
    const std::string id = add_connected_peer(1);
    add_track(id, "v1");
    BOOST_TEST(rooms.delete_peer("r", id));
    check({"socket 1 closes 1000 Peer removed",
           "track_removed{room_id: \"r\", peer_id: \"id-1\", track: "
           "track{id: \"v1\", type: video, metadata: \"null\"}}",
           "peer_disconnected{room_id: \"r\", peer_id: \"id-1\"}",
           "peer_deleted{room_id: \"r\", peer_id: \"id-1\"}"});
}

BOOST_AUTO_TEST_CASE(deleting_a_disconnected_peer_reports_only_its_deletion) {
    make_room();
    BOOST_TEST(rooms.delete_peer("r", add_peer()));
    check({"peer_deleted{room_id: \"r\", peer_id: \"id-1\"}"});
}

BOOST_AUTO_TEST_CASE(a_crashed_peer_is_removed_and_not_reported_as_deleted) {
    make_room();
    const std::string id = add_connected_peer(1);
    add_track(id, "v1");
    BOOST_TEST(rooms.crash_peer("r", id, "boom"));
    check({"socket 1 closes 1011 boom",
           "track_removed{room_id: \"r\", peer_id: \"id-1\", track: "
           "track{id: \"v1\", type: video, metadata: \"null\"}}",
           "peer_crashed{room_id: \"r\", peer_id: \"id-1\", reason: \"boom\"}"});
    BOOST_TEST(rooms.find("r")->peers.empty());
}

BOOST_AUTO_TEST_CASE(a_peer_that_crashes_without_a_reason_gets_a_server_error) {
    make_room();
    BOOST_TEST(rooms.crash_peer("r", add_connected_peer(1), ""));
    check({"socket 1 closes 1011 Internal server error",
           "peer_crashed{room_id: \"r\", peer_id: \"id-1\", reason: \"\"}"});
}

BOOST_AUTO_TEST_CASE(components_are_reported_only_by_their_tracks) {
    make_room();
    const std::string id = add_component();
    add_track(id, "t");
    BOOST_TEST(rooms.delete_component("r", id));
    check(
        {"track_removed{room_id: \"r\", component_id: \"id-1\", track: "
         "track{id: \"t\", type: video, metadata: \"null\"}}"});
}

BOOST_AUTO_TEST_CASE(a_crashed_component_is_reported_after_its_tracks) {
    make_room();
    const std::string id = add_component();
    add_track(id, "t");
    BOOST_TEST(rooms.crash_component("r", id));
    check(
        {"track_removed{room_id: \"r\", component_id: \"id-1\", track: "
         "track{id: \"t\", type: video, metadata: \"null\"}}",
         "component_crashed{room_id: \"r\", component_id: \"id-1\"}"});
}

BOOST_AUTO_TEST_CASE(tracks_are_reported_with_their_latest_metadata) {
    make_room();
    const std::string id = add_peer();
    BOOST_TEST(rooms.add_track("r", id, track{"t", track_type::audio, "null"}));
    BOOST_TEST(rooms.update_track("r", id, "t", "{\"a\":1}"));
    BOOST_TEST(rooms.remove_track("r", "t"));
    BOOST_TEST(!rooms.remove_track("r", "t"));
    check(
        {"track_added{room_id: \"r\", peer_id: \"id-1\", track: "
         "track{id: \"t\", type: audio, metadata: \"null\"}}",
         "track_metadata_updated{room_id: \"r\", peer_id: \"id-1\", track: "
         "track{id: \"t\", type: audio, metadata: \"{\\\"a\\\":1}\"}}",
         "track_removed{room_id: \"r\", peer_id: \"id-1\", track: "
         "track{id: \"t\", type: audio, metadata: \"{\\\"a\\\":1}\"}}"});
}

BOOST_AUTO_TEST_CASE(metadata_of_a_peer_is_reported_as_json) {
    make_room();
    BOOST_TEST(rooms.update_peer_metadata("r", add_peer(), "a"));
    check({"peer_metadata_updated{room_id: \"r\", peer_id: \"id-1\", metadata: \"\\\"a\\\"\"}"});
}

BOOST_AUTO_TEST_CASE(a_deleted_room_reports_everything_that_was_in_it) {
    make_room();
    const std::string peer = add_connected_peer(1);
    add_peer();
    const std::string component = add_component();
    add_track(peer, "v");
    add_track(component, "c");
    BOOST_TEST(rooms.end_room("r", room_end::deleted));
    check({"socket 1 closes 1000 Room stopped",
           "track_removed{room_id: \"r\", peer_id: \"id-1\", track: "
           "track{id: \"v\", type: video, metadata: \"null\"}}",
           "peer_deleted{room_id: \"r\", peer_id: \"id-1\"}",
           "peer_deleted{room_id: \"r\", peer_id: \"id-2\"}",
           "track_removed{room_id: \"r\", component_id: \"id-3\", track: "
           "track{id: \"c\", type: video, metadata: \"null\"}}",
           "room_deleted{room_id: \"r\"}"});
    BOOST_TEST(!rooms.end_room("r", room_end::deleted));
}

BOOST_AUTO_TEST_CASE(a_killed_room_is_reported_only_as_crashed) {
    make_room();
    add_track(add_connected_peer(1), "v");
    BOOST_TEST(rooms.end_room("r", room_end::killed));
    check({"socket 1 closes 1011 Internal server error", "room_crashed{room_id: \"r\"}"});
}

BOOST_AUTO_TEST_CASE(a_failing_room_reports_its_peers_as_deleted_first) {
    make_room();
    add_connected_peer(1);
    BOOST_TEST(rooms.end_room("r", room_end::exception));
    check({"socket 1 closes 1000 Room stopped", "peer_deleted{room_id: \"r\", peer_id: \"id-1\"}",
           "room_crashed{room_id: \"r\"}"});
}

BOOST_AUTO_TEST_CASE(hls_becomes_playable_once_reported_and_ends_with_the_room) {
    make_room();
    const std::string id = rooms.add_component("r", "hls", nullptr, hls_task{}).id;
    BOOST_TEST(rooms.make_hls_playable("r", id));
    BOOST_TEST(!rooms.make_hls_playable("r", "x"));
    rooms.end_room("r", room_end::deleted);
    check({"hls of r starts", "hls_playable{room_id: \"r\", component_id: \"id-1\"}",
           "hls of r stops", "room_deleted{room_id: \"r\"}", "hls of r is finished"});
}

BOOST_AUTO_TEST_CASE(an_empty_room_is_purged_after_its_timeout) {
    room_settings settings;
    settings.peerless_purge_timeout = 1s;
    make_room(settings);
    BOOST_TEST((rooms.next_deadline() == host.now() + 1s));
    host.pass(999ms);
    rooms.advance();
    check({});
    host.pass(1ms);
    rooms.advance();
    check({"room_deleted{room_id: \"r\"}"});
    BOOST_TEST(!rooms.next_deadline());
}

BOOST_AUTO_TEST_CASE(adding_a_peer_extends_the_rooms_time_and_connecting_it_stops_the_timer) {
    room_settings settings;
    settings.peerless_purge_timeout = 1s;
    make_room(settings);
    host.pass(900ms);
    const std::string id = add_peer();
    host.pass(900ms);
    rooms.advance();
    check({});
    rooms.connect_peer("r", id, 1);
    host.take();
    BOOST_TEST(!rooms.next_deadline());
    host.pass(1h);
    rooms.advance();
    check({});
    rooms.disconnect_peer("r", id, 1);
    host.take();
    host.pass(1s);
    rooms.advance();
    check({"peer_deleted{room_id: \"r\", peer_id: \"id-1\"}", "room_deleted{room_id: \"r\"}"});
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_connect_in_time_is_deleted) {
    room_settings settings;
    settings.peer_disconnected_timeout = 1s;
    make_room(settings);
    add_peer();
    host.pass(1s);
    rooms.advance();
    check({"peer_deleted{room_id: \"r\", peer_id: \"id-1\"}"});
    BOOST_TEST(rooms.find("r") != nullptr);
}

BOOST_AUTO_TEST_CASE(with_both_timeouts_the_room_outlives_its_last_peer_by_one) {
    room_settings settings;
    settings.peerless_purge_timeout = 1s;
    settings.peer_disconnected_timeout = 1s;
    make_room(settings);
    add_peer();
    host.pass(1s);
    rooms.advance();
    check({"peer_deleted{room_id: \"r\", peer_id: \"id-1\"}"});
    host.pass(1s);
    rooms.advance();
    check({"room_deleted{room_id: \"r\"}"});
}

BOOST_AUTO_TEST_CASE(overdue_timers_fire_in_order) {
    room_settings settings;
    settings.peerless_purge_timeout = 1s;
    make_room(settings);
    settings.room_id = "s";
    settings.peerless_purge_timeout.reset();
    settings.peer_disconnected_timeout = 1s;
    rooms.create_room(settings);
    host.pass(1ms);
    rooms.add_peer("s");
    host.take();
    host.pass(2s);
    rooms.advance();
    check({"room_deleted{room_id: \"r\"}", "peer_deleted{room_id: \"s\", peer_id: \"id-1\"}"});
}

BOOST_AUTO_TEST_CASE(a_timeout_beyond_the_range_of_the_clock_never_fires) {
    room_settings settings;
    settings.peerless_purge_timeout = std::chrono::seconds(9'000'000'000'000);
    make_room(settings);
    BOOST_TEST((rooms.next_deadline() > host.now() + std::chrono::hours(24 * 365)));
}

BOOST_AUTO_TEST_SUITE_END()
