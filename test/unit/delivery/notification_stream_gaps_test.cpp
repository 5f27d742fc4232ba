#include "delivery/notification_stream.hpp"
#include "fixtures/stream_fixture.hpp"

#include <boost/test/unit_test.hpp>

// How the stream of notifications reports a lost session.
namespace {

using boost::system::error_code;
using jellyfish::errc;
using jellyfish::session_state;
using fixture = jellyfish::test::stream_fixture;

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_stream_gaps)

BOOST_AUTO_TEST_CASE(a_restored_session_is_reported_before_its_first_notification) {
    fixture f;
    f.begin_ready();
    f.lose();
    f.stream.begin_attempt(f.session, 3, "other:5002");
    BOOST_TEST(f.push(0, 1));  // Arrives before the session is ready.
    // A consumer of the first notification may ask at once where it comes from.
    BOOST_TEST(f.stream.server_address() == "other:5002");
    BOOST_TEST(f.kinds() == "disconnected reconnected room_created");
    f.stream.set_ready(f.session);
    BOOST_TEST(f.kinds() == "");
    BOOST_TEST(f.stats().reconnects == 1U);
    BOOST_TEST(f.stats().received == 1U);
}

BOOST_AUTO_TEST_CASE(a_restored_session_is_reported_when_it_is_ready) {
    fixture f;
    f.begin_ready();
    f.lose();
    BOOST_TEST(f.kinds() == "disconnected");
    f.stream.set_ready(f.session);
    BOOST_TEST(f.kinds() == "reconnected");
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_is_not_reported) {
    fixture f;
    f.begin_ready();
    f.lose();
    f.lose();
    f.lose();
    BOOST_TEST(f.kinds() == "disconnected");
}

BOOST_AUTO_TEST_CASE(an_attempt_that_delivered_something_before_it_failed_is_its_own_gap) {
    fixture f;
    f.begin_ready();
    f.lose();
    BOOST_TEST(f.push(0, 1));
    f.lose();
    f.stream.set_ready(f.session);
    BOOST_TEST(f.kinds() == "disconnected reconnected room_created disconnected reconnected");
}

BOOST_AUTO_TEST_CASE(a_first_session_that_was_never_ready_is_not_reported_as_lost) {
    fixture f;
    f.begin();
    f.lose();
    BOOST_TEST((f.stream.state() == session_state::connecting));
    f.stream.set_ready(f.session);
    BOOST_TEST(f.kinds() == "");
}

BOOST_AUTO_TEST_CASE(a_previous_session_is_not_reported_as_lost) {
    fixture f;
    f.begin_ready();
    f.stream.set_lost(f.session + 1, errc::connection_lost, nullptr, {});
    BOOST_TEST((f.stream.state() == session_state::ready));
}

BOOST_AUTO_TEST_CASE(a_gap_is_delivered_where_its_notifications_are) {
    fixture f;
    f.stream.set_handled({.server_notifications = true, .metrics = false});
    f.begin_ready();
    f.lose();
    BOOST_TEST(f.kinds() == "");
    BOOST_TEST(f.handled() == "disconnected");
}

BOOST_AUTO_TEST_CASE(a_session_that_fails_while_it_is_restored_is_reported_last) {
    fixture f;
    f.begin_ready();
    f.lose();
    f.stream.set_ended(f.session, errc::authentication_refused, nullptr);
    BOOST_TEST(f.kinds() == "disconnected");
    BOOST_TEST(f.take().code == error_code(errc::authentication_refused));
}

BOOST_AUTO_TEST_CASE(consecutive_gaps_are_merged) {
    fixture f;
    f.begin_ready();
    for (int n = 0; n < 5; ++n) {
        f.lose();
        f.stream.set_ready(f.session);
    }
    BOOST_TEST(f.kinds() == "disconnected reconnected");
    f.lose();
    f.stream.set_ready(f.session);
    BOOST_TEST(f.kinds() == "disconnected reconnected");  // Earlier ones were taken.
    BOOST_TEST(f.push(0, 1));
    f.lose();
    BOOST_TEST(f.kinds() == "room_created disconnected");
}

BOOST_AUTO_TEST_SUITE_END()
