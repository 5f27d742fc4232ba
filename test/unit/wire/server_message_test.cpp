#include "wire/server_message.hpp"

#include "data/recordings.hpp"
#include "fakes/wire.hpp"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
namespace wire = detail::wire;

namespace jellyfish::detail::wire {

std::ostream& operator<<(std::ostream& out, decoded value) {
    constexpr const char* names[] = {"malformed", "notification", "control", "batch"};
    return out << names[static_cast<int>(value)];
}

}  // namespace jellyfish::detail::wire

namespace jellyfish::test {

std::ostream& operator<<(std::ostream& out, const recorded_notification& value) {
    return out << value.type << " in \"" << value.scenario << '"';
}

}  // namespace jellyfish::test

namespace {

const notification nothing_yet = disconnected{};

notification decode_notification(std::string_view bytes) {
    notification out = nothing_yet;
    wire::control_message control;
    BOOST_TEST_REQUIRE(wire::decode_server_message(bytes, out, control) ==
                       wire::decoded::notification);
    return out;
}

struct control_sample {
    const char* name;
    std::string bytes;
    wire::control_message meaning;
};

std::ostream& operator<<(std::ostream& out, const control_sample& value) {
    return out << value.name;
}

std::vector<control_sample> control_samples() {
    return {
        {"authenticated", authenticated_bytes(), detail::wire::authenticated{}},
        {"auth_request", auth_request_bytes("development"),
         detail::wire::auth_request{"development"}},
        {"empty auth_request", auth_request_bytes(""), detail::wire::auth_request{}},
        {"subscribe to notifications", subscribe_request_bytes(1),
         detail::wire::subscribe_request{1}},
        {"subscribe to metrics", subscribe_request_bytes(2), detail::wire::subscribe_request{2}},
        {"subscribe to nothing", bytes_field(8, ""), detail::wire::subscribe_request{0}},
        {"subscribe to what is not known", subscribe_request_bytes(7),
         detail::wire::subscribe_request{7}},
        {"subscribed to notifications", subscribe_response_bytes(1),
         detail::wire::subscribe_response{1}},
        {"subscribed to metrics", subscribe_response_bytes(2), detail::wire::subscribe_response{2}},
        {"subscribed to nothing", bytes_field(9, ""), detail::wire::subscribe_response{0}},
        {"no content", "", detail::wire::no_content{}},
    };
}

std::vector<notification> minimal_notifications() {
    return {
        room_created{},
        room_deleted{},
        room_crashed{},
        peer_added{},
        peer_deleted{},
        peer_connected{},
        peer_disconnected{},
        peer_crashed{},
        component_crashed{},
        hls_playable{},
        peer_metadata_updated{},
        track_added{},
        track_removed{},
        hls_uploaded{},
        hls_upload_crashed{},
        metrics_report{},
        peer_crashed{"r", "p", ""},
        track_metadata_updated{},
        stream_connected{},
        stream_disconnected{},
        viewer_connected{},
        viewer_disconnected{},
        streamer_connected{},
        streamer_disconnected{},
        channel_added{},
        channel_removed{},
        track_forwarding{},
        track_forwarding{"", "", "", "", track{}, {}},
        track_forwarding_removed{},
        vad_notification{},
        recording_status_changed{},
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_message)

// ---- notifications

BOOST_DATA_TEST_CASE(a_notification_is_decoded, data::make(sample_notifications()), sample) {
    BOOST_TEST(decode_notification(notification_bytes(sample)) == sample);
}

BOOST_DATA_TEST_CASE(a_notification_is_encoded, data::make(sample_notifications()), sample) {
    BOOST_TEST(to_hex(detail::wire::encode(sample)) == to_hex(notification_bytes(sample)));
}

BOOST_DATA_TEST_CASE(fields_with_default_values_are_not_encoded,
                     data::make(minimal_notifications()), sample) {
    BOOST_TEST(decode_notification(notification_bytes(sample)) == sample);
    BOOST_TEST(to_hex(detail::wire::encode(sample)) == to_hex(notification_bytes(sample)));
}

BOOST_AUTO_TEST_CASE(the_message_from_the_protocols_description_is_decoded) {
    const std::string room = "fbf4190c-5c76-415c-8939-52c6ed20868b";
    const std::string peer = "c7236587-5df8-4b41-b6e4-268e71133ee2";
    const std::string bytes = "\x12\x4c\x0a\x24" + room + "\x12\x24" + peer;
    BOOST_TEST(bytes.size() == 78U);
    BOOST_TEST(decode_notification(bytes) == notification(peer_connected{room, peer}));
    BOOST_TEST(detail::wire::encode(notification(peer_connected{room, peer})) == bytes);
}

BOOST_AUTO_TEST_CASE(a_track_without_a_track_has_default_values) {
    const notification decoded_one = decode_notification(bytes_field(17, bytes_field(1, "r")));
    BOOST_TEST(decoded_one == notification(track_added{"r", {}, {}}));
}

BOOST_AUTO_TEST_CASE(an_endpoint_with_an_empty_id_is_kept) {
    const notification peer = decode_notification(bytes_field(18, bytes_field(2, "")));
    BOOST_TEST(std::get<track_removed>(peer).endpoint.is_peer());
    const notification component = decode_notification(bytes_field(18, bytes_field(3, "")));
    BOOST_TEST(std::get<track_removed>(component).endpoint.is_component());
}

BOOST_DATA_TEST_CASE(an_unknown_track_type_is_kept_as_its_number, data::make({3U, 7U, 1'000U}),
                     type) {
    const notification decoded_one =
        decode_notification(bytes_field(17, bytes_field(4, varint_field(2, type))));
    const auto& found = std::get<track_added>(decoded_one).track.type;
    BOOST_TEST((found == track_type::unknown));
    BOOST_TEST(found.text() == std::to_string(type));
}

BOOST_DATA_TEST_CASE(an_unknown_peer_type_is_kept_as_its_number, data::make({4U, 99U}), type) {
    const notification decoded_one = decode_notification(bytes_field(20, varint_field(3, type)));
    const auto& found = std::get<peer_added>(decoded_one).peer_type;
    BOOST_TEST((found == peer_type::unknown));
    BOOST_TEST(found.text() == std::to_string(type));
}

BOOST_AUTO_TEST_CASE(recording_statuses_have_the_protocols_numbers) {
    const recording_status expected[] = {recording_status::unspecified, recording_status::active,
                                         recording_status::finished,    recording_status::available,
                                         recording_status::failed,      recording_status::unknown};
    for (unsigned number = 0; number < 6; ++number) {
        const notification found = decode_notification(bytes_field(34, varint_field(2, number)));
        BOOST_TEST((std::get<recording_status_changed>(found).status == expected[number]), number);
    }
}

BOOST_AUTO_TEST_CASE(text_of_any_kind_and_size_survives_the_round_trip) {
    for (const std::string& text :
         {std::string("\0null\0", 6), std::string("za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87"),
          std::string("\xf0\x9f\xaa\xbc"), std::string(1 << 20, 'x'),
          std::string("\r\n\t\x01\x7f")}) {
        const notification value = metrics_report{text};
        BOOST_TEST((decode_notification(notification_bytes(value)) == value));
        BOOST_TEST((detail::wire::encode(value) == notification_bytes(value)));
    }
}

// ---- recordings of a real server

BOOST_DATA_TEST_CASE(recorded_notifications_are_decoded_to_their_recorded_meaning,
                     data::make(recorded_notifications()), recorded) {
    BOOST_TEST(decode_notification(recorded.bytes) == recorded.expected);
    BOOST_TEST(name_of(recorded.expected) == recorded.type);
}

BOOST_DATA_TEST_CASE(recorded_notifications_are_encoded_to_the_same_bytes,
                     data::make(recorded_notifications()), recorded) {
    BOOST_TEST(to_hex(detail::wire::encode(recorded.expected)) == to_hex(recorded.bytes));
}

// ---- messages of the session

BOOST_DATA_TEST_CASE(a_message_of_the_session_is_decoded, data::make(control_samples()), sample) {
    notification out = nothing_yet;
    wire::control_message control = detail::wire::auth_request{"left over"};
    BOOST_TEST(wire::decode_server_message(sample.bytes, out, control) == wire::decoded::control);
    BOOST_TEST((control == sample.meaning));
    BOOST_TEST(out == nothing_yet);
}

BOOST_DATA_TEST_CASE(a_message_of_the_session_is_encoded, data::make(control_samples()), sample) {
    BOOST_TEST(to_hex(detail::wire::encode(sample.meaning)) == to_hex(sample.bytes));
}

// ---- batches

BOOST_AUTO_TEST_CASE(the_parts_of_a_batch_are_decoded_one_by_one) {
    const std::vector<notification> expected{room_created{"a"}, peer_added{"a", "p"},
                                             unknown_notification{bytes_field(99, "x")}};
    std::vector<std::string> parts;
    for (const notification& each : expected)
        parts.push_back(notification_bytes(each));
    notification out;
    wire::control_message control;
    BOOST_TEST_REQUIRE(wire::decode_server_message(batch_bytes(parts), out, control) ==
                       wire::decoded::batch);
    auto batch = std::get<wire::notification_batch>(control);
    for (const notification& each : expected) {
        BOOST_TEST_REQUIRE(!batch.empty());
        BOOST_TEST(wire::decode_part(batch, out, control) == wire::decoded::notification);
        BOOST_TEST(out == each);
    }
    BOOST_TEST(batch.empty());
}

BOOST_AUTO_TEST_CASE(a_part_of_a_batch_may_be_no_notification) {
    const std::vector<std::pair<std::string, wire::decoded>> parts{
        {"", wire::decoded::control},
        {authenticated_bytes(), wire::decoded::control},
        {"x", wire::decoded::malformed},
        {batch_bytes({}), wire::decoded::malformed},
        {notification_bytes(room_created{"a"}), wire::decoded::notification}};
    wire::notification_batch batch;
    for (const auto& [bytes, expected] : parts)
        batch.add(bytes);
    notification out;
    wire::control_message control;
    for (const auto& [bytes, expected] : parts)
        BOOST_TEST(wire::decode_part(batch, out, control) == expected, to_hex(bytes));
}

BOOST_AUTO_TEST_CASE(a_batch_is_encoded) {
    wire::notification_batch batch;
    batch.add("x");
    batch.add("");
    BOOST_TEST(to_hex(wire::encode(wire::control_message(batch))) ==
               to_hex(batch_bytes({"x", ""})));
}

// ---- unknown content, and notifications that are not on the wire

BOOST_DATA_TEST_CASE(unknown_content_is_kept_unchanged,
                     data::make({bytes_field(35, ""), bytes_field(35, "x"), varint_field(33, 1),
                                 varint_field(50, 1), bytes_field(19'000, "x"),
                                 bytes_field(536'870'911, "x"),
                                 bytes_field(100, "x") + bytes_field(101, "y"),
                                 // Known field numbers with a wrong type.
                                 varint_field(10, 1), varint_field(6, 0)}),
                     bytes) {
    const notification unknown = unknown_notification{bytes};
    BOOST_TEST(decode_notification(bytes) == unknown);
    BOOST_TEST(to_hex(detail::wire::encode(unknown)) == to_hex(bytes));
}

BOOST_AUTO_TEST_CASE(notifications_that_the_library_adds_cannot_be_encoded) {
    BOOST_TEST(detail::wire::encode(notification(disconnected{errc::connection_lost, "x"})) == "");
    BOOST_TEST(detail::wire::encode(notification(reconnected{std::chrono::milliseconds(1), 2})) ==
               "");
    BOOST_TEST(detail::wire::encode(notification(dropped{1})) == "");
}

// ---- reusing one notification

BOOST_AUTO_TEST_CASE(nothing_is_left_over_from_the_previous_message) {
    notification out;
    wire::control_message control;
    const std::vector<notification> rich = sample_notifications();
    for (int round = 0; round < 2; ++round) {
        for (const std::vector<notification>& all : {rich, minimal_notifications()}) {
            for (const notification& each : all) {
                const std::string bytes = notification_bytes(each);
                BOOST_TEST((wire::decode_server_message(bytes, out, control) ==
                            wire::decoded::notification));
                BOOST_TEST(out == each);
                // The same with an additional field, which is decoded by the slow path.
                BOOST_TEST((wire::decode_server_message(bytes + varint_field(50, 1), out,
                                                        control) == wire::decoded::notification));
                BOOST_TEST(out == each);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_malformed_message_does_not_affect_the_next) {
    notification out;
    wire::control_message control;
    const notification sample = peer_added{"r", "p"};
    const std::string bytes = notification_bytes(sample);
    BOOST_TEST(wire::decode_server_message(bytes_field(20, bytes.substr(3, bytes.size() - 4)), out,
                                           control) == wire::decoded::malformed);
    BOOST_TEST(wire::decode_server_message(bytes.substr(1), out, control) ==
               wire::decoded::malformed);
    BOOST_TEST(wire::decode_server_message(bytes, out, control) == wire::decoded::notification);
    BOOST_TEST(out == sample);
}

BOOST_AUTO_TEST_SUITE_END()
