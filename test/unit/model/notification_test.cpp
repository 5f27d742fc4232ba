#include <jellyfish/error.hpp>
#include <jellyfish/notification.hpp>

#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace data = boost::unit_test::data;
using namespace jellyfish;

namespace {

template <class T>
std::string printed(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/// A notification and its expected properties.
struct sample {
    notification value;
    std::string_view name;
    std::string_view room_id;
    std::string text;
};

std::ostream& operator<<(std::ostream& out, const sample& each) { return out << each.text; }

const track_endpoint a_peer{endpoint_kind::peer, "p"};
const track_endpoint a_component{endpoint_kind::component, "c"};
const track a_track{"t", track_type::video, "null"};

std::vector<sample> samples() {
    const std::string track_text = R"(track: track{id: "t", type: video, metadata: "null"}})";
    return {
        {room_created{"r"}, "room_created", "r", R"(room_created{room_id: "r"})"},
        {room_deleted{"r"}, "room_deleted", "r", R"(room_deleted{room_id: "r"})"},
        {room_crashed{"r"}, "room_crashed", "r", R"(room_crashed{room_id: "r"})"},
        {peer_added{"r", "p"}, "peer_added", "r", R"(peer_added{room_id: "r", peer_id: "p"})"},
        {peer_deleted{"r", "p"}, "peer_deleted", "r",
         R"(peer_deleted{room_id: "r", peer_id: "p"})"},
        {peer_connected{"r", "p"}, "peer_connected", "r",
         R"(peer_connected{room_id: "r", peer_id: "p"})"},
        {peer_disconnected{"r", "p"}, "peer_disconnected", "r",
         R"(peer_disconnected{room_id: "r", peer_id: "p"})"},
        {peer_crashed{"r", "p", "why"}, "peer_crashed", "r",
         R"(peer_crashed{room_id: "r", peer_id: "p", reason: "why"})"},
        {peer_metadata_updated{"r", "p", R"({"a":1})"}, "peer_metadata_updated", "r",
         R"(peer_metadata_updated{room_id: "r", peer_id: "p", metadata: "{\"a\":1}"})"},
        {component_crashed{"r", "c"}, "component_crashed", "r",
         R"(component_crashed{room_id: "r", component_id: "c"})"},
        {track_added{"r", a_peer, a_track}, "track_added", "r",
         R"(track_added{room_id: "r", peer_id: "p", )" + track_text},
        {track_removed{"r", a_component, a_track}, "track_removed", "r",
         R"(track_removed{room_id: "r", component_id: "c", )" + track_text},
        {track_metadata_updated{"r", {}, a_track}, "track_metadata_updated", "r",
         R"(track_metadata_updated{room_id: "r", endpoint: unspecified, )" + track_text},
        {hls_playable{"r", "c"}, "hls_playable", "r",
         R"(hls_playable{room_id: "r", component_id: "c"})"},
        {hls_uploaded{"r"}, "hls_uploaded", "r", R"(hls_uploaded{room_id: "r"})"},
        {hls_upload_crashed{"r"}, "hls_upload_crashed", "r", R"(hls_upload_crashed{room_id: "r"})"},
        {stream_connected{"s"}, "stream_connected", "", R"(stream_connected{stream_id: "s"})"},
        {stream_disconnected{"s"}, "stream_disconnected", "",
         R"(stream_disconnected{stream_id: "s"})"},
        {viewer_connected{"s", "v"}, "viewer_connected", "",
         R"(viewer_connected{stream_id: "s", viewer_id: "v"})"},
        {viewer_disconnected{"s", "v"}, "viewer_disconnected", "",
         R"(viewer_disconnected{stream_id: "s", viewer_id: "v"})"},
        {streamer_connected{"s", "x"}, "streamer_connected", "",
         R"(streamer_connected{stream_id: "s", streamer_id: "x"})"},
        {streamer_disconnected{"s", "x"}, "streamer_disconnected", "",
         R"(streamer_disconnected{stream_id: "s", streamer_id: "x"})"},
        {channel_added{"r", a_peer, "ch"}, "channel_added", "r",
         R"(channel_added{room_id: "r", peer_id: "p", channel_id: "ch"})"},
        {channel_removed{"r", a_component, "ch"}, "channel_removed", "r",
         R"(channel_removed{room_id: "r", component_id: "c", channel_id: "ch"})"},
        {track_forwarding{"r", "p", "url", "i", {}, a_track}, "track_forwarding", "r",
         R"(track_forwarding{room_id: "r", peer_id: "p", composition_url: "url", input_id: "i", )"
         R"(video_track: track{id: "t", type: video, metadata: "null"}})"},
        {track_forwarding_removed{"r", "p", "https://u:s3cret@c/x?token=s3cret", "i"},
         "track_forwarding_removed", "r",
         R"(track_forwarding_removed{room_id: "r", peer_id: "p", )"
         R"x(composition_url: "https://(hidden)@c/x?(hidden)", input_id: "i"})x"},
        {vad_notification{"r", "p", "t", vad_status::speech}, "vad_notification", "r",
         R"(vad_notification{room_id: "r", peer_id: "p", track_id: "t", status: speech})"},
        {recording_status_changed{"rec", recording_status::finished, "{}"},
         "recording_status_changed", "",
         R"(recording_status_changed{recording_id: "rec", status: finished, metadata: "{}"})"},
        {metrics_report{"{}"}, "metrics_report", "", R"(metrics_report{metrics: "{}"})"},
        {unknown_notification{std::string("\x00\x0a\xff", 3)}, "unknown_notification", "",
         "unknown_notification{bytes: 000aff}"},
        {disconnected{errc::connection_lost, "end of stream"}, "disconnected", "",
         "disconnected{code: \"" + boost::system::error_code(errc::connection_lost).message() +
             "\", reason: \"end of stream\"}"},
        {dropped{7}, "dropped", "", "dropped{count: 7}"},
        {reconnected{std::chrono::milliseconds(1'500), 3}, "reconnected", "",
         "reconnected{gap: 1500 ms, attempts: 3}"},
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notification)

BOOST_AUTO_TEST_CASE(every_kind_has_a_sample) {
    std::set<std::size_t> kinds;
    for (const sample& each : samples())
        kinds.insert(each.value.index());
    BOOST_TEST(kinds.size() == std::variant_size_v<jellyfish::notification>);
}

BOOST_DATA_TEST_CASE(a_notification_can_be_used_like_the_variant, data::make(samples()), each) {
    const notification_variant& as_variant = each.value;
    jellyfish::notification copy = each.value;
    BOOST_TEST((copy == each.value));
    jellyfish::notification moved = std::move(copy);
    BOOST_TEST((moved == jellyfish::notification(each.value)));
    copy = room_created{"other"};
    BOOST_TEST(std::get<room_created>(copy).room_id == "other");
    swap(copy, moved);
    BOOST_TEST((static_cast<const notification_variant&>(copy) == as_variant));
    BOOST_TEST(std::holds_alternative<room_created>(moved));
}

BOOST_DATA_TEST_CASE(a_notification_is_printed_in_one_line, data::make(samples()), each) {
    BOOST_TEST(printed(each.value) == each.text);
    // The same when its kind is known statically.
    BOOST_TEST(std::visit([](const auto& kind) { return printed(kind); }, each.value) == each.text);
}

BOOST_DATA_TEST_CASE(a_notification_has_a_name, data::make(samples()), each) {
    BOOST_TEST(name_of(each.value) == each.name);
}

BOOST_DATA_TEST_CASE(a_notification_has_a_room_id_if_it_concerns_a_room, data::make(samples()),
                     each) {
    BOOST_TEST(room_id_of(each.value) == each.room_id);
}

BOOST_AUTO_TEST_CASE(names_are_those_of_the_protocol_and_unique) {
    std::set<std::string_view> names;
    for (const sample& each : samples())
        names.insert(name_of(each.value));
    BOOST_TEST(names.size() == std::variant_size_v<jellyfish::notification>);
}

// ---- members that not all servers send

BOOST_AUTO_TEST_CASE(a_peer_type_is_printed_if_the_server_sent_one) {
    BOOST_TEST(printed(peer_added{"r", "p", peer_type::agent}) ==
               R"(peer_added{room_id: "r", peer_id: "p", peer_type: agent})");
    BOOST_TEST(printed(peer_crashed{"r", "p", "why", open_enum<peer_type>("7")}) ==
               R"(peer_crashed{room_id: "r", peer_id: "p", reason: "why", peer_type: "7"})");
    BOOST_TEST(printed(peer_type::webrtc) == "webrtc");
    BOOST_TEST(printed(peer_type::unknown) == "unknown");
}

BOOST_AUTO_TEST_CASE(an_unspecified_status_is_not_printed) {
    BOOST_TEST(printed(vad_notification{"r", "p", "t"}) ==
               R"(vad_notification{room_id: "r", peer_id: "p", track_id: "t"})");
    BOOST_TEST(printed(vad_status::silence) == "silence");
    BOOST_TEST(printed(recording_status::failed) == "failed");
}

// ---- printing text from a server

BOOST_AUTO_TEST_CASE(control_characters_are_escaped) {
    BOOST_TEST(printed(room_created{"a\nb\r\t\x01\x7f\"\\"}) ==
               R"(room_created{room_id: "a\x0ab\x0d\x09\x01\x7f\"\\"})");
    BOOST_TEST(printed(room_created{std::string("\0", 1)}) == R"(room_created{room_id: "\x00"})");
}

BOOST_AUTO_TEST_CASE(text_in_other_languages_is_printed_unchanged) {
    BOOST_TEST(printed(room_created{"za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87"}) ==
               "room_created{room_id: \"za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87\"}");
}

BOOST_AUTO_TEST_CASE(printing_ignores_the_number_format_of_the_stream) {
    std::ostringstream out;
    out << std::hex << std::uppercase << unknown_notification{"\x0f"};
    BOOST_TEST(out.str() == "unknown_notification{bytes: 0f}");
}

BOOST_AUTO_TEST_CASE(track_types_and_tracks_are_printed) {
    BOOST_TEST(printed(track_type::unspecified) == "unspecified");
    BOOST_TEST(printed(track_type::video) == "video");
    BOOST_TEST(printed(track_type::audio) == "audio");
    BOOST_TEST(printed(track{"t", track_type::audio, "\"x\""}) ==
               R"(track{id: "t", type: audio, metadata: "\"x\""})");
    BOOST_TEST(printed(track{}) == R"(track{id: "", type: unspecified, metadata: ""})");
}

// ---- comparing

BOOST_AUTO_TEST_CASE(each_kind_equals_itself_and_no_other) {
    const std::vector<sample> all = samples();
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t k = 0; k < all.size(); ++k)
            BOOST_TEST((all[i].value == all[k].value) == (i == k));
    }
}

BOOST_AUTO_TEST_CASE(every_field_is_compared) {
    BOOST_TEST((room_created{"a"} != room_created{"b"}));
    BOOST_TEST((peer_added{"r", "a"} != peer_added{"r", "b"}));
    BOOST_TEST((peer_crashed{"r", "p", "a"} != peer_crashed{"r", "p", "b"}));
    BOOST_TEST((peer_metadata_updated{"r", "p", "a"} != peer_metadata_updated{"r", "p", "b"}));
    BOOST_TEST((component_crashed{"r", "a"} != component_crashed{"r", "b"}));
    BOOST_TEST((hls_playable{"r", "a"} != hls_playable{"r", "b"}));
    const track_added base{"r", a_peer, a_track};
    BOOST_TEST((base != track_added{"x", a_peer, a_track}));
    BOOST_TEST((base != track_added{"r", {endpoint_kind::component, "p"}, a_track}));
    BOOST_TEST((base != track_added{"r", {endpoint_kind::peer, "x"}, a_track}));
    BOOST_TEST((base != track_added{"r", a_peer, {"x", track_type::video, "null"}}));
    BOOST_TEST((base != track_added{"r", a_peer, {"t", track_type::audio, "null"}}));
    BOOST_TEST((base != track_added{"r", a_peer, {"t", track_type::video, "x"}}));
    BOOST_TEST((peer_added{"r", "p"} != peer_added{"r", "p", peer_type::webrtc}));
    const track_forwarding forwarded{"r", "p", "u", "i", a_track, {}};
    BOOST_TEST((forwarded == track_forwarding{"r", "p", "u", "i", a_track, {}}));
    BOOST_TEST((forwarded != track_forwarding{"r", "p", "u", "i", {}, a_track}));
    BOOST_TEST((forwarded != track_forwarding{"r", "p", "u", "i", track{}, {}}));
    BOOST_TEST((metrics_report{"a"} != metrics_report{"b"}));
    BOOST_TEST((unknown_notification{"a"} != unknown_notification{"b"}));
    BOOST_TEST((disconnected{errc::closed, "a"} != disconnected{errc::closed, "b"}));
    BOOST_TEST((disconnected{errc::closed, "a"} != disconnected{errc::idle_timeout, "a"}));
    using std::chrono::milliseconds;
    BOOST_TEST((reconnected{milliseconds(1), 2} != reconnected{milliseconds(3), 2}));
    BOOST_TEST((reconnected{milliseconds(1), 2} != reconnected{milliseconds(1), 3}));
    BOOST_TEST((dropped{1} != dropped{2}));
}

BOOST_AUTO_TEST_CASE(an_endpoint_holds_a_peer_or_a_component) {
    BOOST_TEST(a_peer.is_peer());
    BOOST_TEST(!a_peer.is_component());
    BOOST_TEST(a_component.is_component());
    BOOST_TEST(!a_component.is_peer());
    BOOST_TEST(!track_endpoint{}.is_peer());
    BOOST_TEST(!track_endpoint{}.is_component());
}

// ---- use

BOOST_AUTO_TEST_CASE(overloaded_distinguishes_kinds) {
    const auto what = [](const jellyfish::notification& value) {
        return std::visit(overloaded{[](const room_created&) { return std::string("a new room"); },
                                     [](const peer_added& v) { return "peer " + v.peer_id; },
                                     [](const auto&) { return std::string("something else"); }},
                          value);
    };
    BOOST_TEST(what(room_created{"r"}) == "a new room");
    BOOST_TEST(what(peer_added{"r", "p"}) == "peer p");
    BOOST_TEST(what(room_deleted{"r"}) == "something else");
}

BOOST_AUTO_TEST_CASE(the_room_id_refers_to_the_notification_itself) {
    const jellyfish::notification value = room_created{"an id that is too long for a small string"};
    BOOST_TEST((room_id_of(value).data() == std::get<room_created>(value).room_id.data()));
}

BOOST_AUTO_TEST_CASE(an_optional_track_is_used_like_a_pointer) {
    optional_track none;
    BOOST_TEST(!none);
    BOOST_TEST(!none.has_value());
    const optional_track one = a_track;
    BOOST_REQUIRE(one.has_value());
    BOOST_TEST(one->id == "t");
    BOOST_TEST((*one == a_track));
    none = one;
    BOOST_TEST((none == one));
}

// Queues hold many notifications, nearly all of them about peers and tracks.
BOOST_AUTO_TEST_CASE(no_kind_needs_more_memory_than_one_about_a_track) {
    BOOST_TEST(sizeof(jellyfish::notification) == sizeof(std::variant<track_added>));
}

BOOST_AUTO_TEST_CASE(moving_a_notification_cannot_throw) {
    BOOST_TEST(std::is_nothrow_move_constructible_v<jellyfish::notification>);
    BOOST_TEST(std::is_nothrow_move_assignable_v<jellyfish::notification>);
}

BOOST_AUTO_TEST_SUITE_END()
