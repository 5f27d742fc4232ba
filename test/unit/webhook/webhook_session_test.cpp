#include "webhook/webhook_session.hpp"

#include "data/random.hpp"
#include "data/recordings.hpp"
#include "fakes/signature.hpp"
#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace jellyfish;
using namespace jellyfish::test;
using detail::webhook_phase;

namespace {

constexpr std::size_t header_limit = 1'024;
constexpr std::size_t body_limit = 2'048;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string response(std::string_view status, std::string_view more = {}) {
    return "HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n" + std::string(more) +
           "\r\n";
}

const std::string last = "Connection: close\r\n";

std::string post(std::string_view body, std::string_view more = {},
                 std::string_view target = "/webhook") {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" +
           "Content-Type: application/x-protobuf\r\n" + std::string(more) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string post(const notification& value) { return post(notification_bytes(value)); }

/// Encoded in chunks of one byte.
std::string chunked_post(const notification& value) {
    std::string bytes =
        "POST /webhook HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-protobuf\r\n\r\n";
    for (const char each : notification_bytes(value))
        bytes.append("1\r\n").append(1, each).append("\r\n");
    return bytes.append("0\r\n\r\n");
}

const notification first = room_created{"r"};
const notification second = peer_added{"r", "p"};

/// A session, and the requests read from its input.
struct driver {
    explicit driver(webhook_options options = webhook_options())
        : rules(options.body_limit(body_limit)) {}

    /// Feeds bytes; returns those that were not consumed.
    std::string feed(std::string_view bytes, std::size_t capacity = SIZE_MAX) {
        pending.append(bytes);
        // Exact size, so that AddressSanitizer detects overreads.
        const std::string input = pending;
        pending.erase(0, session.read(input, capacity, received));
        output += session.output();
        session.output().clear();
        return pending;
    }

    [[nodiscard]] std::vector<notification> all() const {
        return {received.begin(), received.end()};
    }

    detail::webhook_rules rules;
    detail::webhook_session session{rules, header_limit, body_limit};

    std::string pending;
    std::string output;
    detail::notification_slots received;
};

/// The status of each rejection.
std::vector<int> rejections_of(driver& d) {
    std::vector<int> all;
    for (const auto& each : d.session.take_rejections())
        all.push_back(each.status);
    return all;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(webhook_session, quiet_protobuf)

// ---- valid requests

BOOST_AUTO_TEST_CASE(pipelined_requests_get_their_responses_at_once) {
    driver d;
    BOOST_TEST(d.feed(post(first) + post(second)).empty());
    BOOST_TEST((d.all() == std::vector<notification>{first, second}));
    BOOST_TEST(d.output == ok + ok);
    BOOST_TEST((d.session.phase() == webhook_phase::idle));
    BOOST_TEST(!d.session.has_rejections());
}

BOOST_AUTO_TEST_CASE(responses_do_not_depend_on_how_requests_are_split) {
    const std::string bytes = post(first) + post("x") + post("12345", "", "/other") + post(second) +
                              post(first) + post(first);
    driver whole;
    whole.feed(bytes);
    BOOST_TEST(whole.received.size() == 4U);
    BOOST_TEST((rejections_of(whole) == std::vector<int>{400, 404}));
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        driver d;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            d.feed(std::string_view(bytes).substr(at, piece));
        BOOST_TEST((d.all() == whole.all()));
        BOOST_TEST(d.output == whole.output);
        BOOST_TEST((rejections_of(d) == std::vector<int>{400, 404}));
    }
}

BOOST_AUTO_TEST_CASE(requests_of_a_real_server_are_accepted) {
    for (const recorded_webhook& each : recorded_webhooks()) {
        detail::webhook_rules rules(webhook_options().path(each.path));
        detail::webhook_session session(rules, header_limit, body_limit);
        detail::notification_slots received;
        BOOST_TEST(session.read(each.request, 1, received) == each.request.size());
        BOOST_REQUIRE(received.size() == 1U);
        BOOST_TEST((received.back() == each.expected), each.scenario);
        BOOST_TEST(session.output() == ok);
    }
}

BOOST_AUTO_TEST_CASE(a_chunked_request_is_accepted) {
    const std::string body = notification_bytes(second);
    driver d;
    d.feed(
        "POST /webhook HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-protobuf\r\n"
        "Transfer-Encoding: chunked\r\n\r\n1\r\n" +
        body.substr(0, 1) + "\r\n");
    BOOST_TEST((d.session.phase() == webhook_phase::body));
    BOOST_REQUIRE(body.size() == 9U);
    d.feed("8\r\n" + body.substr(1) + "\r\n0\r\n\r\n");
    BOOST_TEST((d.all() == std::vector<notification>{second}));
    BOOST_TEST(d.output == ok);
}

BOOST_AUTO_TEST_CASE(phase_returns_what_the_session_waits_for) {
    driver d;
    BOOST_TEST((d.session.phase() == webhook_phase::idle));
    const std::string bytes = post(first);
    d.feed(bytes.substr(0, 1));
    BOOST_TEST((d.session.phase() == webhook_phase::header));
    d.feed(bytes.substr(1, bytes.size() - 2));
    BOOST_TEST((d.session.phase() == webhook_phase::body));
    d.feed(bytes.substr(bytes.size() - 1));
    BOOST_TEST((d.session.phase() == webhook_phase::idle));
}

BOOST_AUTO_TEST_CASE(a_connection_closes_when_the_client_requests_it) {
    driver d;
    const std::string rest = post(second);
    BOOST_TEST(d.feed(post(notification_bytes(first), "Connection: close\r\n") + rest) == rest);
    BOOST_TEST((d.all() == std::vector<notification>{first}));
    BOOST_TEST(d.output == response("200 OK", last));
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
    BOOST_TEST(d.session.ended_cleanly());
}

BOOST_AUTO_TEST_CASE(a_request_that_expects_100_continue_gets_it_before_its_body) {
    driver d;
    const std::string bytes = post(notification_bytes(first), "Expect: 100-continue\r\n");
    d.feed(bytes.substr(0, bytes.size() - 5));
    BOOST_TEST(d.output == "HTTP/1.1 100 Continue\r\n\r\n");
    d.feed(bytes.substr(bytes.size() - 5));
    BOOST_TEST(d.output == "HTTP/1.1 100 Continue\r\n\r\n" + ok);
}

BOOST_AUTO_TEST_CASE(a_request_without_an_expectation_gets_no_100_continue) {
    driver d;
    d.feed(post(notification_bytes(first), "Expect: 100-continue\r\n"));
    BOOST_TEST(d.output == ok);
}

BOOST_AUTO_TEST_CASE(a_rejected_request_that_expects_100_continue_gets_no_100) {
    driver d;
    const std::string bytes = post("12345", "Expect: 100-continue\r\n", "/other");
    d.feed(bytes.substr(0, bytes.size() - 5));
    BOOST_TEST(d.output == response("404 Not Found", last));
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
    BOOST_TEST(!d.session.ended_cleanly());
}

// ---- rejections

BOOST_AUTO_TEST_CASE(the_body_of_a_rejected_request_is_ignored) {
    driver d;
    const std::string bytes = post(std::string(body_limit, 'x'), "", "/other");
    d.feed(bytes.substr(0, bytes.size() - 1));
    BOOST_TEST(d.output == "");
    BOOST_TEST((d.session.phase() == webhook_phase::body));
    d.feed(bytes.substr(bytes.size() - 1) + post(first));
    BOOST_TEST(d.output == response("404 Not Found") + ok);
    BOOST_TEST((d.all() == std::vector<notification>{first}));
}

BOOST_AUTO_TEST_CASE(an_invalid_request_closes_the_connection) {
    driver d;
    const std::string rest = "rest";
    d.feed(post(first) + "\x16\x03\x01" + rest);
    BOOST_TEST(d.output == ok + response("400 Bad Request", last));
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
    BOOST_TEST(!d.session.ended_cleanly());
    BOOST_TEST((rejections_of(d) == std::vector<int>{400}));
    BOOST_TEST(!d.session.has_rejections());
}

BOOST_AUTO_TEST_CASE(exceeding_a_limit_closes_the_connection) {
    driver header;
    header.feed("POST /" + std::string(header_limit, 'x'));
    BOOST_TEST(header.output == response("431 Request Header Fields Too Large", last));
    driver body;
    body.feed(post(std::string(body_limit + 1, 'x')));
    BOOST_TEST(body.output == response("413 Payload Too Large", last));
}

// ---- signatures

/// A session that requires signatures with either of two secrets.
struct signed_driver : driver {
    signed_driver()
        : driver(webhook_options().signature_secret("s3cret").signature_secret("next s3cret")) {}
};

std::string signed_post(std::string_view body, std::string_view secret = "s3cret") {
    return post(body, signature_line(body, secret));
}

/// How many rejections are for a signature.
std::size_t invalid_signatures_of(driver& d) {
    const auto all = d.session.take_rejections();
    return static_cast<std::size_t>(
        std::ranges::count(all, true, &detail::webhook_rejection::invalid_signature));
}

const std::string unsigned_response =
    response("401 Unauthorized", "WWW-Authenticate: x-fishjam-signature-256\r\n");

BOOST_AUTO_TEST_CASE(only_requests_signed_with_a_known_secret_are_accepted) {
    const std::string body = notification_bytes(first);
    const std::string bytes = signed_post(body) + signed_post(body, "next s3cret") +
                              signed_post(body, "old s3cret") + post(body) +
                              post(body, signature_line("", "s3cret")) + signed_post(body);
    const std::string output =
        ok + ok + unsigned_response + unsigned_response + unsigned_response + ok;
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        signed_driver d;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            d.feed(std::string_view(bytes).substr(at, piece));
        BOOST_TEST((d.all() == std::vector<notification>{first, first, first}));
        BOOST_TEST(d.output == output);
        BOOST_TEST(invalid_signatures_of(d) == 3U);
    }
}

BOOST_AUTO_TEST_CASE(a_chunked_request_is_signed_over_its_decoded_body) {
    signed_driver d;
    std::string bytes = chunked_post(second);
    bytes.insert(bytes.find("\r\n") + 2, signature_line(notification_bytes(second), "s3cret"));
    d.feed(bytes);
    BOOST_TEST((d.all() == std::vector<notification>{second}));
}

BOOST_AUTO_TEST_CASE(the_body_of_an_unsigned_request_is_not_requested) {
    signed_driver d;
    const std::string bytes = post(notification_bytes(first), "Expect: 100-continue\r\n");
    d.feed(bytes.substr(0, bytes.size() - 5));
    BOOST_TEST(d.output.starts_with("HTTP/1.1 401 Unauthorized\r\n"));
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
    BOOST_TEST(invalid_signatures_of(d) == 1U);
}

BOOST_AUTO_TEST_CASE(a_signature_that_is_repeated_or_has_foreign_bytes_is_malformed) {
    const std::string body = notification_bytes(first);
    const std::string line = signature_line(body, "s3cret");
    const std::string value = line.substr(0, line.size() - 2);
    signed_driver d;
    d.feed(post(body, line + line) + post(body, value + "\xff\r\n") + post(body, value + ",\r\n") +
           post(body, "x-fishjam-signature-256:\r\n"));
    BOOST_TEST(d.received.empty());
    for (const auto& each : d.session.take_rejections())
        BOOST_TEST(each.detail.ends_with(" signature"), each.detail);
    BOOST_TEST(d.output ==
               unsigned_response + unsigned_response + unsigned_response + unsigned_response);
    // Beast rejects a NUL in a header.
    d.feed(post(body, value + std::string("\0\r\n", 3)));
    BOOST_TEST(rejections_of(d) == std::vector<int>{400});
}

BOOST_AUTO_TEST_CASE(a_signed_body_beyond_a_limit_is_rejected_for_its_size) {
    signed_driver body;
    body.feed(signed_post(std::string(body_limit + 1, 'x')));
    BOOST_TEST(body.output == response("413 Payload Too Large", last));
    signed_driver header;
    header.feed(post("", "x-fishjam-signature-256: " + std::string(header_limit, '0') + "\r\n"));
    BOOST_TEST(header.output == response("431 Request Header Fields Too Large", last));
}

BOOST_AUTO_TEST_CASE(a_signed_batch_is_held_like_any_other) {
    const std::string batch = batch_bytes({notification_bytes(first), notification_bytes(second)});
    signed_driver d;
    d.feed(signed_post(batch), 1);
    BOOST_TEST((d.session.phase() == webhook_phase::held));
    d.session.release(d.received, 2);
    d.feed("");
    BOOST_TEST((d.all() == std::vector<notification>{first, second}));
    BOOST_TEST(d.output == ok);
}

BOOST_AUTO_TEST_CASE(a_truncated_batch_is_rejected_despite_its_signature) {
    const std::string batch = batch_bytes({notification_bytes(first), notification_bytes(second)});
    signed_driver d;
    for (std::size_t size = 0; size < batch.size(); ++size)
        d.feed(signed_post(batch.substr(0, size)));
    BOOST_TEST(d.received.empty());
    BOOST_TEST((rejections_of(d) == std::vector<int>(batch.size(), 400)));
}

// ---- capacity

BOOST_AUTO_TEST_CASE(a_request_is_held_while_the_queue_is_full) {
    driver d;
    const std::string rest = post(first);
    BOOST_TEST(d.feed(post(first) + post(second) + rest, 1) == rest);
    BOOST_TEST((d.all() == std::vector<notification>{first}));
    BOOST_TEST(d.output == ok);
    BOOST_TEST((d.session.phase() == webhook_phase::held));
    BOOST_TEST(d.feed("", SIZE_MAX) == rest);
    d.session.release(d.received, SIZE_MAX);
    BOOST_TEST(d.feed("").empty());
    BOOST_TEST((d.all() == std::vector<notification>{first, second, first}));
    BOOST_TEST(d.output == ok + ok + ok);
}

BOOST_AUTO_TEST_CASE(a_held_request_can_be_dropped) {
    driver d;
    d.feed(post(first) + post(second), 0);
    BOOST_TEST((d.session.phase() == webhook_phase::held));
    BOOST_TEST(d.session.drop() == 1U);
    BOOST_TEST(d.feed("", 1).empty());
    BOOST_TEST(d.output == response("503 Service Unavailable") + ok);
    BOOST_TEST((d.all() == std::vector<notification>{second}));
    BOOST_TEST(!d.session.has_rejections());
}

// ---- batches

const std::string three = batch_bytes(
    {notification_bytes(first), notification_bytes(second), "", notification_bytes(first)});

BOOST_AUTO_TEST_CASE(a_batch_delivers_its_notifications_in_order) {
    driver d;
    d.feed(post(three) + post(second));
    BOOST_TEST((d.all() == std::vector<notification>{first, second, first, second}));
    BOOST_TEST(d.output == ok + ok);
    BOOST_TEST(d.session.take_ignored() == 1U);
    BOOST_TEST(d.session.take_ignored() == 0U);
}

BOOST_AUTO_TEST_CASE(an_empty_batch_is_accepted) {
    driver d;
    d.feed(post(batch_bytes({})), 0);
    BOOST_TEST(d.output == ok);
}

BOOST_AUTO_TEST_CASE(a_batch_that_exceeds_the_queue_is_delivered_as_slots_become_free) {
    driver d;
    const std::string next = post(second);
    BOOST_TEST(d.feed(post(three) + next, 1) == next);
    BOOST_TEST((d.all() == std::vector<notification>{first}));
    BOOST_TEST((d.session.phase() == webhook_phase::held));
    d.session.release(d.received, 2);
    BOOST_TEST((d.all() == std::vector<notification>{first, second}));
    BOOST_TEST((d.session.phase() == webhook_phase::held));
    BOOST_TEST(d.output == "");
    d.session.release(d.received, 4);
    BOOST_TEST(d.feed("", 4).empty());
    BOOST_TEST((d.all() == std::vector<notification>{first, second, first, second}));
    BOOST_TEST(d.output == ok + ok);
}

BOOST_AUTO_TEST_CASE(a_batch_of_which_no_notification_is_left_is_not_held) {
    const std::string control("\x32\x00", 2);  // `authenticated`: not a notification.
    driver d;
    d.feed(post(batch_bytes({notification_bytes(first), control, control})), 1);
    BOOST_TEST((d.session.phase() == webhook_phase::idle));
    BOOST_TEST((d.all() == std::vector<notification>{first}));
    BOOST_TEST(d.output == ok);
    BOOST_TEST(d.session.take_ignored() == 2U);
}

BOOST_AUTO_TEST_CASE(a_dropped_batch_counts_the_notifications_that_were_not_delivered) {
    driver d;
    d.feed(post(three), 1);
    BOOST_TEST(d.session.drop() == 2U);
    BOOST_TEST(d.feed("").empty());
    BOOST_TEST((d.all() == std::vector<notification>{first}));
    BOOST_TEST(d.output == response("503 Service Unavailable"));
}

BOOST_AUTO_TEST_CASE(nothing_of_an_invalid_batch_is_delivered) {
    driver d;
    d.feed(post(batch_bytes({notification_bytes(first), "x"})));
    BOOST_TEST(d.all().empty());
    BOOST_TEST(d.output == response("400 Bad Request"));
}

BOOST_AUTO_TEST_CASE(a_rejected_request_needs_no_capacity) {
    driver d;
    d.feed(post("x"), 0);
    BOOST_TEST(d.output == response("400 Bad Request"));
}

// ---- closing

BOOST_AUTO_TEST_CASE(a_request_that_takes_too_long_gets_408) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{40}, post(first).size() - 1}) {
        driver d;
        d.feed(post(first).substr(0, size));
        d.session.expire();
        d.feed("");
        BOOST_TEST(d.output == response("408 Request Timeout", last));
        BOOST_TEST((d.session.phase() == webhook_phase::closed));
        BOOST_TEST(!d.session.ended_cleanly());
    }
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed_without_a_response) {
    driver d;
    d.session.expire();
    d.feed("");
    BOOST_TEST(d.output == "");
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
}

BOOST_AUTO_TEST_CASE(a_request_in_progress_is_the_last_one_of_a_closing_connection) {
    driver d;
    const std::string bytes = post(first);
    d.feed(bytes.substr(0, 30));
    d.session.end();
    BOOST_TEST((d.session.phase() == webhook_phase::header));
    BOOST_TEST(d.feed(bytes.substr(30) + "POST").ends_with("POST"));
    BOOST_TEST(d.output == response("200 OK", last));
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
}

BOOST_AUTO_TEST_CASE(an_idle_connection_closes_at_once) {
    driver d;
    d.feed(post(first));
    d.session.end();
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
    BOOST_TEST(d.output == ok);
}

BOOST_AUTO_TEST_CASE(all_input_received_before_end_of_stream_gets_a_response) {
    driver d;
    d.feed(post(first).substr(0, 10));
    d.session.end_with_input();
    d.feed(post(first).substr(10) + post(second) + post(first));
    BOOST_TEST(d.output == ok + ok + response("200 OK", last));
    BOOST_TEST((d.session.phase() == webhook_phase::closed));
    driver half;
    half.session.end_with_input();
    half.feed(post(first) + post(second).substr(0, 10));
    BOOST_TEST(half.output == ok);
    half.feed(post(second).substr(10));
    BOOST_TEST(half.output == ok + response("200 OK", last));
    driver held;
    held.session.end_with_input();
    held.feed(post(first) + post(second), 1);
    held.session.release(held.received, SIZE_MAX);
    BOOST_TEST(held.feed("") == "");
    BOOST_TEST(held.output == ok + response("200 OK", last));
    driver idle;
    idle.session.end_with_input();
    idle.feed("");
    BOOST_TEST((idle.session.phase() == webhook_phase::idle));
}

// ---- arbitrary bytes

BOOST_AUTO_TEST_CASE(bytes_damaged_anywhere_are_handled_safely) {
    constexpr std::uint32_t seed = 4'711;
    random_source random(seed);
    BOOST_TEST_CONTEXT("seed " << seed)
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes = post(first) + chunked_post(second) + post(first);
        for (std::size_t i = 0; i < 1 + random.below(4); ++i)
            bytes[random.below(bytes.size())] = static_cast<char>(random());
        driver d;
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t size = 1 + random.below(bytes.size());
            d.feed(std::string_view(bytes).substr(at, size));
            at += size;
        }
        BOOST_TEST(d.received.size() <= 3U);
        const auto accepted = d.received.size();
        std::size_t responded = 0;
        for (std::size_t at = 0; (at = d.output.find(" 200 OK", at)) != d.output.npos; ++at)
            ++responded;
        BOOST_TEST(accepted == responded);
        BOOST_TEST(d.pending.size() <= bytes.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()
