#include "rest/rest_call.hpp"

#include <jellyfish/client_options.hpp>
#include <jellyfish/version.hpp>

#include "fakes/scripted_pool.hpp"
#include "rest/rest_client.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using detail::diagnostics_ptr;
using detail::operation_handler;
using detail::rest_client;
using jellyfish::client_options;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::test::http_ok;
using jellyfish::test::scripted_pool;

const error_code aborted = asio::error::operation_aborted;

/// The arguments that a call completed with.
struct result {
    int times = 0;
    error_code code;
    diagnostics_ptr info;
    std::string body;
};

client_options usual_options() {
    return client_options().server_address("host:80/prefix").server_api_token("t0k3n");
}

struct fixture {
    asio::io_context context;
    scripted_pool driver{context};
    std::shared_ptr<rest_client> client;

    explicit fixture(const client_options& options = usual_options())
        : client(std::make_shared<rest_client>(
              context.get_executor(), options,
              [this](const auto& strand, const auto&...) { return driver.make_pool_io(strand); })) {
    }

    ~fixture() {
        client->close();
        driver.settle();
    }

    static auto handler(result& into) {
        return [&into](error_code code, diagnostics_ptr info, std::string body) {
            into = {into.times + 1, code, std::move(info), std::move(body)};
        };
    }

    /// A call that returns the body of its response.
    void call(operation_handler<std::string> with,
              detail::http::request request = {detail::http::method::get, "/thing", ""}) {
        client->call(
            std::move(with), [&] { return request; },
            [](detail::http::response response) { return std::tuple(std::move(response.body)); });
    }

    void call(result& into,
              detail::http::request request = {detail::http::method::get, "/thing", ""}) {
        call(operation_handler<std::string>(handler(into)), std::move(request));
        driver.settle();
    }

    void cancellable(result& into, asio::cancellation_signal& signal) {
        call(operation_handler<std::string>(
            asio::bind_cancellation_slot(signal.slot(), handler(into))));
    }

    void respond(const std::string& bytes, std::size_t link = 0) {
        driver.link(link).feed(bytes);
        driver.settle();
    }
};

std::string error_response(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// The error that an awaited call would throw.
std::string thrown(const result& from) {
    try {
        std::rethrow_exception(detail::make_exception(from.code, from.info));
    } catch (const jellyfish::api_error& e) {
        return std::string("api_error: ") + e.what();
    } catch (const jellyfish::error& e) {
        return std::string("error: ") + e.what();
    }
}

/// A response with a header by which Fishjam announces something.
std::string deprecating_response(const std::string& header) {
    return "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-fishjam-api-deprecated: " + header +
           "\r\n\r\n";
}

/// The error code of a call that is not sent.
result rejected(const client_options& options) {
    fixture f(options);
    result out;
    f.call(out);
    BOOST_TEST(f.driver.links() == 0U);
    BOOST_TEST(out.times == 1);
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rest_call)

BOOST_AUTO_TEST_CASE(
    a_call_is_sent_under_the_prefix_with_the_token_and_returns_the_decoded_result) {
    fixture f;
    result out;
    f.call(out);
    BOOST_TEST(f.driver.link(0).received() ==
               "GET /prefix/thing HTTP/1.1\r\nHost: host\r\n"
               "User-Agent: jellyfish-server-sdk-cpp/" JELLYFISH_VERSION
               "\r\n"
               "Authorization: Bearer t0k3n\r\nAccept: application/json\r\n\r\n");
    f.respond(http_ok("abc"));
    BOOST_TEST(out.times == 1);
    BOOST_TEST(!out.code);
    BOOST_TEST(out.info == nullptr);
    BOOST_TEST(out.body == "abc");
}

BOOST_AUTO_TEST_CASE(a_response_that_cannot_be_decoded_is_malformed) {
    fixture f;
    result out;
    f.client->call(
        operation_handler<std::string>(fixture::handler(out)),
        [] {
            return detail::http::request{detail::http::method::get, "/thing", ""};
        },
        [](const detail::http::response&) -> std::tuple<std::string> {
            throw jellyfish::error(errc::malformed_response, {"", "", "why", 0, ""});
        });
    f.driver.settle();
    f.respond(http_ok("abc"));
    BOOST_TEST(out.code == error_code(errc::malformed_response));
    BOOST_REQUIRE(out.info);
    BOOST_TEST(out.info->operation == "GET /thing");
    BOOST_TEST(out.info->address == "http://host:80/prefix");
    BOOST_TEST(out.info->detail == "why");
    BOOST_TEST(out.info->status == 0);
    BOOST_TEST(out.body == "");
}

BOOST_AUTO_TEST_CASE(a_response_without_success_becomes_an_api_error) {
    fixture f;
    result out;
    f.call(out, {detail::http::method::post, "/thing", "{}"});
    f.respond(error_response(400, R"({"errors":"Bad t0k3n thing"})"));
    BOOST_TEST(out.code == error_code(errc::bad_request));
    BOOST_TEST(out.info->status == 400);
    BOOST_TEST(out.info->server_message == "Bad (hidden) thing");
    const std::string text = thrown(out);
    BOOST_TEST(text.starts_with("api_error: POST /thing (http://host:80/prefix): "), text);
    BOOST_TEST(text.find("status 400") != std::string::npos);
    BOOST_TEST(text.find("t0k3n") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_without_a_response_is_not_an_api_error) {
    fixture f;
    result out;
    f.call(out);
    f.driver.link(0).end();
    f.driver.settle();
    BOOST_TEST(out.code == error_code(errc::connection_lost));
    BOOST_TEST(thrown(out).starts_with("error: GET /thing (http://host:80/prefix): "), thrown(out));
}

BOOST_AUTO_TEST_CASE(a_failure_to_connect_names_the_call_and_keeps_its_reason) {
    fixture f;
    f.driver.state().connect_at_once = false;
    result out;
    f.call(out);
    f.driver.refuse_one(errc::connect_failed, "127.0.0.1:80: Connection refused");
    BOOST_TEST(out.code == error_code(errc::connect_failed));
    BOOST_TEST(out.info->operation == "GET /thing");
    BOOST_TEST(out.info->detail == "127.0.0.1:80: Connection refused");
}

BOOST_AUTO_TEST_CASE(with_tls_the_reported_address_is_https) {
    fixture f(usual_options().secure(true));
    result out;
    f.call(out);
    f.respond(error_response(404, ""));
    BOOST_TEST(out.info->address == "https://host:80/prefix");
}

BOOST_AUTO_TEST_CASE(an_invalid_request_is_not_sent) {
    fixture f;
    result out;
    f.client->call(
        operation_handler<std::string>(fixture::handler(out)),
        []() -> detail::http::request {
            throw jellyfish::error(errc::invalid_argument, {"GET /{id}", "", "id is empty", 0, ""});
        },
        [](detail::http::response response) { return std::tuple(std::move(response.body)); });
    BOOST_TEST(out.times == 0);  // Not within the initiating function.
    f.driver.settle();
    BOOST_TEST(out.code == error_code(errc::invalid_argument));
    BOOST_TEST(out.info->operation == "GET /{id}");
    BOOST_TEST(out.info->address == "http://host:80/prefix");
    BOOST_TEST(f.driver.links() == 0U);
}

BOOST_AUTO_TEST_CASE(invalid_options_are_reported_by_the_first_call) {
    using std::chrono::milliseconds;
    const auto code = [](const client_options& options) { return rejected(options).code; };
    const error_code bad_option = errc::invalid_option;
    BOOST_TEST(code(usual_options().request_timeout(0ms)) == bad_option);
    BOOST_TEST(code(usual_options().request_timeout(-1ms)) == bad_option);
    BOOST_TEST(code(usual_options().connect_timeout(0ms)) == bad_option);
    BOOST_TEST(code(usual_options().max_connections(0)) == bad_option);
    BOOST_TEST(code(usual_options().server_api_token("a\r\nX: y")) == bad_option);
    BOOST_TEST(code(usual_options().secure(false).server_address("https://host")) ==
               error_code(errc::invalid_address));
    BOOST_TEST(code(usual_options().server_address("")) == error_code(errc::invalid_address));
}

BOOST_AUTO_TEST_CASE(a_rejected_option_does_not_print_the_token) {
    const result out = rejected(usual_options().server_api_token("s3cret\n"));
    BOOST_TEST(out.info->operation == "GET /thing");
    BOOST_TEST(thrown(out).find("s3cret") == std::string::npos);
    BOOST_TEST(thrown(out).find("server_api_token") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_longest_timeouts_never_expire) {
    using std::chrono::milliseconds;
    fixture f(
        usual_options().request_timeout(milliseconds::max()).connect_timeout(milliseconds::max()));
    result out;
    f.call(out);
    f.driver.pass(24h * 300);
    BOOST_TEST(out.times == 0);
    f.respond(http_ok("late"));
    BOOST_TEST(out.body == "late");
}

BOOST_AUTO_TEST_CASE(that_the_library_is_deprecated_is_logged_once) {
    std::vector<std::string> warnings;
    fixture f(usual_options().logger([&](jellyfish::log_level level, std::string_view text) {
        if (level == jellyfish::log_level::warning) warnings.emplace_back(text);
    }));
    const std::string message = R"({"status":"deprecated","message":"at most until May"})";
    for (const std::string& header : {std::string("not JSON"), message, message}) {
        result out;
        f.call(out);
        f.respond(deprecating_response(header));
        BOOST_TEST(out.times == 1);
        BOOST_TEST(!out.code);
    }
    BOOST_TEST(warnings.size() == 1U);
    BOOST_TEST(warnings.at(0).find("deprecated (update it): at most until May") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_call_never_completes_inside_its_initiating_function) {
    fixture f(usual_options().max_connections(0));
    result out;
    f.call(operation_handler<std::string>(fixture::handler(out)));
    BOOST_TEST(out.times == 0);
    f.driver.settle();
    BOOST_TEST(out.times == 1);
}

BOOST_AUTO_TEST_CASE(a_handler_runs_on_its_own_executor) {
    fixture f;
    asio::io_context other;
    result out;
    f.call(operation_handler<std::string>(
        asio::bind_executor(other.get_executor(), fixture::handler(out))));
    f.driver.settle();
    f.respond(http_ok("abc"));
    BOOST_TEST(out.times == 0);
    other.poll();
    BOOST_TEST(out.body == "abc");
}

BOOST_AUTO_TEST_CASE(a_pending_call_is_outstanding_work_of_its_handlers_executor) {
    fixture f;
    asio::io_context other;
    result out;
    f.call(operation_handler<std::string>(
        asio::bind_executor(other.get_executor(), fixture::handler(out))));
    f.driver.settle();
    other.poll();
    BOOST_TEST(!other.stopped());
    f.respond(http_ok("abc"));
    other.poll();
    BOOST_TEST(out.times == 1);
    BOOST_TEST(other.stopped());
}

BOOST_AUTO_TEST_CASE(cancellation_completes_a_call_and_closes_its_connection) {
    for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                            asio::cancellation_type::total}) {
        fixture f;
        asio::cancellation_signal signal;
        result out;
        f.cancellable(out, signal);
        f.driver.settle();
        signal.emit(type);
        BOOST_TEST(out.times == 0);  // Not within the signal.
        f.driver.settle();
        BOOST_TEST(out.times == 1);
        BOOST_TEST(out.code == aborted);
        BOOST_TEST(f.driver.link(0).closed());
        f.respond(http_ok("late"));
        BOOST_TEST(out.times == 1);
    }
}

BOOST_AUTO_TEST_CASE(cancellation_takes_effect_before_anything_was_sent) {
    fixture f;
    asio::cancellation_signal signal;
    result out;
    f.cancellable(out, signal);
    signal.emit(asio::cancellation_type::terminal);
    f.driver.settle();
    BOOST_TEST(out.times == 1);
    BOOST_TEST(out.code == aborted);
    BOOST_TEST(f.driver.links() == 0U);
}

BOOST_AUTO_TEST_CASE(cancellation_while_connecting_cancels_the_attempt) {
    fixture f;
    f.driver.state().connect_at_once = false;
    asio::cancellation_signal signal;
    result out;
    f.cancellable(out, signal);
    f.driver.settle();
    signal.emit(asio::cancellation_type::terminal);
    f.driver.settle();
    BOOST_TEST(out.code == aborted);
    BOOST_TEST(f.driver.state().attempts_cancelled == 1);
}

BOOST_AUTO_TEST_CASE(cancelling_a_waiting_call_does_not_affect_the_others) {
    fixture f(usual_options().max_connections(1));
    asio::cancellation_signal signal;
    result first;
    result second;
    result third;
    f.call(first);
    f.cancellable(second, signal);
    f.call(third);
    signal.emit(asio::cancellation_type::total);
    f.driver.settle();
    BOOST_TEST(second.code == aborted);
    f.respond(http_ok("1"));
    f.respond(http_ok("3"));
    BOOST_TEST(first.body == "1");
    BOOST_TEST(third.body == "3");
}

BOOST_AUTO_TEST_CASE(cancellation_after_the_response_has_no_effect) {
    fixture f;
    asio::cancellation_signal signal;
    result out;
    f.cancellable(out, signal);
    f.driver.settle();
    f.respond(http_ok("abc"));
    signal.emit(asio::cancellation_type::terminal);
    f.driver.settle();
    BOOST_TEST(out.times == 1);
    BOOST_TEST(out.body == "abc");
    BOOST_TEST(!f.driver.link(0).closed());
}

BOOST_AUTO_TEST_CASE(cancellation_between_a_failure_and_its_handler_is_not_lost) {
    fixture f;
    f.driver.state().connect_at_once = false;
    asio::io_context other;
    asio::cancellation_signal signal;
    result out;
    f.call(operation_handler<std::string>(asio::bind_cancellation_slot(
        signal.slot(), asio::bind_executor(other.get_executor(), fixture::handler(out)))));
    f.driver.settle();
    f.driver.refuse_one(errc::connect_failed, "Connection refused");
    signal.emit(asio::cancellation_type::terminal);
    f.driver.settle();
    BOOST_TEST(out.times == 0);
    other.poll();
    BOOST_TEST(out.times == 1);
    BOOST_TEST(out.code == aborted);
}

BOOST_AUTO_TEST_CASE(cancellation_type_none_has_no_effect) {
    fixture f;
    asio::cancellation_signal signal;
    result out;
    f.cancellable(out, signal);
    f.driver.settle();
    signal.emit(asio::cancellation_type::none);
    f.driver.settle();
    BOOST_TEST(out.times == 0);
    f.respond(http_ok("abc"));
    BOOST_TEST(out.body == "abc");
}

BOOST_AUTO_TEST_CASE(destroying_the_client_completes_its_calls) {
    fixture f(usual_options().max_connections(1));
    result sent;
    result waiting;
    f.call(sent);
    f.call(waiting);
    f.client->close();
    f.client.reset();
    f.driver.settle();
    BOOST_TEST(sent.code == aborted);
    BOOST_TEST(waiting.code == aborted);
    BOOST_TEST(f.driver.link(0).closed());
    f.client =
        std::make_shared<rest_client>(f.context.get_executor(), usual_options().max_connections(0));
}

BOOST_AUTO_TEST_CASE(destroying_the_context_destroys_waiting_operations_and_what_they_own) {
    for (const bool connected : {true, false}) {
        std::weak_ptr<rest_client> observer;
        {
            asio::io_context context;
            scripted_pool driver(context);
            driver.state().connect_at_once = connected;
            auto client = std::make_shared<rest_client>(
                context.get_executor(), usual_options().max_connections(1),
                [&](const auto& strand, const auto&...) { return driver.make_pool_io(strand); });
            observer = client;
            // The handlers own the object they wait on, like coroutines that own their room_api.
            for (int n = 0; n < 2; ++n) {
                client->call(
                    operation_handler<std::string>(
                        [owner = client](error_code, const diagnostics_ptr&, const std::string&) {
                            BOOST_TEST(false);
                        }),
                    [] {
                        return detail::http::request{detail::http::method::get, "/thing", ""};
                    },
                    [](detail::http::response response) {
                        return std::tuple(std::move(response.body));
                    });
            }
            client.reset();
            driver.settle();
            driver.state().links.clear();
            driver.state().attempts.clear();
            BOOST_TEST(!observer.expired());
        }
        BOOST_TEST(observer.expired());
    }
}

BOOST_AUTO_TEST_SUITE_END()
