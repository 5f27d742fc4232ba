#include "fakes/scripted_pool.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// How calls complete without a response: time limits, cancellation, stopping the pool.
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::pool_fixture;
using call_ptr = pool_fixture::call_ptr;
using jellyfish::test::kept_call;
using jellyfish::test::pool_driver;
using pool = jellyfish::detail::connection_pool;

const error_code aborted = asio::error::operation_aborted;

bool mentions(const call_ptr& call, const std::string& text) {
    return call->outcome().info.detail.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool_end)

// ---- time

BOOST_AUTO_TEST_CASE(a_call_without_a_response_times_out) {
    pool_fixture f;
    const auto call = f.get();
    f.driver.pass(9'999ms);
    BOOST_TEST(!call->done());
    f.driver.pass(1ms);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(call->outcome().info.detail == "no response within 10000 ms");
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_post_without_a_response_may_have_been_executed) {
    pool_fixture f;
    const auto call = f.post();
    f.driver.pass(10s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
    BOOST_TEST(mentions(call, "the server may have executed it"));
}

BOOST_AUTO_TEST_CASE(the_time_limit_of_a_call_restarts_after_a_stall) {
    pool_fixture f;
    const auto responded = f.get();
    const auto silent = f.get();
    f.driver.pass(30s);
    f.respond(0);
    BOOST_TEST(!responded->code());
    f.driver.pass(9'999ms);
    BOOST_TEST(!silent->done());
    f.driver.pass(1ms);
    BOOST_TEST(silent->code() == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_always_late_still_times_out_a_call) {
    pool_fixture f;
    const auto call = f.get();
    f.driver.pass(30s);
    BOOST_TEST(!call->done());
    f.driver.pass(30s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_call_sent_after_a_stall_has_its_full_time_for_a_response) {
    pool_fixture f(1);
    const auto first = f.get();
    const auto second = f.get();
    f.driver.pass(30s);
    f.respond(0);
    BOOST_TEST(!first->code());
    f.driver.pass(5s);
    f.respond(0);
    BOOST_TEST(!second->code());
}

BOOST_AUTO_TEST_CASE(the_time_limit_includes_the_wait_for_a_connection) {
    pool_fixture f(1);
    const auto first = f.get();
    f.driver.pass(4s);
    const auto second = f.get();
    f.driver.pass(5s);
    f.respond(0);  // The second connection is being established.
    f.driver.pass(4'999ms);
    BOOST_TEST(!second->done());
    f.driver.pass(1ms);
    BOOST_TEST(second->code() == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_call_that_times_out_while_waiting_reports_why) {
    pool_fixture f(1);
    const auto first = f.get();
    const auto second = f.get();
    f.driver.pass(10s);
    BOOST_TEST(mentions(
        second, "no connection was free within 10000 ms (see client_options::max_connections)"));
    f.driver.state().connect_at_once = false;
    const auto third = f.get();
    f.driver.pass(10s);
    BOOST_TEST(mentions(third, "no connection was established within 10000 ms"));
    BOOST_TEST(f.driver.state().attempts_cancelled == 1);
}

BOOST_AUTO_TEST_CASE(a_timeout_frees_a_connection_for_waiting_calls) {
    pool_fixture f(1);
    const auto first = f.get();
    f.driver.pass(5s);
    const auto second = f.get("/second");
    f.driver.pass(5s);
    BOOST_TEST(first->code() == error_code(errc::timeout));
    BOOST_REQUIRE(f.driver.links() == 2U);
    BOOST_TEST(f.driver.link(1).received() == "GET /second\n");
}

BOOST_AUTO_TEST_CASE(a_retried_call_keeps_its_deadline) {
    pool_fixture f;
    f.keep_one();
    const auto call = f.get();
    f.driver.pass(6s);
    f.end(0);
    f.driver.pass(4s);
    BOOST_TEST(call->code() == error_code(errc::timeout));
}

// ---- cancellation

BOOST_AUTO_TEST_CASE(a_call_cancelled_during_its_request_closes_its_connection) {
    pool_fixture f(1);
    const auto call = f.get();
    const auto waiting = f.get("/waiting");
    f.cancel(call);
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_REQUIRE(f.driver.links() == 2U);
    BOOST_TEST(f.driver.link(1).received() == "GET /waiting\n");
    f.respond(1);
    BOOST_TEST(!waiting->code());
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_during_its_write_leaves_the_pool_usable) {
    pool_fixture f(1);
    f.driver.state().hold_writes = true;
    const auto call = f.post();
    f.driver.link(0).pass_write(2);
    f.cancel(call);
    BOOST_TEST(f.driver.link(0).closed());
    const auto next = f.get();
    f.driver.link(1).pass_write();
    f.respond(1);
    BOOST_TEST(!next->code());
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_during_its_response_closes_its_connection) {
    pool_fixture f(1);
    const auto call = f.get();
    f.driver.link(0).feed("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab");
    f.driver.settle();
    f.cancel(call);
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_while_waiting_leaves_its_place_to_the_next) {
    pool_fixture f(1);
    const auto first = f.get();
    const auto second = f.get("/second");
    const auto third = f.get("/third");
    f.cancel(second);
    f.respond(0);
    BOOST_TEST(f.driver.link(0).received() == "GET /\nGET /third\n");
}

BOOST_AUTO_TEST_CASE(cancelling_the_last_call_that_waits_cancels_the_connection_attempt) {
    pool_fixture f(2);
    f.driver.state().connect_at_once = false;
    const auto first = f.get();
    const auto second = f.get();
    f.cancel(first);
    BOOST_TEST(f.driver.state().attempts_cancelled == 0);
    f.cancel(second);
    BOOST_TEST(f.driver.state().attempts_cancelled == 2);
    BOOST_TEST(!f.driver.state().scheduled_time.has_value());
    const auto third = f.get();
    f.driver.connect_one();
    f.respond(0);
    BOOST_TEST(!third->code());
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_before_it_reaches_the_pool_is_not_made) {
    pool_fixture f;
    const auto call = kept_call::get();
    f.connections->submit(call);
    call->cancel_exchange();
    f.connections->cancel(call);
    f.driver.settle();
    BOOST_TEST(f.driver.links() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_cancelled_after_its_response_leaves_the_connection_alone) {
    pool_fixture f;
    const auto call = f.get();
    f.respond(0);
    f.cancel(call);
    BOOST_TEST(!f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_retried_call_can_be_cancelled) {
    pool_fixture f;
    f.keep_one();
    f.driver.state().connect_at_once = false;
    const auto call = f.get();
    f.end(0);
    f.cancel(call);
    BOOST_TEST(f.driver.state().attempts_cancelled == 1);
    BOOST_TEST(!call->done());
}

// ---- stopping

BOOST_AUTO_TEST_CASE(stopping_completes_all_calls_and_closes_all_connections) {
    pool_fixture f(2);
    const auto kept = f.get();
    f.respond(0);
    const auto sent = f.get();
    f.driver.state().connect_at_once = false;
    const auto connecting = f.get();
    const auto waiting = f.post();
    f.connections->stop();
    f.driver.settle();
    for (const auto& call : {sent, connecting, waiting}) {
        BOOST_REQUIRE(call->done());
        BOOST_TEST(call->code() == aborted);
    }
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(f.driver.state().attempts_cancelled == 1);
    BOOST_TEST(!f.driver.state().scheduled_time.has_value());
    const auto late = f.get();
    BOOST_TEST(late->code() == aborted);
}

BOOST_AUTO_TEST_CASE(a_stopped_pool_is_destroyed) {
    asio::io_context context;
    pool_driver driver(context);
    const pool::strand strand(context.get_executor());
    auto connections = pool::make(strand, {}, driver.make_pool_io(strand));
    const std::weak_ptr<pool> observer = connections;
    const auto call = kept_call::get();
    connections->submit(call);
    driver.settle();
    connections->stop();
    connections.reset();
    driver.settle();
    BOOST_TEST(observer.expired());
    BOOST_TEST(driver.link(0).closed());
    BOOST_TEST(call->code() == aborted);
}

BOOST_AUTO_TEST_SUITE_END()
