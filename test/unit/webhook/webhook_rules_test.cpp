#include "webhook/webhook_rules.hpp"

#include <jellyfish/webhook.hpp>

#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "model/webhook_url.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/test/unit_test.hpp>

using namespace jellyfish;
using namespace jellyfish::test;

namespace {

const notification meaning = peer_added{"r", "p"};
const std::string body = notification_bytes(meaning);

/// `user:p w` in Basic authentication.
constexpr std::string_view authorization = "Basic dXNlcjpwIHc=";

webhook_request good_request() {
    webhook_request request;
    request.method = "POST";
    request.target = "/webhook";
    request.content_type = "application/x-protobuf";
    request.body = body;
    return request;
}

webhook_response response_to(std::string_view target, const webhook_options& options) {
    webhook_request request = good_request();
    request.target = target;
    return handle_webhook(request, options);
}

webhook_response respond_with_authorization(std::string_view value) {
    webhook_request request = good_request();
    request.authorization = value;
    return handle_webhook(request, webhook_options().credentials("user", "p w"));
}

std::string bytes_of(const webhook_response& result, bool http_1_1, bool keep_alive) {
    std::string out;
    detail::append_webhook_response(out, result, http_1_1, keep_alive);
    return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(webhook_rules, quiet_protobuf)

BOOST_AUTO_TEST_CASE(a_valid_request_gets_200_and_returns_its_notification) {
    const webhook_response result = handle_webhook(good_request(), webhook_options());
    BOOST_TEST(result.status == 200);
    BOOST_TEST(result.reason == "OK");
    BOOST_TEST(result.accepted());
    BOOST_TEST((result.received == std::vector<notification>{meaning}));
    BOOST_TEST(result.header_name == "");
    BOOST_TEST(result.detail == "");
}

BOOST_AUTO_TEST_CASE(a_beast_request_is_handled) {
    namespace http = boost::beast::http;
    http::request<http::string_body> from(http::verb::post, "/webhook", 11, body);
    from.set(http::field::content_type, "application/x-protobuf");
    webhook_request request;
    request.method = from.method_string();
    request.target = from.target();
    request.content_type = from[http::field::content_type];
    request.content_encoding = from[http::field::content_encoding];
    request.authorization = from[http::field::authorization];
    request.body = from.body();
    const webhook_response result = handle_webhook(request, webhook_options());
    BOOST_TEST((result.received == std::vector<notification>{meaning}));
    http::response<http::empty_body> response(static_cast<http::status>(result.status), 11);
    BOOST_TEST(response.reason() == "OK");
}

// ---- path

BOOST_AUTO_TEST_CASE(the_path_must_match_and_the_query_is_ignored) {
    const webhook_options options = webhook_options().path("/a/b%20c");
    for (const std::string_view target :
         {"/a/b%20c", "/a/b%20c?x=1", "/a/b%20c?", "http://host:1/a/b%20c?x", "HTTPS://h/a/b%20c"})
        BOOST_TEST(response_to(target, options).status == 200, target);
    for (const std::string_view target :
         {"/", "", "*", "/a/b%20", "/a/b%20cc", "/a/b c", "/A/b%20c", "a/b%20c", "http://host",
          "/a/b%20c/", "//a/b%20c", "?/a/b%20c"})
        BOOST_TEST(response_to(target, options).status == 404, target);
}

BOOST_AUTO_TEST_CASE(a_secret_is_the_last_segment) {
    const webhook_options options = webhook_options().secret("s3cret");
    BOOST_TEST(response_to("/webhook/s3cret", options).status == 200);
    for (const std::string_view target :
         {"/webhook", "/webhook/", "/webhook/s3cre", "/webhook/s3crets", "/webhook/S3CRET"}) {
        const webhook_response result = response_to(target, options);
        BOOST_TEST(result.status == 404);
        BOOST_TEST(result.detail == "unknown path");
    }
    BOOST_TEST(response_to("/s", webhook_options().path("/").secret("s")).status == 200);
}

BOOST_AUTO_TEST_CASE(texts_are_compared_completely) {
    const std::vector<std::pair<std::string, std::string>> different = {
        {"", "a"}, {"a", ""}, {"a", "b"}, {"aa", "a"}, {"a", "aa"}, {"abcabc", "abc"}, {"b", "ab"}};
    for (const auto& [input, secret] : different)
        BOOST_TEST(!detail::same_in_constant_time(input, secret));
    BOOST_TEST(detail::same_in_constant_time("", ""));
    BOOST_TEST(detail::same_in_constant_time("abc", "abc"));
}

// ---- method

BOOST_AUTO_TEST_CASE(other_methods_are_rejected_with_an_allow_header) {
    for (const std::string_view method : {"GET", "HEAD", "PUT", "post", "OPTIONS", ""}) {
        webhook_request request = good_request();
        request.method = method;
        const webhook_response result = handle_webhook(request, webhook_options());
        BOOST_TEST(result.status == 405);
        BOOST_TEST(result.header_name == "Allow");
        BOOST_TEST(result.header_value == "POST");
        BOOST_TEST(!result.accepted());
    }
}

// ---- credentials

BOOST_AUTO_TEST_CASE(valid_credentials_are_accepted_plain_and_url_encoded) {
    for (const std::string_view value :
         {authorization, std::string_view("basic dXNlcjpwIHc="),
          std::string_view("BASIC  dXNlcjpwIHc="), std::string_view("Basic dXNlcjpwJTIwdw==")})
        BOOST_TEST(respond_with_authorization(value).status == 200, value);
}

BOOST_AUTO_TEST_CASE(invalid_credentials_are_rejected_with_a_challenge) {
    for (const std::string_view value :
         {"", "Basic", "Basic ", "Basic dXNlcjpwIHc",
          "Basic dXNlcjpwIHg=", "Bearer dXNlcjpwIHc=", "dXNlcjpwIHc=", "Basic dXNlcjpwIHc= x"}) {
        const webhook_response result = respond_with_authorization(value);
        BOOST_TEST(result.status == 401, value);
        BOOST_TEST(result.header_name == "WWW-Authenticate");
        BOOST_TEST(result.header_value.starts_with("Basic realm="));
        BOOST_TEST(result.detail == (value.empty() ? "no credentials" : "wrong credentials"));
    }
}

BOOST_AUTO_TEST_CASE(credentials_are_ignored_when_none_are_configured) {
    webhook_request request = good_request();
    request.authorization = authorization;
    BOOST_TEST(handle_webhook(request, webhook_options()).status == 200);
}

BOOST_AUTO_TEST_CASE(an_empty_user_name_is_a_valid_user_name) {
    webhook_request request = good_request();
    const webhook_options options = webhook_options().credentials("", "");
    BOOST_TEST(handle_webhook(request, options).status == 401);
    request.authorization = "Basic Og==";
    BOOST_TEST(handle_webhook(request, options).status == 200);
}

// ---- content

BOOST_AUTO_TEST_CASE(the_content_type_must_be_protobuf) {
    webhook_request request = good_request();
    for (const std::string_view type :
         {"application/x-protobuf", "Application/X-Protobuf", "application/protobuf",
          "application/x-protobuf; charset=utf-8", "application/x-protobuf ;x"}) {
        request.content_type = type;
        BOOST_TEST(handle_webhook(request, webhook_options()).status == 200, type);
    }
    for (const std::string_view type :
         {"", "application/json", "application/x-protobufx", "x", ";"}) {
        request.content_type = type;
        BOOST_TEST(handle_webhook(request, webhook_options()).status == 415, type);
    }
}

BOOST_AUTO_TEST_CASE(an_encoded_body_is_rejected) {
    webhook_request request = good_request();
    request.content_encoding = "identity";
    BOOST_TEST(handle_webhook(request, webhook_options()).status == 200);
    request.content_encoding = "identity, , Identity";
    BOOST_TEST(handle_webhook(request, webhook_options()).status == 200);
    for (const char* encoded : {"gzip", "gzip, identity", "identity,gzip"}) {
        request.content_encoding = encoded;
        BOOST_TEST(handle_webhook(request, webhook_options()).status == 415);
    }
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_rejected) {
    BOOST_TEST(handle_webhook(good_request(), webhook_options().body_limit(body.size())).status ==
               200);
    BOOST_TEST(
        handle_webhook(good_request(), webhook_options().body_limit(body.size() - 1)).status ==
        413);
}

BOOST_AUTO_TEST_CASE(a_batch_returns_its_notifications) {
    webhook_request request = good_request();
    const std::string batch = batch_bytes({body, "", body});
    request.body = batch;
    const webhook_response result = handle_webhook(request, webhook_options());
    BOOST_TEST(result.accepted());
    BOOST_TEST((result.received == std::vector<notification>{meaning, meaning}));
    const std::string empty = batch_bytes({});
    request.body = empty;
    BOOST_TEST(handle_webhook(request, webhook_options()).accepted());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_a_notification_is_rejected) {
    const std::vector<std::pair<std::string, std::string>> bodies = {
        {"", "a message without content"},
        {body.substr(1), "a body that is not a ServerMessage"},
        {"{}", "a body that is not a ServerMessage"},
        {batch_bytes({body, "x"}), "an invalid part of a batch"},
        {batch_bytes({batch_bytes({body})}), "an invalid part of a batch"},
        {auth_request_bytes("secret"), "an authentication or subscription message"},
    };
    for (const auto& [bytes, detail] : bodies) {
        webhook_request request = good_request();
        request.body = bytes;
        const webhook_response result = handle_webhook(request, webhook_options());
        BOOST_TEST(result.status == 400);
        BOOST_TEST(result.detail == detail);
        BOOST_TEST(!result.accepted());
    }
}

BOOST_AUTO_TEST_CASE(the_first_failed_check_decides) {
    webhook_request request;
    webhook_options options = webhook_options().credentials("u", "p").body_limit(1);
    request.body = "xx";
    BOOST_TEST(handle_webhook(request, options).status == 404);
    request.target = "/webhook";
    BOOST_TEST(handle_webhook(request, options).status == 405);
    request.method = "POST";
    BOOST_TEST(handle_webhook(request, options).status == 401);
    request.authorization = "Basic dTpw";
    BOOST_TEST(handle_webhook(request, options).status == 415);
    request.content_type = "application/x-protobuf";
    BOOST_TEST(handle_webhook(request, options).status == 413);
    request.body = "x";
    BOOST_TEST(handle_webhook(request, options).status == 400);
}

// ---- bytes of responses

BOOST_AUTO_TEST_CASE(responses_state_whether_the_connection_is_kept) {
    const webhook_response good = detail::make_webhook_response(200);
    BOOST_TEST(bytes_of(good, true, true) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(bytes_of(good, true, false) ==
               "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    BOOST_TEST(bytes_of(good, false, true) ==
               "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(responses_have_the_required_headers) {
    webhook_request request = good_request();
    request.method = "GET";
    BOOST_TEST(bytes_of(handle_webhook(request, webhook_options()), true, true) ==
               "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nAllow: POST\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(every_status_has_a_reason_phrase) {
    for (const int status : {200, 400, 401, 404, 405, 408, 411, 413, 415, 417, 431, 501, 503, 505})
        BOOST_TEST(detail::make_webhook_response(status).reason != "<unknown-status>");
}

BOOST_AUTO_TEST_CASE(the_url_has_a_port_unless_it_is_the_schemes_default) {
    const auto url_of = [](const webhook_options& options, std::uint16_t port) {
        return jellyfish::detail::webhook_url_of(options, "host", port);
    };
    const webhook_options plain;
    const webhook_options secure = webhook_options().certificate("cert.pem", "key.pem");
    BOOST_TEST(url_of(plain, 80) == "http://host/webhook");
    BOOST_TEST(url_of(plain, 443) == "http://host:443/webhook");
    BOOST_TEST(url_of(secure, 443) == "https://host/webhook");
    BOOST_TEST(url_of(secure, 80) == "https://host:80/webhook");
}

BOOST_AUTO_TEST_SUITE_END()
