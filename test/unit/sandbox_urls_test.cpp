#include "testing/form.hpp"
#include "testing/json.hpp"
#include "testing/room_settings.hpp"
#include "testing/webhook_url.hpp"

#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish::testing::detail;
namespace data = boost::unit_test::data;

std::string query(std::string_view text) {
    const auto value = parse_query(text);
    return value ? to_json(*value).value_or("unwritable") : "none";
}

/// Host, port and target, or that a URL crashes the sender.
std::string target(std::string_view url) {
    const auto parts = parse_webhook_url(url);
    if (!parts) return "crash";
    return (parts->secure ? "tls " : "") + parts->host + ' ' + std::to_string(parts->port) + ' ' +
           parts->target;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_urls)

BOOST_AUTO_TEST_CASE(queries_are_read_as_by_the_real_server) {
    BOOST_TEST(query("").size() == 2U);
    BOOST_TEST(query("a=1&b=x%20y+z&c&&d=") == R"({"a":"1","b":"x y z","c":"","d":""})");
    BOOST_TEST(query("a=1&a=2") == R"({"a":"2"})");
    BOOST_TEST(query("a[]=1&a[]=2&b[c]=3&b[d][]=4") ==
               R"({"a":["1","2"],"b":{"c":"3","d":["4"]}})");
    BOOST_TEST(query("x=%zz&y=%4") == R"({"x":"%zz","y":"%4"})");
    BOOST_TEST(query("x=%ff") == "none");
}

BOOST_AUTO_TEST_CASE(paths_are_split_before_they_are_decoded) {
    const std::vector<std::string> expected{"room", "a/b", "c+d", "%zz"};
    BOOST_TEST(path_segments("//room/a%2Fb//c+d/%zz/") == expected,
               boost::test_tools::per_element());
    BOOST_TEST(path_segments("/").empty());
}

BOOST_AUTO_TEST_CASE(multipart_forms_are_read) {
    const std::string body =
        "--b\r\ncontent-disposition: form-data; name=\"roomId\"\r\n\r\nmp-1\r\n"
        "--b\r\nContent-Disposition: form-data; name=maxPeers\r\n\r\n3\r\n--b--\r\n";
    const auto value = parse_multipart(body, "multipart/form-data; boundary=b");
    BOOST_REQUIRE(value);
    BOOST_TEST(to_json(*value).value() == R"({"maxPeers":"3","roomId":"mp-1"})");
    BOOST_TEST(!parse_multipart(body, "multipart/form-data").has_value());
    BOOST_TEST(!parse_multipart("--b\r\nx", "multipart/form-data; boundary=b").has_value());
}

BOOST_DATA_TEST_CASE(a_webhook_url_needs_scheme_host_and_path,
                     data::make({"http://x/", "https://host/p?q=1", "ftp://h/x", "http:///p",
                                 "HTTP://H/p", "http://h:abc/x", "foo+bar://h/"}),
                     url) {
    BOOST_TEST(is_webhook_url(url));
}

BOOST_DATA_TEST_CASE(what_lacks_one_of_them_is_no_webhook_url,
                     data::make({"", "nope", "http://x", "http://x?a=/b", "mailto:a@b", "//h/p",
                                 "/p", "http:/p", "1http://h/p", "://h/p", "http://x#/p"}),
                     url) {
    BOOST_TEST(!is_webhook_url(url));
}

BOOST_AUTO_TEST_CASE(webhooks_are_sent_where_the_real_sender_sends_them) {
    BOOST_TEST(target("http://127.0.0.1:81/a/b%20c?x=1&y=%C3%A4#frag") ==
               "127.0.0.1 81 /a/b%20c?x=1&y=%C3%A4");
    BOOST_TEST(target("http://h//a/../b/./c") == "h 80 //a/../b/./c");
    BOOST_TEST(target("https://h/p") == "tls h 443 /p");
    BOOST_TEST(target("http://[::1]:82/x") == "::1 82 /x");
    BOOST_TEST(target("http://h/a b/\xc3\xa4!%zz%C3?x=a b") == "h 80 /a+b/%c3%a4%21%25zz%C3?x=a b");
    BOOST_TEST(target("http://h:/x?") == "h 80 /x");
    BOOST_TEST(target("http://h/a#b?c#d") == "h 80 /a%23b?c");
    BOOST_TEST(target("HTTP://h/x") == "HTTP 80 //h/x");
    BOOST_TEST(target("ftp://127.0.0.1/x") == "ftp 80 //127.0.0.1/x");
    BOOST_TEST(target("http://127.0.0.1:99999/x") == "127.0.0.1 99999 /x");
}

BOOST_AUTO_TEST_CASE(what_the_real_sender_fails_on_crashes_it) {
    BOOST_TEST(target("http:///p") == "crash");
    BOOST_TEST(target("http://127.0.0.1:abc/x") == "crash");
    BOOST_TEST(target("http://:/x") == "crash");
    BOOST_TEST(target("http://[::1]x/y") == "crash");
}

BOOST_AUTO_TEST_CASE(a_user_name_becomes_credentials_and_leaves_the_host) {
    const auto parts = parse_webhook_url("http://user:pass@h:81/x");
    BOOST_REQUIRE(parts);
    BOOST_TEST(parts->credentials.value() == "user:pass");
    BOOST_TEST(parts->authority == "h:81");
}

BOOST_AUTO_TEST_SUITE_END()
