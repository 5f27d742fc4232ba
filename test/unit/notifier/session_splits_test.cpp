#include "data/random.hpp"
#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "fixtures/session_harness.hpp"
#include "notifier/notification_session.hpp"

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish::detail;
using namespace jellyfish::test;
using jellyfish::notification;

namespace {

/// Everything observable about a session.
struct outcome {
    std::vector<notification> received;
    std::string sent;
    session_phase phase = session_phase::upgrading;
    jellyfish::error_code code;
    std::string reported;
    std::uint64_t ignored = 0;

    bool operator==(const outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const outcome& value) {
    out << value.phase << ", " << value.reported << ", sent " << to_hex(value.sent) << ", received";
    for (const notification& each : value.received)
        out << ' ' << each;
    return out << ", ignored " << value.ignored;
}

session_harness make_client() {
    notification_session_parameters settings = session_harness::settings(both_events);
    settings.max_message_size = 2'000;
    return session_harness(settings);
}

outcome outcome_of(session_harness& client, std::string sent) {
    return {client.received,
            std::move(sent) + client.sent_bytes(),
            client->phase(),
            client->end_code(),
            describe(client->end_code(), client->end_info()),
            client->ignored()};
}

/// A session that receives a server's bytes in reads of these sizes; the last read is the rest.
outcome run_session(std::string_view bytes, const std::vector<std::size_t>& reads) {
    session_harness client = make_client();
    std::string sent;
    for (const std::size_t read : reads) {
        const std::size_t size = std::min(read, bytes.size());
        client.feed(bytes.substr(0, size));
        sent += client.sent_bytes();
        bytes.remove_prefix(size);
    }
    client.feed(bytes);
    return outcome_of(client, std::move(sent));
}

std::string good_header() { return upgrade_response(make_client().sent_bytes()); }

/// A stream in which every kind of event occurs.
std::string good_stream() {
    const std::string fragmented = notification_bytes(jellyfish::metrics_report{"{\"a\":1}"});
    std::string bytes = good_header();
    bytes += frame(op_ping, "early") + message("") + message(authenticated_bytes());
    bytes += room_frame("between") + message(subscribe_response_bytes(1)) + room_frame("more");
    bytes += frame(op_ping, "") + message(subscribe_response_bytes(2));
    for (const notification& each : sample_notifications())
        bytes += message(notification_bytes(each));
    bytes += message(batch_bytes({notification_bytes(jellyfish::room_created{"a"}), "",
                                  notification_bytes(jellyfish::room_created{"b"})}));
    bytes += frame(op_binary, fragmented.substr(0, 3), false) + frame(op_ping, "inside");
    bytes += frame(op_continuation, "", false) + frame(op_pong, "unasked");
    bytes += frame(op_continuation, fragmented.substr(3));
    bytes += message(notification_bytes(jellyfish::metrics_report{std::string(300, 'm')}));
    bytes += message(bytes_field(99, "later")) + message("");
    return bytes + frame(op_close, close_payload(1001, "going away"));
}

struct stream {
    const char* name;
    std::string bytes;
};

std::ostream& operator<<(std::ostream& out, const stream& value) { return out << value.name; }

std::vector<stream> streams() {
    const std::string good = good_stream();
    return {
        {"good", good},
        {"wrong token", good_header() + frame(op_close, close_payload(1000, "invalid token"))},
        {"refused", "HTTP/1.1 403 Forbidden\r\ncontent-length: 5\r\n\r\nwords"},
        {"no HTTP", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nmore\r\n\r\n"},
        {"cut", good.substr(0, good.size() - 5)},
        {"text", good_header() + message(authenticated_bytes()) + room_frame("a") +
                     frame(op_text, "za\xc5\xbc") + room_frame("b")},
        {"too big", good_header() + message(authenticated_bytes()) +
                        frame(op_binary, std::string(2'001, 'x')) + room_frame("b")},
        {"malformed", good_header() + message("\xff") + room_frame("b")},
        {"violation", good_header() + message(authenticated_bytes()) + frame(op_ping, "x") +
                          frame(op_continuation, "x") + room_frame("b")},
    };
}

std::vector<std::size_t> random_reads(random_source& random, std::size_t total,
                                      std::size_t largest) {
    std::vector<std::size_t> reads;
    for (std::size_t sum = 0; sum < total; sum += reads.back())
        reads.push_back(1 + random.below(largest));
    return reads;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(session_splits, quiet_protobuf)

BOOST_AUTO_TEST_CASE(the_unmodified_stream_is_accepted) {
    const outcome result = run_session(good_stream(), {});
    BOOST_TEST(result.reported.ends_with("close code 1001: going away"));
    BOOST_TEST(result.received.size() == sample_notifications().size() + 7);
    BOOST_TEST(result.ignored == 3U);
}

// ---- the result does not depend on the split

BOOST_DATA_TEST_CASE(one_split_anywhere_changes_nothing, data::make(streams()), input) {
    const outcome whole = run_session(input.bytes, {});
    for (std::size_t at = 0; at <= input.bytes.size(); ++at) {
        BOOST_TEST_CONTEXT("split at " << at)
        BOOST_TEST_REQUIRE(run_session(input.bytes, {at}) == whole);
    }
}

BOOST_DATA_TEST_CASE(reads_of_one_size_change_nothing,
                     data::make(streams()) * data::make({1U, 2U, 3U, 7U, 64U, 1'000U}), input,
                     size) {
    const std::vector<std::size_t> reads(input.bytes.size() / size, size);
    BOOST_TEST(run_session(input.bytes, reads) == run_session(input.bytes, {}));
}

BOOST_DATA_TEST_CASE(random_reads_change_nothing, data::make(streams()), input) {
    const outcome whole = run_session(input.bytes, {});
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        random_source random(seed);
        BOOST_TEST_CONTEXT("seed " << seed)
        BOOST_TEST_REQUIRE(
            run_session(input.bytes, random_reads(random, input.bytes.size(), 200)) == whole);
    }
}

BOOST_AUTO_TEST_CASE(damaged_frames_have_the_same_result_in_every_split) {
    const std::string good = good_stream();
    const std::size_t header = good_header().size();
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        random_source random(seed);
        std::string bytes = good;
        for (std::size_t i = 1 + random.below(4); i > 0; --i)
            bytes[header + random.below(bytes.size() - header)] = static_cast<char>(random());
        BOOST_TEST_CONTEXT("seed " << seed)
        BOOST_TEST_REQUIRE(run_session(bytes, random_reads(random, bytes.size(), 100)) ==
                           run_session(bytes, {}));
    }
}

BOOST_AUTO_TEST_CASE(garbage_instead_of_frames_closes_a_session_or_leaves_it_waiting) {
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        random_source random(seed);
        session_harness client = make_client();
        client.reach(session_phase::ready);
        std::string bytes(random.below(300), '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(random());
        client.feed(bytes);
        BOOST_TEST_CONTEXT("seed " << seed) {
            if (client->phase() == session_phase::closed) {
                BOOST_TEST(bool(client->end_code()));
                BOOST_TEST(client.sent().back().opcode == +op_close);
            } else {
                BOOST_TEST(client->phase() == session_phase::ready);
                BOOST_TEST(client->needed() > client.unused.size());
            }
        }
    }
}

// ---- needed()

BOOST_AUTO_TEST_CASE(fewer_bytes_than_needed_are_not_consumed_and_enough_bytes_are) {
    const std::string all = good_stream();
    std::string_view bytes = all;
    session_harness client = make_client();
    while (client->phase() != session_phase::closed) {
        BOOST_TEST_REQUIRE(client->needed() > client.unused.size());
        const std::size_t missing = client->needed() - client.unused.size();
        BOOST_TEST_REQUIRE(missing <= bytes.size());
        const std::size_t needed = client->needed();
        for (std::size_t i = 1; i < missing; ++i) {
            const std::size_t before = client.unused.size();
            client.feed(bytes.substr(0, 1));
            bytes.remove_prefix(1);
            BOOST_TEST_REQUIRE(client.unused.size() == before + 1);
            BOOST_TEST_REQUIRE(client->needed() == needed);
        }
        const std::size_t before = client.unused.size();
        client.feed(bytes.substr(0, 1));
        bytes.remove_prefix(1);
        // All of it; where Beast reads a header line by line, everything before the last line.
        const bool used = client.unused.size() <= before;
        BOOST_TEST_REQUIRE((used || client->needed() > needed));
    }
    BOOST_TEST(bytes.empty());
}

BOOST_AUTO_TEST_CASE(a_frame_header_determines_how_many_bytes_are_needed) {
    session_harness client = make_client();
    client.reach(session_phase::ready);
    const std::string bytes = frame(op_binary, std::string(1'500, 'x'));
    client.feed(bytes.substr(0, 1));
    BOOST_TEST(client->needed() == 2U);
    client.feed(bytes.substr(1, 1));
    BOOST_TEST(client->needed() == 4U);
    client.feed(bytes.substr(2, 2));
    BOOST_TEST(client->needed() == bytes.size());
}

BOOST_AUTO_TEST_CASE(the_needed_size_of_a_frame_does_not_outlive_it) {
    session_harness client = make_client();
    client.reach(session_phase::ready);
    const std::string large =
        message(notification_bytes(jellyfish::metrics_report{std::string(1'000, 'm')}));
    client.feed(large.substr(0, 10));
    BOOST_TEST(client->needed() == large.size());
    client.feed(large.substr(10) + room_frame("a"), 1);  // The limit stops it, not a lack of bytes.
    BOOST_TEST(client.unused == room_frame("a"));
    BOOST_TEST(client->needed() == 1U);
}

// ---- the limit

BOOST_DATA_TEST_CASE(a_message_limit_changes_only_when_messages_are_delivered,
                     data::make({1U, 2U, 3U, 7U, 100U}), limit) {
    const std::string bytes = good_stream();
    session_harness client = make_client();
    std::vector<notification> all;
    client.feed(bytes, limit);
    for (;;) {
        BOOST_TEST_REQUIRE(client.received.size() <= limit);
        const bool full = client.received.size() == limit;
        all.insert(all.end(), client.received.begin(), client.received.end());
        client.received.clear();
        if (!full) break;
        client.feed("", limit);
    }
    client.received = all;
    BOOST_TEST(outcome_of(client, "") == run_session(bytes, {}));
}

BOOST_AUTO_TEST_CASE(bytes_beyond_a_message_limit_are_not_consumed) {
    session_harness client = make_client();
    client.reach(session_phase::ready);
    client.feed(room_frame("a") + room_frame("b") + frame(op_ping, "x") + room_frame("c"), 2);
    BOOST_TEST(client.received.size() == 2U);
    BOOST_TEST(client.unused == frame(op_ping, "x") + room_frame("c"));
    BOOST_TEST(client.sent_text() == "nothing");
    client.feed("", 2);  // Notifications delivered earlier count.
    BOOST_TEST(client.unused == frame(op_ping, "x") + room_frame("c"));
    client.feed("", 3);
    BOOST_TEST(client.received.size() == 3U);
    BOOST_TEST(client.unused == "");
    BOOST_TEST(client.sent_text() == "pong 78");
}

BOOST_AUTO_TEST_CASE(a_message_limit_of_zero_consumes_nothing) {
    session_harness client = make_client();
    client.reach(session_phase::ready);
    client.feed(frame(op_ping, ""), 0);
    BOOST_TEST(client.unused == frame(op_ping, ""));
}

BOOST_AUTO_TEST_CASE(a_message_without_content_does_not_count) {
    session_harness client = make_client();
    client.reach(session_phase::ready);
    client.feed(message("") + message("") + room_frame("a"), 1);
    BOOST_TEST(client.received.size() == 1U);
    BOOST_TEST(client.unused == "");
}

BOOST_AUTO_TEST_SUITE_END()
