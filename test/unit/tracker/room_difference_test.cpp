#include "tracker/room_difference.hpp"

#include "data/room_events.hpp"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace jellyfish;
using namespace jellyfish::detail;
using lines = std::vector<std::string>;

namespace {

const track audio{"a", track_type::audio, "null"};
const track video{"v", track_type::video, "null"};
constexpr peer_status on = peer_status::connected;
constexpr peer_status off = peer_status::disconnected;

room of(std::vector<peer> peers, std::vector<component> components = {}) {
    return {"r", room_config().max_peers(3), std::move(components), std::move(peers)};
}

component file(std::vector<track> tracks) {
    return component_file{"c", {"a.ogg", std::nullopt}, std::move(tracks)};
}

component hls(bool playable, bool persistent = false) {
    hls_properties properties;
    properties.playable = playable;
    properties.persistent = persistent;
    return component_hls{"h", properties, {}};
}

/// The notifications between two states, each as its name and its subject. Checks that each step
/// leads from one state to the next.
lines reported(const std::optional<room>& before, const std::optional<room>& after,
               bool complete = false) {
    detail::room_view view;
    if (before) view.put(room_state(*before));
    detail::room_view follower = view;
    std::vector<view_change> changes;
    if (after) {
        emit_difference(view, room_state(*after), complete, changes);
        BOOST_TEST((*view.find("r") == room_state(*after)));
    } else {
        emit_room_deleted(view, "r", changes);
        BOOST_TEST(view.rooms().empty());
    }
    lines all;
    for (const view_change& each : changes) {
        BOOST_TEST(each.synthesized);
        if (const auto value = jellyfish::test::notification_of(each.event)) {
            BOOST_TEST(follower.apply(*value).changed);
        } else {
            follower.put(*each.room);
        }
        const room_ptr state = follower.find("r");
        BOOST_TEST((state && each.room ? *state == *each.room : !state && !each.room));
        std::ostringstream line;
        line << test::name_of(each.event);
        std::visit(
            [&line]<class T>(const T& n) {
                if constexpr (requires { n.track; })
                    line << ' ' << n.endpoint.id << ' ' << n.track.id;
                if constexpr (requires { n.peer_id; }) line << ' ' << n.peer_id;
                if constexpr (requires { n.component_id; }) line << ' ' << n.component_id;
            },
            each.event);
        all.push_back(line.str());
    }
    return all;
}

void check(const lines& seen, const lines& expected) {
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_difference)

BOOST_AUTO_TEST_CASE(equal_states_report_nothing) {
    const room same = of({{"p", "webrtc", on, {audio}, "1"}}, {file({video})});
    check(reported(same, same), {});
    check(reported(std::nullopt, std::nullopt), {});
}

BOOST_AUTO_TEST_CASE(an_incomplete_room_is_always_reported_as_refreshed) {
    const room same = of({});
    check(reported(same, same, true), {"room_refreshed"});
}

BOOST_AUTO_TEST_CASE(a_new_room_is_reported_with_everything_in_it) {
    check(reported(std::nullopt,
                   of({{"p", "webrtc", on, {audio}, "1"}, {"q", "webrtc", off, {}, "null"}},
                      {file({video}), hls(true)})),
          {"room_created", "room_refreshed", "peer_added p", "peer_connected p",
           "peer_metadata_updated p", "track_added p a", "peer_added q", "track_added c v"});
}

BOOST_AUTO_TEST_CASE(a_removed_room_is_reported_as_if_it_was_deleted) {
    check(reported(of({{"p", "webrtc", on, {audio, video}, "1"}}, {file({video})}), std::nullopt),
          {"track_removed p a", "track_removed p v", "peer_deleted p", "track_removed c v",
           "room_deleted"});
}

BOOST_AUTO_TEST_CASE(a_removed_connected_peer_is_reported_as_if_it_was_deleted) {
    check(
        reported(of({{"p", "webrtc", on, {audio}, "1"}, {"q", "webrtc", off, {}, "null"}}), of({})),
        {"track_removed p a", "peer_disconnected p", "peer_deleted p", "peer_deleted q"});
}

BOOST_AUTO_TEST_CASE(a_peer_whose_socket_has_closed_is_reported_as_disconnected_before_its_tracks) {
    check(reported(of({{"p", "webrtc", on, {audio}, "1"}}), of({{"p", "webrtc", off, {}, "1"}})),
          {"peer_disconnected p", "track_removed p a"});
}

BOOST_AUTO_TEST_CASE(a_peer_that_reconnected_with_other_tracks_is_reported_by_them) {
    const track changed{"a", track_type::audio, "5"};
    check(reported(of({{"p", "webrtc", on, {audio, video}, "1"}}),
                   of({{"p", "webrtc", on, {changed, {"w", track_type::video, "null"}}, "2"}})),
          {"track_removed p v", "peer_metadata_updated p", "track_metadata_updated p a",
           "track_added p w"});
}

BOOST_AUTO_TEST_CASE(a_track_of_another_type_is_another_track) {
    check(reported(of({{"p", "webrtc", on, {audio}, "1"}}),
                   of({{"p", "webrtc", on, {{"a", track_type::video, "null"}}, "1"}})),
          {"track_removed p a", "track_added p a"});
}

BOOST_AUTO_TEST_CASE(a_component_is_reported_as_refreshed_before_its_tracks) {
    check(reported(of({}), of({}, {file({audio})})), {"room_refreshed", "track_added c a"});
    check(reported(of({}, {file({audio})}), of({})), {"track_removed c a", "room_refreshed"});
    check(reported(of({}, {file({audio})}), of({}, {file({video})})),
          {"track_removed c a", "track_added c v"});
}

BOOST_AUTO_TEST_CASE(a_stream_that_became_playable_is_reported_as_playable) {
    check(reported(of({}, {hls(false)}), of({}, {hls(true)})), {"hls_playable h"});
    check(reported(of({}), of({}, {hls(true)})), {"room_refreshed"});
}

BOOST_AUTO_TEST_CASE(a_new_peer_of_any_type_is_reported) {
    for (const char* type : {"webrtc", "agent", "vapi", "other"})
        check(reported(of({}), of({{"p", type, off, {}, "null"}})), {"peer_added p"});
}

BOOST_AUTO_TEST_CASE(changes_without_a_notification_are_reported_as_refreshed) {
    room other = of({});
    other.config.max_peers(4);
    check(reported(of({}), other), {"room_refreshed"});
    check(reported(of({}, {hls(true)}), of({}, {hls(false, true)})),
          {"room_refreshed", "room_refreshed"});
    check(reported(of({{"p", "webrtc", off, {}, "null"}}), of({{"p", "other", off, {}, "null"}})),
          {"room_refreshed"});
}

BOOST_AUTO_TEST_SUITE_END()
