#include "fakes/scripted_pool.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

// What a call that timed out reports, and how long it may wait for a connection.
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::pool_fixture;
using call_ptr = pool_fixture::call_ptr;

bool mentions(const call_ptr& call, const std::string& text) {
    return call->outcome().info.detail.find(text) != std::string::npos;
}

void check_not_sent(const call_ptr& call) {
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(mentions(call, "the request was not sent"), call->outcome().info.detail);
    BOOST_TEST(!mentions(call, "may have executed"), call->outcome().info.detail);
}

void check_perhaps_executed(const call_ptr& call) {
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(!mentions(call, "not sent"), call->outcome().info.detail);
    BOOST_TEST(mentions(call, "the server may have executed it"), call->outcome().info.detail);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool_queue)

BOOST_AUTO_TEST_CASE(calls_that_were_not_sent_in_time_report_it) {
    pool_fixture f(2);
    std::vector<call_ptr> calls;
    for (int n = 0; n < 1'000; ++n)
        calls.push_back(f.post("/" + std::to_string(n)));
    f.driver.pass(5s);
    f.respond(0);
    f.driver.pass(5s);
    BOOST_TEST(!calls[0]->code());
    check_perhaps_executed(calls[1]);
    check_perhaps_executed(calls[2]);
    for (std::size_t n = 3; n < calls.size(); ++n)
        check_not_sent(calls[n]);
    BOOST_TEST(f.driver.link(0).received() == "POST /0\nPOST /2\n");
}

BOOST_AUTO_TEST_CASE(a_call_waiting_for_a_connection_attempt_was_not_sent) {
    pool_fixture f;
    f.driver.state().connect_at_once = false;
    const auto call = f.post();
    f.driver.pass(10s);
    check_not_sent(call);
    BOOST_TEST(mentions(call, "no connection was established within 10000 ms"));
}

BOOST_AUTO_TEST_CASE(a_request_of_which_no_byte_was_written_was_not_sent) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto call = f.post();
    f.driver.pass(9'999ms);
    BOOST_TEST(!call->done());
    f.driver.pass(1ms);
    check_not_sent(call);
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(f.driver.link(0).received() == "");
}

BOOST_AUTO_TEST_CASE(a_request_of_which_a_byte_was_written_may_have_been_executed) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto call = f.post();
    f.driver.link(0).pass_write(1);
    f.driver.settle();
    f.driver.pass(10s);
    check_perhaps_executed(call);
}

BOOST_AUTO_TEST_CASE(a_byte_written_at_the_moment_of_the_timeout_counts) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto call = f.post();
    f.driver.link(0).pass_write(1);  // Completes after the time limit.
    f.driver.pass(10s);
    check_perhaps_executed(call);
}

BOOST_AUTO_TEST_CASE(stopping_the_pool_completes_a_call_whose_write_is_pending) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto call = f.post();
    f.driver.state().now += 10s;
    f.driver.state().on_timer();
    f.connections->stop();
    f.driver.settle();
    BOOST_REQUIRE(call->done());
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_retried_call_that_was_sent_before_does_not_report_that_it_was_not) {
    pool_fixture f(1);
    f.keep_one();
    const auto call = f.get("/again");
    f.driver.state().connect_at_once = false;
    f.end(0);
    f.driver.pass(10s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(!mentions(call, "not sent"));
}

// ---- the queue timeout

BOOST_AUTO_TEST_CASE(a_call_waits_no_longer_than_the_queue_timeout) {
    pool_fixture f(1, 200ms);
    const auto first = f.post("/first");
    const auto second = f.post("/second");
    f.driver.pass(100ms);
    const auto third = f.post("/third");
    f.driver.pass(99ms);
    BOOST_TEST(!second->done());
    f.driver.pass(1ms);
    check_not_sent(second);
    BOOST_TEST(mentions(second, "no connection was free within 200 ms"));
    BOOST_TEST(!third->done());
    f.respond(0);
    BOOST_TEST(!first->code());
    BOOST_TEST(f.driver.link(0).received() == "POST /first\nPOST /third\n");
    f.driver.pass(9s);  // A call that was sent has its full time for a response.
    f.respond(0);
    BOOST_TEST(!third->code());
}

BOOST_AUTO_TEST_CASE(the_queue_has_no_timeout_by_default) {
    pool_fixture f(1);
    const auto first = f.post();
    const auto second = f.post();
    f.driver.pass(9'999ms);
    BOOST_TEST(!second->done());
    f.driver.pass(1ms);
    check_not_sent(second);
    BOOST_TEST(mentions(second, "within 10000 ms"));
}

BOOST_AUTO_TEST_CASE(a_queue_timeout_beyond_that_of_the_call_has_no_effect) {
    pool_fixture f(1, 20s);
    const auto first = f.post();
    const auto second = f.post();
    f.driver.pass(10s);
    check_not_sent(second);
    BOOST_TEST(mentions(second, "within 10000 ms"));
}

BOOST_AUTO_TEST_CASE(a_connection_attempt_is_not_awaited_beyond_the_queue_timeout) {
    pool_fixture f(1, 200ms);
    f.driver.state().connect_at_once = false;
    const auto call = f.get();
    f.driver.pass(200ms);
    check_not_sent(call);
    BOOST_TEST(mentions(call, "no connection was established within 200 ms"));
    BOOST_TEST(f.driver.state().attempts_cancelled == 1);
}

BOOST_AUTO_TEST_CASE(the_queue_timeout_does_not_restart_for_a_retried_call) {
    pool_fixture f(1, 200ms);
    f.keep_one();
    const auto call = f.get("/again");
    f.driver.state().connect_at_once = false;
    f.driver.pass(100ms);
    f.end(0);
    f.driver.pass(1s);
    BOOST_TEST(!call->done());
    f.driver.connect_one();
    f.respond(1, "fresh");
    BOOST_TEST(call->body() == "fresh");
}

BOOST_AUTO_TEST_SUITE_END()
