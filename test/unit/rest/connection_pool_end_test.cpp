#include "fixtures/pool_harness.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

// How calls complete without a response: time limits, cancellation, closing the pool.
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::pool_harness;

const error_code aborted = asio::error::operation_aborted;

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool_end)

// ---- time

BOOST_AUTO_TEST_CASE(a_call_without_a_response_times_out) {
    pool_harness f;
    const auto call = f.get();
    f.pass(9'999ms);
    BOOST_TEST(!call->done());
    f.pass(1ms);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(call->detail() == "no response within 10000 ms");
    BOOST_TEST(f.links[0].closed);
}

BOOST_AUTO_TEST_CASE(a_call_can_have_its_own_time_limit) {
    pool_harness f;
    const auto usual = f.get();
    const auto urgent = f.get("/", 2s);
    f.pass(2s);
    BOOST_TEST(urgent->code() == error_code(errc::timeout));
    BOOST_TEST(urgent->mentions("no response within 2000 ms"));
    BOOST_TEST(!usual->done());
    f.pass(8s);
    BOOST_TEST(usual->done());
}

BOOST_AUTO_TEST_CASE(a_post_without_a_response_may_have_been_executed) {
    pool_harness f;
    const auto call = f.post();
    f.pass(10s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(call->mentions("the server may have executed it"));
}

BOOST_AUTO_TEST_CASE(the_time_limit_of_a_call_restarts_after_a_stall) {
    pool_harness f;
    const auto responded = f.get();
    const auto silent = f.get();
    f.pass(30s);
    f.respond(0);
    BOOST_TEST(!responded->code());
    f.pass(9'999ms);
    BOOST_TEST(!silent->done());
    f.pass(1ms);
    BOOST_TEST(silent->code() == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_always_late_still_times_out_a_call) {
    pool_harness f;
    const auto call = f.get();
    f.pass(30s);
    BOOST_TEST(!call->done());
    f.pass(30s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_call_sent_after_a_stall_has_its_full_time_for_a_response) {
    pool_harness f(1);
    const auto first = f.get();
    const auto second = f.get();
    f.pass(30s);
    f.respond(0);
    BOOST_TEST(!first->code());
    f.pass(5s);
    f.respond(0);
    BOOST_TEST(!second->code());
}

BOOST_AUTO_TEST_CASE(the_time_limit_includes_the_wait_for_a_connection) {
    pool_harness f(1);
    const auto first = f.get();
    f.pass(4s);
    const auto second = f.get();
    f.pass(5s);
    f.respond(0);  // The second connection is being established.
    f.pass(4'999ms);
    BOOST_TEST(!second->done());
    f.pass(1ms);
    BOOST_TEST(second->code() == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_call_that_times_out_while_waiting_reports_why) {
    pool_harness f(1);
    const auto first = f.get();
    const auto second = f.get();
    f.pass(10s);
    BOOST_TEST(
        second->mentions("no connection was free within 10000 ms "
                         "(see client_options::max_connections)"));
    f.connect_at_once = false;
    const auto third = f.get();
    f.pass(10s);
    BOOST_TEST(third->mentions("no connection was established within 10000 ms"));
    BOOST_TEST(f.attempts_cancelled == 1);
}

BOOST_AUTO_TEST_CASE(a_timeout_frees_a_connection_for_waiting_calls) {
    pool_harness f(1);
    const auto first = f.get();
    f.pass(5s);
    const auto second = f.get("/second");
    f.pass(5s);
    BOOST_TEST(first->code() == error_code(errc::timeout));
    BOOST_REQUIRE(f.links.size() == 2U);
    BOOST_TEST(f.links[1].received == "GET /second\n");
}

BOOST_AUTO_TEST_CASE(a_retried_call_keeps_its_deadline) {
    pool_harness f;
    f.keep_one();
    const auto call = f.get();
    f.pass(6s);
    f.lose(0);
    f.pass(4s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
}

// ---- cancellation

BOOST_AUTO_TEST_CASE(a_call_cancelled_during_its_request_closes_its_connection) {
    pool_harness f(1);
    const auto call = f.get();
    const auto waiting = f.get("/waiting");
    f.cancel(call);
    BOOST_TEST(f.links[0].closed);
    BOOST_REQUIRE(f.links.size() == 2U);
    BOOST_TEST(f.links[1].received == "GET /waiting\n");
    f.respond(1);
    BOOST_TEST(!waiting->code());
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_while_waiting_leaves_its_place_to_the_next) {
    pool_harness f(1);
    const auto first = f.get();
    const auto second = f.get("/second");
    const auto third = f.get("/third");
    f.cancel(second);
    f.respond(0);
    BOOST_TEST(f.links[0].received == "GET /\nGET /third\n");
}

BOOST_AUTO_TEST_CASE(cancelling_the_last_call_that_waits_cancels_the_connection_attempt) {
    pool_harness f(2);
    f.connect_at_once = false;
    const auto first = f.get();
    const auto second = f.get();
    f.cancel(first);
    BOOST_TEST(f.attempts_cancelled == 0);
    f.cancel(second);
    BOOST_TEST(f.attempts_cancelled == 2);
    BOOST_TEST(!f.waits_for_time());
    const auto third = f.get();
    f.connect_one();
    f.respond(0);
    BOOST_TEST(!third->code());
}

BOOST_AUTO_TEST_CASE(a_retried_call_can_be_cancelled) {
    pool_harness f;
    f.keep_one();
    f.connect_at_once = false;
    const auto call = f.get();
    f.lose(0);
    f.cancel(call);
    BOOST_TEST(f.attempts_cancelled == 1);
    BOOST_TEST(!call->done());
}

// ---- all calls

/// A pool with a call in each stage.
struct busy_pool : pool_harness {
    call_ptr delayed;
    call_ptr sent;
    call_ptr connecting;
    call_ptr waiting;

    busy_pool() : pool_harness(2, {}, jellyfish::retry_policy().base_delay(1s)) {
        delayed = get();
        respond_with_status(0, 503);
        sent = get();
        connect_at_once = false;
        connecting = get();
        waiting = post();
    }

    void check_aborted() const {
        for (const auto& each : {delayed, sent, connecting, waiting}) {
            BOOST_REQUIRE(each->done());
            BOOST_TEST(each->code() == aborted);
        }
        BOOST_TEST(links[0].closed);
        BOOST_TEST(attempts_cancelled == 1);
        BOOST_TEST(!waits_for_time());
    }
};

BOOST_AUTO_TEST_CASE(closing_completes_all_calls_and_closes_all_connections) {
    busy_pool f;
    f.close();
    f.check_aborted();
    const auto late = f.get();
    BOOST_TEST(late->code() == aborted);
    BOOST_TEST(late->mentions("the object was closed"));
    BOOST_TEST(f.attempts_made == 2);
}

BOOST_AUTO_TEST_CASE(closing_closes_idle_connections) {
    pool_harness f;
    f.keep_one();
    f.close();
    BOOST_TEST(f.links[0].closed);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_established_after_closing_is_closed) {
    pool_harness f;
    f.connect_at_once = false;
    f.ignore_cancellation = true;
    const auto call = f.get();
    f.close();
    f.connect_one();
    BOOST_TEST(f.links[0].closed);
}

BOOST_AUTO_TEST_CASE(cancelling_all_calls_leaves_the_pool_usable) {
    busy_pool f;
    f.cancel_all();
    f.check_aborted();
    f.connect_at_once = true;
    const auto next = f.get();
    f.respond(1);
    BOOST_TEST(!next->code());
}

BOOST_AUTO_TEST_CASE(cancelling_all_calls_keeps_idle_connections) {
    pool_harness f;
    f.keep_one();
    f.cancel_all();
    f.get("/next");
    BOOST_TEST(f.links[0].received == "GET /next\n");
}

BOOST_AUTO_TEST_SUITE_END()
