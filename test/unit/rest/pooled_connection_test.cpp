#include "rest/pooled_connection.hpp"

#include "data/random.hpp"
#include "fakes/scripted_pool.hpp"
#include "rest/connection_pool.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::http_ok;
using jellyfish::test::kept_call;
using jellyfish::test::pool_driver;
using pool = jellyfish::detail::connection_pool;
using call_ptr = std::shared_ptr<kept_call>;

/// A pool with one connection, which may already have served a call.
struct fixture {
    asio::io_context context;
    pool_driver driver{context};
    std::shared_ptr<pool> connections;

    explicit fixture(bool kept = false, bool hold_writes = false) {
        jellyfish::detail::pool_settings settings;
        settings.max_connections = 1;
        const pool::strand strand(context.get_executor());
        connections = pool::make(strand, settings, driver.make_pool_io(strand));
        if (kept) {
            submit(kept_call::get("/first"));
            feed(http_ok("first"));
            (void)driver.link(0).take_received();
        }
        driver.state().hold_writes = hold_writes;
        if (kept && hold_writes) driver.link(0).hold_writes();
    }

    ~fixture() {
        connections->stop();
        driver.settle();
    }

    call_ptr submit(call_ptr call) {
        connections->submit(call);
        driver.settle();
        return call;
    }

    void feed(std::string_view bytes) {
        driver.link(0).feed(bytes);
        driver.settle();
    }

    void end() {
        driver.link(0).end();
        driver.settle();
    }

    void pass_write(std::size_t bytes = SIZE_MAX) {
        driver.link(0).pass_write(bytes);
        driver.settle();
    }
};

const std::string chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(pooled_connection)

BOOST_AUTO_TEST_CASE(a_response_is_the_same_in_every_split) {
    for (const std::string& bytes : {http_ok("abcde"), chunked}) {
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            fixture f;
            const auto call = f.submit(kept_call::get());
            f.feed(bytes.substr(0, cut));
            BOOST_TEST(call->done() == (cut == bytes.size()));
            f.feed(bytes.substr(cut));
            BOOST_REQUIRE(call->done());
            BOOST_TEST(call->body() == "abcde");
            BOOST_TEST(f.driver.link(0).closed() == false);
        }
    }
}

BOOST_AUTO_TEST_CASE(responses_that_arrive_byte_by_byte_keep_the_connection) {
    fixture f;
    for (int n = 0; n < 3; ++n) {
        const auto call = f.submit(kept_call::get());
        for (const char c : chunked)
            f.feed(std::string_view(&c, 1));
        BOOST_REQUIRE(call->done());
        BOOST_TEST(call->body() == "abcde");
    }
    BOOST_TEST(f.driver.links() == 1U);
}

BOOST_AUTO_TEST_CASE(end_of_stream_at_each_byte_of_a_response_is_reported) {
    for (const bool kept : {false, true}) {
        for (const bool idempotent : {false, true}) {
            const std::string bytes = http_ok("abcde");
            for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
                fixture f(kept);
                const auto call = f.submit(idempotent ? kept_call::get() : kept_call::post());
                f.feed(bytes.substr(0, cut));
                f.end();
                BOOST_TEST_CONTEXT("kept " << kept << ", idempotent " << idempotent << ", cut "
                                           << cut) {
                    if (kept && idempotent && cut == 0) {
                        BOOST_TEST(!call->done());  // It is retried.
                        BOOST_TEST(f.driver.links() == 2U);
                        continue;
                    }
                    BOOST_REQUIRE(call->done());
                    BOOST_TEST(call->code() == error_code(idempotent ? errc::connection_lost
                                                                     : errc::outcome_unknown));
                    BOOST_TEST(f.driver.links() == 1U);
                    BOOST_TEST(f.driver.link(0).closed());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_request_is_one_write_if_the_stream_accepts_it) {
    fixture f;
    const auto call = f.submit(kept_call::get("/" + std::string(100'000, 'a')));
    BOOST_TEST(f.driver.link(0).write_operations() == 1);
    BOOST_TEST(f.driver.link(0).received() == call->bytes());
}

BOOST_AUTO_TEST_CASE(a_request_that_can_be_sent_at_once_needs_no_write_operation) {
    fixture f(true);
    const int before = f.driver.link(0).write_operations();
    f.driver.link(0).take_at_once(SIZE_MAX);
    const auto call = f.submit(kept_call::get());
    BOOST_TEST(f.driver.link(0).received() == call->bytes());
    BOOST_TEST(f.driver.link(0).write_operations() == before);
    f.feed(http_ok("a"));
    BOOST_TEST(call->body() == "a");
    BOOST_TEST(!f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_request_partly_sent_at_once_is_written_completely) {
    for (const std::size_t part : {1U, 5U}) {
        fixture f(true);
        f.driver.link(0).take_at_once(part);
        const auto call = f.submit(kept_call::get("/target"));
        BOOST_TEST(f.driver.link(0).received() == call->bytes());
        f.feed(http_ok("a"));
        BOOST_TEST(call->body() == "a");
    }
}

BOOST_AUTO_TEST_CASE(a_request_sent_at_once_may_have_been_executed) {
    fixture f(true);
    f.driver.link(0).take_at_once(SIZE_MAX);
    const auto call = f.submit(kept_call::post());
    f.end();
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->code() == error_code(errc::outcome_unknown));
}

BOOST_AUTO_TEST_CASE(a_request_is_written_completely_however_little_the_stream_accepts) {
    fixture f(true);
    f.driver.link(0).limit_writes(3);
    const auto call = f.submit(kept_call::get("/a/long/target"));
    BOOST_TEST(f.driver.link(0).received() == call->bytes());
    f.feed(http_ok("a"));
    BOOST_TEST(call->body() == "a");
}

BOOST_AUTO_TEST_CASE(a_long_response_is_read_through_the_buffer) {
    constexpr std::uint32_t seed = 99;
    jellyfish::test::random_source random(seed);
    std::string body(1'000'000, '\0');
    for (char& c : body)
        c = static_cast<char>('a' + random.below(26));
    fixture f;
    const auto call = f.submit(kept_call::get());
    f.feed(http_ok(body));
    BOOST_REQUIRE(call->done());
    BOOST_TEST((call->body() == body));
}

BOOST_AUTO_TEST_CASE(a_response_before_the_request_is_written_is_kept_and_the_connection_waits) {
    fixture f(true, true);
    const auto call = f.submit(kept_call::get());
    f.feed(http_ok("early"));
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->body() == "early");
    const auto next = f.submit(kept_call::get("/next"));
    BOOST_TEST(f.driver.link(0).received() == "");
    f.pass_write();  // All of it was sent, but reported late.
    BOOST_TEST(f.driver.link(0).received() == "GET /\n");
    BOOST_TEST(f.driver.link(0).writes());  // The next one.
    f.pass_write();
    f.feed(http_ok("next"));
    BOOST_TEST(next->body() == "next");
    BOOST_TEST(f.driver.links() == 1U);
}

BOOST_AUTO_TEST_CASE(a_response_in_the_middle_of_a_request_closes_the_connection) {
    fixture f(true, true);
    const auto call = f.submit(kept_call::post());
    f.pass_write(2);
    f.feed("HTTP/1.1 413 Request Entity Too Large\r\ncontent-length: 0\r\n\r\n");
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->outcome().response.status == 413);
    f.pass_write(1);
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(
    a_response_whose_request_is_never_written_does_not_hold_the_connection_forever) {
    fixture f(true, true);
    const auto call = f.submit(kept_call::get());
    f.feed(http_ok("early"));
    const auto next = f.submit(kept_call::get("/next"));
    f.driver.pass(4s);
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(f.driver.links() == 2U);
}

BOOST_AUTO_TEST_CASE(after_a_failed_write_the_response_decides) {
    fixture f(true, true);
    const auto call = f.submit(kept_call::post());
    f.driver.link(0).fail_write(asio::error::broken_pipe);
    f.driver.settle();
    BOOST_TEST(!call->done());
    f.feed("HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nwhy");
    BOOST_REQUIRE(call->done());
    BOOST_TEST(call->outcome().response.status == 400);
    BOOST_TEST(call->body() == "why");
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_read_is_always_pending) {
    fixture f;
    const auto call = f.submit(kept_call::get());
    BOOST_TEST(f.driver.link(0).reads());
    f.feed(http_ok("a"));
    BOOST_TEST(f.driver.link(0).reads());
}

BOOST_AUTO_TEST_CASE(a_closed_connection_ignores_operations_in_flight) {
    fixture f(true, true);
    const auto call = f.submit(kept_call::get());
    f.driver.link(0).feed(http_ok("late"));
    call->cancel_exchange();
    f.connections->cancel(call);
    f.driver.link(0).pass_write();
    f.driver.settle();
    BOOST_TEST(!call->done());
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(destroying_the_context_destroys_its_connections) {
    std::weak_ptr<pool> observer;
    {
        auto context = std::make_unique<asio::io_context>();
        pool_driver driver(*context);
        driver.state().hold_writes = true;
        const pool::strand strand(context->get_executor());
        auto connections = pool::make(strand, {}, driver.make_pool_io(strand));
        observer = connections;
        connections->submit(kept_call::get());
        driver.settle();
        BOOST_REQUIRE(driver.links() == 1U);
        connections.reset();
        driver.state().links.clear();
    }
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_CASE(a_response_without_a_length_requires_an_orderly_end) {
    for (const bool in_order : {true, false}) {
        fixture f;
        const auto call = f.submit(kept_call::get());
        f.feed("HTTP/1.1 200 OK\r\n\r\nhalf of it");
        f.driver.link(0).end(in_order ? error_code(asio::error::eof)
                                      : error_code(asio::error::connection_reset));
        f.driver.settle();
        BOOST_REQUIRE(call->done());
        BOOST_TEST(call->code() == (in_order ? error_code() : error_code(errc::connection_lost)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
