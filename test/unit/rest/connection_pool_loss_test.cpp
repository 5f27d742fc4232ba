#include "fakes/scripted_pool.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>
#include <string>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

// How a call completes when its connection is lost.
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

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_pool_loss)

BOOST_AUTO_TEST_CASE(a_get_on_a_stale_connection_is_retried_once_on_a_new_one) {
    pool_fixture f;
    f.keep_one();
    const auto call = f.get("/again");
    f.end(0);
    BOOST_TEST(!call->done());
    BOOST_REQUIRE(f.driver.links() == 2U);
    BOOST_TEST(f.driver.link(1).received() == "GET /again\n");
    f.respond(1, "fresh");
    BOOST_TEST(call->body() == "fresh");
}

BOOST_AUTO_TEST_CASE(a_reset_counts_as_a_stale_connection) {
    pool_fixture f;
    f.keep_one();
    const auto call = f.get();
    f.end(0, asio::error::connection_reset);
    f.respond(1, "fresh");
    BOOST_TEST(call->body() == "fresh");
}

BOOST_AUTO_TEST_CASE(a_call_is_not_attempted_a_third_time) {
    pool_fixture f;
    f.keep_one();
    const auto call = f.get();
    f.end(0);
    f.end(1);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::connection_lost));
    BOOST_TEST(mentions(call, "the server closed the connection before a response"));
    BOOST_TEST(f.driver.links() == 2U);
}

BOOST_AUTO_TEST_CASE(a_call_is_retried_on_a_new_connection_even_if_another_is_idle) {
    pool_fixture f(2);
    const auto first = f.get();
    const auto second = f.get();
    f.respond(0);
    f.respond(1);
    (void)f.driver.link(0).take_received();
    const auto call = f.get("/again");
    f.end(1);
    BOOST_TEST(f.driver.link(0).received() == "");
    BOOST_REQUIRE(f.driver.links() == 3U);
    BOOST_TEST(f.driver.link(2).received() == "GET /again\n");
}

BOOST_AUTO_TEST_CASE(a_retried_call_precedes_waiting_ones) {
    pool_fixture f(1);
    f.keep_one();
    const auto again = f.get("/again");
    const auto waiting = f.get("/waiting");
    f.end(0);
    BOOST_TEST(f.driver.link(1).received() == "GET /again\n");
    f.respond(1);
    BOOST_TEST(f.driver.link(1).received() == "GET /again\nGET /waiting\n");
}

BOOST_AUTO_TEST_CASE(a_post_that_may_have_arrived_is_not_retried) {
    pool_fixture f;
    f.keep_one();
    const auto call = f.post();
    f.end(0);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::outcome_unknown));
    BOOST_TEST(f.driver.links() == 1U);
}

BOOST_AUTO_TEST_CASE(a_post_of_which_one_byte_was_sent_is_not_retried) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto first = f.get();
    f.driver.link(0).pass_write();
    f.respond(0);
    const auto call = f.post();
    f.driver.link(0).pass_write(1);
    f.driver.settle();
    f.driver.link(0).fail_write(asio::error::broken_pipe);
    f.end(0, asio::error::connection_reset);
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::outcome_unknown));
}

BOOST_AUTO_TEST_CASE(a_post_of_which_nothing_was_sent_is_retried) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto first = f.get();
    f.driver.link(0).pass_write();
    f.respond(0);
    const auto call = f.post("/again");
    f.driver.link(0).fail_write(asio::error::broken_pipe);
    f.end(0, asio::error::connection_reset);
    BOOST_TEST(!call->done());
    BOOST_REQUIRE(f.driver.links() == 2U);
    f.driver.link(1).pass_write();
    f.respond(1, "fresh");
    BOOST_TEST(call->body() == "fresh");
}

BOOST_AUTO_TEST_CASE(whether_a_post_is_retried_is_decided_when_its_write_has_completed) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto first = f.get();
    f.driver.link(0).pass_write();
    f.respond(0);
    const auto call = f.post("/again");
    f.end(0);  // The stream is closed, which fails the write: nothing was sent.
    BOOST_REQUIRE(f.driver.links() == 2U);
    f.driver.link(1).pass_write();
    f.respond(1, "fresh");
    BOOST_TEST(call->body() == "fresh");
}

BOOST_AUTO_TEST_CASE(on_a_new_connection_nothing_is_retried) {
    pool_fixture f;
    const auto get = f.get();
    f.end(0);
    BOOST_TEST(get->code() == error_code(errc::connection_lost));
    const auto post = f.post();
    f.end(1);
    BOOST_TEST(post->code() == error_code(errc::outcome_unknown));
    BOOST_TEST(f.driver.links() == 2U);
}

BOOST_AUTO_TEST_CASE(a_post_of_which_nothing_was_sent_on_a_new_connection_is_reported_as_not_sent) {
    pool_fixture f;
    f.driver.state().hold_writes = true;
    const auto call = f.post();
    f.driver.link(0).fail_write(asio::error::broken_pipe);
    f.end(0, asio::error::connection_reset);
    BOOST_TEST(call->code() == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_never_used_can_be_stale) {
    pool_fixture f(2);
    const auto first = f.get();
    f.driver.state().connect_at_once = false;
    const auto second = f.get();
    f.respond(0);
    f.driver.connect_one();  // Established too late, and kept.
    f.driver.pass(1s);
    f.driver.state().connect_at_once = true;
    const auto call = f.get("/again");
    BOOST_REQUIRE(f.driver.link(1).received() == "GET /again\n");
    f.end(1);
    BOOST_REQUIRE(f.driver.links() == 3U);
    BOOST_TEST(f.driver.link(2).received() == "GET /again\n");
}

BOOST_AUTO_TEST_CASE(a_connection_lost_during_a_response_is_not_stale) {
    pool_fixture f;
    f.keep_one();
    const auto get = f.get();
    f.driver.link(0).feed("HTTP/1.1 200 OK\r\n");
    f.end(0);
    BOOST_TEST(get->code() == error_code(errc::connection_lost));
    BOOST_TEST(mentions(get, "in the middle of the response"));
    BOOST_TEST(f.driver.links() == 1U);
}

BOOST_AUTO_TEST_CASE(a_response_that_is_not_http_closes_the_connection) {
    pool_fixture f;
    const auto call = f.get();
    f.driver.link(0).feed("SSH-2.0-OpenSSH\r\n");
    f.driver.settle();
    BOOST_TEST(call->code() == error_code(errc::malformed_response));
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_response_that_is_too_long_closes_the_connection) {
    pool_fixture f;
    const auto call = f.get();
    f.driver.link(0).feed("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n");
    f.driver.settle();
    BOOST_TEST(call->code() == error_code(errc::response_too_large));
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_SUITE_END()
