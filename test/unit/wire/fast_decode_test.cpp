#include "wire/fast_decode.hpp"

#include <jellyfish/notification.hpp>

#include "data/recordings.hpp"
#include "fakes/wire.hpp"
#include "wire/server_message.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <boost/test/unit_test.hpp>

// The suites server_message and server_message_rules and the fuzz target compare the decoder with
// protobuf, for canonical and other messages.
namespace {

using namespace jellyfish;
using namespace jellyfish::test;

constexpr std::uint32_t peer_connected_field = 2;
constexpr std::uint32_t track_added_field = 17;

/// Decodes into a notification of another kind.
bool is_canonical(std::uint32_t number, std::string_view payload) {
    notification out = dropped{1};
    return detail::wire::decode_canonical(number, payload, out);
}

notification decoded(std::uint32_t number, std::string_view payload) {
    notification out = dropped{1};
    BOOST_REQUIRE(detail::wire::decode_canonical(number, payload, out));
    return out;
}

const std::string room = bytes_field(1, "room");
const std::string peer = bytes_field(2, "peer");
const std::string component = bytes_field(3, "component");
const std::string a_track =
    bytes_field(4, bytes_field(1, "t") + std::string("\x10\x02") + bytes_field(3, "{}"));

}  // namespace

BOOST_AUTO_TEST_SUITE(fast_decode)

BOOST_AUTO_TEST_CASE(messages_of_real_servers_are_canonical) {
    std::size_t plain = 0;
    for (const notification& each : sample_notifications()) {
        const std::string bytes = notification_bytes(each);
        if (bytes.empty() || std::holds_alternative<unknown_notification>(each)) continue;
        const std::size_t tag_size = (bytes[0] & 0x80) != 0 ? 2 : 1;
        const auto number = static_cast<std::uint32_t>(
            tag_size == 1 ? bytes[0] >> 3 : ((bytes[0] & 0x7f) | bytes[1] << 7) >> 3);
        const std::size_t length_size = bytes.size() - tag_size > 128 ? 2 : 1;
        BOOST_TEST(
            (decoded(number, std::string_view(bytes).substr(tag_size + length_size)) == each),
            each);
        ++plain;
    }
    BOOST_TEST(plain >= 17U);
}

BOOST_AUTO_TEST_CASE(missing_fields_are_empty) {
    BOOST_TEST((decoded(peer_connected_field, "") == notification(peer_connected{})));
    BOOST_TEST((decoded(peer_connected_field, peer) == notification(peer_connected{"", "peer"})));
    BOOST_TEST((decoded(track_added_field, room) == notification(track_added{"room", {}, {}})));
}

BOOST_AUTO_TEST_CASE(a_track_belongs_to_a_peer_or_a_component) {
    const track expected{"t", track_type::audio, "{}"};
    BOOST_TEST((decoded(track_added_field, room + peer + a_track) ==
                notification(track_added{"room", {endpoint_kind::peer, "peer"}, expected})));
    BOOST_TEST(
        (decoded(track_added_field, room + component + a_track) ==
         notification(track_added{"room", {endpoint_kind::component, "component"}, expected})));
    BOOST_TEST((decoded(track_added_field, room + bytes_field(2, "") + a_track) ==
                notification(track_added{"room", {endpoint_kind::peer, ""}, expected})));
}

BOOST_AUTO_TEST_CASE(long_strings_have_multibyte_lengths) {
    for (const std::size_t size : {127U, 128U, 512U, 16'383U, 16'384U, 100'000U}) {
        const std::string id(size, 'i');
        BOOST_TEST((decoded(peer_connected_field, bytes_field(1, id) + peer) ==
                    notification(peer_connected{id, "peer"})),
                   size);
    }
}

BOOST_AUTO_TEST_CASE(text_must_be_utf8) {
    BOOST_TEST(is_canonical(peer_connected_field, bytes_field(1, "z\xc3\xa9")));
    for (const std::size_t size : {1U, 100U, 1'000U}) {
        BOOST_TEST(!is_canonical(peer_connected_field, bytes_field(1, std::string(size, '\xff'))));
        BOOST_TEST(
            !is_canonical(peer_connected_field, bytes_field(1, std::string(size, 'a') + '\xc3')));
    }
}

BOOST_AUTO_TEST_CASE(other_encodings_are_left_to_protobuf) {
    BOOST_TEST(!is_canonical(peer_connected_field, peer + room));              // Another order.
    BOOST_TEST(!is_canonical(peer_connected_field, room + room));              // Twice.
    BOOST_TEST(!is_canonical(peer_connected_field, room + component));         // Unknown.
    BOOST_TEST(!is_canonical(peer_connected_field, std::string("\x08\x01")));  // Another wire type.
    // Both members of a oneof.
    BOOST_TEST(!is_canonical(track_added_field, room + peer + component));
    BOOST_TEST(!is_canonical(track_added_field, room + a_track + a_track));
    BOOST_TEST(!is_canonical(99, room));
    BOOST_TEST(!is_canonical(6, ""));  // A message of the session itself.
}

BOOST_AUTO_TEST_CASE(truncated_messages_are_not_canonical) {
    const std::string whole = room + bytes_field(2, std::string(200, 'p'));
    for (std::size_t size = 1; size < whole.size(); ++size) {
        if (size != room.size())
            BOOST_TEST(!is_canonical(peer_connected_field, whole.substr(0, size)), size);
    }
    BOOST_TEST(!is_canonical(peer_connected_field, "\x0a\xff\xff\xff\xff\xff\x01"));
}

BOOST_AUTO_TEST_CASE(a_notification_of_the_same_kind_reuses_its_memory) {
    notification out = peer_connected{std::string(40, 'r'), std::string(40, 'p')};
    const char* const before = std::get<peer_connected>(out).room_id.data();
    BOOST_TEST(detail::wire::decode_canonical(peer_connected_field,
                                              bytes_field(1, std::string(38, 'x')), out));
    const auto& decoded = std::get<peer_connected>(out);
    BOOST_TEST((decoded.room_id.data() == before));
    BOOST_TEST(decoded.room_id == std::string(38, 'x'));
    BOOST_TEST(decoded.peer_id.empty());
}

BOOST_AUTO_TEST_CASE(a_notification_of_another_kind_reuses_the_memory_of_the_ids) {
    const std::string long_room(100, 'r');
    const std::string long_peer(100, 'p');
    notification out = peer_connected{long_room, long_peer};
    const char* const room_memory = std::get<peer_connected>(out).room_id.data();
    const char* const peer_memory = std::get<peer_connected>(out).peer_id.data();
    BOOST_REQUIRE(detail::wire::decode_canonical(track_added_field, room + peer + a_track, out));
    const auto& track = std::get<track_added>(out);
    BOOST_TEST(static_cast<const void*>(track.room_id.data()) == room_memory);
    BOOST_TEST(static_cast<const void*>(track.endpoint.id.data()) == peer_memory);
    BOOST_TEST(track.room_id == "room");
    BOOST_TEST(track.endpoint.id == "peer");
}

BOOST_AUTO_TEST_CASE(no_field_of_another_kind_is_left_over) {
    notification out = peer_crashed{"old room", "old peer", "old reason"};
    BOOST_REQUIRE(detail::wire::decode_canonical(track_added_field, "", out));
    BOOST_TEST((out == notification(track_added())), out);
}

BOOST_AUTO_TEST_SUITE_END()
