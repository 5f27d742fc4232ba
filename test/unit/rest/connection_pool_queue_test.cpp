#include "fixtures/pool_harness.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

// What a call that timed out reports, and how long it may wait for a connection.
namespace {

using namespace std::chrono_literals;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::pool_harness;
using call_ptr = pool_harness::call_ptr;

void check_not_sent(const call_ptr& call) {
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(call->mentions("the request was not sent"), call->detail());
    BOOST_TEST(!call->mentions("may have executed"), call->detail());
}

void check_perhaps_executed(const call_ptr& call) {
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(!call->mentions("not sent"), call->detail());
    BOOST_TEST(call->mentions("the server may have executed it"), call->detail());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool_queue)

BOOST_AUTO_TEST_CASE(calls_that_were_not_sent_in_time_report_it) {
    pool_harness f(2);
    std::vector<call_ptr> calls;
    for (int n = 0; n < 1'000; ++n)
        calls.push_back(f.post("/" + std::to_string(n)));
    f.pass(5s);
    f.respond(0);
    f.pass(5s);
    BOOST_TEST(!calls[0]->code());
    check_perhaps_executed(calls[1]);
    check_perhaps_executed(calls[2]);
    for (std::size_t n = 3; n < calls.size(); ++n)
        check_not_sent(calls[n]);
    BOOST_TEST(f.links[0].received == "POST /0\nPOST /2\n");
}

BOOST_AUTO_TEST_CASE(a_call_waiting_for_a_connection_attempt_was_not_sent) {
    pool_harness f;
    f.connect_at_once = false;
    const auto call = f.post();
    f.pass(10s);
    check_not_sent(call);
    BOOST_TEST(call->mentions("no connection was established within 10000 ms"));
}

BOOST_AUTO_TEST_CASE(a_request_of_which_no_byte_was_written_was_not_sent) {
    pool_harness f;
    f.writable = false;
    const auto call = f.post();
    f.pass(9'999ms);
    BOOST_TEST(!call->done());
    f.pass(1ms);
    check_not_sent(call);
    BOOST_TEST(f.links[0].closed);
    BOOST_TEST(f.links[0].received == "");
}

BOOST_AUTO_TEST_CASE(a_response_at_the_moment_of_the_timeout_counts) {
    pool_harness f;
    f.hold_aborted = true;
    const auto call = f.post();
    f.pass(10s);
    BOOST_TEST(f.links[0].aborted);
    BOOST_TEST(!call->done());
    f.respond_and_close(0, "late");
    BOOST_TEST(call->body == "late");
}

BOOST_AUTO_TEST_CASE(closing_the_pool_completes_a_call_that_is_being_aborted) {
    pool_harness f;
    f.hold_aborted = true;
    const auto call = f.post();
    f.pass(10s);
    f.close();
    BOOST_REQUIRE(call->done());
    BOOST_TEST(f.links[0].closed);
}

BOOST_AUTO_TEST_CASE(a_retried_call_that_was_sent_before_does_not_report_that_it_was_not) {
    pool_harness f(1);
    f.keep_one();
    const auto call = f.get("/again");
    f.connect_at_once = false;
    f.lose(0);
    f.pass(10s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(!call->mentions("not sent"));
}

// ---- the queue timeout

BOOST_AUTO_TEST_CASE(a_call_waits_no_longer_than_the_queue_timeout) {
    pool_harness f(1, 200ms);
    const auto first = f.post("/first");
    const auto second = f.post("/second");
    f.pass(100ms);
    const auto third = f.post("/third");
    f.pass(99ms);
    BOOST_TEST(!second->done());
    f.pass(1ms);
    check_not_sent(second);
    BOOST_TEST(second->mentions("no connection was free within 200 ms"));
    BOOST_TEST(!third->done());
    f.respond(0);
    BOOST_TEST(!first->code());
    BOOST_TEST(f.links[0].received == "POST /first\nPOST /third\n");
    f.pass(9s);  // A call that was sent has its full time for a response.
    f.respond(0);
    BOOST_TEST(!third->code());
}

BOOST_AUTO_TEST_CASE(the_queue_has_no_timeout_by_default) {
    pool_harness f(1);
    const auto first = f.post();
    const auto second = f.post();
    f.pass(9'999ms);
    BOOST_TEST(!second->done());
    f.pass(1ms);
    check_not_sent(second);
    BOOST_TEST(second->mentions("within 10000 ms"));
}

BOOST_AUTO_TEST_CASE(a_queue_timeout_beyond_that_of_the_call_has_no_effect) {
    pool_harness f(1, 20s);
    const auto first = f.post();
    const auto second = f.post();
    f.pass(10s);
    check_not_sent(second);
    BOOST_TEST(second->mentions("within 10000 ms"));
}

BOOST_AUTO_TEST_CASE(a_connection_attempt_is_not_awaited_beyond_the_queue_timeout) {
    pool_harness f(1, 200ms);
    f.connect_at_once = false;
    const auto call = f.get();
    f.pass(200ms);
    check_not_sent(call);
    BOOST_TEST(call->mentions("no connection was established within 200 ms"));
    BOOST_TEST(f.attempts_cancelled == 1);
}

BOOST_AUTO_TEST_CASE(the_queue_timeout_does_not_restart_for_a_retried_call) {
    pool_harness f(1, 200ms);
    f.keep_one();
    const auto call = f.get("/again");
    f.connect_at_once = false;
    f.pass(100ms);
    f.lose(0);
    f.pass(1s);
    BOOST_TEST(!call->done());
    f.connect_one();
    f.respond(1, "fresh");
    BOOST_TEST(call->body == "fresh");
}

BOOST_AUTO_TEST_SUITE_END()
