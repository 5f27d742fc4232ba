#include <jellyfish/error.hpp>
#include <jellyfish/metrics.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/open_enum.hpp>

#include "fakes/wire.hpp"
#include "rest/component_json.hpp"
#include "rest/rest_json.hpp"
#include "rest/rest_request.hpp"
#include "tracker/room_difference.hpp"
#include "tracker/room_view.hpp"
#include "wire/server_message.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::test;

template <class T>
std::string printed(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/// An unknown value is kept, readable, and printed as the server names it, in one line.
template <class Enum>
void check_future(const open_enum<Enum>& value, const std::string& text) {
    BOOST_TEST((value == Enum::unknown));
    BOOST_TEST(value.text() == text);
    BOOST_TEST(printed(value) == '"' + text + '"');
    BOOST_TEST((value != open_enum<Enum>("other")));
    BOOST_TEST((value != open_enum<Enum>(Enum::unknown)));
    BOOST_TEST((value == open_enum<Enum>(text)));
}

room room_in(const std::string& data) { return detail::read_room(R"({"data":)" + data + "}"); }

const std::string future_room = R"({"id":"r","config":{"videoCodec":"av1"},
    "peers":[{"id":"p","type":"moq","status":"reconnecting","metadata":1,
              "tracks":[{"id":"t","type":"data","metadata":2}]}],
    "components":[{"id":"h","type":"hls","properties":{"subscribeMode":"dynamic"}},
                  {"id":"c","type":"recording","properties":{"subscribeMode":"dynamic"},
                   "tracks":[{"id":"u","type":"text"}]},
                  {"id":"x","type":"moq"}]})";

notification decoded_of(const std::string& bytes) {
    notification out;
    detail::wire::control_message control;
    BOOST_REQUIRE((detail::wire::decode_server_message(bytes, out, control) ==
                   detail::wire::decoded::notification));
    return out;
}

/// A `track_added` with an unknown type.
std::string future_track(std::uint64_t type) {
    return bytes_field(17, bytes_field(1, "r") + bytes_field(2, "p") +
                               bytes_field(4, bytes_field(1, "t") + varint_field(2, type)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(open_enum)

BOOST_AUTO_TEST_CASE(every_enumeration_of_a_room_keeps_an_unknown_value) {
    const room found = room_in(future_room);
    BOOST_REQUIRE(found.config.video_codec().has_value());
    check_future(*found.config.video_codec(), "av1");
    BOOST_REQUIRE(found.peers.size() == 1U);
    BOOST_TEST(found.peers[0].type == "moq");
    check_future(found.peers[0].status, "reconnecting");
    check_future(found.peers[0].tracks.at(0).type, "data");
    BOOST_REQUIRE(found.components.size() == 3U);
    const auto& hls = std::get<component_hls>(found.components[0]);
    check_future(hls.properties.subscribe_mode, "dynamic");
    const auto& recording = std::get<component_recording>(found.components[1]);
    check_future(recording.properties.subscribe_mode, "dynamic");
    check_future(recording.tracks.at(0).type, "text");
    BOOST_TEST(type_of(found.components[2]) == "moq");
    const std::string line = printed(found);
    for (const char* const text : {"av1", "reconnecting", "data", "dynamic", "text", "moq"})
        BOOST_TEST(line.find('"' + std::string(text) + '"') != line.npos, text);
}

BOOST_AUTO_TEST_CASE(every_enumeration_of_a_health_report_keeps_an_unknown_value) {
    const auto report = detail::read_health(
        R"({"data":{"status":"DRAINING","distribution":{"nodeStatus":"JOINING"}}})");
    check_future(report.status, "DRAINING");
    check_future(report.node_status, "JOINING");
    BOOST_TEST(printed(report).find(R"(status: "DRAINING")") != std::string::npos);
    BOOST_TEST(printed(report).find(R"(node_status: "JOINING")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_enumeration_of_a_notification_keeps_an_unknown_value) {
    for (const std::uint64_t type : {3U, 7U, 127U, 128U, 1'000U, 2'147'483'647U}) {
        const auto bytes = future_track(type);
        const auto event = decoded_of(bytes);
        const auto& added = std::get<track_added>(event);
        check_future(added.track.type, std::to_string(type));
        BOOST_TEST(added.track.id == "t");
        BOOST_TEST((decoded_of(detail::wire::encode(event)) == event));
    }
    // 64 bits, as protobuf encodes negative numbers.
    const auto negative = decoded_of(future_track(static_cast<std::uint64_t>(-1)));
    check_future(std::get<track_added>(negative).track.type, "-1");
    notification ignored;
    detail::wire::control_message control;
    (void)detail::wire::decode_server_message(subscribe_response_bytes(7), ignored, control);
    BOOST_TEST(std::get<detail::wire::subscribe_response>(control).type == 7);
}

BOOST_AUTO_TEST_CASE(every_enumeration_of_a_metrics_report_keeps_an_unknown_value) {
    const auto report = parse_metrics({R"({"room_id=r":{"endpoint_id=e":{"ice.protocol":"quic",
        "track_id=e:t:x":{"inbound-rtp.encoding":"AV1","outbound-rtp.variant":"xl"}}}})"});
    const auto& endpoint = report.rooms.at(0).endpoints.at(0);
    BOOST_TEST((endpoint.ice_protocol == "quic"));
    BOOST_TEST((endpoint.tracks.at(0).rtp.codec == "AV1"));
    BOOST_TEST((endpoint.tracks[0].rtp.variant == "xl"));
    BOOST_TEST(endpoint.tracks[0].label == "e:t:x");
}

BOOST_AUTO_TEST_CASE(a_configuration_with_unknown_values_can_be_sent_again) {
    const auto config = room_in(future_room).config;
    BOOST_TEST(detail::create_room_request(config).body == R"({"videoCodec":"av1"})");
}

BOOST_AUTO_TEST_CASE(a_value_without_a_name_is_not_sent) {
    const auto rejected = [](const auto& ask) {
        try {
            ask();
        } catch (const error& e) {
            return e.code() == errc::invalid_argument;
        }
        return false;
    };
    BOOST_TEST(rejected([] {
        (void)detail::create_room_request(room_config().video_codec(video_codec::unknown));
    }));
    BOOST_TEST(rejected([] {
        (void)detail::create_room_request(
            room_config().video_codec(jellyfish::open_enum<video_codec>("\xff")));
    }));
    BOOST_TEST(rejected([] {
        (void)detail::add_component_request(
            "r", component_options_hls().subscribe_mode(subscribe_mode::unknown));
    }));
    BOOST_TEST(rejected([] {
        (void)detail::add_component_request(
            "r", component_options_recording().subscribe_mode(subscribe_mode::unknown));
    }));
}

BOOST_AUTO_TEST_CASE(a_text_is_printed_in_one_line) {
    BOOST_TEST(printed(jellyfish::open_enum<peer_status>("a\n\"b")) == R"("a\x0a\"b")");
    BOOST_TEST(printed(jellyfish::open_enum<peer_status>(peer_status::unknown)) == "unknown");
    BOOST_TEST(printed(jellyfish::open_enum<peer_status>(peer_status::connected)) == "connected");
}

BOOST_AUTO_TEST_CASE(an_open_enum_can_be_used_as_its_enumeration) {
    const jellyfish::open_enum<peer_status> value = peer_status::connected;
    const peer_status plain = value;
    BOOST_TEST((plain == value && value == peer_status::connected));
    BOOST_TEST((value != peer_status::unknown && peer_status::disconnected != value));
    switch (value) {
        case peer_status::connected:
            break;
        default:
            BOOST_ERROR("it is not switched on");
    }
    const std::vector<peer> peers{{"p", "webrtc", peer_status::connected, {}, "null"}};
    BOOST_TEST(std::ranges::count(peers, peer_status::connected, &peer::status) == 1);
    const std::optional<video_codec> codec =
        room_config().video_codec(video_codec::h264).video_codec();
    BOOST_TEST((codec == video_codec::h264));
}

BOOST_AUTO_TEST_CASE(a_view_accepts_a_room_with_unknown_values_and_reports_it_once) {
    detail::room_view view;
    const detail::room_state fetched(room_in(future_room));
    std::vector<detail::view_change> changes;
    detail::emit_difference(view, fetched, true, changes);
    BOOST_REQUIRE(view.find("r"));
    BOOST_TEST((*view.find("r") == fetched));
    BOOST_TEST(std::ranges::none_of(changes, [](const auto& each) {
        return std::holds_alternative<peer_connected>(each.event) ||
               std::holds_alternative<peer_disconnected>(each.event);
    }));
    changes.clear();
    detail::emit_difference(view, fetched, false, changes);
    BOOST_TEST(changes.empty());
    // A notification has a number where REST has a name: it is the same track.
    (void)view.apply(decoded_of(future_track(7)));
    detail::emit_difference(view, fetched, false, changes);
    BOOST_TEST(std::ranges::none_of(changes, [](const auto& each) {
        return std::holds_alternative<track_removed>(each.event);
    }));
    BOOST_TEST((*view.find("r") == fetched));
}

BOOST_AUTO_TEST_SUITE_END()
