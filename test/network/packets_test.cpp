#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "model/names.hpp"
#include "network/session.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

// Faults of packets in transit. Numbered notifications prove that nothing is lost except at a gap
// that the stream shows, that nothing is duplicated, and that the order is kept.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
namespace utf = boost::unit_test;

using clock = std::chrono::steady_clock;

/// An allowance for a busy machine.
constexpr auto delay = 10s;

constexpr auto never = 1h;

bool is_silence(const error_code& code) {
    // The second one if the system first detects that nothing is acknowledged.
    return code == errc::idle_timeout || code == errc::connection_lost;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packets)

BOOST_AUTO_TEST_CASE(a_session_is_restored_after_a_cable_is_cut_and_reconnected) {
    session s;
    s.connect();
    s.net.unplug();
    s.source.send(5);
    const disconnected loss = s.lose();
    BOOST_TEST(is_silence(loss.code));
    s.net.plug_in();
    s.restore();
    BOOST_TEST(s.stream.missing() >= 10U);
}

BOOST_AUTO_TEST_CASE(a_cable_cut_for_a_moment_does_not_lose_the_session) {
    session s(never);
    s.connect();
    s.net.unplug();
    s.source.send(5);
    s.net.plug_in();
    s.receive_more();
    check(s.stream, s.source);
    BOOST_TEST(s.stream.gaps() == 0U);
    BOOST_TEST(s.stream.missing() == 0U);
}

BOOST_AUTO_TEST_CASE(a_black_hole_is_detected_in_time) {
    const std::pair<std::string, std::string> holes[] = {
        {"drop", "drop"}, {"drop", ""}, {"", "drop"}};
    for (const auto& [at_far, at_near] : holes) {
        BOOST_TEST_CONTEXT("far '" << at_far << "', near '" << at_near << '\'') {
            session s;
            s.connect();
            const auto begin = clock::now();
            s.net.filter(at_far, at_near);
            const disconnected loss = s.lose();
            const auto noticed_after = clock::now() - begin;
            BOOST_TEST(is_silence(loss.code));
            BOOST_TEST((noticed_after < 2 * session::idle_timeout + delay));
            s.net.restore();
            const reconnected back = s.restore();
            BOOST_TEST(s.stream.missing() >= 5U);
            BOOST_TEST(back.attempts >= 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(attempts_continue_while_the_black_hole_persists) {
    session s;
    s.connect();
    s.net.black_hole();
    s.lose();
    s.await_log_lines(4);
    s.net.restore();
    BOOST_TEST(s.restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(lost_packets_lose_no_notifications) {
    session s(never);
    s.connect();
    s.net.resend_quickly();
    const std::string loss = "numgen random mod 100 < 20 counter drop";
    s.net.filter(loss, loss);
    for (int n = 0; n < 100; ++n)
        s.receive_more();
    BOOST_TEST(s.net.counted() > 50U);
    check(s.stream, s.source);
    BOOST_TEST(s.stream.gaps() == 0U);
    BOOST_TEST(s.stream.missing() == 0U);
}

BOOST_AUTO_TEST_CASE(sessions_can_be_opened_and_closed_despite_packet_loss) {
    session s;
    s.connect();
    s.net.resend_quickly();
    const std::string loss = "numgen random mod 100 < 20 counter drop";
    s.net.filter(loss, loss);
    for (int n = 0; n < 3; ++n) {
        s.net.server().drop_connections(n == 1);
        s.lose();
        s.restore();
    }
    BOOST_TEST(s.net.counted() > 0U);
}

BOOST_AUTO_TEST_CASE(a_slow_link_is_not_a_broken_one,
                     *utf::precondition(can_shape{"tbf rate 512kbit burst 2kb latency 400ms"})) {
    session s(5s);
    s.connect();
    const auto received_before = s.subject.stats().bytes_received;
    const auto begin = clock::now();
    s.net.shape("tbf rate 512kbit burst 2kb latency 400ms");
    s.source.send(4'000);
    s.receive_more();
    const std::chrono::duration<double> took = clock::now() - begin;
    const auto received = static_cast<double>(s.subject.stats().bytes_received - received_before);
    BOOST_TEST(took.count() > (received - 2'048) * 8 / 512'000);  // The link was slow.
    check(s.stream, s.source);
    BOOST_TEST(s.stream.gaps() == 0U);
    BOOST_TEST(s.stream.missing() == 0U);
}

BOOST_AUTO_TEST_CASE(delayed_and_reordered_packets_change_nothing,
                     *utf::precondition(can_shape{"netem delay 40ms 30ms"})) {
    session s(5s);
    s.connect();
    s.net.shape("netem delay 40ms 30ms");
    for (int n = 0; n < 20; ++n)
        s.receive_more();
    check(s.stream, s.source);
    BOOST_TEST(s.stream.gaps() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
