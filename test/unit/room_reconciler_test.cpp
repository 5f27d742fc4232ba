#include "rooms/room_reconciler.hpp"

#include <jellyfish/error.hpp>

#include "support/room_events.hpp"

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

    /// The only fetch that is asked for.
    fetch_request fetch() {
        std::vector<fetch_request> all = subject.take_fetches();
        BOOST_REQUIRE_EQUAL(all.size(), 1U);
        return all.front();
    }

    /// Begins with this snapshot; nothing is left to be taken.
    void begin(std::vector<room> rooms) {
        subject.begin();
        subject.snapshot_came(fetch().ticket, std::move(rooms));
        BOOST_TEST(subject.is_current());
        (void)subject.take_changes();
    }

    /// What is told now: the names of the notifications, `*` marks synthesized ones.
    void check_told(const lines& expected) {
        lines told;
        for (const view_change& each : subject.take_changes())
            told.push_back(std::string(jellyfish::test::name_of(each.event)) +
                           (each.synthesized ? "*" : ""));
        BOOST_TEST(told == expected, boost::test_tools::per_element());
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

BOOST_AUTO_TEST_CASE(it_begins_with_a_snapshot_that_is_told) {
    BOOST_TEST(!subject.is_current());
    subject.begin();
    const fetch_request all = fetch();
    BOOST_TEST(all.room_id == "");
    BOOST_TEST(all.attempt == 1U);
    BOOST_TEST(!subject.is_current());
    subject.snapshot_came(all.ticket, {of("r", {a_peer})});
    BOOST_TEST(subject.is_current());
    check_told({"room_created*", "room_refreshed*", "peer_added*"});
    BOOST_TEST(knows(of("r", {a_peer})));
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_failed_is_asked_for_again_without_end) {
    subject.begin();
    for (std::uint32_t attempt = 1; attempt < 50; ++attempt) {
        const fetch_request all = fetch();
        BOOST_TEST(all.attempt == attempt);
        subject.snapshot_failed(all.ticket);
    }
    BOOST_TEST(!subject.is_current());
}

BOOST_AUTO_TEST_CASE(what_comes_before_the_answer_is_applied_to_it) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(peer_added{"r", "q"});
    subject.notified(peer_deleted{"r", "p"});
    check_told({});
    subject.snapshot_came(all.ticket, {of("r", {a_peer})});
    check_told({"room_created*", "room_refreshed*", "peer_added*", "peer_added", "peer_deleted"});
}

BOOST_AUTO_TEST_CASE(what_the_snapshot_holds_already_is_not_told_again_but_counted) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(room_created{"r"});
    subject.snapshot_came(all.ticket, {of("r", {a_peer})});
    subject.notified(peer_added{"r", "p"});
    check_told({"room_created*", "room_refreshed*", "peer_added*"});
    BOOST_TEST(subject.repeated() == 2U);
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_peer_that_came_and_went_before_the_snapshot_ends_gone) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(peer_added{"r", "p"});
    subject.snapshot_came(all.ticket, {of("r")});
    subject.notified(peer_connected{"r", "p"});
    subject.notified(peer_disconnected{"r", "p"});
    subject.notified(peer_deleted{"r", "p"});
    check_told({"room_created*", "room_refreshed*", "peer_added", "peer_connected",
                "peer_disconnected", "peer_deleted"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_room_that_was_deleted_after_the_snapshot_was_made_goes) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(peer_deleted{"r", "p"});
    subject.notified(room_deleted{"r"});
    subject.snapshot_came(all.ticket, {of("r", {a_peer})});
    check_told({"room_created*", "room_refreshed*", "peer_added*", "peer_deleted", "room_deleted"});
    BOOST_TEST(subject.view().rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_room_that_was_created_after_the_snapshot_was_made_is_there) {
    subject.begin();
    const fetch_request all = fetch();
    subject.notified(room_created{"r"});
    subject.notified(peer_added{"r", "p"});
    subject.snapshot_came(all.ticket, {});
    check_told({"room_created", "peer_added"});
    BOOST_TEST(fetch().room_id == "r");
}

BOOST_AUTO_TEST_CASE(what_is_told_late_of_a_room_that_has_gone_does_not_bring_it_back) {
    begin({});
    subject.notified(peer_connected{"r", "p"});
    subject.notified(track_added{"r", a_component, video});
    subject.notified(room_deleted{"r"});
    check_told({});
    check_quiet();
    BOOST_TEST(subject.repeated() == 3U);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_not_waited_for_does_nothing) {
    subject.snapshot_came(0, {of("r")});
    subject.begin();
    const fetch_request first = fetch();
    subject.begin();
    subject.snapshot_came(first.ticket, {of("r")});
    subject.snapshot_failed(first.ticket);
    subject.room_came(77, of("r"));
    subject.room_missing(77);
    subject.room_failed(77);
    BOOST_TEST(!subject.is_current());
    check_told({});
}

// ---- the session's interruptions

BOOST_AUTO_TEST_CASE(after_a_reconnect_the_difference_is_told) {
    begin({of("a", {a_peer}), of("b")});
    subject.notified(lost);
    BOOST_TEST(!subject.is_current());
    subject.notified(restored);
    check_told({"disconnected", "reconnected"});
    subject.snapshot_came(fetch().ticket, {of("a"), of("c")});
    check_told({"room_deleted*", "peer_deleted*", "room_created*", "room_refreshed*"});
    BOOST_TEST(subject.view().rooms().size() == 2U);
}

BOOST_AUTO_TEST_CASE(after_notifications_were_dropped_the_difference_is_told) {
    begin({of("a")});
    subject.notified(jellyfish::dropped{3});
    BOOST_TEST(!subject.is_current());
    check_told({"dropped"});
    subject.snapshot_came(fetch().ticket, {of("b")});
    check_told({"room_deleted*", "room_created*", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(an_answer_from_before_a_disconnection_is_not_listened_to) {
    begin({of("r", {}, {file()})});
    subject.want_snapshot();
    const fetch_request all = fetch();
    subject.notified(lost);
    subject.snapshot_came(all.ticket, {});
    check_told({"disconnected"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(what_was_held_when_the_session_is_lost_is_told_before_that) {
    begin({of("r")});
    subject.want_snapshot();
    subject.notified(peer_added{"r", "p"});
    subject.notified(lost);
    check_told({"peer_added", "disconnected"});
}

BOOST_AUTO_TEST_CASE(a_loss_before_the_first_snapshot_begins_anew) {
    subject.begin();
    const fetch_request first = fetch();
    subject.notified(lost);
    subject.snapshot_failed(first.ticket);
    check_quiet();
    subject.notified(restored);
    subject.snapshot_came(fetch().ticket, {of("r")});
    check_told({"disconnected", "reconnected", "room_created*", "room_refreshed*"});
    BOOST_TEST(subject.is_current());
}

BOOST_AUTO_TEST_CASE(at_the_end_what_was_held_is_told) {
    begin({of("r")});
    subject.want_snapshot();
    subject.notified(peer_added{"r", "p"});
    subject.end();
    check_told({"peer_added"});
    BOOST_TEST(!subject.is_current());
}

// ---- one room

BOOST_AUTO_TEST_CASE(a_new_room_is_fetched_and_then_complete) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    BOOST_TEST(one.room_id == "r");
    subject.room_came(one.ticket, of("r"));
    check_told({"room_created", "room_refreshed*"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_new_room_is_told_as_complete_even_if_there_is_nothing_to_tell) {
    begin({});
    subject.notified(room_created{"r"});
    subject.room_came(fetch().ticket, room{"r", {}, {}, {}});
    check_told({"room_created", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(only_what_nothing_tells_is_taken_from_a_room_that_was_fetched) {
    begin({});
    subject.notified(room_created{"r"});
    subject.notified(peer_added{"r", "p"});
    // It is older in one thing, and newer in another, whose notification is still to come.
    subject.room_came(fetch().ticket, of("r", {}, {file({video})}));
    BOOST_TEST(knows(of("r", {a_peer}, {file()})));
    subject.notified(track_added{"r", a_component, video});
    check_told({"room_created", "peer_added", "room_refreshed*", "track_added"});
    BOOST_TEST(knows(of("r", {a_peer}, {file({video})})));
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_room_that_is_missing_is_told_as_deleted) {
    begin({});
    subject.notified(room_created{"r"});
    subject.notified(peer_added{"r", "p"});
    subject.room_missing(fetch().ticket);
    subject.notified(peer_deleted{"r", "p"});
    subject.notified(room_deleted{"r"});
    check_told({"room_created", "peer_added", "peer_deleted*", "room_deleted*"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(an_answer_about_the_former_room_of_that_id_is_not_listened_to) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request former = fetch();
    subject.notified(room_deleted{"r"});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.room_came(former.ticket, of("r", {}, {file()}));
    subject.room_missing(former.ticket);
    BOOST_TEST(knows(room{"r", {}, {}, {}}));
    subject.room_came(one.ticket, of("r"));
    check_told({"room_created", "room_deleted", "room_created", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(a_component_is_fetched_when_its_first_track_is_told) {
    begin({of("r")});
    subject.notified(track_added{"r", a_component, video});
    subject.room_came(fetch().ticket, of("r", {}, {file()}));
    check_told({"track_added", "room_refreshed*"});
    BOOST_TEST(knows(of("r", {}, {file({video})})));
}

BOOST_AUTO_TEST_CASE(a_component_that_has_lost_its_last_track_is_looked_for) {
    begin({of("r", {}, {file({video})})});
    subject.notified(track_removed{"r", a_component, video});
    const fetch_request one = fetch();
    check_told({"track_removed"});
    subject.room_came(one.ticket, of("r"));
    check_told({"room_refreshed*"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_component_with_tracks_stays_until_these_have_been_told_as_removed) {
    begin({of("r")});
    subject.notified(track_added{"r", a_component, video});
    subject.room_came(fetch().ticket, of("r"));
    BOOST_TEST(subject.view().find("r")->components.size() == 1U);
    subject.notified(track_removed{"r", a_component, video});
    subject.room_came(fetch().ticket, of("r"));
    check_told({"track_added", "track_removed", "room_refreshed*"});
    BOOST_TEST(knows(of("r")));
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_component_told_of_since_the_request_is_looked_for_again) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.notified(track_added{"r", a_component, video});
    subject.notified(track_removed{"r", a_component, video});
    subject.room_came(one.ticket, of("r"));
    // It may have been added after that answer, and be there without a track.
    const room_ptr known = subject.view().find("r");
    BOOST_TEST(known->components.size() == 1U);
    subject.room_came(fetch().ticket, of("r", {}, {file()}));
    BOOST_TEST(knows(of("r", {}, {file()})));
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_component_that_crashed_since_the_request_does_not_come_back) {
    begin({of("r", {}, {file({video})})});
    subject.notified(track_removed{"r", a_component, video});
    const fetch_request one = fetch();
    subject.notified(component_crashed{"r", "c"});
    subject.room_came(one.ticket, of("r", {}, {file()}));
    check_told({"track_removed", "component_crashed"});
    BOOST_TEST(knows(of("r")));
}

BOOST_AUTO_TEST_CASE(a_stream_that_became_playable_since_the_request_stays_so) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.notified(hls_playable{"r", "h"});
    subject.room_came(one.ticket, of("r", {}, {component_hls{"h", {}, {}}}));
    const room_ptr known = subject.view().find("r");
    BOOST_TEST(std::get<component_hls>(*known->components.at(0)).properties.playable);
}

BOOST_AUTO_TEST_CASE(a_room_that_cannot_be_fetched_is_given_up_after_some_attempts) {
    begin({});
    subject.notified(room_created{"r"});
    for (std::uint32_t attempt = 1; attempt <= reconciler_limits().room_attempts; ++attempt) {
        const fetch_request one = fetch();
        BOOST_TEST(one.attempt == attempt);
        subject.room_failed(one.ticket);
    }
    check_quiet();
    // The next snapshot heals it.
    subject.want_snapshot();
    subject.snapshot_came(fetch().ticket, {of("r")});
    check_told({"room_created", "room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(only_some_rooms_are_fetched_at_once_and_the_others_in_their_turn) {
    begin({});
    for (int n = 100; n < 120; ++n)
        subject.notified(room_created{std::to_string(n)});
    std::vector<fetch_request> asked = subject.take_fetches();
    BOOST_TEST(asked.size() == reconciler_limits().room_fetches);
    subject.notified(room_deleted{"108"});
    for (int n = 100; n < 120; ++n) {
        if (n == 108) continue;
        BOOST_REQUIRE(!asked.empty());
        BOOST_TEST(asked.front().room_id == std::to_string(n));
        subject.room_came(asked.front().ticket, of(asked.front().room_id));
        asked.erase(asked.begin());
        for (fetch_request& each : subject.take_fetches())
            asked.push_back(std::move(each));
        BOOST_TEST(asked.size() <= reconciler_limits().room_fetches);
    }
    BOOST_TEST(asked.empty());
}

// ---- snapshots that are asked for

BOOST_AUTO_TEST_CASE(a_snapshot_that_is_asked_for_finds_what_nothing_tells) {
    begin({of("r")});
    subject.want_snapshot();
    BOOST_TEST(subject.is_current());
    subject.snapshot_came(fetch().ticket, {of("r", {}, {file()})});
    check_told({"room_refreshed*"});
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_was_asked_for_and_failed_is_given_up) {
    begin({of("r")});
    subject.want_snapshot();
    subject.notified(peer_added{"r", "p"});
    subject.snapshot_failed(fetch().ticket);
    check_told({"peer_added"});
    check_quiet();
    BOOST_TEST(subject.is_current());
}

BOOST_AUTO_TEST_CASE(a_second_snapshot_that_is_asked_for_follows_the_first) {
    begin({of("r")});
    subject.want_snapshot();
    const fetch_request first = fetch();
    subject.want_snapshot();
    subject.want_snapshot();
    check_quiet();
    subject.snapshot_came(first.ticket, {of("r")});
    subject.snapshot_came(fetch().ticket, {of("r", {}, {file()})});
    check_told({"room_refreshed*"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(without_a_session_no_snapshot_is_asked_for) {
    subject.want_snapshot();
    check_quiet();
    begin({});
    subject.notified(lost);
    subject.want_snapshot();
    check_quiet();
}

BOOST_AUTO_TEST_CASE(a_room_that_is_being_fetched_is_asked_for_anew_when_the_snapshot_fails) {
    begin({});
    subject.notified(room_created{"r"});
    const fetch_request one = fetch();
    subject.want_snapshot();
    const fetch_request all = fetch();
    subject.room_came(one.ticket, of("r"));
    check_told({"room_created"});
    subject.snapshot_failed(all.ticket);
    BOOST_TEST(fetch().room_id == "r");
}

BOOST_AUTO_TEST_CASE(a_new_room_is_told_as_complete_by_a_snapshot_too) {
    begin({});
    subject.notified(room_created{"r"});
    (void)subject.take_fetches();
    subject.want_snapshot();
    subject.snapshot_came(fetch().ticket, {room{"r", {}, {}, {}}});
    check_told({"room_created", "room_refreshed*"});
    check_quiet();
}

BOOST_AUTO_TEST_CASE(notifications_are_to_stop_when_too_many_wait_for_a_snapshot) {
    fixture small({3, 1, 1});
    small.subject.begin();
    for (int n = 0; n < 3; ++n) {
        BOOST_TEST(small.subject.can_take());
        small.subject.notified(room_created{std::to_string(n)});
    }
    BOOST_TEST(!small.subject.can_take());
    small.subject.snapshot_came(small.fetch().ticket, {});
    BOOST_TEST(small.subject.can_take());
    small.check_told({"room_created", "room_created", "room_created"});
}

BOOST_AUTO_TEST_CASE(what_is_about_no_state_is_told_with_the_room_that_it_names) {
    begin({of("r")});
    subject.notified(hls_uploaded{"r"});
    subject.notified(metrics_report{"{}"});
    subject.notified(unknown_notification{"x"});
    const std::vector<view_change> told = subject.take_changes();
    BOOST_REQUIRE_EQUAL(told.size(), 3U);
    BOOST_TEST((told[0].room == subject.view().find("r")));
    BOOST_TEST(!told[1].room);
    BOOST_TEST(!told[2].room);
}

BOOST_AUTO_TEST_SUITE_END()
