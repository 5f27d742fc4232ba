#include <jellyfish/server_notifications.pb.h>

#include "data/random.hpp"
#include "data/recordings.hpp"
#include "fakes/wire.hpp"
#include "fixtures/quiet_protobuf.hpp"
#include "wire/server_message.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// The decoder parses the outer message itself where it can. These tests compare its results for
// arbitrary bytes with those of protobuf's own parser.

namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
namespace wire = detail::wire;
using proto = jellyfish::ServerMessage;

namespace {

/// The result of decoding, as text that names every field.
std::string text_of(const notification& value) {
    return std::string(name_of(value)) + ' ' + to_hex(notification_bytes(value));
}

std::string text_of(const wire::control_message& value) {
    return std::visit(
        overloaded{
            [](const detail::wire::no_content&) -> std::string { return "no content"; },
            [](const detail::wire::authenticated&) -> std::string { return "authenticated"; },
            [](const detail::wire::auth_request& v) { return "auth_request " + v.token; },
            [](const detail::wire::subscribe_request& v) {
                return "subscribe_request " + std::to_string(v.type);
            },
            [](const detail::wire::subscribe_response& v) {
                return "subscribe_response " + std::to_string(v.type);
            },
            [](const detail::wire::notification_batch& v) { return "batch " + to_hex(v.parts); },
        },
        value);
}

std::string decoded_text(std::string_view bytes) {
    notification out;
    wire::control_message control;
    const std::string input(bytes);  // Exact size, so that AddressSanitizer detects overreads.
    switch (detail::wire::decode_server_message(input, out, control)) {
        case wire::decoded::malformed:
            return "malformed";
        case wire::decoded::notification:
            return text_of(out);
        case wire::decoded::control:
        case wire::decoded::batch:
            return text_of(control);
    }
    return "impossible";
}

// ---- the same with protobuf's parser

template <class Enum>
open_enum<Enum> enum_of(int number, int last) {
    if (number >= 0 && number <= last) return static_cast<Enum>(number);
    return open_enum<Enum>(std::to_string(number));
}

open_enum<peer_type> type_of(int number) { return enum_of<peer_type>(number, 3); }

track track_of(const proto::Track& m) {
    return {m.id(), enum_of<track_type>(m.type(), 2), m.metadata()};
}

template <class Message>
track_endpoint endpoint_of(const Message& m) {
    if (m.has_peer_id()) return {endpoint_kind::peer, m.peer_id()};
    if (m.has_component_id()) return {endpoint_kind::component, m.component_id()};
    return {};
}

template <class Kind, class Message>
Kind track_event_of(const Message& m) {
    return {m.room_id(), endpoint_of(m), track_of(m.track())};
}

template <class Kind, class Message>
Kind channel_event_of(const Message& m) {
    return {m.room_id(), endpoint_of(m), m.channel_id()};
}

std::string text_of(const proto::TrackForwarding& m) {
    track_forwarding to{m.room_id(), m.peer_id(), m.composition_url(), m.input_id(), {}, {}};
    if (m.has_audio_track()) to.audio_track = track_of(m.audio_track());
    if (m.has_video_track()) to.video_track = track_of(m.video_track());
    return text_of(notification(to));
}

std::string text_of(const proto::NotificationBatch& m) {
    std::string parts;
    for (const std::string& each : m.notifications())
        parts += bytes_field(1, each);
    return "batch " + to_hex(parts);
}

std::string text_of(const proto& m, std::string_view bytes) {
    const auto peer = [](const auto& v, auto kind) {
        return text_of(
            notification(decltype(kind){v.room_id(), v.peer_id(), type_of(v.peer_type())}));
    };
    switch (m.content_case()) {
        case proto::kRoomCrashed:
            return text_of(notification(room_crashed{m.room_crashed().room_id()}));
        case proto::kPeerConnected:
            return peer(m.peer_connected(), peer_connected{});
        case proto::kPeerDisconnected:
            return peer(m.peer_disconnected(), peer_disconnected{});
        case proto::kPeerCrashed:
            return text_of(notification(
                peer_crashed{m.peer_crashed().room_id(), m.peer_crashed().peer_id(),
                             m.peer_crashed().reason(), type_of(m.peer_crashed().peer_type())}));
        case proto::kComponentCrashed:
            return text_of(notification(component_crashed{m.component_crashed().room_id(),
                                                          m.component_crashed().component_id()}));
        case proto::kAuthenticated:
            return text_of(wire::control_message(detail::wire::authenticated{}));
        case proto::kAuthRequest:
            return text_of(
                wire::control_message(detail::wire::auth_request{m.auth_request().token()}));
        case proto::kSubscribeRequest:
            return text_of(wire::control_message(
                detail::wire::subscribe_request{m.subscribe_request().event_type()}));
        case proto::kSubscribeResponse:
            return text_of(wire::control_message(
                detail::wire::subscribe_response{m.subscribe_response().event_type()}));
        case proto::kRoomCreated:
            return text_of(notification(room_created{m.room_created().room_id()}));
        case proto::kRoomDeleted:
            return text_of(notification(room_deleted{m.room_deleted().room_id()}));
        case proto::kMetricsReport:
            return text_of(notification(metrics_report{m.metrics_report().metrics()}));
        case proto::kHlsPlayable:
            return text_of(notification(
                hls_playable{m.hls_playable().room_id(), m.hls_playable().component_id()}));
        case proto::kHlsUploaded:
            return text_of(notification(hls_uploaded{m.hls_uploaded().room_id()}));
        case proto::kHlsUploadCrashed:
            return text_of(notification(hls_upload_crashed{m.hls_upload_crashed().room_id()}));
        case proto::kPeerMetadataUpdated:
            return text_of(notification(peer_metadata_updated{
                m.peer_metadata_updated().room_id(), m.peer_metadata_updated().peer_id(),
                m.peer_metadata_updated().metadata(),
                type_of(m.peer_metadata_updated().peer_type())}));
        case proto::kTrackAdded:
            return text_of(notification(track_event_of<track_added>(m.track_added())));
        case proto::kTrackRemoved:
            return text_of(notification(track_event_of<track_removed>(m.track_removed())));
        case proto::kTrackMetadataUpdated:
            return text_of(
                notification(track_event_of<track_metadata_updated>(m.track_metadata_updated())));
        case proto::kPeerAdded:
            return peer(m.peer_added(), peer_added{});
        case proto::kPeerDeleted:
            return peer(m.peer_deleted(), peer_deleted{});
        case proto::kStreamConnected:
            return text_of(notification(stream_connected{m.stream_connected().stream_id()}));
        case proto::kStreamDisconnected:
            return text_of(notification(stream_disconnected{m.stream_disconnected().stream_id()}));
        case proto::kViewerConnected:
            return text_of(notification(viewer_connected{m.viewer_connected().stream_id(),
                                                         m.viewer_connected().viewer_id()}));
        case proto::kViewerDisconnected:
            return text_of(notification(viewer_disconnected{m.viewer_disconnected().stream_id(),
                                                            m.viewer_disconnected().viewer_id()}));
        case proto::kStreamerConnected:
            return text_of(notification(streamer_connected{m.streamer_connected().stream_id(),
                                                           m.streamer_connected().streamer_id()}));
        case proto::kStreamerDisconnected:
            return text_of(notification(streamer_disconnected{
                m.streamer_disconnected().stream_id(), m.streamer_disconnected().streamer_id()}));
        case proto::kChannelAdded:
            return text_of(notification(channel_event_of<channel_added>(m.channel_added())));
        case proto::kChannelRemoved:
            return text_of(notification(channel_event_of<channel_removed>(m.channel_removed())));
        case proto::kTrackForwarding:
            return text_of(m.track_forwarding());
        case proto::kTrackForwardingRemoved:
            return text_of(notification(track_forwarding_removed{
                m.track_forwarding_removed().room_id(), m.track_forwarding_removed().peer_id(),
                m.track_forwarding_removed().composition_url(),
                m.track_forwarding_removed().input_id()}));
        case proto::kVadNotification:
            return text_of(notification(
                vad_notification{m.vad_notification().room_id(), m.vad_notification().peer_id(),
                                 m.vad_notification().track_id(),
                                 enum_of<vad_status>(m.vad_notification().status(), 2)}));
        case proto::kNotificationBatch:
            return text_of(m.notification_batch());
        case proto::kRecordingStatusChanged:
            return text_of(notification(recording_status_changed{
                m.recording_status_changed().recording_id(),
                enum_of<recording_status>(m.recording_status_changed().status(), 4),
                m.recording_status_changed().metadata()}));
        case proto::CONTENT_NOT_SET:
            break;
    }
    if (bytes.empty()) return text_of(wire::control_message());
    return text_of(notification(unknown_notification{std::string(bytes)}));
}

std::string protobuf_text(std::string_view bytes) {
    proto message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return "malformed";
    return text_of(message, bytes);
}

void check_as_protobuf(std::string_view bytes) {
    BOOST_TEST_CONTEXT("bytes " << to_hex(bytes))
    BOOST_TEST(decoded_text(bytes) == protobuf_text(bytes));
}

// ---- bytes

std::string group(unsigned number, std::string_view content) {
    return varint(number << 3 | 3).append(content) + varint(number << 3 | 4);
}

/// A varint with more bytes than necessary.
std::string padded(std::uint64_t value, std::size_t size) {
    std::string out = varint(value);
    while (out.size() < size) {
        out.back() = static_cast<char>(out.back() | '\x80');
        out.push_back('\0');
    }
    return out;
}

std::vector<std::string> valid_messages() {
    std::vector<std::string> all = {authenticated_bytes(), auth_request_bytes("token"),
                                    subscribe_request_bytes(1), subscribe_response_bytes(2),
                                    batch_bytes({notification_bytes(room_created{"r"}), "x"})};
    for (const notification& each : sample_notifications())
        all.push_back(notification_bytes(each));
    return all;
}

/// Mutates the bytes.
std::string mutated(std::string bytes, random_source& random,
                    const std::vector<std::string>& others) {
    const std::string& other = others[random.below(others.size())];
    const std::size_t at = random.below(bytes.size() + 1);
    switch (random.below(7)) {
        case 0:
            return bytes.substr(0, at);
        case 1:
            return bytes.substr(at);
        case 2:
            return bytes.insert(at, 1, static_cast<char>(random()));
        case 3:
            return bytes.insert(at, other.substr(random.below(other.size())));
        case 4:
            return bytes + other;
        case 5:
            if (at < bytes.size()) bytes.erase(at, 1 + random.below(4));
            return bytes;
        default:
            if (at < bytes.size()) bytes[at] = static_cast<char>(random());
            return bytes;
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_message_rules, quiet_protobuf)

// ---- protobuf's rules

BOOST_AUTO_TEST_CASE(unknown_fields_are_ignored) {
    const std::string known = bytes_field(1, "r");
    for (const std::string& other :
         {varint_field(9, 1), varint(9 << 3 | 1) + std::string(8, 'x'),
          varint(9 << 3 | 5) + std::string(4, 'x'), bytes_field(9, "text"), group(9, known)}) {
        const std::string expected = text_of(notification(room_created{"r"}));
        BOOST_TEST(decoded_text(bytes_field(10, other + known)) == expected);
        BOOST_TEST(decoded_text(bytes_field(10, known + other)) == expected);
        check_as_protobuf(bytes_field(10, known + other));
    }
    for (const std::string& other : {varint_field(90, 1), varint(90 << 3 | 1) + std::string(8, 'x'),
                                     bytes_field(90, "text"), group(90, known)}) {
        const std::string expected = text_of(notification(room_created{"r"}));
        BOOST_TEST(decoded_text(other + bytes_field(10, known)) == expected);
        BOOST_TEST(decoded_text(bytes_field(10, known) + other) == expected);
    }
}

BOOST_AUTO_TEST_CASE(the_last_of_two_contents_wins) {
    const std::string bytes =
        notification_bytes(room_created{"a"}) + notification_bytes(room_deleted{"b"});
    BOOST_TEST(decoded_text(bytes) == text_of(notification(room_deleted{"b"})));
}

BOOST_AUTO_TEST_CASE(the_same_content_twice_is_merged) {
    const std::string bytes =
        bytes_field(20, bytes_field(1, "r")) + bytes_field(20, bytes_field(2, "p"));
    BOOST_TEST(decoded_text(bytes) == text_of(notification(peer_added{"r", "p"})));
    const std::string track = bytes_field(17, bytes_field(4, bytes_field(1, "t"))) +
                              bytes_field(17, bytes_field(4, varint_field(2, 1)));
    BOOST_TEST(decoded_text(track) ==
               text_of(notification(track_added{"", {}, {"t", track_type::video, ""}})));
}

BOOST_AUTO_TEST_CASE(two_batches_are_merged) {
    const std::string bytes = batch_bytes({"a"}) + batch_bytes({"b"});
    BOOST_TEST(decoded_text(bytes) == "batch " + to_hex(bytes_field(1, "a") + bytes_field(1, "b")));
    check_as_protobuf(bytes);
}

BOOST_AUTO_TEST_CASE(the_last_value_of_a_repeated_field_wins) {
    BOOST_TEST(decoded_text(bytes_field(10, bytes_field(1, "a") + bytes_field(1, "b"))) ==
               text_of(notification(room_created{"b"})));
    BOOST_TEST(decoded_text(bytes_field(17, bytes_field(2, "p") + bytes_field(3, "c"))) ==
               text_of(notification(track_added{"", {endpoint_kind::component, "c"}, {}})));
    BOOST_TEST(decoded_text(bytes_field(17, bytes_field(3, "c") + bytes_field(2, "p"))) ==
               text_of(notification(track_added{"", {endpoint_kind::peer, "p"}, {}})));
}

BOOST_AUTO_TEST_CASE(a_known_field_with_another_wire_type_is_unknown) {
    BOOST_TEST(decoded_text(bytes_field(10, varint_field(1, 7))) ==
               text_of(notification(room_created{})));
    BOOST_TEST(decoded_text(bytes_field(9, bytes_field(1, "x"))) == "subscribe_response 0");
}

BOOST_DATA_TEST_CASE(event_types_are_read_as_protobuf_reads_them,
                     data::make({0ULL, 1ULL, 3ULL, 2'147'483'647ULL, 2'147'483'648ULL,
                                 4'294'967'297ULL, 18'446'744'073'709'551'615ULL}),
                     number) {
    check_as_protobuf(bytes_field(9, varint_field(1, number)));
    check_as_protobuf(bytes_field(8, varint_field(1, number)));
    check_as_protobuf(bytes_field(17, bytes_field(4, varint_field(2, number))));
    check_as_protobuf(bytes_field(20, varint_field(3, number)));
    check_as_protobuf(bytes_field(32, varint_field(4, number)));
    check_as_protobuf(bytes_field(34, varint_field(2, number)));
}

BOOST_AUTO_TEST_CASE(tags_and_lengths_may_be_padded_up_to_five_bytes) {
    const std::string inner = bytes_field(1, "r");
    const std::string expected = text_of(notification(room_created{"r"}));
    for (std::size_t tag = 1; tag <= 11; ++tag) {
        for (std::size_t length = 1; length <= 11; ++length) {
            const std::string bytes =
                padded(10 << 3 | 2, tag) + padded(inner.size(), length) + inner;
            BOOST_TEST(decoded_text(bytes) == (tag <= 5 && length <= 5 ? expected : "malformed"));
            check_as_protobuf(bytes);
        }
    }
}

// Truncated; endless varints; field 0; invalid wire types; unbalanced groups; wrong lengths.
BOOST_DATA_TEST_CASE(
    invalid_messages_are_rejected,
    data::make({"52",     "5205",       "520a",        "52ff",     "520100",
                "4a0208", "4a020880",   "ff",          "ffffff",   "52ffffffffffffffffff01",
                "00",     "0000",       "0200",        "52020a05", "0e",
                "0f01",   "5203ffffff", "0c",          "54",       "53",
                "535c",   "52010c",     "52ffffffff0f"}),
    hex) {
    BOOST_TEST(decoded_text(from_hex(hex)) == "malformed");
    check_as_protobuf(from_hex(hex));
}

BOOST_DATA_TEST_CASE(a_tag_of_more_than_32_bits_is_read_as_protobuf_reads_it,
                     data::make({"d280808010030a0172", "d2808080100372", "d2808080f00f00",
                                 "d280808070030a0172", "fa8080807f00"}),
                     hex) {
    check_as_protobuf(from_hex(hex));
}

BOOST_AUTO_TEST_CASE(a_string_that_is_not_utf8_makes_a_message_malformed) {
    for (const std::string& bad : {std::string("\xff"), std::string("a\xc3"),
                                   std::string("\xed\xa0\x80"), std::string("\xc0\x80")}) {
        for (const unsigned number :
             {1U,  2U,  3U,  4U,  5U,  7U,  10U, 11U, 12U, 13U, 14U, 15U, 16U, 17U, 18U,
              19U, 20U, 21U, 22U, 23U, 24U, 25U, 26U, 27U, 28U, 29U, 30U, 31U, 32U, 34U}) {
            const std::string bytes = bytes_field(number, bytes_field(1, bad));
            BOOST_TEST(decoded_text(bytes) == "malformed");
            BOOST_TEST(decoded_text(bytes + varint_field(90, 1)) == "malformed");
        }
        BOOST_TEST(decoded_text(bytes_field(16, bytes_field(3, bad))) == "malformed");
        BOOST_TEST(decoded_text(bytes_field(17, bytes_field(2, bad))) == "malformed");
        BOOST_TEST(decoded_text(bytes_field(17, bytes_field(4, bytes_field(3, bad)))) ==
                   "malformed");
    }
}

// ---- compared with protobuf's parser

BOOST_DATA_TEST_CASE(messages_truncated_anywhere_are_decoded_as_by_protobuf,
                     data::make(valid_messages()), bytes) {
    std::size_t malformed = 0;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const std::string_view cut = std::string_view(bytes).substr(0, size);
        check_as_protobuf(cut);
        if (decoded_text(cut) == "malformed") ++malformed;
    }
    BOOST_TEST(malformed == bytes.size() - 1);  // All but the complete message and the empty one.
}

BOOST_DATA_TEST_CASE(messages_with_any_byte_changed_are_decoded_as_by_protobuf,
                     data::make(valid_messages()), bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        for (int value = 0; value < 256; ++value) {
            changed[i] = static_cast<char>(value);
            BOOST_TEST_REQUIRE(decoded_text(changed) == protobuf_text(changed));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_messages_of_up_to_two_bytes_are_decoded_as_by_protobuf) {
    for (int first = 0; first < 256; ++first) {
        check_as_protobuf(std::string(1, static_cast<char>(first)));
        for (int second = 0; second < 256; ++second) {
            const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
            BOOST_TEST_REQUIRE(decoded_text(bytes) == protobuf_text(bytes));
        }
    }
}

BOOST_AUTO_TEST_CASE(mutated_messages_are_decoded_as_by_protobuf) {
    const std::vector<std::string> valid = valid_messages();
    std::size_t malformed = 0;
    constexpr std::uint32_t seeds = 30'000;
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        random_source random(seed);
        std::string bytes = valid[random.below(valid.size())];
        for (std::size_t i = 1 + random.below(3); i > 0; --i)
            bytes = mutated(std::move(bytes), random, valid);
        const std::string expected = protobuf_text(bytes);
        if (expected == "malformed") ++malformed;
        BOOST_TEST_CONTEXT("seed " << seed << ", bytes " << to_hex(bytes))
        BOOST_TEST_REQUIRE(decoded_text(bytes) == expected);
    }
    // The mutations are neither too mild nor too harsh to be useful.
    BOOST_TEST(malformed > seeds / 10);
    BOOST_TEST(malformed < seeds - seeds / 10);
}

BOOST_AUTO_TEST_SUITE_END()
