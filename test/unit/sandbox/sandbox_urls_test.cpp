#include "sandbox/http/urls.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_settings.hpp"

#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish::testing::detail;
namespace data = boost::unit_test::data;

std::string query(std::string_view text) {
    json_value out = json_object();
    return add_params(out, text) ? to_json(out).value_or("unwritable") : "none";
}

/// Host, port and target, or that the URL crashes the sender.
std::string target(std::string_view url) {
    const auto parts = parse_webhook_url(url);
    if (!parts) return "crash";
    return (parts->secure ? "tls " : "") + parts->host + ' ' + std::to_string(parts->port) + ' ' +
           parts->target;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_urls)

BOOST_AUTO_TEST_CASE(queries_are_read) {
    BOOST_TEST(query("a=1&b=x%20y+z&c&d=") == R"({"a":"1","b":"x y z","c":"","d":""})");
    BOOST_TEST(query("a=1&a=2") == R"({"a":"2"})");
    BOOST_TEST(query("x=%zz") == "none");
    BOOST_TEST(query("x=%ff") == "none");
}

BOOST_AUTO_TEST_CASE(a_target_is_split_before_it_is_decoded) {
    const auto target = parse_target("/jf//room/a%2Fb//c+d/?e=f", "/jf");
    BOOST_REQUIRE(target);
    const std::vector<std::string> expected{"room", "a/b", "c+d"};
    BOOST_TEST(target->path == expected, boost::test_tools::per_element());
    BOOST_TEST(to_json(target->params).value() == R"({"e":"f"})");
    BOOST_TEST(parse_target("/", "")->path.empty());
}

BOOST_AUTO_TEST_CASE(malformed_and_foreign_targets_are_rejected) {
    for (const char* text : {"", "*", "room", "/room/%zz", "/room#x", "/?x=%ff", "http://h/room"})
        BOOST_TEST(!parse_target(text, "").has_value(), text);
    BOOST_TEST(!parse_target("/room", "/jf").has_value());
}

BOOST_DATA_TEST_CASE(a_webhook_url_needs_scheme_host_and_path,
                     data::make({"http://x/", "https://host/p?q=1", "ftp://h/x", "http:///p",
                                 "HTTP://H/p", "http://h:abc/x", "foo+bar://h/"}),
                     url) {
    BOOST_TEST(is_webhook_url(url));
}

BOOST_DATA_TEST_CASE(a_webhook_url_without_one_of_them_is_rejected,
                     data::make({"", "nope", "http://x", "http://x?a=/b", "mailto:a@b", "//h/p",
                                 "/p", "http:/p", "1http://h/p", "://h/p", "http://x#/p"}),
                     url) {
    BOOST_TEST(!is_webhook_url(url));
}

BOOST_AUTO_TEST_CASE(webhooks_are_sent_where_the_real_server_sends_them) {
    BOOST_TEST(target("http://127.0.0.1:81/a/b%20c?x=1&y=%C3%A4#frag") ==
               "127.0.0.1 81 /a/b%20c?x=1&y=%C3%A4");
    BOOST_TEST(target("http://h//a/../b/./c") == "h 80 //a/../b/./c");
    BOOST_TEST(target("https://h/p") == "tls h 443 /p");
    BOOST_TEST(target("http://[::1]:82/x") == "::1 82 /x");
    BOOST_TEST(target("http://h:/x?") == "h 80 /x");
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_to_another_scheme_or_an_invalid_port) {
    BOOST_TEST(target("HTTP://h/x") == "h 0 /x");
    BOOST_TEST(target("ftp://127.0.0.1/x") == "127.0.0.1 0 /x");
    BOOST_TEST(target("http://127.0.0.1:99999/x") == "127.0.0.1 0 /x");
}

BOOST_AUTO_TEST_CASE(a_malformed_url_crashes_the_sender) {
    for (const char* url : {"http:///p", "http://127.0.0.1:abc/x", "http://:/x", "http://[::1]x/y",
                            "http://exa mple/x", "http://[::1/x"}) {
        BOOST_TEST(target(url) == "crash", url);
    }
}

BOOST_AUTO_TEST_CASE(a_user_name_becomes_credentials_and_leaves_the_host) {
    const auto parts = parse_webhook_url("http://user:pass@h:81/x");
    BOOST_REQUIRE(parts);
    BOOST_TEST(parts->credentials.value() == "user:pass");
    BOOST_TEST(parts->authority == "h:81");
}

BOOST_AUTO_TEST_SUITE_END()
