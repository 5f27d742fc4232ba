#include "rest/response_status.hpp"

#include "data/rest_recordings.hpp"

#include <map>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::detail::code_of_response;
using jellyfish::detail::code_of_status;
using jellyfish::detail::server_message_limit;
using jellyfish::detail::server_message_of;

std::string message(std::string_view body) { return server_message_of(body, {"development"}); }

std::string deprecation(std::string_view header) {
    return jellyfish::detail::deprecation_of(header, {"s3cret"}).value_or("");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(response_status)

BOOST_AUTO_TEST_CASE(a_success_status_is_not_an_error) {
    for (const int status : {200, 201, 202, 204, 299})
        BOOST_TEST(!code_of_status(status));
}

BOOST_AUTO_TEST_CASE(each_status_has_its_code) {
    const std::map<int, errc> codes = {
        {400, errc::bad_request},       {401, errc::unauthorized},
        {402, errc::quota_exceeded},    {409, errc::conflict},
        {404, errc::not_found},         {503, errc::service_unavailable},
        {500, errc::server_error},      {501, errc::server_error},
        {502, errc::server_error},      {504, errc::server_error},
        {599, errc::server_error},      {300, errc::unexpected_status},
        {301, errc::unexpected_status}, {304, errc::unexpected_status},
        {403, errc::unexpected_status}, {406, errc::unexpected_status},
        {408, errc::unexpected_status}, {413, errc::unexpected_status},
        {600, errc::unexpected_status}, {199, errc::unexpected_status},
    };
    for (const auto& [status, code] : codes)
        BOOST_TEST(code_of_status(status) == error_code(code), status);
}

BOOST_AUTO_TEST_CASE(a_missing_resource_is_not_found) {
    for (const char* const target : {"/room/a", "/recording/a/b", "/recording"}) {
        std::string detail;
        const auto code =
            code_of_response({404, "", "", "", R"({"errors":"no such thing"})"}, target, detail);
        BOOST_TEST(code == error_code(errc::not_found), target);
        BOOST_TEST(detail.empty());
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_path_is_a_wrong_prefix) {
    for (const char* const body : {R"({"errors":{"detail":"Not Found"}})", "<h1>No</h1>", ""}) {
        for (const char* const target : {"/room", "/health", "/recording"}) {
            std::string detail;
            const auto code = code_of_response({404, "", "", "", body}, target, detail);
            BOOST_TEST(code == error_code(errc::unexpected_status), target);
            BOOST_TEST(detail ==
                       "check the path prefix, and that this is a Jellyfish or Fishjam server");
        }
        std::string detail;
        const auto code = code_of_response({404, "", "", "", body}, "/room/a", detail);
        BOOST_TEST(code == error_code(errc::not_found));
        BOOST_TEST(detail ==
                   "the server does not report what is missing: check the path prefix, and that "
                   "this is a Jellyfish or Fishjam server");
    }
}

BOOST_AUTO_TEST_CASE(an_invalid_fishjam_id_or_token_is_unauthorized) {
    for (const char* const body : {"", R"({"errors":"Not Found"})"}) {
        std::string detail;
        BOOST_TEST(code_of_response({404, "", "", "", body}, "/validate", detail) ==
                   error_code(errc::unauthorized));
        BOOST_TEST(detail == "check client_options::fishjam_id and server_api_token");
    }
}

BOOST_AUTO_TEST_CASE(the_detail_of_an_error_precedes_its_errors) {
    BOOST_TEST(message(R"({"errors":"b","detail":"a"})") == "a");
    BOOST_TEST(message(R"({"detail":"a"})") == "a");
    BOOST_TEST(message(R"({"detail":null,"errors":"b"})") == "b");
}

BOOST_AUTO_TEST_CASE(a_deprecation_is_reported_on_one_line_without_secrets) {
    BOOST_TEST(deprecation(R"({"status":"deprecated","message":"a\nb s3cret"})") ==
               "the server reports that this version of the library is deprecated (update it): "
               "a b (hidden)");
    BOOST_TEST(deprecation(R"({"status":"unsupported","message":"x"})") ==
               "the server reports that this version of the library is unsupported (update it): x");
    BOOST_TEST(
        deprecation(R"({"status":"deprecated","message":")" + std::string(5'000, 'x') + "\"}")
            .size() < 700);
}

BOOST_AUTO_TEST_CASE(a_malformed_deprecation_is_ignored) {
    for (const char* const header :
         {"", "{", "null", "[]", "deprecated", R"({"status":"deprecated"})", R"({"message":"x"})",
          R"({"status":"other","message":"x"})", R"({"status":1,"message":"x"})",
          R"({"status":"deprecated","message":1})"}) {
        BOOST_TEST(deprecation(header) == "", header);
    }
}

BOOST_AUTO_TEST_CASE(other_responses_are_classified_by_their_status) {
    for (const int status : {200, 301, 400, 401, 403, 500, 503}) {
        std::string detail;
        const std::string body = R"({"errors":{"detail":"Bad Request"}})";
        BOOST_TEST(code_of_response({status, "application/json", "", "", body}, "/room", detail) ==
                   code_of_status(status));
        BOOST_TEST(detail.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_web_page_is_not_a_successful_response) {
    for (const char* const type : {"text/html", "text/html; charset=utf-8"}) {
        std::string detail;
        BOOST_TEST(code_of_response({200, type, "", "", "<p>Hello</p>"}, "/room/a", detail) ==
                   error_code(errc::malformed_response));
        BOOST_TEST(detail.ends_with("that this is a Jellyfish or Fishjam server"));
    }
}

BOOST_AUTO_TEST_CASE(a_rejection_without_an_error_text_is_not_that_of_a_jellyfish_server) {
    for (const char* const body : {"", "Client sent an HTTP request to an HTTPS server.\n"}) {
        std::string detail;
        BOOST_TEST(code_of_response({400, "", "", "", body}, "/room", detail) ==
                   error_code(errc::bad_request));
        BOOST_TEST(
            detail ==
            "check that this is a Jellyfish or Fishjam server, and whether its port requires TLS");
    }
}

BOOST_AUTO_TEST_CASE(the_error_text_of_a_controller_is_read) {
    BOOST_TEST(message(R"({"errors":"Room full-1 does not exist"})") ==
               "Room full-1 does not exist");
    BOOST_TEST(message(R"({"errors":"Room <b>\"\\ does  not exist"})") ==
               R"(Room <b>"\ does  not exist)");
    BOOST_TEST(message("{\"errors\":\"Room ä does not exist\"}") == "Room ä does not exist");
}

BOOST_AUTO_TEST_CASE(the_error_text_of_the_framework_is_read_from_its_detail) {
    BOOST_TEST(message(R"({"errors":{"detail":"Not Found"}})") == "Not Found");
}

BOOST_AUTO_TEST_CASE(every_recorded_error_has_a_code_and_a_text) {
    int errors = 0;
    for (const auto& row : jellyfish::test::recorded_exchanges()) {
        if (row.status < 400) continue;
        ++errors;
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(code_of_status(row.status).failed());
            const std::string text = message(row.body);
            BOOST_TEST(text.empty() == row.body.empty());
            BOOST_TEST(text.find("errors") == std::string::npos);
            if (row.body.starts_with("{\"errors\":\"") && row.body.find('\\') == std::string::npos)
                BOOST_TEST("{\"errors\":\"" + text + "\"}" == row.body);
        }
    }
    BOOST_TEST(errors > 80);
}

BOOST_AUTO_TEST_CASE(a_body_without_an_error_text_is_shown_itself) {
    BOOST_TEST(message("'connection' header must contain 'upgrade', got []") ==
               "'connection' header must contain 'upgrade', got []");
    BOOST_TEST(message("<html>\r\n  <h1>Bad\tGateway</h1>\n</html>\n") ==
               "<html> <h1>Bad Gateway</h1> </html>");
    BOOST_TEST(message(R"({"error":"other"})") == R"({"error":"other"})");
    BOOST_TEST(message(R"({"errors":["a","b"]})") == R"({"errors":["a","b"]})");
    BOOST_TEST(message(R"({"errors":{"name":["taken"]}})") == R"({"errors":{"name":["taken"]}})");
    BOOST_TEST(message(R"({"errors":null})") == R"({"errors":null})");
    BOOST_TEST(message("{\"errors\":") == "{\"errors\":");
    BOOST_TEST(message("") == "");
    BOOST_TEST(message(" \r\n ") == "");
}

BOOST_AUTO_TEST_CASE(a_text_is_one_line) {
    BOOST_TEST(message(R"({"errors":"a\u0001b\r\nc\u007fd"})") == "a b  c d");
}

BOOST_AUTO_TEST_CASE(a_long_text_is_shortened_at_a_character_boundary) {
    for (std::size_t offset = 0; offset < 4; ++offset) {
        std::string page(offset, 'x');
        while (page.size() < 2'000)
            page += "€";
        const std::string text = message(page);
        BOOST_TEST(text.size() <= server_message_limit);
        BOOST_TEST(text.size() > server_message_limit - 4);
        BOOST_TEST(text.ends_with("€…"));
    }
    BOOST_TEST(message(std::string(server_message_limit, 'a')).size() == server_message_limit);
    BOOST_TEST(message("{\"errors\":\"" + std::string(5'000, 'a') + "\"}").size() <=
               server_message_limit);
}

BOOST_AUTO_TEST_CASE(the_token_is_not_printed) {
    BOOST_TEST(server_message_of("authorization: Bearer t0k3n, t0k3n", {"t0k3n"}) ==
               "authorization: Bearer (hidden), (hidden)");
    BOOST_TEST(server_message_of(R"({"errors":"Invalid token t0k3n"})", {"t0k3n"}) ==
               "Invalid token (hidden)");
    BOOST_TEST(server_message_of("plain", {""}) == "plain");
    BOOST_TEST(server_message_of("(hidden)", {"(hidden)"}) == "(hidden)");
}

BOOST_AUTO_TEST_CASE(no_secret_of_the_request_is_printed) {
    BOOST_TEST(server_message_of("invalid: s3cret, t0k3n", {"s3cret", "t0k3n"}) ==
               "invalid: (hidden), (hidden)");
}

BOOST_AUTO_TEST_CASE(a_secret_is_not_printed_as_it_was_sent_in_json_either) {
    BOOST_TEST(server_message_of(R"x(got {"password":"a\"s3cret\\"})x", {R"x(a"s3cret\)x"}) ==
               R"x(got {"password":"(hidden)"})x");
    BOOST_TEST(server_message_of("got two  s3crets", {"two  s3crets"}) == "got (hidden)");
}

BOOST_AUTO_TEST_CASE(the_password_of_a_url_is_not_printed) {
    BOOST_TEST(
        message(
            R"({"errors":"Expected webhookUrl to be valid URL, got: http://u:s3cret@host/p"})") ==
        "Expected webhookUrl to be valid URL, got: http://(hidden)@host/p");
    BOOST_TEST(message("a://b@c d://e/f@g h://i:j@k@l/") ==
               "a://(hidden)@c d://e/f@g h://(hidden)@l/");
    BOOST_TEST(message(R"({"errors":"no stream at rtsp://c/s?password=s3cret, or = wrong"})") ==
               "no stream at rtsp://c/s?(hidden) or = wrong");
}

BOOST_AUTO_TEST_SUITE_END()
