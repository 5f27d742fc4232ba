#include "testing/request_parser.hpp"

#include <string>
#include <string_view>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::testing::detail::body_reader;
using jellyfish::testing::detail::parse_request_head;
using jellyfish::testing::detail::request_head;
using verdict = request_head::kind;
namespace data = boost::unit_test::data;

/// The status that bytes are refused with; 200 when they are a whole head, 0 when more must come.
int status_of(std::string_view bytes) {
    const request_head head = parse_request_head(bytes);
    if (head.verdict == verdict::refused) return head.status;
    return head.verdict == verdict::whole ? 200 : 0;
}

std::string with_header(std::string_view header) {
    return "GET / HTTP/1.1\r\nhost: x\r\n" + std::string(header) + "\r\n\r\n";
}

struct sample {
    const char* bytes;
    int status;
};

std::ostream& operator<<(std::ostream& out, const sample& value) { return out << value.bytes; }

const sample samples[] = {
    {"hello\r\n\r\n", 400},
    {" GET / HTTP/1.1\r\n", 400},
    {"\nGET / HTTP/1.1\r\n", 400},
    {"\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n", 200},
    {"\r\n\r\n\r\n\r\n\r\n\r\n", 400},
    {"G(T / HTTP/1.1\r\n", 400},
    {"AVERYLONGMETHODNAMETHATISTOOLONG / HTTP/1.1\r\n", 501},
    {"CONNECT x:1 HTTP/1.1\r\n", 501},
    {"TRACE / HTTP/1.1\r\n", 501},
    {"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", 200},
    {"GET x HTTP/1.1\r\n", 400},
    {"GET /\r\n", 400},
    {"GET /?a\r\n", 400},
    {"GET /#a\r\n", 400},
    {"GET  / HTTP/1.1\r\n", 400},
    {"GET /  HTTP/1.1\r\n", 400},
    {"GET / HTTP/1.1 \r\n", 400},
    {"GET / HTTP/2.0\r\n", 505},
    {"GET / HTTP/1.2\r\n", 505},
    {"GET / http/1.1\r\n", 505},
    {"GET /health HTTP/1.1\nhost: x\n\n", 505},
    {"GET http://x/a HTTP/1.1\r\nhost: x\r\n\r\n", 200},
    {"GET http://x/a HTTP/1.1\r\nhost: y\r\n\r\n", 400},
    {"GET http://u@x/a HTTP/1.1\r\nhost: x\r\n\r\n", 400},
    {"GET http:///a HTTP/1.1\r\nhost: x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.0\r\n\r\n", 200},
    {"GET / HTTP/1.1\r\nhost:\r\n\r\n", 200},
    {"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n", 200},
    {"GET / HTTP/1.1\r\nhost: x:y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nhost: x\r\n folded\r\n: \r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nhost : x\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nho", 0},
    {"GET / HT", 0},
    {"", 0},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_request_parser)

BOOST_DATA_TEST_CASE(requests_are_taken_and_refused_as_by_the_real_server, data::make(samples),
                     example) {
    BOOST_TEST(status_of(example.bytes) == example.status);
}

BOOST_DATA_TEST_CASE(lengths_and_encodings_are_checked,
                     data::make({"content-length: -1", "content-length: x",
                                 "content-length:", "content-length: 1, 1",
                                 "transfer-encoding: gzip", "transfer-encoding: chunked, chunked",
                                 "transfer-encoding: chunked\r\ncontent-length: 1"}),
                     header) {
    BOOST_TEST(status_of(with_header(header)) == 400);
}

BOOST_AUTO_TEST_CASE(a_request_comes_out_in_parts) {
    const request_head head = parse_request_head(
        "POST /room//a%20b?x=1&y#z HTTP/1.1\r\nHost: x\r\nX-A:  1 \r\nx-a: 2\r\nCookie: a\r\n"
        "cookie: b\r\ncontent-length: 5\r\n\r\nhello");
    BOOST_REQUIRE((head.verdict == verdict::whole));
    BOOST_TEST(head.request.method == "POST");
    BOOST_TEST(head.request.path == "/room//a%20b");
    BOOST_TEST(head.request.query == "x=1&y");
    BOOST_TEST(*head.request.header("x-a") == "1, 2");
    BOOST_TEST(*head.request.header("cookie") == "a; b");
    BOOST_TEST(head.content_length == 5U);
    BOOST_TEST(!head.chunked);
}

BOOST_AUTO_TEST_CASE(long_lines_are_refused_before_they_end) {
    BOOST_TEST(status_of("GET /" + std::string(7'900, 'a')) == 0);
    BOOST_TEST(status_of("GET /" + std::string(8'100, 'a')) == 414);
    const std::string begin = "GET / HTTP/1.1\r\nhost: x\r\n";
    BOOST_TEST(status_of(begin + std::string(60, 'a')) == 0);
    BOOST_TEST(status_of(begin + std::string(70, 'a')) == 431);
    BOOST_TEST(status_of(begin + "a: " + std::string(4'000, 'a')) == 0);
    BOOST_TEST(status_of(begin + "a: " + std::string(4'100, 'a')) == 431);
}

BOOST_AUTO_TEST_CASE(a_hundred_headers_are_enough) {
    std::string bytes = "GET / HTTP/1.1\r\nhost: x\r\n";
    for (int i = 0; i < 99; ++i)
        bytes += 'h' + std::to_string(i) + ": 1\r\n";
    BOOST_TEST(status_of(bytes + "\r\n") == 200);
    BOOST_TEST(status_of(bytes + "one-more: 1\r\n\r\n") == 431);
}

BOOST_AUTO_TEST_CASE(every_beginning_of_a_good_request_wants_more) {
    const std::string bytes = with_header("a: b");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        BOOST_TEST(status_of(std::string_view(bytes).substr(0, size)) == 0);
    }
    BOOST_TEST(status_of(bytes) == 200);
}

BOOST_AUTO_TEST_CASE(a_head_that_stops_is_known_to_have_begun) {
    BOOST_TEST(!parse_request_head("GET / HTTP/1.1").in_headers);
    BOOST_TEST(parse_request_head("GET / HTTP/1.1\r\nhost: x\r\n").in_headers);
}

BOOST_AUTO_TEST_CASE(chunks_are_read_in_pieces_of_any_size) {
    request_head head;
    head.chunked = true;
    const std::string bytes =
        "9;a=b\r\n{\"roomId\"\r\n7\r\n:\"chk\"}\r\n0\r\ntrailer: x\r\n\r\nrest";
    body_reader reader(head);
    std::string buffer;
    std::string body;
    for (const char c : bytes) {
        buffer += c;
        BOOST_REQUIRE(reader.read(buffer, body));
    }
    BOOST_TEST(reader.done());
    BOOST_TEST(body == "{\"roomId\":\"chk\"}");
    BOOST_TEST(buffer == "rest");
}

BOOST_DATA_TEST_CASE(malformed_chunks_are_refused,
                     data::make({"x\r\n", "-1\r\n", "\r\n", "1\r\nabc\r\n", "1 1\r\n"}), bytes) {
    request_head head;
    head.chunked = true;
    body_reader reader(head);
    std::string buffer = bytes;
    std::string body;
    BOOST_TEST(!reader.read(buffer, body));
}

BOOST_AUTO_TEST_CASE(a_body_of_known_length_leaves_what_follows) {
    request_head head;
    head.content_length = 3;
    body_reader reader(head);
    std::string buffer = "abcdef";
    std::string body;
    BOOST_TEST(reader.read(buffer, body));
    BOOST_TEST(reader.done());
    BOOST_TEST(body == "abc");
    BOOST_TEST(buffer == "def");
}

BOOST_AUTO_TEST_SUITE_END()
