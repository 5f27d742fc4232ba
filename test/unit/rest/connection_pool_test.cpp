#include "rest/connection_pool.hpp"

#include "fakes/scripted_pool.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::http_ok;
using jellyfish::test::pool_fixture;
using call_ptr = pool_fixture::call_ptr;

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool)

// ---- connections

BOOST_AUTO_TEST_CASE(a_call_makes_a_connection_and_gets_its_response) {
    pool_fixture f;
    const auto call = f.get("/a");
    BOOST_TEST(f.driver.links() == 1U);
    BOOST_TEST(f.driver.link(0).received() == "GET /a\n");
    BOOST_TEST(!call->done());
    f.respond(0, "body");
    BOOST_REQUIRE(call->done());
    BOOST_TEST(!call->code());
    BOOST_TEST(call->outcome().response.status == 200);
    BOOST_TEST(call->body() == "body");
}

BOOST_AUTO_TEST_CASE(a_connection_is_reused) {
    pool_fixture f;
    for (int n = 0; n < 5; ++n) {
        const auto call = f.get();
        f.respond(0, std::to_string(n));
        BOOST_TEST(call->body() == std::to_string(n));
    }
    BOOST_TEST(f.driver.links() == 1U);
    BOOST_TEST(f.driver.link(0).write_operations() == 5);
}

BOOST_AUTO_TEST_CASE(concurrent_calls_use_a_connection_each_up_to_the_limit) {
    pool_fixture f(3);
    std::vector<call_ptr> calls;
    for (int n = 0; n < 5; ++n)
        calls.push_back(f.get("/" + std::to_string(n)));
    BOOST_TEST(f.driver.links() == 3U);
    BOOST_TEST(f.driver.state().attempts_made == 3);
    f.respond(1, "one");
    BOOST_TEST(calls[1]->body() == "one");
    BOOST_TEST(f.driver.link(1).received() == "GET /1\nGET /3\n");
    f.respond(0, "zero");
    BOOST_TEST(f.driver.link(0).received() == "GET /0\nGET /4\n");
    f.respond(1, "three");
    f.respond(2, "two");
    f.respond(0, "four");
    BOOST_TEST(calls[2]->body() == "two");
    BOOST_TEST(calls[3]->body() == "three");
    BOOST_TEST(calls[4]->body() == "four");
    BOOST_TEST(f.driver.links() == 3U);
}

BOOST_AUTO_TEST_CASE(waiting_calls_are_served_in_order) {
    pool_fixture f(1);
    std::vector<call_ptr> calls;
    for (int n = 0; n < 4; ++n)
        calls.push_back(f.get("/" + std::to_string(n)));
    for (std::size_t n = 0; n < 4; ++n) {
        BOOST_TEST(!calls[n]->done());
        f.respond(0, std::to_string(n));
        BOOST_TEST(calls[n]->body() == std::to_string(n));
    }
    BOOST_TEST(f.driver.link(0).received() == "GET /0\nGET /1\nGET /2\nGET /3\n");
}

BOOST_AUTO_TEST_CASE(the_most_recently_used_connection_is_used_first) {
    pool_fixture f;
    const auto first = f.get();
    const auto second = f.get();
    f.respond(1);
    f.driver.pass(1s);
    f.respond(0);
    (void)f.driver.link(0).take_received();
    f.get("/next");
    BOOST_TEST(f.driver.link(0).received() == "GET /next\n");
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_established_too_late_is_kept) {
    pool_fixture f(2);
    const auto first = f.get();
    f.driver.state().connect_at_once = false;
    const auto second = f.get("/second");
    BOOST_TEST(f.driver.state().attempts.size() == 1U);
    f.respond(0);  // The first connection is free before the second has come.
    BOOST_TEST(f.driver.link(0).received() == "GET /\nGET /second\n");
    f.driver.connect_one();
    BOOST_TEST(f.driver.link(1).received() == "");
    f.get("/third");
    BOOST_TEST(f.driver.link(1).received() == "GET /third\n");
}

BOOST_AUTO_TEST_CASE(a_response_that_closes_its_connection_allows_a_new_one) {
    pool_fixture f(1);
    const auto first = f.get();
    const auto second = f.get("/second");
    f.respond(0, "last", "connection: close\r\n");
    BOOST_TEST(first->body() == "last");
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_REQUIRE(f.driver.links() == 2U);
    BOOST_TEST(f.driver.link(1).received() == "GET /second\n");
}

BOOST_AUTO_TEST_CASE(a_response_that_ends_with_the_connection_is_complete) {
    pool_fixture f;
    const auto call = f.get();
    f.driver.link(0).feed("HTTP/1.1 200 OK\r\n\r\nabc");
    f.driver.settle();
    BOOST_TEST(!call->done());
    f.end(0);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->body() == "abc");
    BOOST_TEST(f.driver.link(0).closed());
}

// ---- failures to connect

BOOST_AUTO_TEST_CASE(a_failure_to_connect_is_reported_to_the_call_that_waited_longest) {
    pool_fixture f(2);
    f.driver.state().connect_at_once = false;
    const auto first = f.get();
    const auto second = f.get();
    f.driver.refuse_one(errc::connect_failed, "refused");
    BOOST_REQUIRE(first->done());
    BOOST_TEST(first->code() == error_code(errc::connect_failed));
    BOOST_TEST(first->outcome().info.detail == "refused");
    BOOST_TEST(!second->done());
    f.driver.connect_one();
    f.respond(0);
    BOOST_TEST(!second->code());
}

BOOST_AUTO_TEST_CASE(each_waiting_call_has_its_own_connection_attempt) {
    pool_fixture f(1);
    f.driver.state().connect_at_once = false;
    const auto first = f.get();
    const auto second = f.get();
    BOOST_TEST(f.driver.state().attempts_made == 1);
    f.driver.refuse_one(errc::resolve_failed);
    BOOST_TEST(f.driver.state().attempts_made == 2);
    f.driver.refuse_one(errc::connect_timeout);
    BOOST_TEST(first->code() == error_code(errc::resolve_failed));
    BOOST_TEST(second->code() == error_code(errc::connect_timeout));
    const auto third = f.get();
    f.driver.connect_one();
    f.respond(0);
    BOOST_TEST(!third->code());
}

// ---- idle connections

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_before_the_server_does_it) {
    pool_fixture f;
    f.keep_one();
    f.driver.pass(3'999ms);
    BOOST_TEST(!f.driver.link(0).closed());
    f.driver.pass(1ms);
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(!f.driver.state().scheduled_time.has_value());
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_used_regularly_stays_open) {
    pool_fixture f;
    f.keep_one();
    for (int n = 0; n < 5; ++n) {
        f.driver.pass(3s);
        const auto call = f.get();
        f.respond(0);
        BOOST_TEST(call->done());
    }
    BOOST_TEST(f.driver.links() == 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_past_its_idle_limit_is_not_used) {
    pool_fixture f(1);
    f.keep_one();
    f.driver.state().now += 4s;  // The timer is late.
    f.get("/next");
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(f.driver.link(0).received() == "");
    BOOST_REQUIRE(f.driver.links() == 2U);
    BOOST_TEST(f.driver.link(1).received() == "GET /next\n");
}

BOOST_AUTO_TEST_CASE(the_end_of_an_idle_connection_is_noticed) {
    pool_fixture f;
    f.keep_one();
    f.end(0);
    BOOST_TEST(f.driver.link(0).closed());
    const auto call = f.post("/next");
    BOOST_REQUIRE(f.driver.links() == 2U);
    f.respond(1);
    BOOST_TEST(!call->code());
}

BOOST_AUTO_TEST_CASE(bytes_on_an_idle_connection_belong_to_no_call) {
    pool_fixture f;
    f.keep_one();
    f.respond(0, "an answer to nothing");
    BOOST_TEST(f.driver.link(0).closed());
    const auto call = f.get();
    f.respond(1, "right");
    BOOST_TEST(call->body() == "right");
}

BOOST_AUTO_TEST_CASE(bytes_after_a_response_close_the_connection) {
    pool_fixture f;
    const auto call = f.get();
    f.driver.link(0).feed(http_ok("right") + http_ok("wrong"));
    f.driver.settle();
    BOOST_TEST(call->body() == "right");
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_pool_without_calls_and_connections_sets_no_timer) {
    pool_fixture f;
    f.keep_one();
    BOOST_TEST(f.driver.state().scheduled_time.has_value());
    f.end(0);
    BOOST_TEST(!f.driver.state().scheduled_time.has_value());
}

BOOST_AUTO_TEST_CASE(consecutive_calls_do_not_move_the_timer) {
    pool_fixture f;
    f.keep_one();
    const int requested = f.driver.state().timers_requested;
    for (int n = 0; n < 100; ++n) {
        const auto call = f.get();
        f.respond(0);
    }
    BOOST_TEST(f.driver.state().timers_requested == requested);
}

BOOST_AUTO_TEST_SUITE_END()
