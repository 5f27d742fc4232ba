#include "tracker/room_view.hpp"

#include <jellyfish/error.hpp>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::detail;

namespace {

const track_endpoint a_peer{endpoint_kind::peer, "p"};
const track_endpoint a_component{endpoint_kind::component, "c"};
const track_endpoint unknown_peer{endpoint_kind::peer, "x"};
const track_endpoint unknown_component{endpoint_kind::component, "x"};
const track audio{"a", track_type::audio, "1"};
const track video{"v", track_type::video, "null"};

room full_room() {
    return {"r",
            room_config().max_peers(3),
            {component_file{"c", {"a.ogg", std::nullopt}, {audio}}, component_hls{"h", {}, {}}},
            {peer{"p", "webrtc", peer_status::connected, {audio, video}, "2"},
             peer{"q", "webrtc", peer_status::disconnected, {}, "null"}}};
}

struct fixture {
    detail::room_view view;

    fixture() { view.put(room_state(full_room())); }

    room now() const { return view.find("r")->to_room(); }

    /// Applies a notification and checks the room and whether it is incomplete.
    void check(const notification& input, const room& expected, bool incomplete = false) {
        const view_effect effect = view.apply(input);
        BOOST_TEST(effect.changed);
        BOOST_TEST(effect.incomplete == incomplete);
        BOOST_REQUIRE(effect.room);
        BOOST_TEST(effect.room->to_room() == expected);
        BOOST_TEST(now() == expected);
        // Applying it again changes nothing.
        const view_effect again = view.apply(input);
        BOOST_TEST(!again.changed);
        BOOST_TEST(!again.incomplete);
        BOOST_TEST(now() == expected);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(room_view, fixture)

BOOST_AUTO_TEST_CASE(a_created_room_is_present_and_incomplete) {
    const view_effect effect = view.apply(room_created{"s"});
    BOOST_TEST(effect.changed);
    BOOST_TEST(effect.incomplete);
    BOOST_TEST((view.find("s")->to_room() == room{"s", {}, {}, {}}));
}

BOOST_AUTO_TEST_CASE(an_existing_room_is_not_created_again) {
    const view_effect effect = view.apply(room_created{"r"});
    BOOST_TEST(!effect.changed);
    BOOST_TEST(!effect.incomplete);
    BOOST_TEST(now() == full_room());
}

BOOST_AUTO_TEST_CASE(a_deleted_or_crashed_room_is_removed) {
    for (const notification& end :
         {notification(room_deleted{"r"}), notification(room_crashed{"r"})}) {
        view.put(room_state(full_room()));
        const view_effect effect = view.apply(end);
        BOOST_TEST(effect.changed);
        BOOST_TEST(!effect.room);
        BOOST_TEST(view.rooms().empty());
        BOOST_TEST(!view.apply(end).changed);
    }
}

BOOST_AUTO_TEST_CASE(an_added_peer_is_disconnected_and_sorted_by_id) {
    room expected = full_room();
    expected.peers.insert(expected.peers.begin(),
                          peer{"o", "webrtc", peer_status::disconnected, {}, "null"});
    check(peer_added{"r", "o"}, expected);
}

BOOST_AUTO_TEST_CASE(an_added_peer_has_the_type_that_the_server_sent) {
    room expected = full_room();
    expected.peers.insert(expected.peers.begin(),
                          peer{"o", "agent", peer_status::disconnected, {}, "null"});
    check(peer_added{"r", "o", peer_type::agent}, expected);
}

BOOST_AUTO_TEST_CASE(the_name_of_an_unknown_peer_type_is_not_known) {
    BOOST_TEST(view.apply(peer_added{"r", "o", open_enum<peer_type>("9")}).incomplete);
}

BOOST_AUTO_TEST_CASE(an_existing_peer_is_not_added_again) {
    BOOST_TEST(!view.apply(peer_added{"r", "p"}).changed);
    BOOST_TEST(now() == full_room());
}

BOOST_AUTO_TEST_CASE(a_deleted_or_crashed_peer_is_removed_with_its_tracks) {
    room expected = full_room();
    expected.peers.erase(expected.peers.begin());
    check(peer_deleted{"r", "p"}, expected);
    view.put(room_state(full_room()));
    check(peer_crashed{"r", "p", "why"}, expected);
}

BOOST_AUTO_TEST_CASE(a_peer_connects_and_disconnects_and_keeps_its_tracks) {
    room expected = full_room();
    expected.peers[1].status = peer_status::connected;
    check(peer_connected{"r", "q"}, expected);
    expected.peers[0].status = peer_status::disconnected;
    check(peer_disconnected{"r", "p"}, expected);
}

BOOST_AUTO_TEST_CASE(a_peers_metadata_is_set) {
    room expected = full_room();
    expected.peers[0].metadata = "{}";
    check(peer_metadata_updated{"r", "p", "{}"}, expected);
}

BOOST_AUTO_TEST_CASE(a_track_is_added_to_a_peer_and_to_a_component) {
    room expected = full_room();
    const track added{"b", track_type::video, "7"};
    expected.peers[0].tracks = {audio, added, video};
    check(track_added{"r", a_peer, added}, expected);
    std::get<component_file>(expected.components[0]).tracks = {audio, added};
    check(track_added{"r", a_component, added}, expected);
}

BOOST_AUTO_TEST_CASE(a_track_added_again_is_replaced) {
    room expected = full_room();
    const track changed{"v", track_type::audio, "7"};
    expected.peers[0].tracks[1] = changed;
    check(track_added{"r", a_peer, changed}, expected);
}

BOOST_AUTO_TEST_CASE(a_tracks_metadata_is_set_and_its_type_stays) {
    room expected = full_room();
    expected.peers[0].tracks[1].metadata = "9";
    check(track_metadata_updated{"r", a_peer, {"v", track_type::unspecified, "9"}}, expected);
}

BOOST_AUTO_TEST_CASE(a_track_is_removed) {
    room expected = full_room();
    expected.peers[0].tracks.pop_back();
    check(track_removed{"r", a_peer, video}, expected);
}

BOOST_AUTO_TEST_CASE(a_component_that_loses_its_last_track_may_have_been_deleted) {
    room expected = full_room();
    std::get<component_file>(expected.components[0]).tracks.clear();
    check(track_removed{"r", a_component, audio}, expected, true);
}

BOOST_AUTO_TEST_CASE(a_crashed_component_is_removed) {
    room expected = full_room();
    expected.components.erase(expected.components.begin());
    check(component_crashed{"r", "c"}, expected);
}

BOOST_AUTO_TEST_CASE(hls_becomes_playable) {
    room expected = full_room();
    std::get<component_hls>(expected.components[1]).properties.playable = true;
    check(hls_playable{"r", "h"}, expected);
}

BOOST_AUTO_TEST_CASE(an_unknown_component_is_added_by_its_track) {
    room expected = full_room();
    expected.components.push_back(component_unknown{"x", "", "null", {video}});
    check(track_added{"r", unknown_component, video}, expected, true);
}

BOOST_AUTO_TEST_CASE(an_unknown_component_that_is_playable_is_an_hls_component) {
    room expected = full_room();
    hls_properties playable;
    playable.playable = true;
    expected.components.push_back(component_hls{"x", playable, {}});
    check(hls_playable{"r", "x"}, expected, true);
}

BOOST_AUTO_TEST_CASE(a_component_added_by_its_track_keeps_it_when_it_becomes_playable) {
    view.apply(track_added{"r", unknown_component, video});
    room expected = full_room();
    hls_properties playable;
    playable.playable = true;
    expected.components.push_back(component_hls{"x", playable, {video}});
    check(hls_playable{"r", "x"}, expected, true);
}

const std::vector<notification> without_effect{
    // About objects that were gone when the snapshot was taken.
    room_deleted{"x"}, room_crashed{"x"}, peer_added{"x", "p"}, peer_deleted{"x", "p"},
    track_added{"x", a_peer, video}, hls_playable{"x", "c"}, peer_deleted{"r", "x"},
    peer_crashed{"r", "x", ""}, peer_connected{"r", "x"}, peer_disconnected{"r", "x"},
    peer_metadata_updated{"r", "x", "1"}, component_crashed{"r", "x"},
    track_added{"r", unknown_peer, video}, track_removed{"r", unknown_peer, video},
    track_removed{"r", unknown_component, video}, track_metadata_updated{"r", unknown_peer, video},
    track_metadata_updated{"r", unknown_component, video},
    track_metadata_updated{"r", a_peer, {"x", track_type::audio, "1"}},
    track_removed{"r", a_peer, {"x", track_type::audio, "1"}},
    // A track of an unknown endpoint, and a component without an HLS stream.
    track_added{"r", {}, video}, track_removed{"r", {}, video}, hls_playable{"r", "c"}};

BOOST_DATA_TEST_CASE(notifications_about_unknown_objects_change_nothing, data::make(without_effect),
                     input) {
    const view_effect effect = view.apply(input);
    BOOST_TEST(!effect.changed);
    BOOST_TEST(!effect.incomplete);
    BOOST_TEST(!is_stateless(input));
    BOOST_TEST(view.rooms().size() == 1U);
    BOOST_TEST(now() == full_room());
}

const std::vector<notification> about_no_state{
    hls_uploaded{"r"},
    hls_upload_crashed{"r"},
    stream_connected{"s"},
    stream_disconnected{"s"},
    viewer_connected{"s", "v"},
    viewer_disconnected{"s", "v"},
    streamer_connected{"s", "x"},
    streamer_disconnected{"s", "x"},
    channel_added{"r", a_peer, "ch"},
    channel_removed{"r", a_peer, "ch"},
    track_forwarding{"r", "p", "u", "i", audio, {}},
    track_forwarding_removed{"r", "p", "u", "i"},
    vad_notification{"r", "p", "a"},
    recording_status_changed{"rec", recording_status::failed, "1"},
    metrics_report{"{}"},
    unknown_notification{"x"},
    disconnected{errc::connection_lost, ""},
    reconnected{std::chrono::milliseconds(1), 1},
    jellyfish::dropped{1}};

BOOST_DATA_TEST_CASE(stateless_notifications_come_with_the_room_that_they_name,
                     data::make(about_no_state), input) {
    const view_effect effect = view.apply(input);
    BOOST_TEST(is_stateless(input));
    BOOST_TEST(!effect.changed);
    BOOST_TEST((effect.room == view.find(room_id_of(input))));
    BOOST_TEST(now() == full_room());
}

BOOST_AUTO_TEST_CASE(a_previous_state_is_unchanged_and_shares_unmodified_parts) {
    const room_ptr before = view.find("r");
    view.apply(peer_disconnected{"r", "p"});
    const room_ptr after = view.find("r");
    BOOST_TEST(before->to_room() == full_room());
    BOOST_TEST(before->peers[1] == after->peers[1]);
    BOOST_TEST(before->components[0] == after->components[0]);
}

BOOST_AUTO_TEST_CASE(parts_are_sorted_by_id) {
    room mixed = full_room();
    std::ranges::reverse(mixed.peers);
    std::ranges::reverse(mixed.components);
    std::ranges::reverse(mixed.peers[1].tracks);
    BOOST_TEST(room_state(mixed).to_room() == full_room());
}

BOOST_AUTO_TEST_SUITE_END()
