#include "http/request_reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;

namespace {

constexpr std::size_t max_header_size = 1'024;
constexpr std::size_t body_limit = 2'048;

http::request_reader make() { return http::request_reader(max_header_size, body_limit); }

/// Feeds bytes to a reader in pieces, as a connection does. Returns those that were not consumed.
std::string feed(http::request_reader& reader, std::string_view bytes, std::size_t piece) {
    std::string pending;
    while (!bytes.empty() && !reader.done() && reader.failure() == 0) {
        const std::size_t size = std::min(piece, bytes.size());
        pending.append(bytes.substr(0, size));
        bytes.remove_prefix(size);
        // Exact size, so that AddressSanitizer detects overreads.
        const std::string input = pending;
        pending.erase(0, reader.read(input));
        if (reader.done()) BOOST_TEST(reader.body().size() <= body_limit);
    }
    return pending.append(bytes);
}

const std::string plain =
    "POST /hook?a=b HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-protobuf\r\n"
    "Authorization: Basic eDp5\r\nContent-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello";

std::string post(std::string_view headers, std::string_view body = {}) {
    return "POST / HTTP/1.1\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

/// The error for invalid bytes, which must be the same in every split.
int failure_of(const std::string& bytes) {
    http::request_reader whole = make();
    feed(whole, bytes, bytes.size());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
        http::request_reader pieces = make();
        feed(pieces, bytes, piece);
        BOOST_TEST(pieces.failure() == whole.failure());
    }
    BOOST_TEST(!whole.done());
    BOOST_TEST(whole.detail().empty() == (whole.failure() == 0));
    return whole.failure();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(request_reader)

// ---- requests

BOOST_AUTO_TEST_CASE(a_request_is_read_in_every_split) {
    for (std::size_t piece = 1; piece <= plain.size(); ++piece) {
        auto reader = make();
        std::string pending;
        std::string body;
        for (std::size_t at = 0; at < plain.size(); at += piece) {
            BOOST_TEST(!reader.done());
            pending.append(plain.substr(at, piece));
            const std::size_t used = reader.read(pending);
            if (reader.done()) body = reader.body();
            pending.erase(0, used);
        }
        BOOST_REQUIRE(reader.done());
        BOOST_TEST(pending.empty());
        BOOST_TEST(reader.method() == "POST");
        BOOST_TEST(reader.target() == "/hook?a=b");
        BOOST_TEST(reader.content_type() == "application/x-protobuf");
        BOOST_TEST(reader.content_encoding() == "identity");
        BOOST_TEST(reader.authorization() == "Basic eDp5");
        BOOST_TEST(body == "hello");
        BOOST_TEST(reader.keep_alive());
        BOOST_TEST(reader.http_1_1());
        BOOST_TEST(!reader.expects_continue());
        BOOST_TEST(reader.failure() == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_request_split_in_two_anywhere_is_read) {
    for (std::size_t at = 1; at < plain.size(); ++at) {
        auto reader = make();
        const std::size_t used = reader.read(plain.substr(0, at));
        BOOST_TEST(!reader.done());
        const std::string rest = plain.substr(used);
        BOOST_TEST(reader.read(rest) == rest.size());
        BOOST_REQUIRE(reader.done());
        BOOST_TEST(reader.body() == "hello");
    }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_read_one_by_one) {
    auto reader = make();
    const std::string bytes = plain + "\r\n" + plain + "POST / HTTP/1.1\r\n";
    std::size_t used = reader.read(bytes);
    BOOST_TEST(used == plain.size());
    BOOST_TEST(reader.read(bytes.substr(used)) == 0U);
    reader.reset();
    BOOST_TEST(!reader.begun());
    BOOST_TEST(!reader.header_done());
    used += reader.read(bytes.substr(used));
    BOOST_TEST(used == 2 * plain.size() + 2);
    BOOST_TEST(reader.done());
    reader.reset();
    BOOST_TEST(reader.authorization() == "");
    static_cast<void>(reader.read(bytes.substr(used)));
    BOOST_TEST(reader.begun());
    BOOST_TEST(!reader.done());
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_read_in_every_split) {
    const std::string chunked =
        post("Host: h\r\nTransfer-Encoding: chunked\r\n",
             "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nContent-Type: text/html\r\n\r\n");
    for (std::size_t piece = 1; piece <= chunked.size(); ++piece) {
        auto reader = make();
        BOOST_TEST(feed(reader, chunked + "next", piece).ends_with("next"));
        BOOST_REQUIRE(reader.done());
        BOOST_TEST(reader.body() == "abc0123456789");
        BOOST_TEST(reader.content_type() == "");  // A trailer is not a header.
    }
}

BOOST_AUTO_TEST_CASE(an_empty_body_is_accepted) {
    auto reader = make();
    static_cast<void>(reader.read(post("Host: h\r\nContent-Length: 0\r\n")));
    BOOST_TEST(reader.done());
    BOOST_TEST(reader.body() == "");
}

BOOST_AUTO_TEST_CASE(header_names_ignore_case_values_are_trimmed_and_the_first_of_several_counts) {
    auto reader = make();
    static_cast<void>(reader.read(
        "POST http://h/%20 HTTP/1.1\r\nhOsT:h\r\nContent-Length: 0\r\n"
        "Content-TYPE:text/plain  \r\ncontent-type: text/html\r\nauthorization:\t one\r\n\r\n"));
    BOOST_REQUIRE(reader.done());
    BOOST_TEST(reader.target() == "http://h/%20");
    BOOST_TEST(reader.content_type() == "text/plain");
    BOOST_TEST(reader.authorization() == "one");
}

BOOST_AUTO_TEST_CASE(a_request_without_post_needs_no_length) {
    auto reader = make();
    static_cast<void>(reader.read("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    BOOST_TEST(reader.done());
    BOOST_TEST(reader.method() == "GET");
}

BOOST_AUTO_TEST_CASE(a_discarded_body_is_not_kept) {
    for (const std::string& body :
         {post("Host: h\r\nContent-Length: 8\r\n", "abcdefgh"),
          post("Host: h\r\nTransfer-Encoding: chunked\r\n", "8\r\nabcdefgh\r\n0\r\n\r\n")}) {
        auto reader = make();
        const std::size_t used = reader.read(body.substr(0, body.size() - 7));
        BOOST_TEST(reader.header_done());
        reader.discard_body();
        static_cast<void>(reader.read(body.substr(used)));
        BOOST_TEST(reader.done());
        BOOST_TEST(reader.body() == "");
    }
}

// ---- pipelining

BOOST_AUTO_TEST_CASE(both_versions_state_whether_the_connection_is_kept) {
    const std::vector<std::pair<std::string, bool>> all = {
        {" HTTP/1.1\r\nHost: h\r\n\r\n", true},
        {" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", false},
        {" HTTP/1.0\r\n\r\n", false},
        {" HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
    };
    for (const auto& [rest, continues] : all) {
        auto reader = make();
        static_cast<void>(reader.read("GET /" + rest));
        BOOST_REQUIRE(reader.done());
        BOOST_TEST(reader.keep_alive() == continues);
        BOOST_TEST(reader.http_1_1() == rest.starts_with(" HTTP/1.1"));
    }
}

BOOST_AUTO_TEST_CASE(an_expectation_of_100_continue_is_reported) {
    auto reader = make();
    static_cast<void>(
        reader.read(post("Host: h\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n")));
    BOOST_TEST(reader.header_done());
    BOOST_TEST(!reader.done());
    BOOST_TEST(reader.expects_continue());
    auto old = make();
    static_cast<void>(
        old.read("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
    BOOST_TEST(!old.expects_continue());
}

// ---- repeated headers

BOOST_AUTO_TEST_CASE(repeated_list_headers_are_joined) {
    const auto read = [](const std::string& headers) {
        auto reader = make();
        static_cast<void>(reader.read(post("Host: h\r\nContent-Length: 0\r\n" + headers)));
        BOOST_TEST(reader.done());
        return reader;
    };
    const auto continues = [&](const std::string& headers) { return read(headers).keep_alive(); };
    BOOST_TEST(!continues("Connection: foo\r\nConnection: close\r\n"));
    BOOST_TEST(!continues("Connection: close\r\nConnection: foo\r\n"));
    BOOST_TEST(continues("Connection: foo\r\nConnection: keep-alive\r\n"));
    const std::string expects = "Expect: 100-continue\r\n";
    BOOST_TEST(read(expects + expects).expects_continue());
    BOOST_TEST(read("Expect: 100-continue,\r\nExpect:\r\n").expects_continue());
    BOOST_TEST(failure_of(post("Host: h\r\n" + expects + "Expect: cake\r\n")) == 417);
    BOOST_TEST(failure_of(post("Host: h\r\nExpect: 100-continue, cake\r\n")) == 417);
    BOOST_TEST(
        read("Content-Encoding: gzip\r\nContent-Encoding: identity\r\n").content_encoding() ==
        "gzip, identity");
    const std::string coded = "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n";
    BOOST_TEST(failure_of(post("Host: h\r\n" + coded, "0\r\n\r\n")) == 501);
}

// ---- invalid requests

BOOST_AUTO_TEST_CASE(invalid_requests_are_rejected) {
    const std::vector<std::string> all = {
        "\x16\x03\x01\x02",
        std::string("\0\0", 2),
        "<html>",
        " POST / HTTP/1.1\r\n\r\n",
        "POST\r\n\r\n",
        "POST /\r\n\r\n",
        "PO\x01ST / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nNo colon\r\n\r\n",
        post("Host: h\r\nContent-Length: -1\r\n"),
        post("Host: h\r\nContent-Length: 1x\r\n"),
        post("Host: h\r\nContent-Length: 99999999999999999999\r\n"),
        post("Host: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
        post("Host: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
        post("Host: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n"),
        post("Host: h\r\nTransfer-Encoding: chunked\r\n", "xyz\r\n"),
        post("Host: h\r\nTransfer-Encoding: chunked\r\n", "1\r\nabcdef\r\n"),
        post("Content-Length: 1\r\n"),
        post("Host: h\r\nHost: i\r\nContent-Length: 1\r\n"),
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        // Folded headers (RFC 9112, section 5.2).
        post("Host: h\r\nContent-Length: 0\r\nX: a\r\n b\r\n"),
        post("Host: h\r\nContent-Length: 0\r\nX: a\r\n\tb\r\nExpect: cake\r\n"),
        post("Host: h\r\nContent-Length: 0\r\nX:\r\n b\r\n"),
        post("Host: h\r\nContent-Length: 0\r\nX: a\r\n \r\n"),
        post("Host:\r\n h\r\nContent-Length: 0\r\n"),
        post(" X: a\r\nHost: h\r\nContent-Length: 0\r\n"),
    };
    for (const std::string& each : all)
        BOOST_TEST(failure_of(each) == 400, each);
}

BOOST_AUTO_TEST_CASE(other_versions_codings_and_expectations_are_rejected) {
    BOOST_TEST(failure_of("POST / HTTP/2.0\r\nHost: h\r\n\r\n") == 505);
    BOOST_TEST(failure_of(post("Host: h\r\nTransfer-Encoding: gzip\r\n")) == 501);
    BOOST_TEST(failure_of(post("Host: h\r\nTransfer-Encoding: gzip, chunked\r\n")) == 501);
    BOOST_TEST(failure_of(post("Host: h\r\nExpect: cake\r\nContent-Length: 0\r\n")) == 417);
}

BOOST_AUTO_TEST_CASE(a_post_without_a_length_is_rejected) {
    BOOST_TEST(failure_of(post("Host: h\r\n")) == 411);
    BOOST_TEST(failure_of("POST / HTTP/1.0\r\n\r\n") == 411);
}

// ---- limits

BOOST_AUTO_TEST_CASE(the_header_limit_is_exact_in_every_split) {
    const std::string begin = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nX: ";
    for (const bool one_line : {true, false}) {
        std::string filler;
        while (begin.size() + filler.size() + 4 < max_header_size)
            filler += !one_line && filler.size() % 16 == 12 ? "\r\nY: " : "x";
        filler.resize(max_header_size - begin.size() - 4, 'x');
        const std::string fits = begin + filler + "\r\n\r\n";
        BOOST_TEST(fits.size() == max_header_size);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{13}, fits.size()}) {
            auto reader = make();
            feed(reader, fits, piece);
            BOOST_TEST(reader.done());
        }
        BOOST_TEST(failure_of(begin + filler + "x\r\n\r\n") == 431);
        BOOST_TEST(failure_of(begin + filler + std::string(10'000, 'x')) == 431);
    }
}

BOOST_AUTO_TEST_CASE(an_endless_request_line_is_rejected) {
    BOOST_TEST(failure_of("POST /" + std::string(max_header_size, 'x')) == 431);
    BOOST_TEST(failure_of(std::string(max_header_size + 1, 'P')) == 431);
}

BOOST_AUTO_TEST_CASE(the_body_limit_is_exact) {
    const auto with_length = [](std::size_t size) {
        return post("Host: h\r\nContent-Length: " + std::to_string(size) + "\r\n");
    };
    auto reader = make();
    feed(reader, with_length(body_limit) + std::string(body_limit, 'x'), 100);
    BOOST_TEST(reader.done());
    BOOST_TEST(reader.body().size() == body_limit);
    BOOST_TEST(failure_of(with_length(body_limit + 1)) == 413);
}

BOOST_AUTO_TEST_CASE(the_body_limit_is_exact_for_chunked_bodies) {
    const std::string header_text = post("Host: h\r\nTransfer-Encoding: chunked\r\n");
    const std::string chunk = "400\r\n" + std::string(1'024, 'x') + "\r\n";
    auto reader = make();
    feed(reader, header_text + chunk + chunk + "0\r\n\r\n", 100);
    BOOST_TEST(reader.done());
    BOOST_TEST(reader.body().size() == body_limit);
    BOOST_TEST(failure_of(header_text + chunk + chunk + "1\r\n") == 413);
}

BOOST_AUTO_TEST_CASE(lines_between_chunks_and_trailers_are_limited) {
    const std::string header_text = post("Host: h\r\nTransfer-Encoding: chunked\r\n");
    BOOST_TEST(failure_of(header_text + "1;" + std::string(2 * max_header_size, 'x')) == 431);
    BOOST_TEST(failure_of(header_text + "0\r\nX: " + std::string(2 * max_header_size, 'x')) == 431);
    for (const std::size_t size : {2 * max_header_size, 70 * max_header_size})
        BOOST_TEST(failure_of(header_text + "0\r\nX: " + std::string(size, 'x') + "\r\n\r\n") ==
                   431);
}

BOOST_AUTO_TEST_CASE(chunk_overhead_is_limited_by_the_header_limit_and_the_body) {
    const std::string header_text = post("Host: h\r\nTransfer-Encoding: chunked\r\n");
    const auto chunks = [&](std::size_t count, const std::string& line, const std::string& bytes) {
        std::string all = header_text;
        for (std::size_t i = 0; i < count; ++i)
            all += line + "\r\n" + bytes + "\r\n";
        return all;
    };
    const auto fits = [](const std::string& bytes) {
        auto reader = make();
        feed(reader, bytes + "0\r\n\r\n", 100);
        return reader.done();
    };
    const std::string extension = "1;a=" + std::string(46, 'b');  // 54 bytes for each chunk.
    BOOST_TEST(fits(chunks(19, extension, "x")));
    BOOST_TEST(failure_of(chunks(20, extension, "x")) == 431);
    BOOST_TEST(failure_of(chunks(20, "1" + std::string(49, ' '), "x")) != 0);
    BOOST_TEST(failure_of(chunks(20, std::string(49, '0') + "1", "x")) == 431);
    BOOST_TEST(fits(chunks(250, "1", "x")));
    BOOST_TEST(failure_of(chunks(300, "1", "x")) == 431);
    BOOST_TEST(fits(chunks(250, "8", "12345678")));  // However many chunks there are.
    const std::string trailer = "0\r\nX: " + std::string(max_header_size / 2, 'x');
    BOOST_TEST(failure_of(chunks(10, extension, "x") + trailer + "\r\n\r\n") == 431);
}

BOOST_AUTO_TEST_SUITE_END()
