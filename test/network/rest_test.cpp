#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>

#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"
#include "network/network.hpp"
#include "network/session.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// How REST calls complete when the network fails.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

using clock = std::chrono::steady_clock;

constexpr auto request_timeout = 300ms;

/// An allowance for a busy machine.
constexpr auto delay = 10s;

struct fixture {
    network net;
    asio::io_context context;
    room_api api{context.get_executor(), client_options()
                                             .server_address(net.server_address())
                                             .connect_timeout(200ms)
                                             .request_timeout(request_timeout)
                                             .max_connections(2)};

    outcome get_rooms() {
        return run(context, outcome_of([this] { return api.get_all_rooms(); }));
    }

    outcome create_room() {
        return run(context, outcome_of([this] { return api.create_room(); }));
    }

    /// Leaves a kept connection.
    void expect_success() {
        const outcome got = get_rooms();
        BOOST_TEST(got.what == "");
    }

    void await_rooms(std::size_t count) {
        BOOST_TEST(net.server().wait_for([&] { return net.server().rooms().size() == count; }));
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(rest, fixture)

BOOST_AUTO_TEST_CASE(a_call_in_a_black_hole_times_out) {
    expect_success();
    net.black_hole();
    const auto begin = clock::now();
    const outcome got = get_rooms();
    const auto took = clock::now() - begin;
    BOOST_TEST(got.code == error_code(errc::timeout));
    BOOST_TEST(!got.mentions("may have executed"));
    BOOST_TEST((took >= request_timeout && took < request_timeout + delay));
    net.restore();
    expect_success();
}

BOOST_AUTO_TEST_CASE(nothing_was_sent_where_no_connection_can_be_made) {
    net.black_hole();
    const outcome created = create_room();
    BOOST_TEST(created.code == error_code(errc::connect_timeout));
    net.restore();
    expect_success();
    BOOST_TEST(net.server().rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_call_without_a_response_may_have_been_executed_and_reports_it) {
    expect_success();
    net.filter("", "drop");
    const outcome created = create_room();
    BOOST_TEST(created.code == error_code(errc::timeout));
    BOOST_TEST(created.mentions("the server may have executed it"));
    await_rooms(1);
    net.restore();
    expect_success();
    BOOST_TEST(net.server().rooms().size() == 1U);  // It was not retried.
}

BOOST_AUTO_TEST_CASE(a_call_whose_connection_is_reset_is_retried_only_if_it_is_safe) {
    const auto reset_kept_connection = [this] {
        net.filter("tcp sport " + net.client_port() + " reject with tcp reset", "");
    };
    expect_success();
    reset_kept_connection();
    const outcome created = create_room();
    BOOST_TEST(created.code == error_code(errc::outcome_unknown));
    expect_success();  // On another connection.
    reset_kept_connection();
    expect_success();  // Again on another one.
    BOOST_TEST(net.server().rooms().empty());
}

BOOST_AUTO_TEST_CASE(calls_that_wait_for_a_connection_time_out) {
    expect_success();
    net.black_hole();
    const auto begin = clock::now();
    std::size_t failed = 0;
    for (int n = 0; n < 6; ++n) {
        api.get_all_rooms([&](error_code code, const std::vector<room>&) {
            BOOST_TEST((code == condition::timeout));
            ++failed;
        });
    }
    run(context, until([&] { return failed == 6; }));
    BOOST_TEST((clock::now() - begin < request_timeout + delay));
    net.restore();
    for (int n = 0; n < 6; ++n)
        expect_success();
    BOOST_TEST(create_room().what == "");
}

BOOST_AUTO_TEST_CASE(calls_succeed_despite_packet_loss) {
    net.resend_quickly();
    room_api patient(context.get_executor(),
                     client_options().server_address(net.server_address()).request_timeout(20s));
    run(context, patient.get_all_rooms());  // A packet that opens a connection is resent after 1 s.
    const std::string loss = "numgen random mod 100 < 20 counter drop";
    net.filter(loss, loss);
    for (int n = 0; n < 50; ++n)
        run(context, patient.create_room());
    BOOST_TEST(net.counted() > 10U);
    BOOST_TEST(net.server().rooms().size() == 50U);
}

BOOST_AUTO_TEST_SUITE_END()
