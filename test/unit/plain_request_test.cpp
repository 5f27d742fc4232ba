#include "protocol/plain_request.hpp"

#include "protocol/http_request_reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace data = boost::unit_test::data;
using jellyfish::detail::http_request_reader;
using jellyfish::detail::plain_request;
using jellyfish::detail::read_plain_request;

constexpr std::size_t head_limit = 256;
constexpr std::size_t body_limit = 8;

std::string with_field(const std::string& field) {
    return "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n" + field + "\r\n\r\nab";
}

std::size_t size_read(const std::string& bytes) {
    plain_request request;
    return read_plain_request(bytes, head_limit, body_limit, request);
}

/// The same request, as the general parser reads it: what comes byte by byte is not plain.
void check_as_the_general_parser_does(const std::string& bytes, const plain_request& request) {
    http_request_reader reader(head_limit, body_limit);
    std::string unused;
    for (const char byte : bytes) {
        unused += byte;
        const std::size_t used = reader.read(unused);
        if (!reader.done()) unused.erase(0, used);
    }
    BOOST_REQUIRE(reader.done());
    BOOST_TEST(reader.method() == "POST");
    BOOST_TEST(reader.target() == request.target);
    BOOST_TEST(reader.content_type() == request.content_type);
    BOOST_TEST(reader.content_encoding().empty());
    BOOST_TEST(reader.authorization() == request.authorization);
    BOOST_TEST(reader.body() == request.body);
    BOOST_TEST(reader.http_1_1());
    BOOST_TEST(reader.keep_alive());
    BOOST_TEST(!reader.expects_continue());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plain_request)

BOOST_DATA_TEST_CASE(
    these_are_plain,
    data::make({
        std::string("POST /jellyfish?a=b HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n"
                    "Content-Type: application/x-protobuf\r\nUser-Agent: hackney/1.20.1\r\n"
                    "Authorization: Basic eDp5\r\nContent-Length: 5\r\n\r\nhello"),
        std::string("POST http://h/%20 HTTP/1.1\r\nContent-Length: 0\r\nhOsT:h\r\n\r\n"),
        with_field("Content-TYPE:text/plain  "),
        with_field("content-type: a/b\r\ncontent-type: the/last"),
        with_field("authorization: one\r\nAuthorization:"),
        with_field("expected: nothing"),
        with_field("empty:"),
    }),
    bytes) {
    jellyfish::detail::plain_request request;
    BOOST_TEST(read_plain_request(bytes, head_limit, body_limit, request) == bytes.size());
    check_as_the_general_parser_does(bytes, request);
    BOOST_TEST(size_read(bytes + "POST / ") == bytes.size());
}

BOOST_AUTO_TEST_CASE(what_is_not_whole_is_not_plain) {
    const std::string bytes = with_field("content-type: text/plain");
    for (std::size_t size = 0; size < bytes.size(); ++size)
        BOOST_TEST(size_read(std::string(bytes.data(), size)) == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_longer_than_a_limit_is_not_plain) {
    const auto of_head = [](std::size_t size) {
        const std::string rest = with_field("a:");
        const std::size_t head = rest.size() - 2;
        return with_field("a:" + std::string(size - head, 'x'));
    };
    BOOST_TEST(size_read(of_head(head_limit)) != 0U);
    BOOST_TEST(size_read(of_head(head_limit + 1)) == 0U);
    const auto of_body = [](std::size_t size) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) +
               "\r\n\r\n" + std::string(size, 'x');
    };
    BOOST_TEST(size_read(of_body(body_limit)) != 0U);
    BOOST_TEST(size_read(of_body(body_limit + 1)) == 0U);
}

BOOST_DATA_TEST_CASE(
    these_are_for_the_general_parser,
    data::make({
        // Other requests.
        std::string("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("post / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST / HTTP/1.0\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST / HTTP/1.1 \r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST  HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST  / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST /a b HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        std::string("POST /\xc3\xa4 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
        // Of no host, of two, of no length, or of one that is not plain.
        std::string("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        with_field("host: h"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\n\r\n"),
        with_field("content-length: 2"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na"),
        std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n"),
        // What changes the rules.
        with_field("transfer-encoding: chunked"),
        with_field("Transfer-Encoding: identity"),
        with_field("connection: keep-alive"),
        with_field("Connection: close"),
        with_field("proxy-connection: close"),
        with_field("upgrade: websocket"),
        with_field("expect: 100-continue"),
        with_field("Content-Encoding: gzip"),
        // Unusual lines.
        with_field("a b: c"),
        with_field(": c"),
        with_field("a : c"),
        with_field(" a: c"),
        with_field("content-type: a\r\n b"),
        with_field("a:\tb"),
        with_field("a: \xc3\xa4"),
        with_field("a: b\nc: d"),
        with_field("a: b\r"),
        with_field("no colon"),
    }),
    bytes) {
    BOOST_TEST(size_read(bytes) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
