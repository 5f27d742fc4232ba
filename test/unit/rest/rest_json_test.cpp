#include "rest/rest_json.hpp"

#include <jellyfish/error.hpp>

#include "data/rest_recordings.hpp"
#include "model/names.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace boost_json = boost::json;
namespace detail = jellyfish::detail;
using namespace jellyfish;
using jellyfish::errc;
using jellyfish::error_code;
using jellyfish::health_status;
using jellyfish::peer_status;
using jellyfish::room_config;
using jellyfish::track_type;
using jellyfish::video_codec;
using jellyfish::test::recorded_exchange;
using jellyfish::test::recorded_exchange_named;
using jellyfish::test::recorded_exchanges;
using std::chrono::seconds;

/// The detail of the error for a body; empty when the body is accepted.
std::string rejection_of(const std::function<void()>& read) {
    try {
        read();
    } catch (const jellyfish::error& e) {
        BOOST_TEST(e.code() == error_code(errc::malformed_response));
        return e.info().detail;
    }
    return "";
}

std::string room_rejection(const std::string& data) {
    return rejection_of([&] { (void)detail::read_room("{\"data\":" + data + "}"); });
}

jellyfish::room room_in(const std::string& data) {
    return detail::read_room("{\"data\":" + data + "}");
}

// ---- expected results of recorded bodies, by way of another JSON reader

std::string text(const boost_json::value& from) { return std::string(from.as_string()); }

void check_same(const jellyfish::room_config& config, const boost_json::object& from) {
    const auto same_text = [&](const char* key, const std::optional<std::string>& value) {
        BOOST_TEST(value.has_value() == !from.at(key).is_null());
        if (value) BOOST_TEST(*value == text(from.at(key)));
    };
    const auto same_time = [&](const char* key, const std::optional<seconds>& value) {
        BOOST_TEST(value.has_value() == !from.at(key).is_null());
        if (value) BOOST_TEST(value->count() == from.at(key).as_int64());
    };
    same_text("roomId", config.room_id());
    same_text("webhookUrl", config.webhook_url());
    same_time("peerlessPurgeTimeout", config.peerless_purge_timeout());
    same_time("peerDisconnectedTimeout", config.peer_disconnected_timeout());
    BOOST_TEST(config.video_codec().has_value() == !from.at("videoCodec").is_null());
    if (config.video_codec()) {
        const bool h264 = *config.video_codec() == video_codec::h264;
        BOOST_TEST(text(from.at("videoCodec")) == (h264 ? "h264" : "vp8"));
    }
    BOOST_TEST(config.max_peers().has_value() == !from.at("maxPeers").is_null());
    if (config.max_peers() && from.at("maxPeers").is_int64())
        BOOST_TEST(*config.max_peers() == from.at("maxPeers").as_int64());
}

const char* word_of(subscribe_mode mode) {
    return mode == subscribe_mode::manual ? "manual" : "auto";
}

template <class T>
boost_json::value or_null(const std::optional<T>& value) {
    return value ? boost_json::value(*value) : boost_json::value(nullptr);
}

// The properties as the server writes them, from what was read.
boost_json::object to_server_json(const hls_properties& p) {
    const auto window = p.target_window_duration;
    return {{"playable", p.playable},
            {"lowLatency", p.low_latency},
            {"persistent", p.persistent},
            {"targetWindowDuration",
             window ? boost_json::value(window->count()) : boost_json::value(nullptr)},
            {"s3", p.s3 ? boost_json::value(p.s3->bucket()) : boost_json::value(nullptr)},
            {"subscribeMode", word_of(p.subscribe_mode)}};
}
boost_json::object to_server_json(const rtsp_properties& p) {
    return {{"sourceUri", p.source_uri},
            {"rtpPort", p.rtp_port},
            {"reconnectDelay", p.reconnect_delay.count()},
            {"keepAliveInterval", p.keep_alive_interval.count()},
            {"pierceNat", p.pierce_nat}};
}
boost_json::object to_server_json(const file_properties& p) {
    return {{"filePath", p.file_path}, {"framerate", or_null(p.framerate)}};
}
boost_json::object to_server_json(const sip_properties& p) {
    const sip_credentials& c = p.registrar_credentials;
    return {{"registrarCredentials",
             {{"address", c.address}, {"username", c.username}, {"password", c.password}}}};
}
boost_json::object to_server_json(const recording_properties& p) {
    return {{"subscribeMode", word_of(p.subscribe_mode)}};
}
boost_json::object to_server_json(const std::string& p) { return boost_json::parse(p).as_object(); }

void check_same(const jellyfish::component& component, const boost_json::object& from) {
    BOOST_TEST(id_of(component) == text(from.at("id")));
    BOOST_TEST(type_of(component) == text(from.at("type")));
    BOOST_TEST(tracks_of(component).size() == from.at("tracks").as_array().size());
    const boost_json::object again =
        std::visit([](const auto& each) { return to_server_json(each.properties); }, component);
    BOOST_TEST((boost_json::value(again) == from.at("properties")));
}

void check_same(const jellyfish::peer& peer, const boost_json::object& from) {
    BOOST_TEST(peer.id == text(from.at("id")));
    BOOST_TEST(peer.type == text(from.at("type")));
    BOOST_TEST((peer.status == peer_status::connected) == (text(from.at("status")) == "connected"));
    BOOST_TEST((boost_json::parse(peer.metadata) == from.at("metadata")));
    BOOST_TEST(peer.tracks.size() == from.at("tracks").as_array().size());
}

void check_same(const jellyfish::room& room, const boost_json::object& from) {
    BOOST_TEST(room.id == text(from.at("id")));
    check_same(room.config, from.at("config").as_object());
    const auto& components = from.at("components").as_array();
    BOOST_REQUIRE(room.components.size() == components.size());
    for (std::size_t i = 0; i < components.size(); ++i)
        check_same(room.components[i], components[i].as_object());
    const auto& peers = from.at("peers").as_array();
    BOOST_REQUIRE(room.peers.size() == peers.size());
    for (std::size_t i = 0; i < peers.size(); ++i)
        check_same(room.peers[i], peers[i].as_object());
}

boost_json::value data_of(const recorded_exchange& row) {
    return boost_json::parse(row.body).at("data");
}

/// Runs a check on each recorded success whose data has this shape.
int for_each_success(
    const std::function<bool(const boost_json::value&)>& fits,
    const std::function<void(const recorded_exchange&, const boost_json::value&)>& f) {
    int count = 0;
    for (const auto& row : recorded_exchanges()) {
        if (row.status >= 300 || !row.body.starts_with("{\"data\":")) continue;
        const boost_json::value data = data_of(row);
        if (!fits(data)) continue;
        ++count;
        BOOST_TEST_CONTEXT(row.name) { f(row, data); }
    }
    return count;
}

bool has(const boost_json::value& data, const char* key) {
    return data.is_object() && data.get_object().contains(key);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rest_json)

BOOST_AUTO_TEST_CASE(every_recorded_room_is_read) {
    const int rooms =
        for_each_success([](const boost_json::value& data) { return has(data, "config"); },
                         [](const recorded_exchange& row, const boost_json::value& data) {
                             check_same(detail::read_room(row.body), data.as_object());
                         });
    BOOST_TEST(rooms > 5);
}

BOOST_AUTO_TEST_CASE(every_recorded_list_of_rooms_is_read) {
    const int lists =
        for_each_success([](const boost_json::value& data) { return data.is_array(); },
                         [](const recorded_exchange& row, const boost_json::value& data) {
                             const auto rooms = detail::read_rooms(row.body);
                             BOOST_REQUIRE(rooms.size() == data.as_array().size());
                             for (std::size_t i = 0; i < rooms.size(); ++i)
                                 check_same(rooms[i], data.at(i).as_object());
                         });
    BOOST_TEST(lists > 2);
}

BOOST_AUTO_TEST_CASE(every_recorded_created_room_is_read) {
    const int rooms =
        for_each_success([](const boost_json::value& data) { return has(data, "room"); },
                         [](const recorded_exchange& row, const boost_json::value& data) {
                             const auto result = detail::read_created_room(row.body);
                             check_same(result.room, data.at("room").as_object());
                             BOOST_TEST(result.server_address == "localhost:5002");
                         });
    BOOST_TEST(rooms > 5);
}

BOOST_AUTO_TEST_CASE(every_recorded_added_peer_is_read) {
    const int peers = for_each_success(
        [](const boost_json::value& data) { return has(data, "peer"); },
        [](const recorded_exchange& row, const boost_json::value& data) {
            const auto result = detail::read_added_peer(row.body);
            check_same(result.peer, data.at("peer").as_object());
            BOOST_TEST(result.token == text(data.at("token")));
            BOOST_TEST(result.token != "");
            BOOST_TEST(result.peer_websocket_url == "localhost:5002/socket/peer/websocket");
        });
    BOOST_TEST(peers == 2);
}

BOOST_AUTO_TEST_CASE(every_recorded_component_is_read) {
    const int components =
        for_each_success([](const boost_json::value& data) { return has(data, "properties"); },
                         [](const recorded_exchange& row, const boost_json::value& data) {
                             check_same(detail::read_component(row.body), data.as_object());
                         });
    BOOST_TEST(components > 2);
}

BOOST_AUTO_TEST_CASE(the_recorded_health_is_read) {
    const auto report = detail::read_health(recorded_exchange_named("health ok").body);
    jellyfish::health_report expected;
    expected.status = health_status::up;
    expected.uptime = seconds(239);
    expected.version = "0.5.0";
    expected.git_commit = "dev";
    BOOST_TEST((report == expected));
}

BOOST_AUTO_TEST_CASE(the_health_of_a_cluster_is_read) {
    const auto report = detail::read_health(
        R"({"data":{"status":"DOWN","uptime":0,"version":"0.5.0","gitCommit":"abc",
            "distribution":{"enabled":true,"nodeStatus":"UP","nodesInCluster":3}}})");
    BOOST_TEST((report.status == health_status::down));
    BOOST_TEST(report.distribution_enabled);
    BOOST_TEST((report.node_status == health_status::up));
    BOOST_TEST(report.nodes_in_cluster == 3U);
}

BOOST_AUTO_TEST_CASE(a_peer_with_tracks_and_metadata_is_read) {
    const auto room = room_in(
        R"({"id":"r","config":null,"components":[],"peers":[{"id":"p","type":"webrtc",
            "status":"connected","metadata":{"name":"Ann","n":1.50,"deep":[[null]]},
            "tracks":[{"id":"p:1","type":"audio","metadata":null},
                      {"id":"p:2","type":"video","metadata":"cam"},
                      {"id":"p:3","type":"data","metadata":[1, 2]},{"id":"p:4"}]}]})");
    BOOST_REQUIRE(room.peers.size() == 1U);
    const auto& peer = room.peers.front();
    BOOST_TEST((peer.status == peer_status::connected));
    BOOST_TEST(peer.metadata == R"({"name":"Ann","n":1.50,"deep":[[null]]})");
    const std::vector<jellyfish::track> tracks = {
        {"p:1", track_type::audio, "null"},
        {"p:2", track_type::video, "\"cam\""},
        {"p:3", jellyfish::open_enum<track_type>("data"), "[1, 2]"},
        {"p:4", track_type::unspecified, "null"}};
    BOOST_TEST((peer.tracks == tracks));
}

BOOST_AUTO_TEST_CASE(json_kept_as_text_is_kept_byte_for_byte) {
    const std::string texts[] = {"1e999999",
                                 "-1e99999999999999999999",
                                 "1" + std::string(400, '0'),
                                 R"("\ud800")",
                                 R"({"\udc00 a" : [ "\ud800\ud800" , 0.10e-0 ]})",
                                 std::string(10'000, '[') + std::string(10'000, ']')};
    for (const std::string& each : texts) {
        const auto room =
            room_in(R"({"id":"r","peers":[{"id":"p","metadata": )" + each +
                    R"( ,"tracks":[{"id":"t","metadata":)" + each +
                    R"(}]}],"components":[{"id":"c","type":"hologram","properties":)" + R"({"a":)" +
                    each + R"(}}]})");
        BOOST_TEST((room.peers.at(0).metadata == each));
        BOOST_TEST((room.peers[0].tracks.at(0).metadata == each));
        BOOST_TEST((std::get<component_unknown>(room.components.at(0)).properties ==
                    R"({"a":)" + each + "}"));
    }
}

BOOST_AUTO_TEST_CASE(a_component_of_an_unknown_type_is_kept) {
    const auto room = room_in(
        R"({"id":"r","components":[{"id":"c","type":"hologram","properties":{"depth":3},
            "tracks":[{"id":"t","type":"video","metadata":{}}]},{"id":"d","type":"hls"},
            {"id":"e","type":null,"properties":null,"tracks":null}]})");
    BOOST_REQUIRE(room.components.size() == 3U);
    const auto& hologram = std::get<component_unknown>(room.components[0]);
    BOOST_TEST(hologram.type == "hologram");
    BOOST_TEST(hologram.properties == R"({"depth":3})");
    BOOST_TEST(hologram.tracks.size() == 1U);
    BOOST_TEST((std::get<component_hls>(room.components[1]).properties == hls_properties()));
    const auto& nameless = std::get<component_unknown>(room.components[2]);
    BOOST_TEST(nameless.properties == "{}");
    BOOST_TEST(nameless.type == "");
}

BOOST_AUTO_TEST_CASE(missing_or_null_fields_are_empty) {
    const auto room = room_in(R"({"id":"r"})");
    BOOST_TEST(room.id == "r");
    BOOST_TEST((room.config == room_config()));
    BOOST_TEST(room.components.empty());
    BOOST_TEST(room.peers.empty());
    BOOST_TEST((room_in(R"({"id":"r","config":null,"components":null,"peers":null})") == room));
    const auto peer = room_in(R"({"id":"r","peers":[{"id":"p"}]})").peers.front();
    BOOST_TEST((peer.status == peer_status::disconnected));
    BOOST_TEST(peer.metadata == "null");
    BOOST_TEST(peer.tracks.empty());
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_ignored) {
    const auto room = room_in(
        R"({"later":{"id":"no"},"id":"r","config":{"later":[1],"maxPeers":2},"peers":
            [{"later":true,"id":"p","subscribe":{}}],"components":[{"id":"c","later":null}]})");
    BOOST_TEST(room.id == "r");
    BOOST_TEST((room.config == room_config().max_peers(2)));
    BOOST_TEST(room.peers.front().id == "p");
    BOOST_TEST(id_of(room.components.front()) == "c");
    BOOST_TEST(detail::read_health(R"({"x":1,"data":{"status":"UP","x":{}}})").uptime.count() == 0);
}

BOOST_AUTO_TEST_CASE(the_node_is_read_in_either_form_or_left_empty) {
    const auto address = [](const std::string& member) {
        return detail::read_created_room("{\"data\":{" + member + "\"room\":{\"id\":\"r\"}}}")
            .server_address;
    };
    BOOST_TEST(address(R"("jellyfish_address":"a:1",)") == "a:1");
    BOOST_TEST(address(R"("fishjam_address":"b:2/prefix",)") == "b:2/prefix");
    BOOST_TEST(address(R"("jellyfish_address":null,)") == "");
    BOOST_TEST(address("") == "");
}

BOOST_AUTO_TEST_CASE(a_number_beyond_the_range_is_clamped_to_the_maximum) {
    const auto& row =
        recorded_exchange_named("room create maxPeers=1000000000000000000000000000000");
    BOOST_TEST((detail::read_created_room(row.body).room.config.max_peers() == 4'294'967'295U));
    const auto config =
        room_in(R"({"id":"r","config":{"peerlessPurgeTimeout":1e40,"maxPeers":1.0}})").config;
    BOOST_TEST((config.peerless_purge_timeout() == seconds::max()));
    BOOST_TEST((config.max_peers() == 1U));
}

BOOST_AUTO_TEST_CASE(fields_of_the_wrong_type_are_rejected_and_named) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {R"([])", "a room: expected an object, found an array"},
        {R"({})", "a room has no id"},
        {R"({"id":null})", "a room's id: expected a string, found null"},
        {R"({"id":1})", "a room's id: expected a string, found a number"},
        {R"({"id":"r","config":[]})", "config: expected an object, found an array"},
        {R"({"id":"r","peers":{}})", "a room's peers: expected an array, found an object"},
        {R"({"id":"r","peers":["p"]})", "a peer: expected an object, found a string"},
        {R"({"id":"r","peers":[{}]})", "a peer has no id"},
        {R"({"id":"r","components":[{"type":"hls"}]})", "a component has no id"},
        {R"({"id":"r","components":[{"id":"c","properties":[]}]})",
         "a component's properties: expected an object, found an array"},
        {R"({"id":"r","components":[{"id":"c","tracks":[{"id":1}]}]})",
         "a track's id: expected a string, found a number"},
        {R"({"id":"r","peers":[{"id":"p","status":7}]})",
         "a peer's status: expected a string, found a number"},
        {R"({"id":"r","peers":[{"id":"p","tracks":[{"id":"t","type":5}]}]})",
         "a track's type: expected a string, found a number"},
        {R"({"id":"r","config":{"maxPeers":-1}})",
         "config.maxPeers: expected a non-negative integer, found a number"},
        {R"({"id":"r","config":{"maxPeers":"3"}})",
         "config.maxPeers: expected a non-negative integer, found a string"},
        {R"({"id":"r","config":{"peerlessPurgeTimeout":1.5}})",
         "config.peerlessPurgeTimeout: expected a non-negative integer, found a number"},
        {R"({"id":"r","config":{"videoCodec":[]}})",
         "config.videoCodec: expected a string, found an array"},
        {R"({"id":"r","config":{"webhookUrl":{}}})",
         "config.webhookUrl: expected a string, found an object"},
    };
    for (const auto& [data, expected] : cases)
        BOOST_TEST(room_rejection(data) == expected);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_a_response_is_rejected) {
    for (const char* body :
         {"", "<html></html>", "null", "[]", "\"data\"", "{}", "{\"Data\":{}}", "{\"data\":null}",
          "{\"data\":1}", "{\"data\":{}} x", "{\"errors\":\"no\"}"}) {
        BOOST_TEST(rejection_of([&] { (void)detail::read_room(body); }) != "", body);
        BOOST_TEST(rejection_of([&] { (void)detail::read_rooms(body); }) != "", body);
        BOOST_TEST(rejection_of([&] { (void)detail::read_created_room(body); }) != "", body);
        BOOST_TEST(rejection_of([&] { (void)detail::read_added_peer(body); }) != "", body);
        BOOST_TEST(rejection_of([&] { (void)detail::read_component(body); }) != "", body);
        BOOST_TEST(rejection_of([&] { (void)detail::read_health(body); }) != "", body);
    }
}

BOOST_AUTO_TEST_CASE(a_result_without_its_parts_is_rejected) {
    BOOST_TEST(rejection_of([] {
                   (void)detail::read_created_room(R"({"data":{"jellyfish_address":"a"}})");
               }) == "data has no room");
    BOOST_TEST(rejection_of([] { (void)detail::read_added_peer(R"({"data":{"token":"t"}})"); }) ==
               "data has no peer");
    BOOST_TEST(rejection_of([] {
                   (void)detail::read_added_peer(R"({"data":{"peer":{"id":"p"}}})");
               }) == "data has no token");
    BOOST_TEST(rejection_of([] { (void)detail::read_health(R"({"data":{"uptime":1}})"); }) ==
               "data has no status");
}

BOOST_AUTO_TEST_CASE(a_rejection_does_not_print_a_token) {
    const std::string detail_text = rejection_of([] {
        (void)detail::read_added_peer(R"({"data":{"token":["s3cret"],"peer":{"id":"p"}}})");
    });
    BOOST_TEST(detail_text == "token: expected a string, found an array");
}

BOOST_AUTO_TEST_CASE(a_truncated_body_is_rejected) {
    for (const char* name : {"room get with hls", "room create full", "peer create"}) {
        const std::string& body = recorded_exchange_named(name).body;
        for (std::size_t n = 0; n < body.size(); ++n) {
            const std::string_view part = std::string_view(body).substr(0, n);
            BOOST_TEST(rejection_of([&] { (void)detail::read_room(part); }) != "");
            BOOST_TEST(rejection_of([&] { (void)detail::read_created_room(part); }) != "");
            BOOST_TEST(rejection_of([&] { (void)detail::read_added_peer(part); }) != "");
        }
    }
}

BOOST_AUTO_TEST_CASE(unset_options_are_not_written) {
    BOOST_TEST(detail::write_json(room_config()) == "{}");
    BOOST_TEST(detail::write_json(room_config().max_peers(0)) == R"({"maxPeers":0})");
    BOOST_TEST(detail::write_json(room_config().video_codec(video_codec::vp8)) ==
               R"({"videoCodec":"vp8"})");
}

BOOST_AUTO_TEST_CASE(a_written_config_is_read_back_unchanged) {
    const auto config = room_config()
                            .room_id("a\"\\\n€")
                            .max_peers(3)
                            .video_codec(video_codec::h264)
                            .webhook_url("http://h/p?\"")
                            .peerless_purge_timeout(seconds(5))
                            .peer_disconnected_timeout(seconds(6));
    BOOST_TEST(
        (room_in("{\"id\":\"r\",\"config\":" + detail::write_json(config) + "}").config == config));
}

// ---- rooms of Fishjam, and of later servers

BOOST_AUTO_TEST_CASE(unknown_members_of_a_room_are_kept_as_text) {
    const auto room = room_in(
        R"({"new":{"a": [1 , 2]},"id":"r","old":null,"config":{"roomType":"livestream",)"
        R"("maxPeers":1,"public": false,"other":null},"compositionInfo":null,"a\u0041":0.10})");
    BOOST_TEST(room.extra == R"({"new":{"a": [1 , 2]},"a\u0041":0.10,)"
                             R"("config":{"roomType":"livestream","public":false}})");
    BOOST_TEST((room.config == room_config().max_peers(1)));
}

BOOST_AUTO_TEST_CASE(unknown_members_of_a_peer_are_kept_as_text) {
    const auto room = room_in(
        R"({"id":"r","peers":[{"id":"p","type":"agent","subscribeMode":"auto"},{"id":"q"}]})");
    BOOST_TEST(room.peers.at(0).type == "agent");
    BOOST_TEST(room.peers.at(0).extra == R"({"subscribeMode":"auto"})");
    BOOST_TEST(room.peers.at(1).extra == "");
    BOOST_TEST(room.extra == "");
}

BOOST_AUTO_TEST_CASE(a_room_may_have_no_components) {
    BOOST_TEST(room_in(R"({"id":"r","config":{},"peers":[]})").components.empty());
}

BOOST_AUTO_TEST_CASE(a_track_may_have_no_id) {
    const auto room = room_in(R"({"id":"r","peers":[{"id":"p","tracks":[{"type":"audio"}]}]})");
    BOOST_TEST(room.peers.at(0).tracks.at(0).id == "");
    BOOST_TEST((room.peers.at(0).tracks.at(0).type == track_type::audio));
}

BOOST_AUTO_TEST_CASE(a_limit_of_zero_peers_is_no_limit_at_fishjam) {
    const std::string room = R"({"id":"r","config":{"maxPeers":0}})";
    const auto limit_of = [&](server_api api) {
        const std::string one = "{\"data\":" + room + "}";
        const auto limit = detail::read_room(one, api).config.max_peers();
        const std::string list = "{\"data\":[" + room + "]}";
        BOOST_TEST((detail::read_rooms(list, api).at(0).config.max_peers() == limit));
        const std::string made = "{\"data\":{\"room\":" + room + "}}";
        BOOST_TEST((detail::read_created_room(made, api).room.config.max_peers() == limit));
        return limit;
    };
    BOOST_TEST(limit_of(server_api::jellyfish).value() == 0U);
    BOOST_TEST(!limit_of(server_api::fishjam));
}

BOOST_AUTO_TEST_CASE(a_room_may_be_created_without_an_address) {
    const auto made = detail::read_created_room(R"({"data":{"room":{"id":"r"}}})");
    BOOST_TEST(made.room.id == "r");
    BOOST_TEST(made.server_address == "");
}

BOOST_AUTO_TEST_CASE(peer_options_that_are_not_set_are_not_sent) {
    using jellyfish::peer_options_webrtc;
    BOOST_TEST(detail::write_json(peer_options_webrtc()) == R"({"type":"webrtc","options":{}})");
    BOOST_TEST(detail::write_json(peer_options_webrtc().enable_simulcast(true)) ==
               R"({"type":"webrtc","options":{"enableSimulcast":true}})");
    BOOST_TEST(detail::write_json(peer_options_webrtc().enable_simulcast(false)) ==
               R"({"type":"webrtc","options":{"enableSimulcast":false}})");
}

BOOST_AUTO_TEST_SUITE_END()
