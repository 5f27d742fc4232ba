#include "fixtures/pool_harness.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>
#include <string>

#include <boost/test/unit_test.hpp>

// How a call completes when its connection is lost.
namespace {

using namespace std::chrono_literals;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::pool_harness;

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool_loss)

BOOST_AUTO_TEST_CASE(a_get_on_a_stale_connection_is_retried_once_on_a_new_one) {
    pool_harness f;
    f.keep_one();
    const auto call = f.get("/again");
    f.lose(0);
    BOOST_TEST(!call->done());
    BOOST_REQUIRE(f.links.size() == 2U);
    BOOST_TEST(f.links[1].received == "GET /again\n");
    f.respond(1, "fresh");
    BOOST_TEST(call->body == "fresh");
}

BOOST_AUTO_TEST_CASE(a_call_is_not_attempted_a_third_time) {
    pool_harness f;
    f.keep_one();
    const auto call = f.get();
    f.lose(0);
    f.lose(1);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::connection_lost));
    BOOST_TEST(call->mentions("the server closed the connection before a response"));
    BOOST_TEST(f.links.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_call_is_retried_on_a_new_connection_even_if_another_is_idle) {
    pool_harness f(2);
    const auto first = f.get();
    const auto second = f.get();
    f.respond(0);
    f.respond(1);
    f.links[0].received.clear();
    const auto call = f.get("/again");
    f.lose(1);
    BOOST_TEST(f.links[0].received == "");
    BOOST_REQUIRE(f.links.size() == 3U);
    BOOST_TEST(f.links[2].received == "GET /again\n");
}

BOOST_AUTO_TEST_CASE(a_retried_call_precedes_waiting_ones) {
    pool_harness f(1);
    f.keep_one();
    const auto again = f.get("/again");
    const auto waiting = f.get("/waiting");
    f.lose(0);
    BOOST_TEST(f.links[1].received == "GET /again\n");
    f.respond(1);
    BOOST_TEST(f.links[1].received == "GET /again\nGET /waiting\n");
}

BOOST_AUTO_TEST_CASE(a_post_that_may_have_arrived_is_not_retried) {
    pool_harness f;
    f.keep_one();
    const auto call = f.post();
    f.lose(0);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::outcome_unknown));
    BOOST_TEST(f.links.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_post_of_which_nothing_was_sent_is_retried) {
    pool_harness f;
    f.keep_one();
    const auto call = f.post("/again");
    f.lose(0, false);
    BOOST_TEST(!call->done());
    BOOST_REQUIRE(f.links.size() == 2U);
    f.respond(1, "fresh");
    BOOST_TEST(call->body == "fresh");
}

BOOST_AUTO_TEST_CASE(on_a_new_connection_nothing_is_retried) {
    pool_harness f;
    const auto get = f.get();
    f.lose(0);
    BOOST_TEST(get->code() == error_code(errc::connection_lost));
    const auto post = f.post();
    f.lose(1);
    BOOST_TEST(post->code() == error_code(errc::outcome_unknown));
    BOOST_TEST(f.links.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_post_of_which_nothing_was_sent_on_a_new_connection_is_reported_as_not_sent) {
    pool_harness f;
    const auto call = f.post();
    f.lose(0, false);
    BOOST_TEST(call->code() == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_call_of_which_nothing_was_sent_may_use_another_idle_connection) {
    pool_harness f;
    const auto first = f.get();
    const auto second = f.get();
    f.respond(0);
    f.respond(1);
    const auto call = f.post("/again");
    f.lose(1, false);
    BOOST_TEST(f.links[0].received == "GET /\nPOST /again\n");
    BOOST_TEST(f.links.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_never_used_can_be_stale) {
    pool_harness f(2);
    const auto first = f.get();
    f.connect_at_once = false;
    const auto second = f.get();
    f.respond(0);
    f.connect_one();  // Established too late, and kept.
    f.pass(1s);
    f.connect_at_once = true;
    const auto call = f.get("/again");
    BOOST_REQUIRE(f.links[1].received == "GET /again\n");
    f.lose(1);
    BOOST_REQUIRE(f.links.size() == 3U);
    BOOST_TEST(f.links[2].received == "GET /again\n");
}

BOOST_AUTO_TEST_CASE(a_connection_lost_during_a_response_is_not_stale) {
    pool_harness f;
    f.keep_one();
    const auto get = f.get();
    f.lose(0, true, true);
    BOOST_TEST(get->code() == error_code(errc::connection_lost));
    BOOST_TEST(get->mentions("in the middle of the response"));
    BOOST_TEST(f.links.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_invalid_response_is_reported_with_its_reason) {
    for (const errc each : {errc::malformed_response, errc::response_too_large}) {
        pool_harness f;
        f.keep_one();
        const auto call = f.get();
        f.finish(0, {each, "why", 0, false, true, true});
        BOOST_TEST(call->code() == error_code(each));
        BOOST_TEST(call->detail() == "why");
    }
}

BOOST_AUTO_TEST_SUITE_END()
