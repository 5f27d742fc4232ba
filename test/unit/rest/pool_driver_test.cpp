#include "rest/pool_driver.hpp"

#include <jellyfish/client_options.hpp>

#include "fakes/scripted_pool.hpp"
#include "rest/rest_client.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <tuple>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// The pool's I/O: connections, the timer, and what counts as outstanding work.
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace detail = jellyfish::detail;
namespace http = jellyfish::detail::http;
using jellyfish::client_options;
using jellyfish::error_code;
using jellyfish::test::http_ok;
using jellyfish::test::scripted_pool;

const error_code aborted = asio::error::operation_aborted;

struct result {
    bool done = false;
    error_code code;
    std::string detail;
};

struct fixture {
    asio::io_context context;
    scripted_pool driver{context};
    bool ending = false;
    std::shared_ptr<detail::rest_client> client = std::make_shared<detail::rest_client>(
        context.get_executor(), client_options().server_address("host:80").max_connections(2),
        [this](const auto& strand, const auto&...) { return driver.make_pool_io(strand); });

    ~fixture() {
        ending = true;
        if (client) client->close();
        driver.settle();
    }

    void call(result& into, http::method method = http::method::get) {
        client->call(
            detail::operation_handler<>(
                [this, &into](error_code code, const detail::diagnostics_ptr& info) {
                    if (ending) return;  // The result no longer exists.
                    into = {true, code, info ? info->detail : std::string()};
                }),
            [&] {
                return http::request{method, "/thing", ""};
            },
            [](const http::response&) { return std::tuple<>(); });
        driver.settle();
    }

    void respond(std::size_t link) {
        driver.link(link).feed(http_ok("{}"));
        driver.settle();
    }

    /// An idle connection that has served a call.
    void keep_one() {
        result first;
        call(first);
        respond(driver.links() - 1);
        BOOST_REQUIRE(first.done);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pool_driver)

// ---- outstanding work

BOOST_AUTO_TEST_CASE(a_pending_call_is_outstanding_work) {
    fixture f;
    result out;
    f.call(out);
    BOOST_TEST(!f.context.stopped());
    BOOST_TEST(f.driver.state().scheduled_time.has_value());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_no_outstanding_work) {
    fixture f;
    f.keep_one();
    BOOST_TEST(f.context.stopped());
    BOOST_TEST(!f.driver.state().scheduled_time.has_value());
    BOOST_TEST(!f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_destroyed_client_closes_its_idle_connections_at_once) {
    fixture f;
    f.keep_one();
    f.client.reset();
    BOOST_TEST(f.driver.link(0).closed());
}

// ---- idle connections

BOOST_AUTO_TEST_CASE(a_call_after_the_server_closed_an_idle_connection_uses_a_new_one) {
    for (const auto method : {http::method::get, http::method::post}) {
        fixture f;
        f.keep_one();
        f.driver.pass(1ms);
        f.driver.link(0).end();
        result out;
        f.call(out, method);
        BOOST_TEST(f.driver.link(0).closed());
        BOOST_REQUIRE(f.driver.links() == 2U);
        f.respond(1);
        BOOST_TEST(out.done);
        BOOST_TEST(out.code == error_code());
    }
}

BOOST_AUTO_TEST_CASE(bytes_on_an_idle_connection_belong_to_no_call) {
    fixture f;
    f.keep_one();
    f.driver.pass(1ms);
    f.driver.link(0).feed(http_ok("a response to nothing"));
    result out;
    f.call(out);
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(!out.done);
    f.respond(1);
    BOOST_TEST(out.code == error_code());
}

// ---- the timer

BOOST_AUTO_TEST_CASE(a_second_call_does_not_move_the_timer) {
    fixture f;
    result first;
    result second;
    f.call(first);
    const int requested = f.driver.state().timers_requested;
    f.driver.pass(1s);
    f.call(second);
    BOOST_TEST(f.driver.state().timers_requested == requested);
    f.respond(0);
    f.driver.pass(9s);
    BOOST_TEST(!second.done);
    f.driver.pass(1s);
    BOOST_TEST(second.code == error_code(jellyfish::errc::timeout));
    BOOST_TEST(second.detail == "no response within 10000 ms");
}

BOOST_AUTO_TEST_CASE(consecutive_calls_do_not_move_the_timer) {
    fixture f;
    int remaining = 100;
    const std::function<void()> next = [&] {
        f.client->call(
            detail::operation_handler<>([&](const error_code&, const detail::diagnostics_ptr&) {
                if (--remaining > 0) next();
            }),
            [] {
                return http::request{http::method::get, "/thing", ""};
            },
            [](const http::response&) { return std::tuple<>(); });
    };
    next();
    f.driver.settle();
    while (remaining > 0)
        f.respond(0);
    BOOST_TEST(f.driver.state().timers_requested == 1);
    BOOST_TEST(!f.driver.state().scheduled_time.has_value());
}

// ---- ending calls

BOOST_AUTO_TEST_CASE(cancel_completes_running_and_waiting_calls_and_keeps_the_client_usable) {
    fixture f;
    result calls[3];
    for (result& each : calls)
        f.call(each);
    f.client->cancel();
    BOOST_TEST(!calls[0].done);
    f.driver.settle();
    for (const result& each : calls) {
        BOOST_TEST(each.code == aborted);
        BOOST_TEST(each.detail == "all calls were cancelled");
    }
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(f.context.stopped());
    result next;
    f.call(next);
    f.respond(2);
    BOOST_TEST(next.done);
    BOOST_TEST(next.code == error_code());
}

BOOST_AUTO_TEST_CASE(close_completes_running_waiting_and_later_calls) {
    fixture f;
    f.keep_one();
    result calls[3];
    for (result& each : calls)
        f.call(each);
    f.client->close();
    f.driver.settle();
    result late;
    f.call(late);
    for (const result& each : {calls[0], calls[1], calls[2], late}) {
        BOOST_TEST(each.code == aborted);
        BOOST_TEST(each.detail == "the object was closed");
    }
    BOOST_TEST(f.driver.link(0).closed());
    BOOST_TEST(f.driver.link(1).closed());
    BOOST_TEST(f.context.stopped());
}

BOOST_AUTO_TEST_CASE(close_closes_idle_connections) {
    fixture f;
    f.keep_one();
    f.client->close();
    f.driver.settle();
    BOOST_TEST(f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(a_closed_client_cancels_its_attempts_to_connect) {
    fixture f;
    f.driver.state().connect_at_once = false;
    result out;
    f.call(out);
    f.client->close();
    f.driver.settle();
    BOOST_TEST(out.code == aborted);
    BOOST_TEST(f.driver.state().attempts_cancelled == 1);
}

BOOST_AUTO_TEST_SUITE_END()
