#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "network/session.hpp"

#include <chrono>
#include <exception>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

// Faults of a server's machine, and firewalls.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

std::string rejects(const testing::server& server) {
    return "tcp dport " + std::to_string(server.port()) + " reject with tcp reset";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(machine)

BOOST_AUTO_TEST_CASE(another_server_takes_over_the_address_of_a_lost_machine) {
    session s;
    s.connect();
    s.net.lose_far_address();
    s.lose();
    s.await_log_lines(4);
    s.net.start_far_machine_again();
    s.source.move_to(s.net.server());
    BOOST_TEST(s.restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(a_machine_that_is_back_at_once_does_not_know_the_session) {
    session s;
    s.connect();
    s.net.lose_far_address();
    s.net.start_far_machine_again();
    s.source.move_to(s.net.server());
    s.lose();  // The response to the ping is a reset.
    s.restore();
}

BOOST_AUTO_TEST_CASE(a_firewall_that_rejects_causes_a_loss_and_refused_connections) {
    session s;
    s.connect();
    s.net.filter(rejects(s.net.server()), "");
    s.source.send(1);  // Its acknowledgement is rejected.
    BOOST_TEST(s.lose().code == error_code(errc::connection_lost));
    s.await([&] { return s.log_contains("Connection refused"); });
    s.net.restore();
    BOOST_TEST(s.restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(a_first_connect_continues_until_a_firewall_accepts_it) {
    session s;
    s.net.filter(rejects(s.net.server()), "");
    bool connected = false;
    asio::co_spawn(s.context, s.subject.connect(), [&](std::exception_ptr failure) {
        BOOST_TEST(!failure);
        connected = true;
    });
    s.await([&] { return s.log_contains("Connection refused"); });
    BOOST_TEST(!connected);
    s.net.restore();
    s.await([&] { return connected; });
    s.receive_more();
    check(s.stream, s.source);
    BOOST_TEST(s.stream.gaps() == 0U);
}

BOOST_AUTO_TEST_CASE(a_session_reset_by_the_network_is_restored) {
    session s;
    s.connect();
    const std::string port = s.net.client_port();
    s.net.filter("tcp sport " + port + " reject with tcp reset", "");
    s.source.send(1);  // Its acknowledgement is rejected.
    BOOST_TEST(s.lose().code == error_code(errc::connection_lost));
    s.restore();  // While the old flow is still rejected.
    BOOST_TEST(s.net.client_port() != port);
}

BOOST_AUTO_TEST_SUITE_END()
