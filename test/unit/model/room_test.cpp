#include <jellyfish/health_api.hpp>
#include <jellyfish/room.hpp>

#include <chrono>
#include <sstream>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::room_config;

template <class T>
std::string printed(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

jellyfish::component component_with(const std::string& properties) {
    return jellyfish::component_unknown{"c", "any", properties, {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room)

BOOST_AUTO_TEST_CASE(a_room_is_printed_in_one_line) {
    jellyfish::room room;
    room.id = "r\n1";
    room.config = room_config()
                      .room_id("r")
                      .max_peers(3)
                      .video_codec(jellyfish::video_codec::vp8)
                      .webhook_url("http://h/")
                      .peerless_purge_timeout(std::chrono::seconds(1))
                      .peer_disconnected_timeout(std::chrono::seconds(2));
    room.components.push_back(component_with(R"({"playable":true,"targetWindowDuration":null})"));
    room.peers.push_back({"p",
                          "webrtc",
                          jellyfish::peer_status::connected,
                          {{"t", jellyfish::track_type::audio, "null"},
                           {"u", jellyfish::track_type::video, "\"x\""}},
                          "{\"name\":1}"});
    BOOST_TEST(
        printed(room) ==
        R"(room{id: "r\x0a1", config: room_config{room_id: "r", max_peers: 3, )"
        R"(video_codec: vp8, webhook_url: "http://h/", peerless_purge_timeout: 1 s, )"
        R"(peer_disconnected_timeout: 2 s}, components: [component_unknown{id: "c", type: "any", )"
        R"(properties: {"playable": true, "targetWindowDuration": null}, tracks: []}], )"
        R"(peers: [peer{id: "p", type: "webrtc", status: connected, tracks: [)"
        R"(track{id: "t", type: audio, metadata: "null"}, )"
        R"(track{id: "u", type: video, metadata: "\"x\""}], metadata: "{\"name\":1}"}]})");
}

BOOST_AUTO_TEST_CASE(unset_fields_are_not_printed) {
    BOOST_TEST(printed(room_config()) == "room_config{}");
    BOOST_TEST(printed(room_config().max_peers(0)) == "room_config{max_peers: 0}");
    BOOST_TEST(printed(jellyfish::peer_options_webrtc()) == "peer_options_webrtc{}");
    BOOST_TEST(printed(jellyfish::peer_options_webrtc().enable_simulcast(false)) ==
               "peer_options_webrtc{enable_simulcast: false}");
}

BOOST_AUTO_TEST_CASE(a_peers_token_is_not_printed) {
    const jellyfish::add_peer_result result{{}, "s3cret", "host/socket"};
    const std::string text = printed(result);
    BOOST_TEST(text.find("s3cret") == std::string::npos);
    BOOST_TEST(text.find(R"(token: (hidden), peer_websocket_url: "host/socket"})") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(possible_secrets_in_a_webhook_url_are_not_printed) {
    const auto shown = [](const std::string& url) {
        const std::string text = printed(room_config().webhook_url(url));
        const std::string before = "room_config{webhook_url: \"";
        BOOST_TEST_REQUIRE(text.starts_with(before));
        BOOST_TEST_REQUIRE(text.ends_with("\"}"));
        return text.substr(before.size(), text.size() - before.size() - 2);
    };
    BOOST_TEST(shown("https://u:s3cret@h:1/p?a@b") == "https://(hidden)@h:1/(hidden)");
    BOOST_TEST(shown("http://s3cret@@h/p") == "http://(hidden)@h/(hidden)");
    BOOST_TEST(shown("http://it's:s3cret@h/p") == "http://(hidden)@h/(hidden)");
    BOOST_TEST(shown("https://h/hook/s3cret") == "https://h/(hidden)");
    BOOST_TEST(shown("https://h?s3cret") == "https://h?(hidden)");
    BOOST_TEST(shown("u:s3cret@h/p") == "(hidden)@h/(hidden)");
    BOOST_TEST(shown("https://h:1/") == "https://h:1/");
    BOOST_TEST(shown("https://h") == "https://h");
    BOOST_TEST(shown("no url") == "no url");
}

BOOST_AUTO_TEST_CASE(a_components_secrets_are_not_printed) {
    BOOST_TEST(
        printed(component_with(
            R"({"registrarCredentials":{"password":"s3cret"},"token":"s3cret","keys":["s3cret"],)"
            R"("subscribeMode":"auto","rtpPort":1,"sourceUri":"rtsp://u:s3cret@x/y","filePath":"a"})")) ==
        R"(component_unknown{id: "c", type: "any", properties: {"registrarCredentials": (hidden), )"
        R"("token": (hidden), "keys": (hidden), "subscribeMode": "auto", "rtpPort": 1, )"
        R"("sourceUri": "rtsp://(hidden)@x/y", "filePath": "a"}, tracks: []})");
    BOOST_TEST(printed(component_with(R"({"sourceUri":"rtsp://c/s?user=u&password=s3cret"})"))
                   .find(R"x("rtsp://c/s?(hidden)")x") != std::string::npos);
    BOOST_TEST(printed(component_with("s3cret")).find("s3cret") == std::string::npos);
    BOOST_TEST(printed(component_with(R"({"filePath":{"x":"s3cret"}})")).find("s3cret") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_kind_of_component_is_printed_without_its_secrets) {
    using namespace jellyfish;
    component_hls hls{
        "h", {true, false, true, std::chrono::seconds(7), subscribe_mode::manual, {}}, {}};
    BOOST_TEST(printed(hls) ==
               R"(component_hls{id: "h", playable: true, low_latency: false, persistent: true, )"
               R"(target_window_duration_seconds: 7, subscribe_mode: manual, tracks: []})");
    hls.properties.target_window_duration.reset();
    BOOST_TEST(printed(hls).find("window") == std::string::npos);
    hls.properties.s3 = s3_credentials().secret_access_key("s3cret");
    BOOST_TEST(printed(hls).find("s3: (hidden)") != std::string::npos);
    BOOST_TEST(printed(hls).find("s3cret") == std::string::npos);
    const component_rtsp rtsp{"r", {"rtsp://u:s3cret@c/s", 1, {}, {}, true}, {}};
    BOOST_TEST(
        printed(component(rtsp)) ==
        R"(component_rtsp{id: "r", source_uri: "rtsp://(hidden)@c/s", rtp_port: 1, )"
        R"(reconnect_delay_ms: 0, keep_alive_interval_ms: 0, pierce_nat: true, tracks: []})");
    for (const auto& [uri, shown] : {std::pair{"rtsp://c/s?password=s3cret", "rtsp://c/s?(hidden)"},
                                     {"rtsp://c/user=u_password=s3cret", "rtsp://c/user=(hidden)"},
                                     {"rtsp://u:s3cret@c/a?b=c", "rtsp://(hidden)@c/a?(hidden)"},
                                     {"c/s?password=s3cret", "c/s?(hidden)"},
                                     {"rtsp://c:554/s/1", "rtsp://c:554/s/1"},
                                     {"rtsp://c/s?", "rtsp://c/s?"}}) {
        const component_rtsp with_secret{"r", {uri, 1, {}, {}, true}, {}};
        BOOST_TEST(
            printed(component(with_secret)).find("source_uri: \"" + std::string(shown) + "\"") !=
                std::string::npos,
            uri);
    }
    const component_file file{"f", {"a.h264", 30}, {}};
    BOOST_TEST(printed(file) ==
               R"(component_file{id: "f", file_path: "a.h264", framerate: 30, tracks: []})");
    const component_sip sip{"s", {{"host", "user", "s3cret"}}, {}};
    BOOST_TEST(printed(component(sip)) ==
               R"(component_sip{id: "s", address: "host", username: "user", password: (hidden), )"
               R"(tracks: []})");
    const component_recording recording{"x", {}, {}};
    BOOST_TEST(printed(recording) ==
               R"(component_recording{id: "x", subscribe_mode: automatic, tracks: []})");
}

BOOST_AUTO_TEST_CASE(a_health_report_is_printed) {
    jellyfish::health_report report;
    report.status = jellyfish::health_status::up;
    report.uptime = std::chrono::seconds(5);
    report.version = "0.5.0";
    BOOST_TEST(printed(report) ==
               R"(health_report{status: up, uptime: 5 s, version: "0.5.0", git_commit: "", )"
               R"(distribution_enabled: false, node_status: down, nodes_in_cluster: 0})");
}

BOOST_AUTO_TEST_SUITE_END()
