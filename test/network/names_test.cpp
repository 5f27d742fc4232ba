#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "network/session.hpp"
#include "support/once.hpp"
#include "support/outcome.hpp"
#include "support/run.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// What can happen to the name of a server.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

const std::string name = "media.jellyfish.test";

void set_address(const char* address) { set_hosts(std::string(address) + ' ' + name + '\n'); }

/// At first nobody knows the name.
struct nameless {
    nameless() {
        set_hosts("");
        set_name_server(network::far_address);  // Which says that there is none.
    }
};

struct fixture : nameless, session {
    fixture() : session(std::chrono::milliseconds(idle_timeout), name) {}
};

outcome connect_once(const std::string& address) {
    asio::io_context context;
    notifier subject(context.get_executor(),
                     client_options().server_address(address).connect_timeout(500ms), once());
    return run(context, outcome_of([&] { return subject.connect(); }));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(names, fixture)

BOOST_AUTO_TEST_CASE(a_name_that_does_not_resolve_is_told) {
    const outcome got = connect_once(name + ":5002");
    BOOST_TEST(got.code == error_code(errc::resolve_failed));
    BOOST_TEST((got.code == condition::connect_failed));
    BOOST_TEST((got.code == condition::retryable));
}

BOOST_AUTO_TEST_CASE(a_name_server_that_is_silent_does_not_hold_up_a_connect) {
    net.filter("udp dport 53 counter drop", "");
    const outcome got = connect_once(name + ":5002");
    BOOST_TEST(got.code == error_code(errc::connect_timeout));
    BOOST_TEST(got.says("while resolving the name"));
    BOOST_TEST(net.counted() > 0U);
}

BOOST_AUTO_TEST_CASE(a_first_connect_goes_on_until_the_name_resolves) {
    bool connected = false;
    asio::co_spawn(context, subject.connect(), [&](std::exception_ptr failure) {
        BOOST_TEST(!failure);
        connected = true;
    });
    await([&] { return log_says("not found") || log_says("try again later"); });
    BOOST_TEST(!connected);
    set_address(network::far_address);
    await([&] { return connected; });
    receive_more();
    check(stream, source);
    BOOST_TEST(stream.seams() == 0U);
}

BOOST_AUTO_TEST_CASE(a_lost_session_is_restored_when_its_name_resolves_again) {
    set_address(network::far_address);
    connect();
    set_hosts("");
    net.server().drop_connections();
    lose();
    await_log_lines(4);
    set_address(network::far_address);
    BOOST_TEST(restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(a_silent_name_server_does_not_end_the_attempts) {
    set_address(network::far_address);
    connect();
    net.filter("udp dport 53 counter drop", "");
    set_hosts("");
    net.server().drop_connections();
    lose();
    await([&] { return log_says("while resolving the name"); });
    BOOST_TEST(net.counted() > 0U);
    set_address(network::far_address);
    BOOST_TEST(restore().attempts > 1U);
}

BOOST_AUTO_TEST_CASE(a_name_is_resolved_anew_for_each_session) {
    set_address(network::far_address);
    connect();
    const std::uint16_t port = net.server().port();
    std::optional<testing::server> other;
    net.far().run([&] {
        other.emplace(testing::server_options().address(network::other_far_address).port(port));
    });
    set_address(network::other_far_address);
    net.server().drop_connections();
    lose();
    source.move_to(*other);
    restore();
    BOOST_TEST(other->subscribed_sockets() == 1U);
    BOOST_TEST(net.server().accepted_connections() == 1U);
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_answer_leaves_time_for_the_next) {
    net.filter(std::string("ip daddr ") + network::other_far_address + " counter drop", "");
    set_hosts(std::string(network::other_far_address) + ' ' + name + '\n' + network::far_address +
              ' ' + name + '\n');
    const outcome got = connect_once(name + ':' + std::to_string(net.server().port()));
    BOOST_TEST(got.what == "");
    BOOST_TEST(net.counted() > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
