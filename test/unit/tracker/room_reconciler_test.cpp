#include "tracker/room_reconciler.hpp"

#include <jellyfish/error.hpp>

#include "data/room_events.hpp"

#include <chrono>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace jellyfish;
using namespace jellyfish::detail;
using lines = std::vector<std::string>;

namespace {

const track_endpoint a_component{endpoint_kind::component, "c"};
const track video{"v", track_type::video, "null"};
const peer a_peer{"p", "webrtc", peer_status::disconnected, {}, "null"};
const notification lost = disconnected{errc::connection_lost, ""};
const notification restored = reconnected{std::chrono::milliseconds(1), 1};

room of(std::string id, std::vector<peer> peers = {}, std::vector<component> components = {}) {
    return {std::move(id), room_config().max_peers(3), std::move(components), std::move(peers)};
}

component file(std::vector<track> tracks = {}) {
    return component_file{"c", {"a.ogg", std::nullopt}, std::move(tracks)};
}

struct fixture {
    detail::room_reconciler subject;

    explicit fixture(reconciler_limits limits = {}) : subject(limits) {}

    /// The only fetch that is requested.
    fetch_request fetch() {
        std::vector<fetch_request> all = subject.take_fetches();
        BOOST_REQUIRE_EQUAL(all.size(), 1U);
        return all.front();
    }

    /// Starts with this snapshot and takes everything.
    void begin(std::vector<room> rooms) {
        subject.begin();
        subject.on_snapshot(fetch().ticket, std::move(rooms));
        BOOST_TEST(subject.is_current());
        (void)subject.take_changes();
    }

    /// The names of the notifications reported now; `*` marks synthesized ones.
    void check_reported(const lines& expected) {
        lines reported;
        for (const view_change& each : subject.take_changes())
            reported.push_back(std::string(jellyfish::test::name_of(each.event)) +
                               (each.synthesized ? "*" : ""));
        BOOST_TEST(reported == expected, boost::test_tools::per_element());
    }

    void check_quiet() { BOOST_TEST(subject.take_fetches().empty()); }

    bool knows(const room& value) {
        const room_ptr known = subject.view().find(value.id);
        return known && *known == room_state(value);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(room_reconciler, fixture)

// ---- snapshots

BOOST_AUTO_TEST_CASE(the_initial_snapshot_is_reported) {
    BOOST_TEST(!subject.is_current());
    subject.begin();
    const fetch_request all = fetch();
    BOOST_TEST(all.room_id == "");
    BOOST_TEST(all.attempt == 1U);
    BOOST_TEST(!subject.is_current());
    subject.on_snapshot(all.ticket, {of("r", {a_peer})});
    BOOST_TEST(subject.is_current());
    check_reported({"room_created*", "room_refreshed*", "peer_added*"});
    BOOST_TEST(knows(of("r", {a_peer})));
}

BOOST_AUTO_TEST_CASE(a_failed_snapshot_is_retried_forever) {
    subject.begin();
    for (std::uint32_t attempt = 1; attempt < 50; ++attempt) {
        const fetch_request all = fetch();
        BOOST_TEST(all.attempt == attempt);
        subject.snapshot_failed(all.ticket);
    }
    BOOST_TEST(!subject.is_current());
}

BOOST_AUTO_TEST_CASE(notifications_before_the_response_are_applied_to_it) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(peer_added{"r", "q"});
    subject.notified(peer_deleted{"r", "p"});
    check_reported({});
    subject.on_snapshot(all.ticket, {of("r", {a_peer})});
    check_reported(
        {"room_created*", "room_refreshed*", "peer_added*", "peer_added", "peer_deleted"});
}

BOOST_AUTO_TEST_CASE(changes_already_in_the_snapshot_are_not_reported_again_but_counted) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(room_created{"r"});
    subject.on_snapshot(all.ticket, {of("r", {a_peer})});
    subject.notified(peer_added{"r", "p"});
    check_reported({"room_created*", "room_refreshed*", "peer_added*"});
    BOOST_TEST(subject.repeated() == 2U);
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_peer_added_and_deleted_before_the_snapshot_is_absent) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(peer_added{"r", "p"});
    subject.on_snapshot(all.ticket, {of("r")});
    subject.notified(peer_connected{"r", "p"});
    subject.notified(peer_disconnected{"r", "p"});
    subject.notified(peer_deleted{"r", "p"});
    check_reported({"room_created*", "room_refreshed*", "peer_added", "peer_connected",
                    "peer_disconnected", "peer_deleted"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_room_deleted_after_the_snapshot_was_taken_is_removed) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(peer_deleted{"r", "p"});
    subject.notified(room_deleted{"r"});
    subject.on_snapshot(all.ticket, {of("r", {a_peer})});
    check_reported(
        {"room_created*", "room_refreshed*", "peer_added*", "peer_deleted", "room_deleted"});
    BOOST_TEST(subject.view().rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_room_created_after_the_snapshot_was_taken_is_present) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(room_created{"r"});
    subject.notified(peer_added{"r", "p"});
    subject.on_snapshot(all.ticket, {});
    check_reported({"room_created", "peer_added"});
    BOOST_TEST(fetch().room_id == "r");
}

BOOST_AUTO_TEST_CASE(a_late_notification_about_a_removed_room_does_not_restore_it) {
    begin({});
    subject.notified(peer_connected{"r", "p"});
    subject.notified(track_added{"r", a_component, video});
    subject.notified(room_deleted{"r"});
    check_reported({});
    check_quiet();
    BOOST_TEST(subject.repeated() == 3U);
}

BOOST_AUTO_TEST_CASE(an_unexpected_response_is_ignored) {
    subject.on_snapshot(0, {of("r")});
    subject.begin();
    const fetch_request first = fetch();
    subject.begin();
    subject.on_snapshot(first.ticket, {of("r")});
    subject.snapshot_failed(first.ticket);
    subject.on_room(77, of("r"));
    subject.room_missing(77);
    subject.room_failed(77);
    BOOST_TEST(!subject.is_current());
    check_reported({});
}

// ---- interruptions of the session

BOOST_AUTO_TEST_CASE(after_a_reconnect_the_difference_is_reported) {
    begin({of("a", {a_peer}), of("b")});
    subject.notified(lost);
    BOOST_TEST(!subject.is_current());
    subject.notified(restored);
    check_reported({"disconnected", "reconnected"});
    subject.on_snapshot(fetch().ticket, {of("a"), of("c")});
    check_reported({"room_deleted*", "peer_deleted*", "room_created*", "room_refreshed*"});
    BOOST_TEST(subject.view().rooms().size() == 2U);
}

BOOST_AUTO_TEST_CASE(after_notifications_were_dropped_the_difference_is_reported) {
    begin({of("a")});
    subject.notified(jellyfish::dropped{3});
    BOOST_TEST(!subject.is_current());
    check_reported({"dropped"});
    subject.on_snapshot(fetch().ticket, {of("b")});
    check_reported({"room_deleted*", "room_created*", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(a_response_from_before_a_disconnect_is_ignored) {
    begin({of("r", {}, {file()})});
    subject.request_snapshot();
    const fetch_request all = fetch();
    subject.notified(lost);
    subject.on_snapshot(all.ticket, {});
    check_reported({"disconnected"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(held_notifications_are_reported_before_the_loss_of_the_session) {
    begin({of("r")});
    subject.request_snapshot();
    subject.notified(peer_added{"r", "p"});
    subject.notified(lost);
    check_reported({"peer_added", "disconnected"});
}

BOOST_AUTO_TEST_CASE(a_loss_before_the_first_snapshot_starts_again) {
    subject.begin();
    const fetch_request first = fetch();
    subject.notified(lost);
    subject.snapshot_failed(first.ticket);
    check_quiet();
    subject.notified(restored);
    subject.on_snapshot(fetch().ticket, {of("r")});
    check_reported({"disconnected", "reconnected", "room_created*", "room_refreshed*"});
    BOOST_TEST(subject.is_current());
}

BOOST_AUTO_TEST_CASE(held_notifications_are_reported_at_the_end) {
    begin({of("r")});
    subject.request_snapshot();
    subject.notified(peer_added{"r", "p"});
    subject.end();
    check_reported({"peer_added"});
    BOOST_TEST(!subject.is_current());
}

// ---- one room

BOOST_AUTO_TEST_CASE(a_new_room_is_fetched_and_becomes_complete) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    BOOST_TEST(one.room_id == "r");
    subject.on_room(one.ticket, of("r"));
    check_reported({"room_created", "room_refreshed*"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_new_room_is_reported_as_complete_even_without_changes) {
    begin({});
    subject.notified(room_created{"r"});
    subject.on_room(fetch().ticket, room{"r", {}, {}, {}});
    check_reported({"room_created", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(a_fetched_room_contributes_only_what_has_no_notification) {
    begin({});
    subject.notified(room_created{"r"});
    subject.notified(peer_added{"r", "p"});
    // Older in one part and newer in another, whose notification is still to come.
    subject.on_room(fetch().ticket, of("r", {}, {file({video})}));
    BOOST_TEST(knows(of("r", {a_peer}, {file()})));
    subject.notified(track_added{"r", a_component, video});
    check_reported({"room_created", "peer_added", "room_refreshed*", "track_added"});
    BOOST_TEST(knows(of("r", {a_peer}, {file({video})})));
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_room_that_is_missing_is_reported_as_deleted) {
    begin({});
    subject.notified(room_created{"r"});
    subject.notified(peer_added{"r", "p"});
    subject.room_missing(fetch().ticket);
    subject.notified(peer_deleted{"r", "p"});
    subject.notified(room_deleted{"r"});
    check_reported({"room_created", "peer_added", "peer_deleted*", "room_deleted*"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_response_about_a_previous_room_with_the_same_id_is_ignored) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request former = fetch();
    subject.notified(room_deleted{"r"});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.on_room(former.ticket, of("r", {}, {file()}));
    subject.room_missing(former.ticket);
    BOOST_TEST(knows(room{"r", {}, {}, {}}));
    subject.on_room(one.ticket, of("r"));
    check_reported({"room_created", "room_deleted", "room_created", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(a_component_is_fetched_when_its_first_track_is_reported) {
    begin({of("r")});
    subject.notified(track_added{"r", a_component, video});
    subject.on_room(fetch().ticket, of("r", {}, {file()}));
    check_reported({"track_added", "room_refreshed*"});
    BOOST_TEST(knows(of("r", {}, {file({video})})));
}

BOOST_AUTO_TEST_CASE(a_component_that_lost_its_last_track_is_fetched) {
    begin({of("r", {}, {file({video})})});
    subject.notified(track_removed{"r", a_component, video});
    const fetch_request one = fetch();
    check_reported({"track_removed"});
    subject.on_room(one.ticket, of("r"));
    check_reported({"room_refreshed*"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_component_with_tracks_stays_until_their_removal_is_reported) {
    begin({of("r")});
    subject.notified(track_added{"r", a_component, video});
    subject.on_room(fetch().ticket, of("r"));
    BOOST_TEST(subject.view().find("r")->components.size() == 1U);
    subject.notified(track_removed{"r", a_component, video});
    subject.on_room(fetch().ticket, of("r"));
    check_reported({"track_added", "track_removed", "room_refreshed*"});
    BOOST_TEST(knows(of("r")));
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_component_reported_since_the_request_is_fetched_again) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.notified(track_added{"r", a_component, video});
    subject.notified(track_removed{"r", a_component, video});
    subject.on_room(one.ticket, of("r"));
    // It may have been added after that response, without a track.
    const room_ptr known = subject.view().find("r");
    BOOST_TEST(known->components.size() == 1U);
    subject.on_room(fetch().ticket, of("r", {}, {file()}));
    BOOST_TEST(knows(of("r", {}, {file()})));
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_component_that_crashed_since_the_request_is_not_restored) {
    begin({of("r", {}, {file({video})})});
    subject.notified(track_removed{"r", a_component, video});
    const fetch_request one = fetch();
    subject.notified(component_crashed{"r", "c"});
    subject.on_room(one.ticket, of("r", {}, {file()}));
    check_reported({"track_removed", "component_crashed"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_stream_that_became_playable_since_the_request_stays_playable) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.notified(hls_playable{"r", "h"});
    subject.on_room(one.ticket, of("r", {}, {component_hls{"h", {}, {}}}));
    const room_ptr known = subject.view().find("r");
    BOOST_TEST(std::get<component_hls>(*known->components.at(0)).properties.playable);
}

BOOST_AUTO_TEST_CASE(a_room_that_cannot_be_fetched_is_dropped_after_several_attempts) {
    begin({});
    subject.notified(room_created{"r"});
    for (std::uint32_t attempt = 1; attempt <= reconciler_limits().room_attempts; ++attempt) {
        const fetch_request one = fetch();
        BOOST_TEST(one.attempt == attempt);
        subject.room_failed(one.ticket);
    }
    check_quiet();
    // The next snapshot repairs it.
    subject.request_snapshot();
    subject.on_snapshot(fetch().ticket, {of("r")});
    check_reported({"room_created", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(the_number_of_concurrent_fetches_is_limited) {
    begin({});
    for (int n = 100; n < 120; ++n)
        subject.notified(room_created{std::to_string(n)});
    std::vector<fetch_request> requested = subject.take_fetches();
    BOOST_TEST(requested.size() == reconciler_limits().room_fetches);
    subject.notified(room_deleted{"108"});
    for (int n = 100; n < 120; ++n) {
        if (n == 108) continue;
        BOOST_REQUIRE(!requested.empty());
        BOOST_TEST(requested.front().room_id == std::to_string(n));
        subject.on_room(requested.front().ticket, of(requested.front().room_id));
        requested.erase(requested.begin());
        for (fetch_request& each : subject.take_fetches())
            requested.push_back(std::move(each));
        BOOST_TEST(requested.size() <= reconciler_limits().room_fetches);
    }
    BOOST_TEST(requested.empty());
}

// ---- requested snapshots

BOOST_AUTO_TEST_CASE(a_requested_snapshot_finds_changes_without_notifications) {
    begin({of("r")});
    subject.request_snapshot();
    BOOST_TEST(subject.is_current());
    subject.on_snapshot(fetch().ticket, {of("r", {}, {file()})});
    check_reported({"room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(a_requested_snapshot_that_fails_is_dropped) {
    begin({of("r")});
    subject.request_snapshot();
    subject.notified(peer_added{"r", "p"});
    subject.snapshot_failed(fetch().ticket);
    check_reported({"peer_added"});
    check_quiet();
    BOOST_TEST(subject.is_current());
}

BOOST_AUTO_TEST_CASE(a_second_requested_snapshot_follows_the_first) {
    begin({of("r")});
    subject.request_snapshot();
    const fetch_request first = fetch();
    subject.request_snapshot();
    subject.request_snapshot();
    check_quiet();
    subject.on_snapshot(first.ticket, {of("r")});
    subject.on_snapshot(fetch().ticket, {of("r", {}, {file()})});
    check_reported({"room_refreshed*"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(no_snapshot_is_requested_without_a_session) {
    subject.request_snapshot();
    check_quiet();
    begin({});
    subject.notified(lost);
    subject.request_snapshot();
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_pending_fetch_is_requested_again_when_the_snapshot_fails) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.request_snapshot();
    const fetch_request all = fetch();
    subject.on_room(one.ticket, of("r"));
    check_reported({"room_created"});
    subject.snapshot_failed(all.ticket);
    BOOST_TEST(fetch().room_id == "r");
}

BOOST_AUTO_TEST_CASE(a_snapshot_also_reports_a_new_room_as_complete) {
    begin({});
    subject.notified(room_created{"r"});
    (void)subject.take_fetches();
    subject.request_snapshot();
    subject.on_snapshot(fetch().ticket, {room{"r", {}, {}, {}}});
    check_reported({"room_created", "room_refreshed*"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(notifications_pause_when_too_many_wait_for_a_snapshot) {
    fixture small({3, 1, 1});
    small.subject.begin();
    for (int n = 0; n < 3; ++n) {
        BOOST_TEST(small.subject.has_capacity());
        small.subject.notified(room_created{std::to_string(n)});
    }
    BOOST_TEST(!small.subject.has_capacity());
    small.subject.on_snapshot(small.fetch().ticket, {});
    BOOST_TEST(small.subject.has_capacity());
    small.check_reported({"room_created", "room_created", "room_created"});
}

BOOST_AUTO_TEST_CASE(stateless_notifications_are_reported_with_the_room_that_they_name) {
    begin({of("r")});
    subject.notified(hls_uploaded{"r"});
    subject.notified(metrics_report{"{}"});
    subject.notified(unknown_notification{"x"});
    const std::vector<view_change> reported = subject.take_changes();
    BOOST_REQUIRE_EQUAL(reported.size(), 3U);
    BOOST_TEST((reported[0].room == subject.view().find("r")));
    BOOST_TEST(!reported[1].room);
    BOOST_TEST(!reported[2].room);
}

BOOST_AUTO_TEST_SUITE_END()
