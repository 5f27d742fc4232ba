#include "rest/connection_pool.hpp"

#include "fixtures/pool_harness.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

// The pool without I/O: which call is sent on which connection.
namespace {

using namespace std::chrono_literals;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::pool_harness;
using call_ptr = pool_harness::call_ptr;

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool)

// ---- connections

BOOST_AUTO_TEST_CASE(a_call_makes_a_connection_and_gets_its_response) {
    pool_harness f;
    const auto call = f.get("/a");
    BOOST_TEST(f.links.size() == 1U);
    BOOST_TEST(f.links[0].received == "GET /a\n");
    BOOST_TEST(!call->done());
    f.respond(0, "body");
    BOOST_REQUIRE(call->done());
    BOOST_TEST(!call->code());
    BOOST_TEST(call->body == "body");
}

BOOST_AUTO_TEST_CASE(a_connection_is_reused) {
    pool_harness f;
    for (int n = 0; n < 5; ++n) {
        const auto call = f.get();
        f.respond(0, std::to_string(n));
        BOOST_TEST(call->body == std::to_string(n));
    }
    BOOST_TEST(f.links.size() == 1U);
}

BOOST_AUTO_TEST_CASE(concurrent_calls_use_a_connection_each_up_to_the_limit) {
    pool_harness f(3);
    std::vector<call_ptr> calls;
    for (int n = 0; n < 5; ++n)
        calls.push_back(f.get("/" + std::to_string(n)));
    BOOST_TEST(f.links.size() == 3U);
    BOOST_TEST(f.attempts_made == 3);
    f.respond(1, "one");
    BOOST_TEST(calls[1]->body == "one");
    BOOST_TEST(f.links[1].received == "GET /1\nGET /3\n");
    f.respond(0, "zero");
    BOOST_TEST(f.links[0].received == "GET /0\nGET /4\n");
    f.respond(1, "three");
    f.respond(2, "two");
    f.respond(0, "four");
    BOOST_TEST(calls[2]->body == "two");
    BOOST_TEST(calls[3]->body == "three");
    BOOST_TEST(calls[4]->body == "four");
    BOOST_TEST(f.links.size() == 3U);
}

BOOST_AUTO_TEST_CASE(waiting_calls_are_served_in_order) {
    pool_harness f(1);
    std::vector<call_ptr> calls;
    for (int n = 0; n < 4; ++n)
        calls.push_back(f.get("/" + std::to_string(n)));
    for (std::size_t n = 0; n < 4; ++n) {
        BOOST_TEST(!calls[n]->done());
        f.respond(0, std::to_string(n));
        BOOST_TEST(calls[n]->body == std::to_string(n));
    }
    BOOST_TEST(f.links[0].received == "GET /0\nGET /1\nGET /2\nGET /3\n");
}

BOOST_AUTO_TEST_CASE(the_most_recently_used_connection_is_used_first) {
    pool_harness f;
    const auto first = f.get();
    const auto second = f.get();
    f.respond(1);
    f.pass(1s);
    f.respond(0);
    f.links[0].received.clear();
    f.get("/next");
    BOOST_TEST(f.links[0].received == "GET /next\n");
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_established_too_late_is_kept) {
    pool_harness f(2);
    const auto first = f.get();
    f.connect_at_once = false;
    const auto second = f.get("/second");
    BOOST_TEST(f.attempts.size() == 1U);
    f.respond(0);  // The first connection is free before the second has come.
    BOOST_TEST(f.links[0].received == "GET /\nGET /second\n");
    f.connect_one();
    BOOST_TEST(f.links[1].received == "");
    f.get("/third");
    BOOST_TEST(f.links[1].received == "GET /third\n");
}

BOOST_AUTO_TEST_CASE(a_response_that_closes_its_connection_allows_a_new_one) {
    pool_harness f(1);
    const auto first = f.get();
    const auto second = f.get("/second");
    f.respond_and_close(0, "last");
    BOOST_TEST(first->body == "last");
    BOOST_TEST(f.links[0].closed);
    BOOST_REQUIRE(f.links.size() == 2U);
    BOOST_TEST(f.links[1].received == "GET /second\n");
}

// ---- failures to connect

BOOST_AUTO_TEST_CASE(a_failure_to_connect_is_reported_to_the_call_that_waited_longest) {
    pool_harness f(2);
    f.connect_at_once = false;
    const auto first = f.get();
    const auto second = f.get();
    f.refuse_one(errc::connect_failed, "refused");
    BOOST_REQUIRE(first->done());
    BOOST_TEST(first->code() == error_code(errc::connect_failed));
    BOOST_TEST(first->detail() == "refused");
    BOOST_TEST(!second->done());
    f.connect_one();
    f.respond(0);
    BOOST_TEST(!second->code());
}

BOOST_AUTO_TEST_CASE(each_waiting_call_has_its_own_connection_attempt) {
    pool_harness f(1);
    f.connect_at_once = false;
    const auto first = f.get();
    const auto second = f.get();
    BOOST_TEST(f.attempts_made == 1);
    f.refuse_one(errc::resolve_failed);
    BOOST_TEST(f.attempts_made == 2);
    f.refuse_one(errc::connect_timeout);
    BOOST_TEST(first->code() == error_code(errc::resolve_failed));
    BOOST_TEST(second->code() == error_code(errc::connect_timeout));
    const auto third = f.get();
    f.connect_one();
    f.respond(0);
    BOOST_TEST(!third->code());
}

// ---- idle connections

BOOST_AUTO_TEST_CASE(a_kept_connection_is_checked_for_a_get_unless_it_was_used_just_now) {
    for (const auto& [idle, checked] : {std::pair(0us, false), {500us, false}, {501us, true}}) {
        pool_harness f;
        f.keep_one();
        f.now += idle;
        f.stale = true;
        f.get("/next");
        BOOST_TEST(f.links[0].closed == checked);
    }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_is_always_checked_for_a_post) {
    pool_harness f;
    f.keep_one();
    f.stale = true;
    const auto call = f.post("/next");
    BOOST_TEST(f.links[0].closed);
    BOOST_REQUIRE(f.links.size() == 2U);
    f.respond(1);
    BOOST_TEST(!call->code());
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_used_regularly_stays_open) {
    pool_harness f;
    f.keep_one();
    for (int n = 0; n < 5; ++n) {
        f.pass(3s);
        const auto call = f.get();
        f.respond(0);
        BOOST_TEST(call->done());
    }
    BOOST_TEST(f.links.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_idle_connection_waits_for_no_time) {
    pool_harness f;
    BOOST_TEST(!f.waits_for_time());
    const auto call = f.get();
    BOOST_TEST(f.waits_for_time());
    f.respond(0);
    BOOST_TEST(!f.waits_for_time());
    BOOST_TEST(!f.links[0].closed);
}

BOOST_AUTO_TEST_CASE(a_connection_is_not_used_past_its_idle_limit) {
    pool_harness f;
    f.keep_one();
    f.pass(3'999ms);
    f.get("/next");
    BOOST_TEST(f.links[0].received == "GET /next\n");
}

BOOST_AUTO_TEST_CASE(connections_past_their_idle_limit_are_closed_by_the_next_call) {
    pool_harness f(3);
    const auto first = f.get();
    const auto second = f.get();
    f.respond(0);
    f.respond(1);
    f.pass(4s);
    BOOST_TEST(!f.links[0].closed);
    f.get("/next");
    BOOST_TEST(f.links[0].closed);
    BOOST_TEST(f.links[1].closed);
    BOOST_REQUIRE(f.links.size() == 3U);
    BOOST_TEST(f.links[2].received == "GET /next\n");
}

BOOST_AUTO_TEST_CASE(connections_that_the_server_closed_while_idle_are_not_used) {
    pool_harness f;
    const auto first = f.get();
    const auto second = f.get();
    f.respond(0);
    f.respond(1);
    f.pass(1ms);
    f.stale = true;
    const auto call = f.post("/next");
    BOOST_TEST(f.links[0].closed);
    BOOST_TEST(f.links[1].closed);
    BOOST_REQUIRE(f.links.size() == 3U);
    f.respond(2);
    BOOST_TEST(!call->code());
}

BOOST_AUTO_TEST_SUITE_END()
