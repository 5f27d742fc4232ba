#include "websocket/handshake.hpp"

#include "data/random.hpp"
#include "data/recordings.hpp"
#include "fakes/wire.hpp"

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using boost::system::error_code;
using jellyfish::errc;

namespace {

// The example of RFC 6455, section 1.3.
constexpr std::string_view rfc_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view rfc_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A response with these lines after the status line.
std::string response(const std::vector<std::string>& lines,
                     const std::string& status = "HTTP/1.1 101 Switching Protocols") {
    std::string text = status + "\r\n";
    for (const std::string& line : lines)
        text += line + "\r\n";
    return text + "\r\n";
}

const std::string upgrade_line = "Upgrade: websocket";
const std::string connection_line = "Connection: Upgrade";
const std::string accept_line = "Sec-WebSocket-Accept: " + std::string(rfc_accept);

std::string good_response() { return response({upgrade_line, connection_line, accept_line}); }

/// Reads everything at once.
ws::handshake_response read_all(std::string_view text) {
    ws::handshake_response reader(rfc_key);
    const std::string input(text);  // Exact size, so that AddressSanitizer detects overreads.
    BOOST_TEST(reader.read(input) <= input.size());
    return reader;
}

/// Reads in pieces, passing unconsumed bytes again; returns how many bytes were consumed in all.
std::size_t read_in_pieces(ws::handshake_response& reader, std::string_view text,
                           std::size_t piece) {
    std::size_t begin = 0;
    for (std::size_t end = piece;; end += piece) {
        end = std::min(end, text.size());
        const std::string input(text.substr(begin, end - begin));
        begin += reader.read(input);
        if (reader.done() || reader.failure() || end == text.size()) return begin;
    }
}

void check_failure(const ws::handshake_response& reader, errc code, int status,
                   std::string_view detail) {
    BOOST_TEST(reader.failure() == error_code(code));
    BOOST_TEST(reader.info().status == status);
    BOOST_TEST(reader.info().detail == detail);
}

void check_malformed(std::string_view text, std::string_view detail) {
    check_failure(read_all(text), errc::malformed_upgrade, 0, detail);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handshake)

// ---- keys

BOOST_AUTO_TEST_CASE(the_accept_value_of_the_rfcs_example_is_reproduced) {
    BOOST_TEST(ws::accept_of_key(rfc_key) == rfc_accept);
}

BOOST_AUTO_TEST_CASE(a_key_is_16_bytes_in_base64) {
    std::array<std::uint8_t, 16> bytes{};
    BOOST_TEST(ws::make_key(bytes) == "AAAAAAAAAAAAAAAAAAAAAA==");
    std::string_view nonce = "the sample nonce";
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(nonce[i]);
    BOOST_TEST(ws::make_key(bytes) == rfc_key);
    bytes.fill(0xff);
    BOOST_TEST(ws::make_key(bytes) == "/////////////////////w==");
}

BOOST_AUTO_TEST_CASE(recorded_keys_have_their_recorded_accept_values) {
    std::size_t seen = 0;
    for (const recorded_session& each : recorded_sessions()) {
        if (!each.upgrade_response.starts_with("HTTP/1.1 101")) continue;
        const std::string key = each.request_header("sec-websocket-key").value_or("");
        const std::string expected = "\r\nsec-websocket-accept: " + ws::accept_of_key(key) + "\r\n";
        BOOST_TEST(each.upgrade_response.find(expected) != std::string::npos, each.name);
        ++seen;
    }
    BOOST_TEST(seen == 52U);
}

// ---- the request

BOOST_AUTO_TEST_CASE(the_request_has_only_the_required_headers) {
    BOOST_TEST(
        ws::upgrade_request({"localhost", 5002, ""}, "ws", "/socket", rfc_key, "agent/1 (x)") ==
        "GET /socket HTTP/1.1\r\n"
        "Host: localhost:5002\r\n"
        "User-Agent: agent/1 (x)\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(the_request_has_the_prefix_and_brackets_of_the_address) {
    const std::string request =
        ws::upgrade_request({"2001:db8::1", 444, "/a/b"}, "wss", "/socket", rfc_key, "agent");
    BOOST_TEST(request.starts_with("GET /a/b/socket HTTP/1.1\r\nHost: [2001:db8::1]:444\r\n"));
}

BOOST_AUTO_TEST_CASE(the_host_has_no_port_if_it_is_the_schemes_default) {
    const auto host_line = [](const server_address& address, const char* scheme) {
        const std::string request = ws::upgrade_request(address, scheme, "/s", rfc_key, "agent");
        const std::size_t begin = request.find("Host: ");
        return request.substr(begin, request.find('\r', begin) - begin);
    };
    BOOST_TEST(host_line({"media.example", 443, ""}, "wss") == "Host: media.example");
    BOOST_TEST(host_line({"media.example", 80, ""}, "ws") == "Host: media.example");
    BOOST_TEST(host_line({"media.example", 443, ""}, "ws") == "Host: media.example:443");
    BOOST_TEST(host_line({"media.example", 80, ""}, "wss") == "Host: media.example:80");
}

BOOST_AUTO_TEST_CASE(the_host_has_no_trailing_dot) {
    const std::string request =
        ws::upgrade_request({"media.example.", 5002, ""}, "ws", "/s", rfc_key, "agent");
    BOOST_TEST(request.find("\r\nHost: media.example:5002\r\n") != std::string::npos);
}

// ---- valid responses

BOOST_DATA_TEST_CASE(
    a_valid_response_is_accepted_in_any_notation,
    data::make({good_response(), response({accept_line, connection_line, upgrade_line}),
                response({"UPGRADE: WebSocket", "connection: upgrade",
                          "sec-websocket-accept:   " + std::string(rfc_accept) + "  "}),
                response({upgrade_line, "Connection: keep-alive, Upgrade", accept_line}),
                response({upgrade_line, connection_line, accept_line, "Server: Cowboy",
                          "X-Empty:"}),
                response({upgrade_line, connection_line, accept_line}, "HTTP/1.1 101 "),
                response({upgrade_line, connection_line, accept_line}, "HTTP/1.1 101 Of course")}),
    text) {
    const ws::handshake_response reader = read_all(text);
    BOOST_TEST(reader.done());
    BOOST_TEST(!reader.failure());
}

BOOST_AUTO_TEST_CASE(bytes_after_the_header_are_not_consumed) {
    ws::handshake_response reader(rfc_key);
    const std::string text = good_response();
    BOOST_TEST(reader.read(text + std::string("\x82\x02\x32\x00\r\n\r\n", 8)) == text.size());
    BOOST_TEST(reader.done());
    BOOST_TEST(!reader.failure());
}

BOOST_AUTO_TEST_CASE(a_response_may_be_split_anywhere) {
    const std::string text = good_response() + "\x82";
    for (std::size_t split = 0; split < text.size(); ++split) {
        ws::handshake_response reader(rfc_key);
        std::size_t used = reader.read(std::string(text.substr(0, split)));
        BOOST_TEST_REQUIRE(used <= split);
        BOOST_TEST_REQUIRE(reader.done() == (split == text.size() - 1));
        BOOST_TEST_REQUIRE(!reader.failure());
        if (!reader.done()) used += reader.read(std::string(text.substr(used)));
        BOOST_TEST_REQUIRE(reader.done());
        BOOST_TEST_REQUIRE(used == text.size() - 1);
        BOOST_TEST_REQUIRE(!reader.failure());
    }
}

BOOST_DATA_TEST_CASE(a_response_may_arrive_in_small_pieces, data::make({1U, 2U, 3U, 5U, 17U}),
                     piece) {
    ws::handshake_response reader(rfc_key);
    const std::string text = good_response();
    BOOST_TEST(read_in_pieces(reader, text + "\x82\x02", piece) == text.size());
    BOOST_TEST(reader.done());
    BOOST_TEST(!reader.failure());
}

BOOST_AUTO_TEST_CASE(a_reader_can_be_moved_between_two_pieces) {
    const std::string text = good_response();
    ws::handshake_response first(rfc_key);
    const std::size_t used = first.read(text.substr(0, 30));
    ws::handshake_response second("another key");
    second = std::move(first);
    BOOST_TEST(second.read(text.substr(used)) == text.size() - used);
    BOOST_TEST(second.done());
    BOOST_TEST(!second.failure());
}

// ---- rejections

BOOST_DATA_TEST_CASE(another_status_is_a_rejection,
                     data::make({200, 204, 301, 302, 400, 401, 403, 404, 426, 500, 502, 503, 599}),
                     status) {
    const std::string line = "HTTP/1.1 " + std::to_string(status) + " Its reason";
    const ws::handshake_response reader = read_all(response({"content-length: 5"}, line) + "words");
    BOOST_TEST(reader.done());
    check_failure(reader, errc::upgrade_refused, status, "Its reason");
}

BOOST_DATA_TEST_CASE(a_redirect_is_a_rejection_with_its_location,
                     data::make({301, 302, 303, 307, 308}), status) {
    const std::string line = "HTTP/1.1 " + std::to_string(status) + " Elsewhere";
    check_failure(read_all(response({"Location: https://sso.example/login?next=%2Fsocket"}, line)),
                  errc::upgrade_refused, status,
                  "Elsewhere; redirects are not followed; location: "
                  "https://sso.example/login?next=%2Fsocket");
    check_failure(read_all(response({"location: http://user:s3cret@host/x"}, line)),
                  errc::upgrade_refused, status,
                  "Elsewhere; redirects are not followed; location: "
                  "http://(hidden)@host/x");
}

BOOST_AUTO_TEST_CASE(only_a_redirect_reports_its_location_and_a_long_one_is_shortened) {
    check_failure(read_all(response({"location: /x"}, "HTTP/1.1 404 Not Found")),
                  errc::upgrade_refused, 404, "Not Found");
    const std::string far_away = "location: /" + std::string(10'000, 'x');
    BOOST_TEST(read_all(response({far_away}, "HTTP/1.1 302 Found")).info().detail.size() < 600U);
}

// ---- interim responses

BOOST_DATA_TEST_CASE(interim_responses_are_skipped, data::make({100, 102, 103, 199}), status) {
    const std::string interim =
        response({"Link: </style.css>"}, "HTTP/1.1 " + std::to_string(status) + " Wait");
    const ws::handshake_response reader = read_all(interim + interim + good_response());
    BOOST_TEST(reader.done());
    BOOST_TEST(!reader.failure());
    check_failure(read_all(interim + response({}, "HTTP/1.1 403 No")), errc::upgrade_refused, 403,
                  "No");
    check_malformed(interim + "SSH-2.0", "the response is not HTTP");
}

BOOST_AUTO_TEST_CASE(interim_responses_may_be_split_anywhere) {
    const std::string text = response({}, "HTTP/1.1 100 Continue") +
                             response({"Link: <a>"}, "HTTP/1.1 103 Early Hints") + good_response() +
                             "\x82";
    for (std::size_t split = 0; split < text.size(); ++split) {
        ws::handshake_response reader(rfc_key);
        std::size_t used = reader.read(std::string(text.substr(0, split)));
        if (!reader.done()) used += reader.read(std::string(text.substr(used)));
        BOOST_TEST_REQUIRE(reader.done());
        BOOST_TEST_REQUIRE(!reader.failure());
        BOOST_TEST_REQUIRE(used == text.size() - 1);
    }
    ws::handshake_response reader(rfc_key);
    BOOST_TEST(read_in_pieces(reader, text, 1) == text.size() - 1);
    BOOST_TEST(!reader.failure());
}

BOOST_DATA_TEST_CASE(endless_interim_responses_are_malformed,
                     data::make({std::size_t{1}, std::size_t{1'000}, std::size_t{100'000}}),
                     piece) {
    std::string text;
    while (text.size() <= ws::handshake_response::max_header_size)
        text += response({}, "HTTP/1.1 103 ");
    ws::handshake_response reader(rfc_key);
    BOOST_TEST(read_in_pieces(reader, text + good_response(), piece) <= text.size());
    BOOST_TEST(reader.failure() == error_code(errc::malformed_upgrade));
}

// ---- repeated and folded headers

BOOST_DATA_TEST_CASE(
    repeated_list_headers_are_joined,
    data::make({response({upgrade_line, "Connection: keep-alive", connection_line, accept_line}),
                response({upgrade_line, connection_line, "Connection: keep-alive", accept_line}),
                response({upgrade_line, "Connection:", "Connection: a, ,b,Upgrade", accept_line}),
                response({upgrade_line, upgrade_line, connection_line, accept_line}),
                response({"Upgrade:", upgrade_line, connection_line, accept_line}),
                response({"Upgrade:", " websocket", "Connection: a,", "\tupgrade", accept_line})}),
    text) {
    const ws::handshake_response reader = read_all(text);
    BOOST_TEST(reader.done());
    BOOST_TEST(!reader.failure());
}

BOOST_AUTO_TEST_CASE(repeated_single_headers_are_malformed) {
    check_malformed(response({upgrade_line, connection_line, accept_line, accept_line}),
                    "status 101 with a wrong Sec-WebSocket-Accept");
    check_malformed(response({upgrade_line, "Upgrade: h2c", connection_line, accept_line}),
                    "status 101 without Upgrade: websocket and Connection: Upgrade");
}

BOOST_DATA_TEST_CASE(the_body_of_a_rejection_is_not_awaited_whatever_its_size,
                     data::make({"content-length: 1000", "content-length: 99999999999999",
                                 "transfer-encoding: chunked", "x: y"}),
                     line) {
    const ws::handshake_response reader = read_all(response({line}, "HTTP/1.1 404 Not Found"));
    BOOST_TEST(reader.done());
    check_failure(reader, errc::upgrade_refused, 404, "Not Found");
}

BOOST_AUTO_TEST_CASE(recorded_rejections_are_rejected) {
    std::size_t seen = 0;
    for (const recorded_session& each : recorded_sessions()) {
        if (each.upgrade_response.starts_with("HTTP/1.1 101")) continue;
        const ws::handshake_response reader = read_all(each.upgrade_response + each.body);
        BOOST_TEST(reader.failure() == error_code(errc::upgrade_refused), each.name);
        BOOST_TEST(each.upgrade_response.starts_with("HTTP/1.1 " +
                                                     std::to_string(reader.info().status) + ' ' +
                                                     reader.info().detail + "\r\n"));
        ++seen;
    }
    BOOST_TEST(seen == 8U);
}

// ---- malformed responses

BOOST_AUTO_TEST_CASE(a_wrong_accept_value_is_malformed) {
    constexpr const char* wrong = "status 101 with a wrong Sec-WebSocket-Accept";
    const auto with = [](const std::string& value) {
        return response({upgrade_line, connection_line, "Sec-WebSocket-Accept: " + value});
    };
    check_malformed(with(ws::accept_of_key("another key")), wrong);
    check_malformed(with(std::string(rfc_key)), wrong);
    check_malformed(with("S3PPLMBITXAQ9KYGZZHZRBK+XOO="), wrong);  // Case matters.
    check_malformed(with(std::string(rfc_accept) + "="), wrong);
    check_malformed(with(""), wrong);
    check_malformed(response({upgrade_line, connection_line}), wrong);
}

BOOST_AUTO_TEST_CASE(a_101_for_another_protocol_is_malformed) {
    constexpr const char* no_websocket =
        "status 101 without Upgrade: websocket and Connection: Upgrade";
    check_malformed(response({connection_line, accept_line}), no_websocket);
    check_malformed(response({upgrade_line, accept_line}), no_websocket);
    check_malformed(response({"Upgrade: h2c", connection_line, accept_line}), no_websocket);
    check_malformed(response({"Upgrade: websockets", connection_line, accept_line}), no_websocket);
    check_malformed(response({upgrade_line, "Connection: close", accept_line}), no_websocket);
    check_malformed(response({upgrade_line, "Connection: Upgraded", accept_line}), no_websocket);
}

BOOST_AUTO_TEST_CASE(an_extension_or_a_subprotocol_that_was_not_requested_is_malformed) {
    for (const char* line :
         {"Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: jellyfish",
          "Sec-WebSocket-Extensions:", "Sec-WebSocket-Protocol:"}) {
        check_malformed(response({upgrade_line, connection_line, accept_line, line}),
                        "status 101 with an extension or subprotocol that was not requested");
    }
}

BOOST_AUTO_TEST_CASE(http_1_0_has_no_101) {
    check_malformed(
        response({upgrade_line, connection_line, accept_line}, "HTTP/1.0 101 Switching Protocols"),
        "status 101 is invalid in HTTP/1.0");
}

BOOST_AUTO_TEST_CASE(http_1_0_may_reject) {
    check_failure(read_all(response({}, "HTTP/1.0 400 Bad Request")), errc::upgrade_refused, 400,
                  "Bad Request");
}

BOOST_DATA_TEST_CASE(invalid_http_is_detected_at_its_first_bytes,
                     data::make({std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string(64, '\0'),
                                 std::string("\x15\x03\x01\x00\x02\x02\x46", 7),  // A TLS alert.
                                 std::string("\x15"), std::string("HTTQ"), std::string("http/1.1"),
                                 std::string("HTTP/2 200\r\n\r\n"), std::string("\r\n\r\n"),
                                 good_response().substr(1), ' ' + good_response()}),
                     text) {
    check_malformed(text, "the response is not HTTP");
}

BOOST_DATA_TEST_CASE(damaged_http_is_malformed,
                     data::make({std::string("HTTP/1.1 1O1 Switching\r\n\r\n"),
                                 std::string("HTTP/1.x 101 Switching\r\n\r\n"),
                                 std::string("HTTP/1.1\r\n\r\n"), response({"no colon"}),
                                 response({": no name"}), response({"a b: space in a name"}),
                                 response({"x: \x01"})}),
                     text) {
    const ws::handshake_response reader = read_all(text);
    BOOST_TEST(reader.failure() == error_code(errc::malformed_upgrade));
    BOOST_TEST(reader.info().status == 0);
    BOOST_TEST(!reader.info().detail.empty());
}

BOOST_AUTO_TEST_CASE(a_response_that_begins_like_http_may_still_be_malformed) {
    ws::handshake_response reader(rfc_key);
    BOOST_TEST(reader.read("HTT") == 0U);
    BOOST_TEST(!reader.failure());
    BOOST_TEST(reader.read("HTTQ") == 0U);
    check_failure(reader, errc::malformed_upgrade, 0, "the response is not HTTP");
}

BOOST_AUTO_TEST_CASE(an_empty_response_is_not_a_failure_yet) {
    const ws::handshake_response reader = read_all("");
    BOOST_TEST(!reader.done());
    BOOST_TEST(!reader.failure());
}

BOOST_DATA_TEST_CASE(a_header_that_is_too_long_is_malformed,
                     data::make({std::size_t{1}, std::size_t{1'000}, std::size_t{100'000}}),
                     piece) {
    ws::handshake_response reader(rfc_key);
    const std::string line = "x: " + std::string(200, 'y');
    const std::string text = response(std::vector<std::string>(piece == 1 ? 100 : 200, line));
    BOOST_TEST(read_in_pieces(reader, text, piece) < text.size());
    BOOST_TEST(reader.failure() == error_code(errc::malformed_upgrade));
    BOOST_TEST(!reader.done());
}

BOOST_AUTO_TEST_CASE(an_endless_line_is_rejected) {
    for (const std::string& begin :
         {std::string("HTTP/1.1 101 "), std::string("HTTP/1.1 101 x\r\nx: ")}) {
        ws::handshake_response reader(rfc_key);
        const std::string text =
            begin + std::string(ws::handshake_response::max_header_size + 10, 'y');
        BOOST_TEST(read_in_pieces(reader, text, 1'000) < text.size());
        BOOST_TEST(reader.failure() == error_code(errc::malformed_upgrade));
    }
}

BOOST_AUTO_TEST_CASE(a_long_header_within_the_limit_is_read) {
    const std::string long_line =
        "x: " + std::string(ws::handshake_response::max_header_size / 2, 'y');
    BOOST_TEST(
        !read_all(response({long_line, upgrade_line, connection_line, accept_line})).failure());
}

BOOST_AUTO_TEST_CASE(a_damaged_response_is_never_accepted_with_another_accept_value) {
    const std::string good = good_response();
    const std::size_t accept = good.find(rfc_accept);
    for (std::size_t i = accept; i < accept + rfc_accept.size(); ++i) {
        for (int value = 33; value < 127; ++value) {
            std::string text = good;
            text[i] = static_cast<char>(value);
            const bool same = text == good;
            BOOST_TEST_REQUIRE(!read_all(text).failure() == same);
        }
    }
}

BOOST_AUTO_TEST_CASE(random_bytes_are_never_accepted) {
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        random_source random(seed);
        std::string text = seed % 2 == 0 ? good_response().substr(0, random.below(100)) : "";
        for (std::size_t i = random.below(200); i > 0; --i)
            text.push_back(static_cast<char>(random()));
        const ws::handshake_response reader = read_all(text);
        BOOST_TEST_CONTEXT("seed " << seed)
        BOOST_TEST_REQUIRE((!reader.done() || reader.failure()));
    }
}

BOOST_AUTO_TEST_CASE(a_header_that_arrives_line_by_line_is_limited) {
    ws::handshake_response reader(rfc_key);
    std::string unread = "HTTP/1.1 101 Switching Protocols\r\n";
    std::size_t input = 0;
    for (int line = 0; !reader.failure() && input < 2 * ws::handshake_response::max_header_size;
         ++line) {
        const std::string more =
            "x-" + std::to_string(line) + ": " + std::string(100, 'y') + "\r\n";
        unread += more;
        input += more.size();
        unread.erase(0, reader.read(unread));
    }
    BOOST_TEST(reader.failure() == error_code(errc::malformed_upgrade));
    BOOST_TEST(input < ws::handshake_response::max_header_size + 200);
}

BOOST_AUTO_TEST_SUITE_END()
