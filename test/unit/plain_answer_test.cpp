#include "protocol/plain_answer.hpp"

#include "support/rest_recordings.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace data = boost::unit_test::data;
using jellyfish::detail::http_answer;
using jellyfish::detail::http_method;
using jellyfish::detail::http_response_reader;
using jellyfish::detail::read_plain_answer;

constexpr std::uint64_t limit = 1'000;

std::string with_field(const std::string& field) {
    return "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n" + field + "\r\n\r\n{}";
}

/// The same answer, as the general parser reads it: what comes in pieces is not plain.
http_answer read_in_two(const std::string& bytes) {
    http_response_reader reader(http_method::get, limit);
    const std::size_t used = reader.read(std::string_view(bytes).substr(0, 20));
    (void)reader.read(std::string_view(bytes).substr(used));
    BOOST_REQUIRE(reader.done());
    BOOST_TEST(reader.keep_alive());
    return reader.take();
}

void check_equal(const http_answer& is, const http_answer& expected) {
    BOOST_TEST(is.status == expected.status);
    BOOST_TEST(is.content_type == expected.content_type);
    BOOST_TEST(is.content_range == expected.content_range);
    BOOST_TEST(is.location == expected.location);
    BOOST_TEST(is.body == expected.body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plain_answer)

BOOST_AUTO_TEST_CASE(what_servers_answer_mostly_is_read_as_the_general_parser_does) {
    std::size_t plain = 0;
    for (const auto& row : jellyfish::test::recorded_exchanges()) {
        http_answer answer;
        const std::string bytes = row.response();
        const std::size_t used = read_plain_answer(bytes, 65'536, answer);
        if (used == 0) continue;
        ++plain;
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(used == bytes.size());
            BOOST_TEST(answer.status == row.status);
            BOOST_TEST(answer.body == row.body);
        }
    }
    BOOST_TEST(plain > jellyfish::test::recorded_exchanges().size() / 2);
}

BOOST_DATA_TEST_CASE(these_are_plain,
                     data::make({
                         with_field("content-type: application/json; charset=utf-8"),
                         with_field("Content-TYPE:text/plain  "),
                         with_field("content-type:\r\ncontent-type: the/first"),
                         with_field("Content-Range:  bytes 0-1/2"),
                         with_field("LOCATION: /room/1\r\nlocation: /room/2"),
                         with_field("empty:"),
                         std::string("HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 999 What is it?\r\nContent-Length: 002\r\n\r\n{}"),
                     }),
                     bytes) {
    http_answer answer;
    BOOST_TEST(read_plain_answer(bytes, limit, answer) == bytes.size());
    check_equal(answer, read_in_two(bytes));
}

BOOST_AUTO_TEST_CASE(what_follows_an_answer_is_left) {
    http_answer answer;
    const std::string bytes = with_field("a: b");
    BOOST_TEST(read_plain_answer(bytes + "HTTP/1.1 200 OK", limit, answer) == bytes.size());
    BOOST_TEST(answer.body == "{}");
}

BOOST_DATA_TEST_CASE(these_are_for_the_general_parser,
                     data::make({
                         std::string(),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{"),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n"),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\n{}"),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: \r\n\r\n"),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: +0\r\n\r\n"),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: 0x0\r\n\r\n"),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n") +
                             std::string(1'001, 'x'),
                         std::string("HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551617"
                                     "\r\n\r\n{"),
                         std::string("HTTP/1.1 200 OK\r\n\r\n{}"),
                         std::string("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 2x0 OK\r\ncontent-length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 100 Continue\r\ncontent-length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n"),
                         std::string("HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\n\r\n"),
                         with_field("content-length: 2"),
                         with_field("Connection: close"),
                         with_field("connection: keep-alive"),
                         with_field("Proxy-Connection: close"),
                         with_field("Transfer-Encoding: chunked"),
                         with_field("UPGRADE: h2c"),
                         with_field("a: b\r\n folded"),
                         with_field("a: b\tc"),
                         with_field("a: \xc3\xa4"),
                         with_field("a: \x7f"),
                         with_field("a b: c"),
                         with_field(": no name"),
                         with_field("no colon"),
                         with_field("long: " + std::string(4'096, 'x')),
                     }),
                     bytes) {
    http_answer answer;
    BOOST_TEST(read_plain_answer(bytes, limit, answer) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
