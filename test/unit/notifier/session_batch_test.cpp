#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::test;
using jellyfish::errc;
using jellyfish::notification;
using jellyfish::room_created;
using jellyfish::detail::session_phase;

namespace {

std::string room_bytes(const char* id) { return notification_bytes(room_created{id}); }

const std::string batch = message(batch_bytes({room_bytes("a"), room_bytes("b"), room_bytes("c")}));
const std::vector<notification> all_parts{room_created{"a"}, room_created{"b"}, room_created{"c"}};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(session_batch, quiet_protobuf)

BOOST_AUTO_TEST_CASE(the_parts_of_a_batch_are_received_as_if_they_had_come_alone) {
    std::vector<std::string> parts;
    for (const notification& each : sample_notifications())
        parts.push_back(notification_bytes(each));
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(message(batch_bytes(parts)) + room_frame("after"));
    std::vector<notification> expected = sample_notifications();
    expected.emplace_back(room_created{"after"});
    BOOST_TEST(client.received == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batch_may_precede_the_confirmation_of_the_subscription) {
    session_harness client;
    client.reach(session_phase::subscribing);
    client.feed(batch + message(subscribe_response_bytes(1)));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client.received == all_parts);
}

BOOST_AUTO_TEST_CASE(an_empty_batch_has_no_effect) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(message(batch_bytes({})) + room_frame("after"));
    BOOST_TEST(client.received.size() == 1U);
    BOOST_TEST(client->ignored() == 0U);
}

BOOST_AUTO_TEST_CASE(parts_that_are_no_notifications_are_ignored_and_counted) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(message(batch_bytes({"", room_bytes("a"), authenticated_bytes(),
                                     subscribe_response_bytes(2), room_bytes("b")})));
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(
        (client.received == std::vector<notification>{room_created{"a"}, room_created{"b"}}));
    BOOST_TEST(client->ignored() == 3U);
}

BOOST_DATA_TEST_CASE(an_invalid_part_fails_the_session_after_the_parts_before_it,
                     data::make({std::string("x"), batch_bytes({room_bytes("b")})}), part) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(message(batch_bytes({room_bytes("a"), part, room_bytes("c")})) + room_frame("d"));
    BOOST_TEST(client->phase() == session_phase::closed);
    BOOST_TEST((client->end_code() == errc::malformed_message));
    BOOST_TEST((client.received == std::vector<notification>{room_created{"a"}}));
    BOOST_TEST(client.sent_text() == "close 03ef");
}

BOOST_AUTO_TEST_CASE(a_batch_before_authentication_is_rejected) {
    session_harness client;
    client.reach(session_phase::authenticating);
    client.feed(batch);
    BOOST_TEST((client->end_code() == errc::unexpected_message));
    BOOST_TEST(client.received.empty());
}

// ---- a full queue

BOOST_AUTO_TEST_CASE(parts_beyond_the_limit_are_kept_for_the_next_call) {
    session_harness client;
    client.reach(session_phase::ready);
    const std::string after = room_frame("after");
    for (std::size_t limit = 1; limit <= 3; ++limit) {
        client.feed(limit == 1 ? batch + after : std::string(), limit);
        BOOST_TEST(client.received.size() == limit);
        BOOST_TEST(client.unused == after);  // Nothing overtakes the batch.
    }
    client.feed("");
    std::vector<notification> expected = all_parts;
    expected.emplace_back(room_created{"after"});
    BOOST_TEST(client.received == expected);
    BOOST_TEST(client.unused.empty());
}

BOOST_AUTO_TEST_CASE(kept_parts_are_still_received_while_closing) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(batch, 1);
    client->close(client.now);
    client.feed("");
    BOOST_TEST(client.received == all_parts);
}

BOOST_AUTO_TEST_CASE(a_paused_session_with_kept_parts_stays_alive) {
    session_harness client;
    client.reach(session_phase::ready);
    client.feed(batch, 1);
    client->set_paused(true, client.now);
    client.pass(2 * session_harness::idle_timeout);
    client->set_paused(false, client.now);
    client.feed("");
    BOOST_TEST(client->phase() == session_phase::ready);
    BOOST_TEST(client.received == all_parts);
}

BOOST_AUTO_TEST_SUITE_END()
