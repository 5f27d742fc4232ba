#include "exit_status.hpp"
#include "failure_text.hpp"

#include <string>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

// Failures of `jellyfish` are described in terms of its flags, with the documented statuses.
namespace {

using jellyfish::errc;
using jellyfish::error;
using tool::exit_status;
using tool::translated;

error failed(errc code, const std::string& detail = {}, int status = 0) {
    return {code, {"POST /room", "http://localhost:5002", detail, status, ""}};
}

/// All codes.
std::vector<errc> all_codes() {
    std::vector<errc> out;
    for (int value = 1; jellyfish::error_category().message(value) != "unknown error"; ++value)
        out.push_back(static_cast<errc>(value));
    return out;
}

/// Without the names of variables.
std::string without_variables(std::string text) {
    for (const std::string name :
         {"JELLYFISH_SERVER_ADDRESS", "JELLYFISH_SERVER_API_TOKEN", "JELLYFISH_SECURE",
          "JELLYFISH_CA_FILE", "FISHJAM_ID", "FISHJAM_MANAGEMENT_TOKEN"}) {
        for (auto at = text.find(name); at != text.npos; at = text.find(name))
            text.erase(at, name.size());
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tool_text)

BOOST_AUTO_TEST_CASE(no_failure_is_reported_in_terms_of_the_library) {
    BOOST_TEST(all_codes().size() > 30U);
    for (const errc code : all_codes()) {
        const std::string text =
            without_variables(tool::text_of(failed(code)) + "; " + tool::advice_for(failed(code)));
        BOOST_TEST(text.find("::") == text.npos, text);
        BOOST_TEST(text.find('_') == text.npos, text);
    }
}

BOOST_AUTO_TEST_CASE(no_detail_is_reported_in_terms_of_the_library) {
    for (const char* const detail :
         {"the response is not HTTP; if the port requires TLS, set client_options::secure",
          "check that this is a Jellyfish or Fishjam server; if the port requires TLS, see "
          "client_options::secure",
          "a message longer than max_message_size", "max_response_size must be at least 1, not 0",
          "all connections are busy (see client_options::max_connections)",
          "set handlers before connect()", "see reconnect_policy::retry_first_connect",
          "retry_first_connect is off", "server_api_token must be UTF-8", "ca_file: not found",
          "set tls_options::key_passphrase", "phone_number must be non-empty UTF-8"}) {
        const std::string text = without_variables(translated(detail));
        BOOST_TEST(text.find("::") == text.npos, text);
        BOOST_TEST(text.find("()") == text.npos, text);
        BOOST_TEST(text.find('_') == text.npos, text);
    }
    error dialled(errc::invalid_argument, {"sip_dial", "", "", 0, ""});
    BOOST_TEST(tool::text_of(dialled).starts_with("sip dial: "));
}

BOOST_AUTO_TEST_CASE(a_failure_is_reported_with_all_its_details) {
    const error rejected(
        errc::bad_request,
        {"POST /room", "http://h:1", "see client_options::secure", 400, "client_options::secure"});
    BOOST_TEST(tool::text_of(rejected) ==
               "POST /room (http://h:1): the server rejected the request as invalid; status 400; "
               "server message: client_options::secure; see --secure");
}

BOOST_AUTO_TEST_CASE(options_are_named_as_flags_and_variables) {
    BOOST_TEST(translated("server_api_token must be UTF-8") ==
               "the token in --token or JELLYFISH_SERVER_API_TOKEN must be UTF-8");
    BOOST_TEST(translated("ca_file /etc/ca_file.pem: none") ==
               "--ca-file or JELLYFISH_CA_FILE /etc/ca_file.pem: none");
    BOOST_TEST(translated("request_timeout: too long") == "--timeout: too long");
    BOOST_TEST(translated("see client_options::max_connections.") == "see max connections.");
    const std::string addresses = "a secure server: 10.0.0.1:5002, [::1]:5002, [fe80::a]:5002, ::";
    BOOST_TEST(translated(addresses) == addresses);
    BOOST_TEST(translated("") == "");
}

BOOST_AUTO_TEST_CASE(arguments_are_named_as_in_the_usage_of_the_command) {
    const std::vector<std::string> options{"id", "webhook-url"};
    BOOST_TEST(translated("room_id is empty") == "ROOM is empty");
    BOOST_TEST(translated("room_id is empty", options) == "--id is empty");
    BOOST_TEST(translated("webhook_url: it has no host", options) ==
               "--webhook-url: it has no host");
    const std::string values = "\"room_id\", a/room_id, room_id=1";
    BOOST_TEST(translated(values) == values);
}

BOOST_AUTO_TEST_CASE(a_call_that_may_have_been_executed_has_its_own_exit_status) {
    BOOST_TEST((tool::status_of(failed(errc::outcome_unknown)) == exit_status::outcome_unknown));
    const error late = failed(errc::timeout, "no response: the server may have executed it");
    BOOST_TEST((tool::status_of(late) == exit_status::outcome_unknown));
    BOOST_TEST(tool::advice_for(late).find("before you repeat this") != std::string::npos);
    BOOST_TEST(
        (tool::status_of(failed(errc::timeout, "it was not sent")) == exit_status::unreachable));
}

BOOST_AUTO_TEST_CASE(a_failing_server_is_not_reported_as_unreachable) {
    BOOST_TEST((tool::status_of(failed(errc::server_error, "", 500)) == exit_status::failed));
    BOOST_TEST(
        (tool::status_of(failed(errc::service_unavailable, "", 503)) == exit_status::failed));
    BOOST_TEST((tool::status_of(failed(errc::upgrade_refused, "", 503)) == exit_status::failed));
    BOOST_TEST((tool::status_of(failed(errc::response_too_large)) == exit_status::failed));
    BOOST_TEST((tool::status_of(failed(errc::not_found, "", 404)) == exit_status::failed));
    BOOST_TEST((tool::status_of(failed(errc::bad_request, "", 400)) == exit_status::failed));
    BOOST_TEST(
        (tool::status_of(failed(errc::upgrade_refused, "", 404)) == exit_status::unreachable));
    BOOST_TEST(
        (tool::status_of(failed(errc::unexpected_status, "", 404)) == exit_status::unreachable));
}

BOOST_AUTO_TEST_CASE(a_server_of_another_kind_is_reported_as_unreachable) {
    const std::string doubt =
        "check the path prefix, and that this is a Jellyfish or Fishjam server";
    for (const error& failure :
         {failed(errc::not_found, doubt, 404), failed(errc::bad_request, doubt, 400),
          failed(errc::malformed_response, doubt, 200), failed(errc::server_error, "", 501)}) {
        BOOST_TEST((tool::status_of(failure) == exit_status::unreachable), failure.what());
        BOOST_TEST(tool::advice_for(failure).starts_with("is this a Jellyfish or Fishjam server?"));
    }
}

BOOST_AUTO_TEST_CASE(system_errors_are_reported_unchanged) {
    const boost::system::error_code reset = boost::asio::error::connection_reset;
    BOOST_TEST(tool::text_of(reset) == reset.message());
    BOOST_TEST(tool::advice_for(error(reset, {})).empty());
    BOOST_TEST((tool::status_of(error(reset, {})) == exit_status::failed));
}

BOOST_AUTO_TEST_SUITE_END()
