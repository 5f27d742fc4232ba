#include "http/response_reader.hpp"

#include <jellyfish/version.hpp>

#include "data/random.hpp"
#include "data/rest_recordings.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::errc;
using jellyfish::error_code;
namespace http = jellyfish::detail::http;
using jellyfish::detail::server_address;
using reader = jellyfish::detail::http::response_reader;

const std::string small_response =
    "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nserver: Cowboy\r\n\r\n{\"data\":[]}";
const std::string chunked_response =
    "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    "4;x=y\r\n{\"da\r\n7\r\nta\":[]}\r\n0\r\nTrailer: 1\r\n\r\n";
const std::string empty_response = "HTTP/1.1 204 No Content\r\nserver: Cowboy\r\n\r\n";

/// Feeds bytes in pieces, as a connection does: bytes that are not consumed are passed again.
class feeder {
public:
    explicit feeder(reader& to) : to_(to) {}

    void feed(std::string_view bytes) {
        pending_.append(bytes);
        pending_.erase(0, to_.read(pending_));
    }

    [[nodiscard]] const std::string& left() const noexcept { return pending_; }

private:
    reader& to_;
    std::string pending_;
};

/// The result of reading a response.
struct result {
    bool done = false;
    error_code failure;
    int status = 0;
    std::string body;
    bool keep_alive = false;
    std::string left;

    bool operator==(const result&) const = default;
};

result read_in_parts(const std::vector<std::string_view>& parts,
                     http::method method = http::method::get,
                     std::uint64_t limit = reader::normal_body_limit, bool end = false) {
    reader reader_under_test(method, limit);
    feeder to(reader_under_test);
    for (const std::string_view part : parts)
        to.feed(part);
    result out;
    if (end) out.done = reader_under_test.read_end();
    out.done = reader_under_test.done();
    out.failure = reader_under_test.failure();
    out.left = to.left();
    if (out.done) {
        out.keep_alive = reader_under_test.keep_alive();
        auto message = reader_under_test.take();
        out.status = message.status;
        out.body = std::move(message.body);
    }
    return out;
}

result read_all(std::string_view bytes, http::method method = http::method::get,
                std::uint64_t limit = reader::normal_body_limit) {
    return read_in_parts({bytes}, method, limit);
}

result read_to_end(std::string_view bytes, http::method method = http::method::get) {
    return read_in_parts({bytes}, method, reader::normal_body_limit, true);
}

result whole(int status, std::string body, bool keep_alive = true, std::string left = {}) {
    result out;
    out.done = true;
    out.status = status;
    out.body = std::move(body);
    out.keep_alive = keep_alive;
    out.left = std::move(left);
    return out;
}

void check_equal(const result& is, const result& expected) {
    BOOST_TEST(is.done == expected.done);
    BOOST_TEST(is.failure == expected.failure);
    BOOST_TEST(is.status == expected.status);
    BOOST_TEST(is.body == expected.body);
    BOOST_TEST(is.keep_alive == expected.keep_alive);
    BOOST_TEST(is.left == expected.left);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(response_reader)

BOOST_AUTO_TEST_CASE(a_request_without_a_body_has_no_content_headers) {
    BOOST_TEST(http::request_writer({"localhost", 5002, ""}, "http", "development", "agent/1 (x)")
                   .write({http::method::get, "/room/a%20b", ""}) ==
               "GET /room/a%20b HTTP/1.1\r\nHost: localhost:5002\r\n"
               "User-Agent: agent/1 (x)\r\n"
               "Authorization: Bearer development\r\nAccept: application/json\r\n\r\n");
    BOOST_TEST(http::request_writer({"::1", 1, "/prefix"}, "http", "t", "a")
                   .write({http::method::delete_, "/room/a", ""}) ==
               "DELETE /prefix/room/a HTTP/1.1\r\nHost: [::1]:1\r\nUser-Agent: a\r\nAuthorization: "
               "Bearer t\r\n"
               "Accept: application/json\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(fishjam_receives_the_name_and_version_of_the_library) {
    const std::string name = "x-fishjam-api-client: cpp-server/" JELLYFISH_VERSION "\r\n";
    const http::request request{http::method::get, "/room", ""};
    const auto sent = [&](jellyfish::server_api api) {
        return http::request_writer({"h", 1, ""}, "http", "t", "a", api).write(request);
    };
    BOOST_TEST(sent(jellyfish::server_api::fishjam).find("\r\n" + name) != std::string::npos);
    BOOST_TEST(sent(jellyfish::server_api::jellyfish).find("fishjam") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_host_has_no_trailing_dot) {
    BOOST_TEST(http::request_writer({"media.example.", 5002, ""}, "http", "t", "a")
                   .write({http::method::get, "/room", ""})
                   .find("\r\nHost: media.example:5002\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_with_a_body_has_its_type_and_length) {
    BOOST_TEST(http::request_writer({"h", 8080, ""}, "http", "t", "a")
                   .write({http::method::post, "/room", "{\"a\":\"€\"}"}) ==
               "POST /room HTTP/1.1\r\nHost: h:8080\r\nUser-Agent: a\r\nAuthorization: Bearer t\r\n"
               "Accept: application/json\r\nContent-Type: application/json\r\n"
               "Content-Length: 11\r\n\r\n{\"a\":\"€\"}");
    BOOST_TEST(http::request_writer({"h", 8080, ""}, "http", "t", "a")
                   .write({http::method::post, "/room", ""})
                   .find("Content-Length: 0\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_host_has_no_port_if_it_is_the_schemes_default) {
    const auto has_host = [](const server_address& address, const char* scheme,
                             const std::string& host, bool file = false) {
        http::request request{http::method::get, "/hls/r/index.m3u8", ""};
        request.file = file;
        return http::request_writer(address, scheme, "t", "a")
                   .write(request)
                   .find("\r\nHost: " + host + "\r\n") != std::string::npos;
    };
    BOOST_TEST(has_host({"media.example", 443, ""}, "https", "media.example"));
    BOOST_TEST(has_host({"media.example", 443, ""}, "https", "media.example", true));
    BOOST_TEST(has_host({"media.example", 80, ""}, "http", "media.example"));
    BOOST_TEST(has_host({"::1", 80, ""}, "http", "[::1]"));
    BOOST_TEST(has_host({"media.example", 443, ""}, "http", "media.example:443"));
    BOOST_TEST(has_host({"media.example", 80, ""}, "https", "media.example:80"));
}

BOOST_AUTO_TEST_CASE(every_recorded_response_is_read) {
    for (const auto& row : jellyfish::test::recorded_exchanges()) {
        BOOST_TEST_CONTEXT(row.name) {
            const bool kept =
                row.header_text.find("\r\nconnection: close\r\n") == std::string::npos;
            BOOST_TEST((kept || row.closed_after));
            check_equal(read_all(row.response()), whole(row.status, row.body, kept));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_response_is_the_same_in_every_split) {
    for (const std::string& bytes :
         {small_response, chunked_response, empty_response,
          jellyfish::test::recorded_exchange_named("room create full").response()}) {
        const result expected = read_all(bytes);
        BOOST_REQUIRE(expected.done);
        const std::string_view view = bytes;
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
            BOOST_TEST((read_in_parts({view.substr(0, cut), view.substr(cut)}) == expected), cut);
        std::vector<std::string_view> bytewise;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytewise.push_back(view.substr(i, 1));
        check_equal(read_in_parts(bytewise), expected);
    }
}

BOOST_AUTO_TEST_CASE(bytes_after_a_response_are_not_consumed) {
    check_equal(read_all(small_response + "HTTP/1.1 "),
                whole(200, "{\"data\":[]}", true, "HTTP/1.1 "));
    check_equal(read_all(empty_response + "x"), whole(204, "", true, "x"));
    check_equal(read_all(chunked_response + small_response),
                whole(201, "{\"data\":[]}", true, small_response));
}

BOOST_AUTO_TEST_CASE(end_of_stream_within_a_response_leaves_it_incomplete) {
    for (const std::string& bytes : {small_response, chunked_response, empty_response}) {
        for (std::size_t n = 0; n < bytes.size(); ++n) {
            const result is = read_to_end(std::string_view(bytes).substr(0, n));
            BOOST_TEST(!is.done, n);
            BOOST_TEST(!is.failure, n);
        }
        BOOST_TEST(read_to_end(bytes).done);
    }
}

BOOST_AUTO_TEST_CASE(a_response_without_a_length_ends_with_the_connection) {
    const std::string header_text = "HTTP/1.1 200 OK\r\n\r\n";
    BOOST_TEST(!read_all(header_text + "abc").done);
    check_equal(read_to_end(header_text + "abc"), whole(200, "abc", false));
    check_equal(read_to_end(header_text), whole(200, "", false));
}

BOOST_AUTO_TEST_CASE(some_responses_have_no_body_whatever_their_header_states) {
    check_equal(read_all("HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n"), whole(204, ""));
    check_equal(read_all("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"), whole(304, ""));
    check_equal(read_all("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", http::method::head),
                whole(200, ""));
    check_equal(read_all("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"), whole(404, ""));
}

BOOST_AUTO_TEST_CASE(the_server_decides_whether_the_connection_is_kept) {
    const auto kept = [](const std::string& version, const std::string& header) {
        return read_all(version + " 200 OK\r\ncontent-length: 0\r\n" + header + "\r\n").keep_alive;
    };
    BOOST_TEST(kept("HTTP/1.1", ""));
    BOOST_TEST(kept("HTTP/1.1", "connection: keep-alive\r\n"));
    BOOST_TEST(!kept("HTTP/1.1", "connection: close\r\n"));
    BOOST_TEST(!kept("HTTP/1.1", "Connection: foo, Close\r\n"));
    BOOST_TEST(!kept("HTTP/1.0", ""));
    BOOST_TEST(kept("HTTP/1.0", "connection: keep-alive\r\n"));
}

BOOST_AUTO_TEST_CASE(interim_responses_are_ignored) {
    const std::string interim =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n";
    const std::string bytes = interim + small_response;
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const std::string_view view = bytes;
        BOOST_TEST(
            (read_in_parts({view.substr(0, cut), view.substr(cut)}) == whole(200, "{\"data\":[]}")),
            cut);
    }
    BOOST_TEST(!read_to_end(interim).done);
    BOOST_TEST(read_all("HTTP/1.1 101 Switching Protocols\r\n\r\n").failure ==
               error_code(errc::malformed_response));
}

BOOST_AUTO_TEST_CASE(interim_responses_count_towards_the_header_limit) {
    const std::string interim =
        "HTTP/1.1 103 Early Hints\r\nlink: <" + std::string(1'000, 'a') + ">\r\n\r\n";
    std::string some;
    for (int i = 0; i < 10; ++i)
        some += interim;
    BOOST_TEST(read_all(some + small_response).done);
    const std::string many = some + some + small_response;
    BOOST_TEST(read_all(many).failure == error_code(errc::response_too_large));
    std::string endless;
    for (int i = 0; i < 2'000; ++i)
        endless += "HTTP/1.1 100 \r\n\r\n";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, endless.size()}) {
        reader reader_under_test(http::method::get);
        feeder to(reader_under_test);
        for (std::size_t at = 0; at < endless.size() && !reader_under_test.failure(); at += piece)
            to.feed(std::string_view(endless).substr(at, piece));
        BOOST_TEST(reader_under_test.failure() == error_code(errc::response_too_large));
    }
    reader reader_under_test(http::method::get);  // The next response starts fresh.
    feeder to(reader_under_test);
    to.feed(some + small_response);
    BOOST_REQUIRE(reader_under_test.done());
    reader_under_test.begin(http::method::get, reader::normal_body_limit);
    to.feed(some + small_response);
    BOOST_TEST(reader_under_test.done());
}

BOOST_AUTO_TEST_CASE(repeated_list_headers_are_joined) {
    const auto kept = [](const std::string& headers) {
        return read_all("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n" + headers + "\r\n").keep_alive;
    };
    BOOST_TEST(!kept("connection: foo\r\nconnection: close\r\n"));
    BOOST_TEST(!kept("connection: close\r\nconnection: foo\r\n"));
    BOOST_TEST(kept("connection: foo\r\nconnection: keep-alive\r\n"));
    const auto coded = [](const std::string& headers) {
        return read_all("HTTP/1.1 200 OK\r\n" + headers + "\r\n2\r\nab\r\n0\r\n\r\n");
    };
    check_equal(coded("transfer-encoding: chunked\r\n"), whole(200, "ab"));
    // Nobody requested these.
    for (const char* headers : {"transfer-encoding: gzip, chunked\r\n",
                                "transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
                                "transfer-encoding: chunked\r\ntransfer-encoding: gzip\r\n"}) {
        BOOST_TEST(coded(headers).failure == error_code(errc::malformed_response), headers);
    }
}

BOOST_AUTO_TEST_CASE(a_header_may_be_folded_over_several_lines) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nx: a\r\n\tb\r\nconnection: foo,\r\n close\r\n"
        "content-length:\r\n 2\r\ncontent-type: text/html;\r\n  charset=utf-8\r\n\r\nab";
    check_equal(read_all(bytes), whole(200, "ab", false));
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        reader reader_under_test(http::method::get);
        feeder to(reader_under_test);
        to.feed(std::string_view(bytes).substr(0, cut));
        to.feed(std::string_view(bytes).substr(cut));
        BOOST_REQUIRE(reader_under_test.done());
        BOOST_TEST(reader_under_test.take().content_type == "text/html; charset=utf-8");
    }
}

BOOST_AUTO_TEST_CASE(header_names_ignore_case_values_are_trimmed_and_the_first_of_several_counts) {
    reader reader_under_test(http::method::get);
    feeder to(reader_under_test);
    to.feed(
        "HTTP/1.1 206 Partial Content\r\nContent-TYPE:text/plain  \r\n"
        "Content-Range:  bytes 0-1/2\r\nLOCATION: /room/1\r\nlocation: /room/2\r\n"
        "content-length: 002\r\n\r\nab");
    BOOST_REQUIRE(reader_under_test.done());
    const auto message = reader_under_test.take();
    BOOST_TEST(message.status == 206);
    BOOST_TEST(message.content_type == "text/plain");
    BOOST_TEST(message.content_range == "bytes 0-1/2");
    BOOST_TEST(message.location == "/room/1");
    BOOST_TEST(message.body == "ab");
}

BOOST_AUTO_TEST_CASE(a_trailer_is_not_a_header) {
    reader reader_under_test(http::method::get);
    feeder to(reader_under_test);
    to.feed(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\nContent-Type: text/html\r\n\r\n");
    BOOST_REQUIRE(reader_under_test.done());
    BOOST_TEST(reader_under_test.take().content_type == "");
}

BOOST_AUTO_TEST_CASE(invalid_http_is_rejected) {
    for (const char* bytes :
         {"hello\r\n\r\n", "\x15\x03\x01", "SSH-", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
          "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 054 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
          "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
          "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n",
          "SSH-2.0-OpenSSH_9.2p1\r\n"}) {
        const result is = read_all(bytes);
        BOOST_TEST(is.failure == error_code(errc::malformed_response), bytes);
        BOOST_TEST(!is.done);
    }
}

BOOST_AUTO_TEST_CASE(the_reader_reports_whether_a_response_has_started) {
    reader reader_under_test(http::method::get);
    BOOST_TEST(!reader_under_test.begun());
    BOOST_TEST(reader_under_test.read("") == 0U);
    BOOST_TEST(!reader_under_test.begun());
    BOOST_TEST(!reader_under_test.read_end());
    BOOST_TEST(reader_under_test.read("H") == 0U);
    BOOST_TEST(reader_under_test.begun());
}

BOOST_AUTO_TEST_CASE(the_header_size_is_limited) {
    const std::string start = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: ";
    BOOST_TEST(read_all(start + std::string(15'000, 'a') + "\r\n\r\n").done);
    BOOST_TEST(read_all(start + std::string(17'000, 'a') + "\r\n\r\n").failure ==
               error_code(errc::response_too_large));
    BOOST_TEST(read_all(start + std::string(17'000, 'a')).failure ==
               error_code(errc::response_too_large));
    BOOST_TEST(read_all("HTTP/1.1 200 " + std::string(17'000, 'a')).failure ==
               error_code(errc::response_too_large));
}

BOOST_AUTO_TEST_CASE(the_body_size_is_limited_in_each_of_its_forms) {
    constexpr std::uint64_t limit = 1'000;
    const std::string fits(limit, 'a');
    const std::string chunk = "3e8\r\n" + fits + "\r\n";
    const std::string chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    const std::string endless = "HTTP/1.1 200 OK\r\n\r\n";
    const auto read = [](const std::string& bytes) {
        return read_all(bytes, http::method::get, limit);
    };
    BOOST_TEST(read("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + fits).done);
    BOOST_TEST(read("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n").failure ==
               error_code(errc::response_too_large));
    BOOST_TEST(read(chunked + chunk + "0\r\n\r\n").done);
    BOOST_TEST(read(chunked + chunk + "1\r\n").failure == error_code(errc::response_too_large));
    BOOST_TEST(!read(endless + fits).failure);
    BOOST_TEST(read(endless + fits + "a").failure == error_code(errc::response_too_large));
    BOOST_TEST(read_all("HTTP/1.1 200 OK\r\ncontent-length: 16777217\r\n\r\n").failure ==
               error_code(errc::response_too_large));
}

BOOST_AUTO_TEST_CASE(a_declared_length_alone_allocates_no_memory) {
    const auto out = read_all("HTTP/1.1 200 OK\r\ncontent-length: 200000000000000\r\n\r\na",
                              http::method::get, UINT64_MAX);
    BOOST_TEST(!out.failure);
    BOOST_TEST(!out.done);
}

BOOST_AUTO_TEST_CASE(lines_between_chunks_are_limited) {
    const std::string chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    BOOST_TEST(read_all(chunked + "1;" + std::string(20'000, 'x')).failure ==
               error_code(errc::response_too_large));
    BOOST_TEST(read_all(chunked + "0\r\nx: " + std::string(20'000, 'x')).failure ==
               error_code(errc::response_too_large));
    BOOST_TEST(read_all(chunked + "0\r\nx: " + std::string(70'000, 'x') + "\r\n\r\n").failure ==
               error_code(errc::response_too_large));
    // Malformed, whatever follows.
    BOOST_TEST(read_all(chunked + "1;=\r\n" + std::string(20'000, 'x')).failure ==
               error_code(errc::malformed_response));
}

BOOST_AUTO_TEST_CASE(chunk_overhead_is_limited) {
    const auto with_chunks = [](std::size_t count, const std::string& chunk) {
        std::string bytes = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        for (std::size_t i = 0; i < count; ++i)
            bytes += chunk;
        return bytes + "0\r\n\r\n";
    };
    const std::string extended = "1;" + std::string(1'000, 'x') + "\r\na\r\n";
    const std::string small = "8\r\n12345678\r\n";
    BOOST_TEST(read_all(with_chunks(16, extended)).done);
    for (const std::size_t piece : {std::size_t{7}, std::size_t{100'000}}) {
        const std::string bytes = with_chunks(17, extended);
        reader reader_under_test(http::method::get);
        feeder to(reader_under_test);
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            to.feed(std::string_view(bytes).substr(at, piece));
        BOOST_TEST(reader_under_test.failure() == error_code(errc::response_too_large));
    }
    BOOST_TEST(read_all(with_chunks(100'000, small)).done);
}

BOOST_AUTO_TEST_CASE(random_damage_is_handled_safely) {
    constexpr std::uint32_t seed = 7'231;
    jellyfish::test::random_source random(seed);
    int whole_responses = 0;
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes = round % 2 == 0 ? small_response : chunked_response;
        for (std::size_t n = 1 + random.below(3); n > 0; --n)
            bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
        const std::string_view view = bytes;
        const std::size_t cut = random.below(bytes.size() + 1);
        const result is = read_in_parts({view.substr(0, cut), view.substr(cut)});
        BOOST_TEST((!is.done || !is.failure), "seed " << seed << ", round " << round);
        if (is.done) ++whole_responses;
    }
    BOOST_TEST(whole_responses > 100);
}

BOOST_AUTO_TEST_CASE(a_header_that_arrives_line_by_line_is_limited) {
    reader reader_under_test(http::method::get);
    feeder to(reader_under_test);
    to.feed("HTTP/1.1 200 OK\r\n");
    std::size_t input = 0;
    while (!reader_under_test.failure() && input < 2 * reader::max_header_size) {
        const std::string line = "x: " + std::string(100, 'y') + "\r\n";
        to.feed(line);
        input += line.size();
    }
    BOOST_TEST(reader_under_test.failure() == error_code(errc::response_too_large));
    BOOST_TEST(input < reader::max_header_size + 200);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_chunked_body_may_arrive_in_any_split) {
    const std::string_view bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        for (const std::size_t next : {cut + 1, bytes.size()}) {
            const std::size_t second = std::min(next, bytes.size());
            const result out = read_in_parts(
                {bytes.substr(0, cut), bytes.substr(cut, second - cut), bytes.substr(second)});
            BOOST_TEST(out.done, "cut after " << cut << " and " << second);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
