#include <jellyfish/retry_policy.hpp>

#include "fakes/scripted_pool.hpp"
#include "rest/rest_client.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// Calls that are retried after a transient failure.
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using jellyfish::client_options;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::retry_policy;
using jellyfish::test::http_ok;
using jellyfish::test::scripted_pool;

const std::string busy = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
const error_code aborted = asio::error::operation_aborted;

struct result {
    bool done = false;
    error_code code;
    std::string body;
    std::string detail;
};

std::string failure(int status, const std::string& body = {}) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Failure\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string missing = failure(404, R"({"errors":"Room r does not exist"})");

/// A client that attempts each call up to three times, after 100 ms and 200 ms: the test's random
/// numbers always select the longest delay.
struct fixture {
    asio::io_context context;
    scripted_pool driver{context};
    bool ending = false;
    std::vector<std::string> log;
    std::shared_ptr<detail::rest_client> client;
    asio::cancellation_signal signal;

    explicit fixture(const retry_policy& retry = retry_policy().max_attempts(3)) {
        const auto options = client_options().server_address("host:80").retry(retry).logger(
            [this](jellyfish::log_level level, std::string_view text) {
                log.push_back('[' + std::string(name_of(level)) + "] " + std::string(text));
            });
        client = std::make_shared<detail::rest_client>(
            context.get_executor(), options,
            [this](const auto& strand, const auto&...) { return driver.make_pool_io(strand); });
    }

    ~fixture() {
        ending = true;
        client->close();
        driver.settle();
    }

    void call(result& into, detail::http::method method = detail::http::method::get) {
        client->call(
            detail::operation_handler<std::string>(asio::bind_cancellation_slot(
                signal.slot(),
                [this, &into](error_code code, const detail::diagnostics_ptr& info,
                              std::string body) {
                    if (ending) return;  // The result no longer exists.
                    into = {true, code, std::move(body), info ? info->detail : std::string()};
                })),
            [&] {
                detail::http::request request;
                request.method = method;
                request.target = "/thing";
                return request;
            },
            [](detail::http::response response) { return std::tuple(std::move(response.body)); });
        driver.settle();
    }

    [[nodiscard]] std::ptrdiff_t logged(std::string_view text) const {
        return std::ranges::count_if(
            log, [&](const std::string& line) { return line.find(text) != line.npos; });
    }

    void respond(const std::string& bytes, std::size_t link = 0) {
        driver.link(link).feed(bytes);
        driver.settle();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rest_retry)

BOOST_AUTO_TEST_CASE(a_busy_server_is_retried_with_a_growing_delay) {
    fixture f;
    result out;
    f.call(out, detail::http::method::post);
    f.respond(busy);
    f.driver.pass(99ms);
    BOOST_TEST(f.driver.link(0).take_received().find("/thing") != std::string::npos);
    BOOST_TEST(f.driver.link(0).received() == "");
    f.driver.pass(1ms);
    f.respond(busy);
    f.driver.pass(199ms);
    (void)f.driver.link(0).take_received();
    f.driver.pass(1ms);
    BOOST_TEST(f.driver.link(0).take_received().find("/thing") != std::string::npos);
    BOOST_TEST(!out.done);
    f.respond(http_ok("at last"));
    BOOST_TEST(out.code == error_code());
    BOOST_TEST(out.body == "at last");
}

BOOST_AUTO_TEST_CASE(the_last_failure_is_reported) {
    fixture f;
    result out;
    f.call(out);
    f.respond(busy);
    f.driver.pass(100ms);
    f.respond(busy);
    f.driver.pass(200ms);
    f.respond(busy);
    BOOST_TEST(out.code == error_code(errc::service_unavailable));
}

BOOST_AUTO_TEST_CASE(by_default_nothing_is_retried) {
    fixture f(client_options().retry());
    result out;
    f.call(out);
    f.respond(busy);
    BOOST_TEST(out.code == error_code(errc::service_unavailable));
}

BOOST_AUTO_TEST_CASE(a_failure_to_connect_is_retried) {
    fixture f;
    f.driver.state().connect_at_once = false;
    result out;
    f.call(out, detail::http::method::post);
    f.driver.refuse_one(errc::connect_failed);
    BOOST_TEST(!out.done);
    f.driver.pass(100ms);
    f.driver.connect_one();
    f.respond(http_ok("ok"));
    BOOST_TEST(out.body == "ok");
}

BOOST_AUTO_TEST_CASE(a_lost_get_is_retried_and_a_lost_post_is_not) {
    fixture f;
    result lost;
    f.call(lost);
    f.driver.link(0).end();
    f.driver.settle();
    BOOST_TEST(!lost.done);
    f.driver.pass(100ms);
    f.respond(http_ok("ok"), 1);
    BOOST_TEST(lost.body == "ok");
    result post;
    f.call(post, detail::http::method::post);
    (void)f.driver.link(1).take_received();
    f.driver.link(1).end();
    f.driver.settle();
    BOOST_TEST(post.code == error_code(errc::outcome_unknown));
}

BOOST_AUTO_TEST_CASE(a_failing_server_or_proxy_is_retried_where_it_is_safe) {
    for (const auto method : {detail::http::method::get, detail::http::method::delete_}) {
        for (const std::string& each : {failure(500), failure(500, R"({"errors":"stopping"})"),
                                        failure(502, "<html>"), failure(504)}) {
            fixture f;
            result out;
            f.call(out, method);
            f.respond(each);
            BOOST_TEST(!out.done);
            f.driver.pass(100ms);
            f.respond(http_ok("ok"));
            BOOST_TEST(out.code == error_code());
            BOOST_TEST(out.body == "ok");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_post_is_not_retried_after_a_server_error) {
    for (const int status : {500, 502, 504}) {
        fixture f;
        result out;
        f.call(out, detail::http::method::post);
        f.respond(failure(status));
        BOOST_TEST(out.code == error_code(errc::server_error));
    }
}

BOOST_AUTO_TEST_CASE(a_permanent_failure_is_reported_at_once) {
    for (const int status : {501, 505, 511}) {
        fixture f;
        result out;
        f.call(out);
        f.respond(failure(status));
        BOOST_TEST(out.code == error_code(errc::server_error));
    }
}

BOOST_AUTO_TEST_CASE(a_delete_that_finds_nothing_after_an_unknown_outcome_reports_it) {
    const auto logged = [](const std::string& first, bool lost) {
        fixture f;
        result out;
        f.call(out, detail::http::method::delete_);
        if (lost) {
            f.driver.link(0).end();
            f.driver.settle();
        } else {
            f.respond(first);
        }
        f.driver.pass(100ms);
        f.respond(missing, lost ? 1 : 0);
        BOOST_TEST(out.code == error_code(errc::not_found));
        return out.detail;
    };
    const std::string expected = "an earlier attempt with an unknown outcome may have deleted it";
    BOOST_TEST(logged(failure(500), false) == expected);
    BOOST_TEST(logged("", true) == expected);
    BOOST_TEST(logged(busy, false) == "");  // That attempt did not delete it.
}

BOOST_AUTO_TEST_CASE(a_delete_that_finds_nothing_after_a_stale_connection_reports_it) {
    fixture f(retry_policy::never());
    result first;
    f.call(first);
    f.respond(http_ok("ok"));
    result out;
    f.call(out, detail::http::method::delete_);
    f.driver.link(0).end();
    f.driver.settle();
    f.respond(missing, 1);
    BOOST_TEST(out.code == error_code(errc::not_found));
    BOOST_TEST(out.detail.find("may have deleted it") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_delete_that_fails_after_a_stale_connection_reports_that_it_may_have_worked) {
    for (const auto method : {detail::http::method::delete_, detail::http::method::get}) {
        fixture f(retry_policy::never());
        result first;
        f.call(first);
        f.respond(http_ok("ok"));
        result out;
        f.call(out, method);
        f.driver.state().connect_at_once = false;
        f.driver.link(0).end();
        f.driver.settle();
        f.driver.refuse_one(errc::connect_failed, "refused");
        f.driver.settle();
        BOOST_TEST(out.code == error_code(errc::connect_failed));
        const bool deletes = method == detail::http::method::delete_;
        BOOST_TEST(out.detail ==
                   (deletes ? "refused; an earlier attempt with an unknown outcome may have "
                              "deleted it"
                            : "refused"));
    }
}

BOOST_AUTO_TEST_CASE(a_post_rejected_by_a_busy_server_and_not_sent_again_reports_it) {
    fixture f;
    result out;
    f.call(out, detail::http::method::post);
    f.respond(busy);
    f.driver.link(0).hold_writes();
    f.driver.pass(100ms);
    f.driver.pass(10s);
    BOOST_TEST(out.code == error_code(errc::timeout));
    BOOST_TEST(out.detail.starts_with("the request was not sent"), out.detail);
}

BOOST_AUTO_TEST_CASE(an_error_that_is_not_retryable_is_reported_at_once) {
    fixture f;
    result out;
    f.call(out);
    f.respond("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    BOOST_TEST(out.code == error_code(errc::bad_request));
    result late;
    f.call(late);
    f.driver.pass(10s);
    BOOST_TEST(late.code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_call_waiting_for_its_retry_can_be_cancelled) {
    fixture f;
    result out;
    f.call(out);
    f.respond(busy);
    f.signal.emit(asio::cancellation_type::total);
    f.driver.settle();
    BOOST_TEST(out.code == aborted);
    (void)f.driver.link(0).take_received();
    f.driver.pass(1s);
    BOOST_TEST(f.driver.link(0).received() == "");
}

BOOST_AUTO_TEST_CASE(a_call_waiting_for_its_retry_completes_when_its_client_is_destroyed) {
    fixture f;
    result out;
    f.call(out);
    f.respond(busy);
    f.client->close();
    f.driver.settle();
    BOOST_TEST(out.code == aborted);
}

BOOST_AUTO_TEST_CASE(each_attempt_has_its_own_time_limit) {
    fixture f;
    result out;
    f.call(out);
    f.driver.pass(9s);
    f.respond(busy);
    f.driver.pass(100ms);
    f.driver.pass(9s);
    BOOST_TEST(!out.done);
    f.respond(http_ok("ok"));
    BOOST_TEST(out.body == "ok");
}

BOOST_AUTO_TEST_CASE(each_retry_is_logged) {
    fixture f;
    result out;
    f.call(out);
    f.respond(failure(503, R"({"errors":"full"})"));
    BOOST_TEST(f.logged("[warning] REST: GET /thing (http://host:80): ") == 1);
    BOOST_TEST(f.logged("status 503; server message: full; retrying in 100 ms (attempt 2 of 3)") ==
               1);
}

BOOST_AUTO_TEST_CASE(a_retry_is_logged_with_the_failure_of_that_attempt) {
    fixture f;
    f.driver.state().connect_at_once = false;
    result out;
    f.call(out);
    f.driver.refuse_one(errc::connect_failed, "connection refused");
    f.driver.settle();
    BOOST_TEST(f.logged("; connection refused; retrying in 100 ms") == 1);
    BOOST_TEST(f.logged("status") == 0);
}

BOOST_AUTO_TEST_CASE(many_retries_are_few_warnings) {
    std::vector<result> calls(50);
    fixture f;
    f.driver.state().connect_at_once = false;
    for (result& each : calls)
        f.call(each);
    for (std::size_t n = 0; n < calls.size(); ++n) {
        f.driver.refuse_one(errc::connect_failed);
        f.driver.settle();
    }
    BOOST_TEST(f.logged("retrying in") == 50);
    BOOST_TEST(f.logged("[warning]") == 10);
}

BOOST_AUTO_TEST_CASE(an_invalid_policy_is_rejected) {
    for (const retry_policy& bad : {retry_policy().max_attempts(0), retry_policy().base_delay(0ms),
                                    retry_policy().base_delay(2s).max_delay(1s)}) {
        fixture f(bad);
        result out;
        f.call(out);
        BOOST_TEST(out.code == error_code(errc::invalid_option));
    }
}

BOOST_AUTO_TEST_SUITE_END()
