#include "fixtures/rest_fixture.hpp"
#include "sandbox/json/json.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using test::rest_fixture;
using testing::detail::http_response;

const std::string bad_structure = R"(400 {"errors":"Invalid request body structure"})";
const std::string not_found = R"(404 {"errors":{"detail":"Not Found"}})";
const std::string server_error = R"(500 {"errors":{"detail":"Internal Server Error"}})";
const std::string s3 = R"({"accessKeyId":"a","secretAccessKey":"b","region":"r","bucket":"k"})";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_rest, rest_fixture)

BOOST_AUTO_TEST_CASE(the_token_is_checked_after_route_and_accept) {
    const headers none{{"authorization", ""}};
    BOOST_TEST(response_text("GET", "/nope", {}, none) == not_found);
    BOOST_TEST(response_text("PUT", "/room", {}, none) == not_found);
    BOOST_TEST(
        response_text("GET", "/room", {}, {{"authorization", ""}, {"accept", "text/html"}}) ==
        R"(406 {"errors":{"detail":"Not Acceptable"}})");
    BOOST_TEST(response_text("GET", "/room", {}, none) == R"(401 {"errors":"Missing token"})");
    BOOST_TEST(response_text("POST", "/room", "{", none) ==
               R"(400 {"errors":{"detail":"Bad Request"}})");
}

BOOST_AUTO_TEST_CASE(only_the_exact_token_is_accepted) {
    const auto with = [this](const char* value) {
        return response_text("GET", "/room", {}, {{"authorization", value}});
    };
    for (const char* value : {"Bearer wrong", "Bearer  development"}) {
        BOOST_TEST(with(value) == R"(401 {"errors":"Invalid token"})", value);
    }
    for (const char* value : {"Bearer", "bearer development", "Basic development", "development"}) {
        BOOST_TEST(with(value) == R"(401 {"errors":"Missing token"})", value);
    }
    BOOST_TEST(with("Bearer development") == R"(200 {"data":[]})");
}

BOOST_AUTO_TEST_CASE(json_is_accepted_by_type_by_wildcard_and_by_default) {
    for (const char* value : {"*/*", "application/json", "application/*", "APPLICATION/JSON",
                              "text/html, application/json;q=0.1", "text/html,*/*;q=0.1"}) {
        BOOST_TEST(call("GET", "/room", {}, {{"accept", value}}).result_int() == 200U, value);
    }
    for (const char* value : {"text/html", "application/xml", "json", "text/*", ","}) {
        BOOST_TEST(call("GET", "/room", {}, {{"accept", value}}).result_int() == 406U, value);
    }
}

BOOST_AUTO_TEST_CASE(parameters_come_from_query_body_and_path) {
    call("POST", "/room?roomId=q");
    BOOST_TEST(rooms.find("q") != nullptr);
    call("POST", "/room?roomId=q", R"({"roomId":"b"})");
    BOOST_TEST(rooms.find("b") != nullptr);
    BOOST_TEST(response_text("POST", "/room/x/peer", R"({"room_id":"b","type":"webrtc"})") ==
               R"(404 {"errors":"Room x does not exist"})");
    BOOST_TEST(response_text("POST", "/room?maxPeers=3") ==
               R"(400 {"errors":"Expected maxPeers to be a number, got: 3"})");
}

BOOST_AUTO_TEST_CASE(bodies_are_read_by_their_content_type) {
    const auto room_of = [this](const char* type, const std::string& body) {
        const std::string id = "r" + std::to_string(rooms.rooms().size());
        std::string text = body;
        text.replace(text.find('#'), 1, id);
        call("POST", "/room", text, {{"content-type", type}});
        return rooms.find(id) != nullptr;
    };
    BOOST_TEST(room_of("application/json; charset=utf-8", R"({"roomId":"#"})"));
    BOOST_TEST(room_of("application/x-www-form-urlencoded", "roomId=#"));
    BOOST_TEST(!room_of("text/plain", R"({"roomId":"#"})"));
    BOOST_TEST(!room_of("application/octet-stream", R"({"roomId":"#"})"));
    BOOST_TEST(!room_of("nonsense", R"({"roomId":"#"})"));
    BOOST_TEST(!room_of("", R"({"roomId":"#"})"));
}

BOOST_AUTO_TEST_CASE(every_response_has_the_headers_of_the_real_server) {
    const http_response good = call("GET", "/room");
    const std::vector<std::string> names{"access-control-allow-credentials",
                                         "access-control-allow-origin",
                                         "access-control-expose-headers",
                                         "cache-control",
                                         "content-type",
                                         "date",
                                         "server",
                                         "x-request-id"};
    for (const std::string& name : names)
        BOOST_TEST(good.count(name) == 1U, name);
    BOOST_TEST(good["server"] == "Cowboy");
}

BOOST_AUTO_TEST_CASE(ids_that_cannot_be_encoded_fail) {
    BOOST_TEST(response_text("GET", "/room/%ff") == server_error);
    BOOST_TEST(response_text("DELETE", "/room/%ff") == server_error);
    BOOST_TEST(response_text("GET", "/room/%00") ==
               "404 {\"errors\":\"Room \\u0000 does not exist\"}");
}

BOOST_AUTO_TEST_CASE(adding_a_peer_returns_its_token_and_address) {
    make_room("r");
    BOOST_TEST(response_text("POST", "/room/r/peer", R"({"type":"webrtc"})") ==
               R"(201 {"data":{"peer":{"id":"id-1","metadata":null,"status":"disconnected",)"
               R"("tracks":[],"type":"webrtc"},"peer_websocket_url":)"
               R"("localhost:5002/socket/peer/websocket","token":"token of id-1 in r"}})");
}

BOOST_AUTO_TEST_CASE(a_full_room_is_reported_before_options_are_checked) {
    make_room("r", {}, std::int64_t{1});
    BOOST_TEST(call("POST", "/room/r/peer", R"({"type":"webrtc"})").result_int() == 201U);
    BOOST_TEST(response_text("POST", "/room/r/peer", R"({"type":"webrtc","options":null})") ==
               R"(503 {"errors":"Reached peer limit in room r"})");
    BOOST_TEST(rooms.find("r") != nullptr);
}

BOOST_AUTO_TEST_CASE(a_room_shows_its_contents) {
    make_room("r", "h264");
    rooms.add_peer("r");
    rooms.connect_peer("r", "id-1", 1);
    rooms.update_peer_metadata("r", "id-1", "m");
    rooms.add_track("r", "id-1", track{"t", track_type::audio, R"({"b":1,"a":2})"});
    BOOST_TEST(response_text("GET", "/room/r") ==
               R"(200 {"data":{"components":[],"config":{"maxPeers":null,)"
               R"("peerDisconnectedTimeout":null,"peerlessPurgeTimeout":null,"roomId":"r",)"
               R"("videoCodec":"h264","webhookUrl":null},"id":"r","peers":[{"id":"id-1",)"
               R"("metadata":"m","status":"connected","tracks":[{"id":"t","metadata":)"
               R"({"a":2,"b":1},"type":"audio"}],"type":"webrtc"}]}})");
}

BOOST_AUTO_TEST_CASE(only_components_in_manual_mode_accept_subscriptions) {
    make_room("r", "h264");
    const std::string body = R"({"origins":["a"]})";
    const std::string hls =
        add_component("r", R"({"type":"hls","options":{"subscribeMode":"manual"}})");
    const std::string recording =
        add_component("r", R"({"type":"recording","options":{"credentials":)" + s3 + "}}");
    const std::string rtsp = add_component("r", R"({"type":"rtsp","options":{"sourceUri":"x"}})");
    const auto path = [](const std::string& id) {
        return "/room/r/component/" + id + "/subscribe";
    };
    BOOST_TEST(response_text("POST", path(hls), body) == "201 Successfully subscribed for tracks");
    BOOST_TEST(response_text("POST", path(hls), "{}") == bad_structure);
    BOOST_TEST(response_text("POST", path(recording), body) ==
               "400 {\"errors\":\"Component " + recording +
                   " option `subscribe_mode` is set to :auto\"}");
    BOOST_TEST(
        response_text("POST", path(rtsp), body) ==
        R"(400 {"errors":"Subscribe mode is supported only for HLS and Recording components"})");
    BOOST_TEST(response_text("POST", path("x"), body) ==
               R"(400 {"errors":"Component x does not exist"})");
    BOOST_TEST(response_text("POST", "/room/x/component/x/subscribe", body) ==
               R"(404 {"errors":"Room x does not exist"})");
}

BOOST_AUTO_TEST_CASE(only_sip_components_can_dial) {
    make_room("r", "h264");
    const std::string sip = add_component(
        "r",
        R"({"type":"sip","options":{"registrarCredentials":{"address":"a","username":"u","password":"p"}}})");
    const std::string rtsp = add_component("r", R"({"type":"rtsp","options":{"sourceUri":"x"}})");
    const std::string path = "/sip/r/" + sip + "/call";
    BOOST_TEST(response_text("POST", path, R"({"phoneNumber":"+1"})") ==
               "201 Successfully schedule calling phone_number: +1");
    BOOST_TEST(response_text("POST", path, R"({"phoneNumber":{}})") == server_error);
    BOOST_TEST(response_text("POST", path, "{}") == bad_structure);
    BOOST_TEST(call("DELETE", path).result_int() == 204U);
    BOOST_TEST(response_text("POST", "/sip/r/" + rtsp + "/call", R"({"phoneNumber":"1"})") ==
               "400 {\"errors\":\"Component " + rtsp + " is not a SIP component\"}");
    BOOST_TEST(response_text("DELETE", "/sip/r/" + rtsp + "/call") ==
               "400 {\"errors\":\"Component " + rtsp + " is not SIP component\"}");
}

BOOST_AUTO_TEST_CASE(a_framerate_that_cannot_be_formatted_crashes_the_room) {
    write_file("file_component_sources/video.h264", "x");
    make_room("r");
    const auto add = [this](const char* framerate) {
        return response_text("POST", "/room/r/component",
                             R"({"type":"file","options":{"filePath":"video.h264","framerate":)" +
                                 std::string(framerate) + "}}");
    };
    BOOST_TEST(add("[]") == R"(400 {"errors":"Invalid framerate passed"})");
    BOOST_TEST(add("-1") == R"(400 {"errors":"Invalid framerate passed"})");
    BOOST_TEST(add("{}") == server_error);
    BOOST_TEST(rooms.find("r") == nullptr);
}

BOOST_AUTO_TEST_CASE(source_files_are_searched_only_in_their_folder) {
    write_file("file_component_sources/sub/a.b.ogg", "x");
    write_file("secret.ogg", "x");
    make_room("r");
    const auto add = [this](const std::string& path) {
        return call("POST", "/room/r/component",
                    R"({"type":"file","options":{"filePath":")" + path + "\"}}")
            .body();
    };
    BOOST_TEST(add("sub/a.b.ogg").find("\"framerate\":null") != std::string::npos);
    BOOST_TEST(add("sub/../sub/./a.b.ogg").find("\"type\":\"file\"") != std::string::npos);
    for (const char* path :
         {"../secret.ogg", "", ".", "sub/../..", "../file_component_sources2/x"}) {
        BOOST_TEST(add(path) == R"({"errors":"Invalid file path"})", path);
    }
    BOOST_TEST(add("/secret.ogg") == R"({"errors":"File not found"})");
    BOOST_TEST(add("sub") == R"({"errors":"Unsupported file type"})");
}

BOOST_AUTO_TEST_CASE(recordings_can_be_listed_read_and_deleted) {
    BOOST_TEST(response_text("GET", "/recording") == R"(200 {"data":[]})");
    write_file("recordings/one/index.m3u8", "#EXTM3U\n");
    write_file("recordings/one/a.m4s", "a");
    write_file("recordings/two/index.m3u8", "");
    BOOST_TEST(response_text("GET", "/recording") == R"(200 {"data":["one","two"]})");
    const headers none{{"authorization", ""}};
    const http_response playlist = call("GET", "/recording/one/index.m3u8", {}, none);
    BOOST_TEST(playlist.body() == "#EXTM3U\n");
    BOOST_TEST(playlist["content-type"] == "application/vnd.apple.mpegurl");
    BOOST_TEST(call("GET", "/recording/one/a.m4s").count("content-type") == 0U);
    BOOST_TEST(response_text("GET", "/recording/one/..%2Ftwo%2Findex.m3u8") ==
               R"(400 {"errors":"Invalid filename, got: ../two/index.m3u8"})");
    BOOST_TEST(response_text("DELETE", "/recording/..%2Fx") ==
               R"(400 {"errors":"Invalid recording id, got: ../x"})");
    BOOST_TEST(response_text("DELETE", "/recording/..") ==
               R"(400 {"errors":"Invalid recording id, got: .."})");
    BOOST_TEST(call("DELETE", "/recording/one").result_int() == 204U);
    BOOST_TEST(response_text("DELETE", "/recording/one") ==
               R"(404 {"errors":"Recording not found"})");
    BOOST_TEST(!std::filesystem::exists(folder / "recordings/one"));
    BOOST_TEST(std::filesystem::exists(folder / "recordings/two"));
}

BOOST_AUTO_TEST_CASE(a_stream_can_be_read_while_its_component_exists) {
    const std::string gone = R"(404 {"errors":"File not found"})";
    write_file("temporary_hls/r/index.m3u8", "#EXTM3U\n");
    write_file("temporary_hls/r/index_delta.m3u8", "delta");
    make_room("r", "h264");
    BOOST_TEST(response_text("GET", "/hls/r/index.m3u8") == gone);
    media.start_hls("r", false);
    BOOST_TEST(response_text("GET", "/hls/r/index.m3u8") == "200 #EXTM3U\n");
    BOOST_TEST(response_text("GET", "/hls/r/index.m3u8?_HLS_skip=YES") == "200 delta");
    BOOST_TEST(response_text("GET", "/hls/r/index.m3u8?_HLS_msn=1&_HLS_part=0") == gone);
    BOOST_TEST(response_text("GET", "/hls/r/index.m3u8?_HLS_msn=a&_HLS_part=0") == server_error);
    BOOST_TEST(response_text("GET", "/hls/r/1_part.m4s") == gone);
    BOOST_TEST(response_text("GET", "/hls/r/..%2F..%2Fx") ==
               R"(400 {"errors":"Invalid filename, got ../../x"})");
    media.stop_hls("r");
    BOOST_TEST(response_text("GET", "/hls/r/index.m3u8") == gone);
}

BOOST_AUTO_TEST_CASE(a_persistent_stream_is_not_a_recording_before_it_ends) {
    write_file("recordings/r/index.m3u8", "");
    media.start_hls("r", true);
    BOOST_TEST(response_text("GET", "/recording") == R"(200 {"data":[]})");
    BOOST_TEST(response_text("DELETE", "/recording/r") ==
               R"(404 {"errors":"Recording not found"})");
    media.stop_hls("r");
    BOOST_TEST(!media.finish_hls("r", {true, false}));
    BOOST_TEST(response_text("GET", "/recording") == R"(200 {"data":["r"]})");
}

BOOST_AUTO_TEST_CASE(streams_that_are_not_persistent_are_removed_and_uploaded_if_configured) {
    write_file("temporary_hls/r/index.m3u8", "");
    BOOST_TEST(media.finish_hls("r", {false, true}));
    BOOST_TEST(!std::filesystem::exists(folder / "temporary_hls/r"));
    BOOST_TEST(!media.finish_hls("r", {false, true}));
}

BOOST_AUTO_TEST_SUITE_END()
