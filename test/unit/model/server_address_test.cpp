#include "model/server_address.hpp"

#include <jellyfish/error.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using jellyfish::client_options;
using jellyfish::errc;
using jellyfish::detail::options_at;
using jellyfish::detail::parse_server_address;
using address_type = jellyfish::detail::server_address;

namespace {

struct good {
    std::string text;
    address_type meaning;
};

std::ostream& operator<<(std::ostream& out, const good& each) { return out << each.text; }

std::vector<good> good_addresses() {
    return {
        {"localhost", {"localhost", 5002, ""}},
        {"localhost:5002", {"localhost", 5002, ""}},
        {"localhost:1", {"localhost", 1, ""}},
        {"localhost:65535", {"localhost", 65535, ""}},
        {"localhost:00080", {"localhost", 80, ""}},
        {"media.example.org", {"media.example.org", 5002, ""}},
        {"media.example.org.", {"media.example.org.", 5002, ""}},
        {"media-1.example.org:443", {"media-1.example.org", 443, ""}},
        {"media_1:443", {"media_1", 443, ""}},
        {"127.0.0.1", {"127.0.0.1", 5002, ""}},
        {"127.0.0.1:80", {"127.0.0.1", 80, ""}},
        {"[::1]", {"::1", 5002, ""}},
        {"[::1]:80", {"::1", 80, ""}},
        {"[2001:db8::8a2e:370:7334]:443/a", {"2001:db8::8a2e:370:7334", 443, "/a"}},
        {"localhost/", {"localhost", 5002, ""}},
        {"localhost:80/", {"localhost", 80, ""}},
        {"localhost:80//", {"localhost", 80, ""}},
        {"localhost/prefix", {"localhost", 5002, "/prefix"}},
        {"localhost:80/prefix", {"localhost", 80, "/prefix"}},
        {"localhost:80/prefix/", {"localhost", 80, "/prefix"}},
        {"localhost:80/a/b///", {"localhost", 80, "/a/b"}},
        {"http://localhost", {"localhost", 80, ""}},
        {"http://localhost/", {"localhost", 80, ""}},
        {"ws://localhost:4000/a", {"localhost", 4000, "/a"}},
        {"https://media.example/a/b/", {"media.example", 443, "/a/b"}},
        {"wss://[::1]/a", {"::1", 443, "/a"}},
        {"HTTPS://localhost", {"localhost", 443, ""}},
        {"localhost:80/a://b", {"localhost", 80, "/a://b"}},
        {"https://fishjam.io/api/v1/connect/id", {"fishjam.io", 443, "/api/v1/connect/id"}},
        {"localhost/a-b_c.d~e/%20/x:y@z", {"localhost", 5002, "/a-b_c.d~e/%20/x:y@z"}},
    };
}

struct bad {
    std::string text;
    std::string detail;
};

std::ostream& operator<<(std::ostream& out, const bad& each) {
    return out << '"' << each.text << '"';
}

std::vector<bad> bad_addresses() {
    const std::string scheme = "the scheme must be http, https, ws or wss";
    const std::string port = "the port must be a number from 1 to 65535";
    const std::string host = "the host is missing";
    const std::string label = "the host has an empty label; check its dots";
    const std::string user = "a user name is not allowed";
    const std::string query = "a query or fragment is not allowed";
    const std::string malformed = "the host or port is malformed";
    const std::string brackets = "an IPv6 address requires brackets, as in [::1]:5002";
    const std::string path = "the path prefix is malformed";
    return {
        {"", "the address is empty"},
        {".", host},
        {".:80", host},
        {"..", label},
        {"media.example..", label},
        {"media..example:80", label},
        {".example", label},
        {"ftp://localhost", scheme},
        {"://localhost", scheme},
        {"localhost://a", scheme},
        {"http://", host},
        {"https:///a", host},
        {"http://user@localhost", user},
        {"http://localhost/a?b", query},
        {"http://http://localhost", port},
        {"localhost:", port},
        {"localhost:0", port},
        {"localhost:65536", port},
        {"localhost:99999999999999999999", port},
        {"localhost:/a", port},
        {":5002", host},
        {"/prefix", host},
        {"/", host},
        {"user@localhost", user},
        {"user:password@localhost:5002", user},
        {"localhost/a?b=c", query},
        {"localhost/a#b", query},
        {"localhost?b", malformed},
        {"localhost#b", malformed},
        {"localhost:http", malformed},
        {"localhost:-1", malformed},
        {"localhost:80:80", malformed},
        {"localhost:80 ", malformed},
        {" localhost", malformed},
        {"local host", malformed},
        {"localhost\n", malformed},
        {"local\\host", malformed},
        {"::1", brackets},
        {"::1/prefix", brackets},
        {"2001:db8::1", brackets},
        {"2001:DB8:0:0:0:0:0:1", brackets},
        {"::ffff:10.0.0.1", brackets},
        {"[::1", brackets},
        {"[::1]x", malformed},
        {"[localhost]", malformed},
        {"[]", malformed},
        {"z\xc3\xb3\xc5\x82w", malformed},
        {"local%68ost", "the host must not be percent-encoded"},
        {"[fe80::1%25eth0]", "the host must not be percent-encoded"},
        {"localhost/a b", path},
        {"localhost/a\r\nX: y", path},
        {"localhost/%zz", path},
        {"localhost/a\\b", path},
        {std::string(3'000, 'a'), "the address is longer than 2048 bytes"},
    };
}

bool contradicts(const jellyfish::error& e) {
    return e.code() == errc::invalid_address &&
           e.info().detail == "the scheme contradicts client_options::secure; omit one of the two";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_address)

BOOST_DATA_TEST_CASE(an_address_is_parsed, data::make(good_addresses()), each) {
    const address_type parsed = parse_server_address(each.text);
    BOOST_TEST(parsed.host == each.meaning.host);
    BOOST_TEST(parsed.port == each.meaning.port);
    BOOST_TEST(parsed.prefix == each.meaning.prefix);
    BOOST_TEST((parsed == each.meaning));
}

BOOST_DATA_TEST_CASE(a_formatted_address_is_parsed_to_the_same_parts, data::make(good_addresses()),
                     each) {
    address_type relative = each.meaning;
    relative.host = relative.presented_host();
    BOOST_TEST((parse_server_address(relative.authority() + relative.prefix) == relative));
}

BOOST_DATA_TEST_CASE(an_invalid_address_is_rejected_with_the_reason, data::make(bad_addresses()),
                     each) {
    try {
        static_cast<void>(parse_server_address(each.text));
        BOOST_FAIL("accepted");
    } catch (const jellyfish::error& e) {
        BOOST_TEST((e.code() == errc::invalid_address));
        BOOST_TEST(e.info().detail == each.detail);
        BOOST_TEST(std::string_view(e.what()).find('\n') == std::string_view::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_scheme_must_not_contradict_the_use_of_tls) {
    for (const char* const text : {"http://host", "ws://host"}) {
        BOOST_CHECK_NO_THROW(static_cast<void>(parse_server_address(text, false)));
        BOOST_CHECK_EXCEPTION(static_cast<void>(parse_server_address(text, true)), jellyfish::error,
                              contradicts);
    }
    for (const char* const text : {"https://host", "wss://host"}) {
        BOOST_CHECK_NO_THROW(static_cast<void>(parse_server_address(text, true)));
        BOOST_CHECK_EXCEPTION(static_cast<void>(parse_server_address(text, false)),
                              jellyfish::error, contradicts);
    }
    for (const bool secure : {false, true})
        BOOST_TEST(parse_server_address("host", secure).port == 5002);
}

BOOST_AUTO_TEST_CASE(another_server_has_tls_as_before_unless_its_address_is_a_url) {
    const auto secure = client_options().server_address("https://a/b").server_api_token("t");
    const auto other = options_at(secure, "c:1");
    BOOST_TEST(other.server_address() == "c:1");
    BOOST_TEST(other.server_api_token() == "t");
    BOOST_TEST(other.secure());
    BOOST_TEST(!options_at(secure, "http://c").secure());
    BOOST_TEST(!options_at(client_options(), "c").secure());
    BOOST_TEST(options_at(client_options(), "wss://c").secure());
}

BOOST_AUTO_TEST_CASE(a_rejection_prints_the_address) {
    BOOST_CHECK_EXCEPTION(static_cast<void>(parse_server_address("localhost:0")), jellyfish::error,
                          [](const auto& e) { return e.info().address == "localhost:0"; });
}

BOOST_DATA_TEST_CASE(a_rejection_prints_no_password,
                     data::make({"user:secret@host", "user:se@cret@host", "http://user:secret@host",
                                 "user:sec/ret@host", "user:secret@host:port", "secret@",
                                 "host/a?token=secret", "https://host#secret", "host?secret"}),
                     text) {
    try {
        static_cast<void>(parse_server_address(text));
        BOOST_FAIL("accepted");
    } catch (const jellyfish::error& e) {
        for (const char* part : {"secret", "cret", "sec", "user"})
            BOOST_TEST(e.info().address.find(part) == std::string::npos);
        BOOST_TEST(std::string_view(e.what()).find("cret") == std::string_view::npos);
    }
}

BOOST_AUTO_TEST_CASE(authority_target_and_url_are_formatted) {
    const address_type plain{"localhost", 5002, ""};
    BOOST_TEST(plain.authority() == "localhost:5002");
    BOOST_TEST(plain.target("/room") == "/room");
    BOOST_TEST(plain.url("http", "/room") == "http://localhost:5002/room");
    const address_type full{"::1", 443, "/a/b"};
    BOOST_TEST(full.authority() == "[::1]:443");
    BOOST_TEST(full.target("/room") == "/a/b/room");
    BOOST_TEST(full.url("https", "/room") == "https://[::1]:443/a/b/room");
}

BOOST_AUTO_TEST_CASE(the_trailing_dot_of_an_absolute_name_is_for_the_resolver_only) {
    const address_type absolute = parse_server_address("media.example.:443/a");
    BOOST_TEST(absolute.host == "media.example.");
    BOOST_TEST(absolute.presented_host() == "media.example");
    BOOST_TEST(absolute.authority() == "media.example:443");
    BOOST_TEST(absolute.url("wss", "/socket") == "wss://media.example:443/a/socket");
    BOOST_TEST(absolute.host_header("wss") == "media.example");
}

BOOST_AUTO_TEST_CASE(the_host_header_has_no_port_if_it_is_the_schemes_default) {
    for (const char* secure : {"https", "wss"}) {
        BOOST_TEST((address_type{"host", 443, "/a"}.host_header(secure)) == "host");
        BOOST_TEST((address_type{"::1", 443, ""}.host_header(secure)) == "[::1]");
        BOOST_TEST((address_type{"host", 80, ""}.host_header(secure)) == "host:80");
    }
    for (const char* plain : {"http", "ws"}) {
        BOOST_TEST((address_type{"host", 80, "/a"}.host_header(plain)) == "host");
        BOOST_TEST((address_type{"host", 443, ""}.host_header(plain)) == "host:443");
        BOOST_TEST((address_type{"host", 5002, ""}.host_header(plain)) == "host:5002");
    }
}

BOOST_AUTO_TEST_SUITE_END()
