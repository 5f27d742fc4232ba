#include "model/option_checks.hpp"

#include <jellyfish/testing/server.hpp>

#include "sandbox/server/checked_options.hpp"
#include "session/reconnector.hpp"

#include <chrono>
#include <climits>
#include <cstddef>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using jellyfish::client_options;
using jellyfish::notifier_options;
using jellyfish::reconnect_policy;
using jellyfish::retry_policy;
using jellyfish::room_tracker_options;
using jellyfish::webhook_options;
using jellyfish::testing::server_options;
using std::chrono::milliseconds;
namespace data = boost::unit_test::data;

namespace {

template <class Options>
std::string problem(const Options& options) {
    return jellyfish::detail::problem_of(options).value_or("");
}

std::string problem(const server_options& options) {
    try {
        static_cast<void>(jellyfish::testing::detail::checked(options));
        return "";
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
}

/// An option with a duration, and the result of setting it.
struct time_option {
    const char* name;
    bool zero_is_valid;
    std::function<std::string(milliseconds)> set;
};

std::ostream& operator<<(std::ostream& out, const time_option& value) { return out << value.name; }

const std::vector<time_option> times{
    {"connect_timeout", false, [](auto t) { return problem(client_options().connect_timeout(t)); }},
    {"request_timeout", false, [](auto t) { return problem(client_options().request_timeout(t)); }},
    {"queue_timeout", true, [](auto t) { return problem(client_options().queue_timeout(t)); }},
    {"retry: base_delay", false,
     [](auto t) {
         const auto retry = retry_policy().base_delay(t).max_delay(milliseconds::max());
         return problem(client_options().retry(retry));
     }},
    {"authentication_timeout", false,
     [](auto t) { return problem(notifier_options().authentication_timeout(t)); }},
    {"idle_timeout", false, [](auto t) { return problem(notifier_options().idle_timeout(t)); }},
    {"close_timeout", false, [](auto t) { return problem(notifier_options().close_timeout(t)); }},
    {"reconnect: base_delay", false,
     [](auto t) {
         const auto policy = reconnect_policy().base_delay(t).max_delay(milliseconds::max());
         return problem(notifier_options().reconnect(policy));
     }},
    {"reconnect: stable_time", true,
     [](auto t) {
         return problem(notifier_options().reconnect(reconnect_policy().stable_time(t)));
     }},
    {"reconnect: forbidden_time", true,
     [](auto t) {
         return problem(notifier_options().reconnect(reconnect_policy().forbidden_time(t)));
     }},
    {"refresh_interval", true,
     [](auto t) { return problem(room_tracker_options().refresh_interval(t)); }},
    {"handshake_timeout", false,
     [](auto t) { return problem(webhook_options().handshake_timeout(t)); }},
    {"header_timeout", false, [](auto t) { return problem(webhook_options().header_timeout(t)); }},
    {"body_timeout", false, [](auto t) { return problem(webhook_options().body_timeout(t)); }},
    {"write_timeout", false, [](auto t) { return problem(webhook_options().write_timeout(t)); }},
    {"idle_timeout", false, [](auto t) { return problem(webhook_options().idle_timeout(t)); }},
    {"close_timeout", false, [](auto t) { return problem(webhook_options().close_timeout(t)); }},
    {"full_queue_timeout", true,
     [](auto t) { return problem(webhook_options().full_queue_timeout(t)); }},
    {"metrics_interval", false,
     [](auto t) { return problem(server_options().metrics_interval(t)); }},
    {"ping_interval", false, [](auto t) { return problem(server_options().ping_interval(t)); }},
    {"socket_idle_timeout", false,
     [](auto t) { return problem(server_options().socket_idle_timeout(t)); }},
    {"http_idle_timeout", false,
     [](auto t) { return problem(server_options().http_idle_timeout(t)); }},
    {"graceful_stop_time", true,
     [](auto t) { return problem(server_options().graceful_stop_time(t)); }},
    {"webhook_timeout", false, [](auto t) { return problem(server_options().webhook_timeout(t)); }},
};

/// An option with a number that must not be 0.
struct count_option {
    const char* name;
    std::function<std::string(std::size_t)> set;
};

std::ostream& operator<<(std::ostream& out, const count_option& value) { return out << value.name; }

const std::vector<count_option> counts{
    {"max_connections", [](auto n) { return problem(client_options().max_connections(n)); }},
    {"max_response_size", [](auto n) { return problem(client_options().max_response_size(n)); }},
    {"queue_limit", [](auto n) { return problem(notifier_options().queue_limit(n)); }},
    {"queue_limit", [](auto n) { return problem(room_tracker_options().queue_limit(n)); }},
    {"queue_limit", [](auto n) { return problem(webhook_options().queue_limit(n)); }},
    {"body_limit", [](auto n) { return problem(webhook_options().body_limit(n)); }},
    {"max_connections", [](auto n) { return problem(webhook_options().max_connections(n)); }},
    {"requests_per_connection",
     [](auto n) { return problem(server_options().requests_per_connection(n)); }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(option_checks)

BOOST_AUTO_TEST_CASE(the_defaults_are_valid) {
    BOOST_TEST(problem(client_options()) == "");
    BOOST_TEST(problem(notifier_options()) == "");
    BOOST_TEST(problem(room_tracker_options()) == "");
    BOOST_TEST(problem(webhook_options()) == "");
    BOOST_TEST(problem(server_options()) == "");
}

BOOST_DATA_TEST_CASE(an_invalid_duration_is_rejected_by_name, data::make(times), option) {
    for (const milliseconds value : {milliseconds(-1), milliseconds::min()})
        BOOST_TEST(option.set(value).find(std::string(option.name) + " must be") !=
                   std::string::npos);
    BOOST_TEST(option.set(milliseconds(0)).empty() == option.zero_is_valid);
    for (const milliseconds value : {milliseconds(1), milliseconds::max()})
        BOOST_TEST(option.set(value) == "");
}

BOOST_DATA_TEST_CASE(a_count_of_zero_is_rejected_by_name, data::make(counts), option) {
    BOOST_TEST(option.set(0).find(std::string(option.name) + " must be at least 1") !=
               std::string::npos);
    BOOST_TEST(option.set(1) == "");
    BOOST_TEST(option.set(SIZE_MAX) == "");
}

BOOST_AUTO_TEST_CASE(the_maximum_delay_is_at_least_the_initial_one) {
    const auto retry = retry_policy().base_delay(milliseconds(2)).max_delay(milliseconds(1));
    BOOST_TEST(problem(client_options().retry(retry)) ==
               "retry: max_delay must be at least base_delay, not 1 ms");
    const auto policy = reconnect_policy().base_delay(milliseconds(2)).max_delay(milliseconds(1));
    BOOST_TEST(problem(notifier_options().reconnect(policy)) ==
               "reconnect: max_delay must be at least base_delay, not 1 ms");
}

BOOST_AUTO_TEST_CASE(attempts_messages_headers_and_nodes_have_their_own_limits) {
    BOOST_TEST(problem(client_options().retry(retry_policy().max_attempts(0))) ==
               "retry: max_attempts must be at least 1, not 0");
    const auto more = {jellyfish::event_type::metrics, jellyfish::event_type{3}};
    BOOST_TEST(problem(notifier_options().events(more)) ==
               "events must be values of event_type, not 3");
    BOOST_TEST(problem(notifier_options().max_message_size(124)) ==
               "max_message_size must be at least 125, not 124");
    for (const std::size_t limit : {0U, 255U, 32'769U})
        BOOST_TEST(problem(webhook_options().header_limit(limit)) ==
                   "header_limit must be from 256 to 32768, not " + std::to_string(limit));
    for (const std::size_t nodes : {std::size_t{0}, SIZE_MAX})
        BOOST_TEST(problem(server_options().nodes(nodes)) ==
                   "server_options: nodes must be from 1 to 1000");
}

BOOST_AUTO_TEST_CASE(a_rejected_duration_is_shown) {
    BOOST_TEST(problem(client_options().connect_timeout(milliseconds(-5))) ==
               "connect_timeout must be greater than 0, not -5 ms");
    BOOST_TEST(problem(client_options().queue_timeout(milliseconds(-5))) ==
               "queue_timeout must be at least 0, not -5 ms");
}

BOOST_AUTO_TEST_CASE(an_overflow_policy_is_one_of_its_enumerators) {
    using jellyfish::overflow_policy;
    for (const auto value :
         {overflow_policy::pause, overflow_policy::drop_oldest, overflow_policy::fail}) {
        BOOST_TEST(problem(notifier_options().overflow(value)) == "");
    }
    for (const auto value : {overflow_policy{-1}, overflow_policy{7}}) {
        BOOST_TEST(problem(notifier_options().overflow(value)) ==
                   "overflow must be a value of overflow_policy, not " +
                       std::to_string(static_cast<int>(value)));
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_utf_8_without_control_characters) {
    for (const char* token : {"development", "", "a b", "ä€", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"})
        BOOST_TEST(problem(client_options().server_api_token(token)) == "");
    const std::string rejected =
        "server_api_token must be UTF-8 without control characters, such as line breaks";
    for (int byte = 0; byte < 0x20; ++byte) {
        const std::string token = std::string("a") + static_cast<char>(byte);
        BOOST_TEST(problem(client_options().server_api_token(token)) == rejected);
    }
    for (const char* token : {"\x7f", "a\r\nX: y", "\xff", "\xc3"})
        BOOST_TEST(problem(client_options().server_api_token(token)) == rejected);
}

BOOST_AUTO_TEST_CASE(a_fishjam_id_is_an_id_or_a_url) {
    for (const char* id : {"a", "A-b_9", "http://localhost:4000/x", "wss://a"})
        BOOST_TEST(problem(client_options().fishjam_id(id)) == "");
    BOOST_TEST(problem(client_options().fishjam_id("")) ==
               "fishjam_id must be an id of letters, digits, '-' and '_', or a URL, not \"\"");
    for (const char* id : {" ", "a/b", "a?b", "..", "localhost:4000", "\xc3\xa4"})
        BOOST_TEST(problem(client_options().fishjam_id(id)).starts_with("fishjam_id must be"));
}

BOOST_AUTO_TEST_CASE(a_user_agent_is_printable_ascii) {
    BOOST_TEST(problem(client_options().user_agent("my-service/1.4 (a b)")) == "");
    BOOST_TEST(problem(client_options().user_agent("a\nb")) ==
               R"(user_agent must be printable ASCII, not "a\x0ab")");
    for (const char* text : {"\x7f", "ä"})
        BOOST_TEST(problem(client_options().user_agent(text)).starts_with("user_agent must be"));
}

BOOST_AUTO_TEST_CASE(a_webhook_path_is_valid_in_requests) {
    BOOST_TEST(problem(webhook_options().path("/").secret("s").credentials("u", "p:")) == "");
    BOOST_TEST(problem(webhook_options().path("")) == "path must begin with /, not \"\"");
    for (const std::string path : {"/a b", "/a?b", "/a#b", "/\xc3\xa4"}) {
        BOOST_TEST(problem(webhook_options().path(path)) ==
                   "path must be percent-encoded and have no query or fragment, not \"" + path +
                       "\"");
    }
    for (const std::string secret : {"a/b", "a b", "a?", "\n"}) {
        BOOST_TEST(problem(webhook_options().secret(secret)) ==
                   "secret must be a single percent-encoded path segment");
    }
    BOOST_TEST(problem(webhook_options().credentials("a:b", "")) ==
               "the user name must contain neither colons nor control characters");
    BOOST_TEST(problem(webhook_options().credentials("a", "\n")) ==
               "the password must contain no control characters");
}

BOOST_AUTO_TEST_CASE(a_signature_secret_is_not_empty) {
    const std::string any("\0\n\xff", 3);
    BOOST_TEST(problem(webhook_options().signature_secret(any).signature_secret("s")) == "");
    BOOST_TEST(problem(webhook_options().signature_secret("s").signature_secret("")) ==
               "signature_secret must not be empty");
}

BOOST_AUTO_TEST_CASE(a_webhook_url_of_a_test_server_can_be_posted_to) {
    for (const char* url : {"", "http://h/p", "https://[::1]:1/"})
        BOOST_TEST(problem(server_options().webhook_url(url)) == "");
    for (const char* url : {"x", "http://h", "http:///p", "ftp://h/p", "http://h:0/p"})
        BOOST_TEST(problem(server_options().webhook_url(url)) ==
                   "server_options: webhook_url must be http://host/path or https://host/path");
}

// ---- the largest values take effect

BOOST_AUTO_TEST_CASE(with_the_longest_stable_time_no_session_is_ever_stable) {
    using jellyfish::detail::reconnector;
    reconnector decides(reconnect_policy().max_rounds(2).stable_time(milliseconds::max()), 1);
    const auto begin = reconnector::time_point() + std::chrono::hours(1);
    for (int round = 1; round <= 2; ++round) {
        decides.ready(begin);
        BOOST_TEST(
            decides.lost(jellyfish::errc::connection_lost, 0, begin + std::chrono::hours(9), 0)
                .has_value());
    }
    decides.ready(begin);
    BOOST_TEST(
        !decides.lost(jellyfish::errc::connection_lost, 0, begin + std::chrono::hours(9), 0));
}

BOOST_AUTO_TEST_CASE(with_the_longest_delay_a_reconnect_waits_without_clock_overflow) {
    using jellyfish::detail::reconnector;
    const auto longest = milliseconds::max();
    reconnector decides(reconnect_policy().base_delay(longest).max_delay(longest), 1);
    const auto now = std::chrono::steady_clock::now();
    decides.ready(now);
    const auto next = decides.lost(jellyfish::errc::connection_lost, 0, now, UINT32_MAX);
    BOOST_REQUIRE(next.has_value());
    BOOST_TEST((next->wait > std::chrono::hours(24)));
    BOOST_TEST((now + next->wait > now));
}

BOOST_AUTO_TEST_CASE(a_test_server_waits_as_long_as_configured) {
    jellyfish::testing::server server(server_options()
                                          .metrics_interval(milliseconds::max())
                                          .ping_interval(milliseconds::max())
                                          .socket_idle_timeout(milliseconds::max())
                                          .http_idle_timeout(milliseconds::max())
                                          .webhook_timeout(milliseconds::max()));
    int looked = 0;
    BOOST_TEST(server.wait_for([&] { return ++looked == 3; }, milliseconds::max()));
    BOOST_TEST(!server.wait_for([] { return false; }, milliseconds(-1)));
}

BOOST_AUTO_TEST_SUITE_END()
