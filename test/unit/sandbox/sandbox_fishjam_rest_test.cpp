#include "fixtures/fishjam_fixture.hpp"

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using test::fishjam_fixture;
using test::headers;

const std::string not_found = R"(404 {"errors":{"detail":"Not Found"}})";
const headers no_token{{"authorization", ""}};

struct request {
    std::string method;
    std::string target;
    std::string body;
};

/// All calls except `GET /validate`, with valid bodies.
const std::vector<request> all_calls{
    {"GET", "/room", ""},
    {"POST", "/room", "{}"},
    {"GET", "/room/x", ""},
    {"DELETE", "/room/x", ""},
    {"POST", "/room/x/peer", R"({"type":"webrtc","options":{}})"},
    {"DELETE", "/room/x/peer/p", ""},
    {"POST", "/room/x/peer/p/refresh_token", ""},
    {"POST", "/room/x/peer/p/subscribe_peer?peer_id=q", ""},
    {"POST", "/room/x/peer/p/subscribe_tracks", R"({"track_ids":[]})"},
    {"POST", "/room/x/streamer", ""},
    {"POST", "/room/x/viewer", ""},
    {"POST", "/room/x/track_forwardings", R"({"compositionURL":"u"})"},
    {"GET", "/livestream", ""},
    {"POST", "/livestream", "{}"},
    {"GET", "/livestream/x", ""},
    {"DELETE", "/livestream/x", ""},
    {"POST", "/livestream/x/streamer", ""},
    {"DELETE", "/livestream/x/streamer/s", ""},
    {"POST", "/livestream/x/viewer", ""},
    {"DELETE", "/livestream/x/viewer/v", ""},
    {"POST", "/moq/access", R"({"publishPath":"a"})"},
    {"GET", "/recordings", ""},
    {"POST", "/recordings", R"({"source":{"compositionURL":"u","outputId":"o"}})"},
    {"GET", "/recordings/x", ""},
    {"DELETE", "/recordings/x", ""},
    {"POST", "/recordings/x/stop", ""},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sandbox_fishjam_rest, fishjam_fixture)

BOOST_AUTO_TEST_CASE(all_calls_require_the_token) {
    for (const request& each : all_calls) {
        BOOST_TEST(response_text(each.method, each.target, each.body, no_token) ==
                   R"(401 {"errors":"Missing token"})");
        BOOST_TEST(response_text(each.method, each.target, each.body,
                                 {{"authorization", "Bearer wrong"}}) ==
                   R"(401 {"errors":"Invalid token"})");
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_token_is_validated_as_missing) {
    BOOST_TEST(response_text("GET", "/validate") == "200 ");
    BOOST_TEST(response_text("GET", "/validate", {}, no_token) == not_found);
    BOOST_TEST(response_text("GET", "/validate", {}, {{"authorization", "Bearer wrong"}}) ==
               not_found);
}

BOOST_AUTO_TEST_CASE(calls_that_only_jellyfish_has_do_not_exist) {
    const std::string room = make_room();
    for (const request& each :
         std::vector<request>{{"GET", "/health", ""},
                              {"POST", room + "/component", R"({"type":"hls"})"},
                              {"DELETE", room + "/component/c", ""},
                              {"POST", room + "/component/c/subscribe", R"({"origins":[]})"},
                              {"POST", "/sip/r/c/call", R"({"phoneNumber":"1"})"},
                              {"GET", "/recording", ""},
                              {"GET", "/hls/r/index.m3u8", ""}}) {
        BOOST_TEST(response_text(each.method, each.target, each.body) == not_found, each.target);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_served_outside_the_prefix) {
    for (const char* target : {"/room", "/api/v1/connect/other/room", "/api/v1/connect/me2/room"}) {
        BOOST_TEST(api.handle(test::rest_request("GET", target, {}, {})).result_int() == 404U,
                   target);
    }
}

BOOST_AUTO_TEST_CASE(a_new_room_has_all_defaults) {
    const std::string room =
        R"({"compositionInfo":null,"config":{"batchWebhookNotifications":false,"maxPeers":0,)"
        R"("public":false,"roomType":"conference","videoCodec":"h264","webhookUrl":null},"id":")" +
        room_id(1) + R"(","peers":[]})";
    BOOST_TEST(response_text("POST", "/room", "{}") == R"(201 {"data":{"room":)" + room + "}}");
    BOOST_TEST(response_text("GET", "/room/" + room_id(1)) == R"(200 {"data":)" + room + "}");
    BOOST_TEST(response_text("GET", "/room") == R"(200 {"data":[)" + room + "]}");
    check_notifications({R"(room_created{room_id: ")" + room_id(1) + R"("})"});
}

BOOST_AUTO_TEST_CASE(a_room_keeps_its_settings) {
    BOOST_TEST(response_text("POST", "/room",
                             R"({"maxPeers":3,"videoCodec":"vp8","roomType":"audio_only",)"
                             R"("public":true,"batchWebhookNotifications":true,)"
                             R"("webhookUrl":"http://h/w"})") ==
               R"(201 {"data":{"room":{"compositionInfo":null,"config":{)"
               R"("batchWebhookNotifications":true,"maxPeers":3,"public":true,)"
               R"("roomType":"audio_only","videoCodec":"vp8","webhookUrl":"http://h/w"},"id":")" +
                   room_id(1) + R"(","peers":[]}}})");
    check_notifications({"webhook of " + room_id(1) + ": http://h/w",
                         R"(room_created{room_id: ")" + room_id(1) + R"("})"});
    BOOST_TEST(rooms.find(room_id(1))->settings.batch_webhooks);
}

BOOST_AUTO_TEST_CASE(a_body_that_does_not_match_is_rejected_before_the_room_is_looked_up) {
    BOOST_TEST(response_text("POST", "/room", R"({"roomId":"r"})") ==
               R"(400 {"errors":"Unexpected field: roomId"})");
    BOOST_TEST(response_text("POST", "/room/x/peer", R"({"type":"webrtc"})") ==
               R"(400 {"errors":"Missing field: options"})");
    BOOST_TEST(response_text("POST", "/room/x/peer",
                             R"({"type":"webrtc","options":{"enableSimulcast":true}})") ==
               R"(400 {"errors":"Unexpected field: enableSimulcast"})");
    BOOST_TEST(response_text("POST", "/room/x/track_forwardings", "{}") ==
               R"(400 {"errors":"Missing field: compositionURL"})");
    BOOST_TEST(rooms.rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_body_must_be_json) {
    const std::string bad_request = R"(400 {"errors":{"detail":"Bad Request"}})";
    BOOST_TEST(response_text("POST", "/room", "{") == bad_request);
    BOOST_TEST(response_text("POST", "/room", "{}", {{"content-type", "text/plain"}}) ==
               bad_request);
    BOOST_TEST(response_text("POST", "/room", "{}", {{"content-type", ""}}) == bad_request);
    BOOST_TEST(call("POST", "/room").result_int() == 201U);
}

BOOST_AUTO_TEST_CASE(a_body_with_any_value_for_any_key_is_accepted_or_rejected) {
    const std::string room = make_room(R"({"roomType":"livestream"})");
    add_peer();
    const std::vector<request> templates{
        {"POST", "/room", R"({"#":@})"},
        {"POST", room + "/peer", R"({"type":"webrtc","options":{"#":@}})"},
        {"POST", room + "/peer", R"({"type":"agent","options":{"#":@,"output":{"#":@}}})"},
        {"POST", room + "/peer", R"({"type":"vapi","options":{"apiKey":"k","callId":"c","#":@}})"},
        {"POST", room + "/peer", R"({"#":@,"type":"webrtc","options":{}})"},
        {"POST", room + "/peer/" + uuid(2) + "/subscribe_tracks", R"({"#":@})"},
        {"POST", room + "/track_forwardings", R"({"#":@,"compositionURL":"u"})"},
        {"POST", "/livestream", R"({"#":@})"},
        {"POST", "/moq/access", R"({"#":@})"},
        {"POST", "/recordings", R"({"#":@,"source":{"compositionURL":"u","outputId":"o","#":@}})"}};
    const std::vector<std::string> keys{
        "maxPeers", "videoCodec",    "roomType",  "public",         "batchWebhookNotifications",
        "type",     "webhookUrl",    "options",   "metadata",       "subscribeMode",
        "output",   "audioFormat",   "apiKey",    "callId",         "audioSampleRate",
        "selector", "track_ids",     "outputId",  "compositionURL", "scaleRatio",
        "source",   "subscribePath", "audioOnly", "publishPath",    "unknown"};
    const std::vector<std::string> values{
        "null", "true", "0",  "-1",     "1e400", "99999999999999999999",
        "0.5",  "\"\"", "[]", "[null]", "{}",    "{\"a\":null}"};
    int accepted = 0;
    for (const request& each : templates) {
        for (const std::string& key : keys) {
            for (const std::string& value : values) {
                std::string body = each.body;
                for (std::size_t at; (at = body.find('#')) != body.npos;)
                    body.replace(at, 1, key);
                for (std::size_t at; (at = body.find('@')) != body.npos;)
                    body.replace(at, 1, value);
                const unsigned status = call(each.method, each.target, body).result_int();
                BOOST_TEST((status == 400 || status == 409 || status / 100 == 2),
                           each.target << ' ' << body << ": " << status);
                accepted += status / 100 == 2 ? 1 : 0;
            }
        }
    }
    BOOST_TEST(accepted > 0);
    BOOST_TEST(call("GET", "/room").result_int() == 200U);
    BOOST_TEST(call("GET", "/recordings").result_int() == 200U);
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_reported) {
    const std::string room = make_room(R"({"roomType":"livestream"})");
    add_peer();
    const std::string no_room = R"(404 {"errors":"Room x does not exist"})";
    const std::string no_peer = R"(404 {"errors":"Peer x does not exist"})";
    const std::string no_stream = R"(404 {"errors":"Livestream x does not exist"})";
    const std::string no_recording = R"(404 {"errors":"Recording x does not exist"})";
    const std::string peer = room + "/peer/" + uuid(2);
    for (const auto& [each, expected] : std::vector<std::pair<request, std::string>>{
             {{"GET", "/room/x", ""}, no_room},
             {{"DELETE", "/room/x", ""}, no_room},
             {{"POST", "/room/x/peer", R"({"type":"webrtc","options":{}})"}, no_room},
             {{"DELETE", "/room/x/peer/x", ""}, no_room},
             {{"POST", "/room/x/peer/x/refresh_token", ""}, no_room},
             {{"POST", "/room/x/track_forwardings", R"({"compositionURL":"u"})"}, no_room},
             {{"DELETE", room + "/peer/x", ""}, no_peer},
             {{"POST", room + "/peer/x/refresh_token", ""}, no_peer},
             {{"POST", room + "/peer/x/subscribe_peer?peer_id=y", ""}, no_peer},
             {{"POST", peer + "/subscribe_peer?peer_id=x", ""}, no_peer},
             {{"POST", room + "/peer/x/subscribe_tracks", R"({"track_ids":[]})"}, no_peer},
             {{"POST", peer + "/subscribe_tracks", R"({"track_ids":["x"]})"},
              R"(404 {"errors":"Track x does not exist"})"},
             {{"POST", "/room/x/streamer", ""},
              R"(404 {"errors":"Livestream room x does not exist"})"},
             {{"GET", "/livestream/x", ""}, no_stream},
             {{"POST", "/livestream/x/streamer", ""}, no_stream},
             {{"POST", "/livestream/x/viewer", ""}, no_stream},
             {{"GET", "/recordings/x", ""}, no_recording},
             {{"POST", "/recordings/x/stop", ""}, no_recording}}) {
        BOOST_TEST(response_text(each.method, each.target, each.body) == expected, each.target);
    }
    for (const char* target :
         {"/livestream/x", "/livestream/x/streamer/s", "/livestream/x/viewer/v", "/recordings/x"}) {
        BOOST_TEST(response_text("DELETE", target) == "204 ", target);
    }
    check_notifications({});
}

BOOST_AUTO_TEST_CASE(a_deleted_room_reports_its_peers_with_their_type) {
    const std::string room = make_room();
    add_peer("agent");
    BOOST_TEST(response_text("DELETE", room) == "204 ");
    check_notifications({R"(peer_deleted{room_id: ")" + room_id(1) + R"(", peer_id: ")" + uuid(2) +
                             R"(", peer_type: agent})",
                         R"(room_deleted{room_id: ")" + room_id(1) + R"("})"});
}

BOOST_AUTO_TEST_CASE(a_webrtc_peer_has_the_metadata_of_the_server) {
    const std::string room = make_room();
    BOOST_TEST(
        response_text(
            "POST", room + "/peer",
            R"({"type":"webrtc","options":{"metadata":{"a":1},"subscribeMode":"manual"}})") ==
        R"(201 {"data":{"peer":{"id":")" + uuid(2) +
            R"(","metadata":{"peer":{},"server":{"a":1}},"status":"disconnected",)"
            R"("subscribeMode":"manual","subscriptions":{"peers":[],"tracks":[]},"tracks":[],)"
            R"("type":"webrtc"},"peer_websocket_url":)"
            R"("http://localhost:4000/socket/peer/websocket","token":"token of )" +
            uuid(2) + " in " + room_id(1) + R"("}})");
    check_notifications({R"(peer_added{room_id: ")" + room_id(1) + R"(", peer_id: ")" + uuid(2) +
                         R"(", peer_type: webrtc})"});
}

BOOST_AUTO_TEST_CASE(peers_of_all_types_can_be_added) {
    make_room();
    add_peer("agent", R"({"output":{"audioFormat":"pcm16","audioSampleRate":24000}})");
    add_peer("vapi", R"({"apiKey":"k","callId":"c"})");
    BOOST_TEST((rooms.find(room_id(1))->peers.at(uuid(2)).type == peer_type::agent));
    BOOST_TEST((rooms.find(room_id(1))->peers.at(uuid(3)).type == peer_type::vapi));
    BOOST_TEST(rooms.find(room_id(1))->peers.at(uuid(3)).subscribe_mode == "auto");
}

BOOST_AUTO_TEST_CASE(a_full_room_is_a_conflict) {
    const std::string room = make_room(R"({"maxPeers":1})");
    add_peer();
    BOOST_TEST(response_text("POST", room + "/peer", R"({"type":"agent","options":{}})") ==
               R"(409 {"errors":"Reached peer limit in room )" + room_id(1) + "\"}");
}

BOOST_AUTO_TEST_CASE(a_limit_of_0_peers_is_no_limit) {
    make_room(R"({"maxPeers":0})");
    add_peer();
    add_peer();
    BOOST_TEST(rooms.find(room_id(1))->peers.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_token_can_be_refreshed) {
    const std::string room = make_room();
    add_peer();
    BOOST_TEST(response_text("POST", room + "/peer/" + uuid(2) + "/refresh_token") ==
               R"(201 {"data":{"token":"token of )" + uuid(2) + " in " + room_id(1) + "\"}}");
}

BOOST_AUTO_TEST_CASE(subscriptions_add_up) {
    const std::string room = make_room();
    add_peer("webrtc", R"({"subscribeMode":"manual"})");
    add_peer();
    rooms.add_track(room_id(1), uuid(3), track{"t", track_type::audio, "null"});
    const std::string peer = room + "/peer/" + uuid(2);
    BOOST_TEST(response_text("POST", peer + "/subscribe_peer") ==
               R"(400 {"errors":"Missing field: peer_id"})");
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(response_text("POST", peer + "/subscribe_peer?peer_id=" + uuid(3)) == "200 ");
        BOOST_TEST(response_text("POST", peer + "/subscribe_tracks", R"({"track_ids":["t"]})") ==
                   "200 ");
    }
    BOOST_TEST(call("GET", room)
                   .body()
                   .find(R"("subscriptions":{"peers":[")" + uuid(3) + R"("],"tracks":["t"]})") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_room_shows_where_its_tracks_are_forwarded) {
    const std::string room = make_room();
    add_peer();
    add_peer();
    rooms.add_track(room_id(1), uuid(2), track{"v", track_type::video, "null"});
    const std::string body = R"({"compositionURL":"http://c/1","selector":"all"})";
    BOOST_TEST(response_text("POST", room + "/track_forwardings", body) == "201 ");
    BOOST_TEST(call("GET", room)
                   .body()
                   .find(R"("compositionInfo":{"compositionUrl":"http://c/1","forwardings":[{)"
                         R"("audioTrackId":null,"inputId":")" +
                         uuid(2) + R"(","peerId":")" + uuid(2) + R"(","videoTrackId":"v"}]})") !=
               std::string::npos);
    BOOST_TEST(response_text("POST", room + "/track_forwardings", body) ==
               R"(409 {"errors":"The composition is already receiving tracks"})");
}

BOOST_AUTO_TEST_CASE(a_livestream_room_has_tokens_without_data) {
    const std::string room = make_room(R"({"roomType":"livestream"})");
    BOOST_TEST(response_text("POST", room + "/streamer") == R"(201 {"token":")" + uuid(3) + "\"}");
    BOOST_TEST(response_text("POST", room + "/viewer") == R"(201 {"token":")" + uuid(5) + "\"}");
    BOOST_TEST((streams.connect(testing::detail::stream_role::streamer, uuid(3), true) == uuid(2)));
    BOOST_TEST((streams.connect(testing::detail::stream_role::viewer, uuid(5), true) == uuid(4)));
    check_notifications(
        {R"(streamer_connected{stream_id: ")" + room_id(1) + R"(", streamer_id: ")" + uuid(2) +
             "\"}",
         R"(viewer_connected{stream_id: ")" + room_id(1) + R"(", viewer_id: ")" + uuid(4) + "\"}"});
    BOOST_TEST(response_text("GET", "/livestream") == R"(200 {"data":[]})");
    BOOST_TEST(call("GET", "/livestream/" + room_id(1)).result_int() == 404U);
}

BOOST_AUTO_TEST_CASE(only_livestream_rooms_have_streamers_and_viewers) {
    for (const char* type : {"livestream", "audio_only_livestream", "broadcaster"}) {
        fishjam_fixture other;
        const std::string room = other.make_room(R"({"roomType":")" + std::string(type) + "\"}");
        BOOST_TEST(other.call("POST", room + "/streamer").result_int() == 201U, type);
    }
    for (const char* type : {"conference", "audio_only", "full_feature"}) {
        fishjam_fixture other;
        const std::string room = other.make_room(R"({"roomType":")" + std::string(type) + "\"}");
        BOOST_TEST(other.call("POST", room + "/streamer").result_int() == 404U, type);
        BOOST_TEST(other.call("POST", room + "/viewer").result_int() == 404U, type);
    }
}

BOOST_AUTO_TEST_CASE(a_livestream_has_streamers_and_viewers) {
    const std::string id = room_id(1);
    BOOST_TEST(
        response_text("POST", "/livestream", R"({"audioOnly":true,"webhookUrl":"http://h/w"})") ==
        R"(201 {"data":{"audioOnly":true,"id":")" + id +
            R"(","public":false,"streamers":[],"viewers":[]}})");
    check_notifications({"webhook of " + id + ": http://h/w"});
    const std::string path = "/livestream/" + id;
    const std::string streamer =
        R"({"id":")" + uuid(2) + R"(","status":"disconnected","token":")" + uuid(3) + "\"}";
    const std::string viewer = R"({"id":")" + uuid(4) + R"(","token":")" + uuid(5) + "\"}";
    BOOST_TEST(response_text("POST", path + "/streamer") == R"(201 {"data":)" + streamer + "}");
    BOOST_TEST(response_text("POST", path + "/viewer") == R"(201 {"data":)" + viewer + "}");
    const std::string stream = R"({"audioOnly":true,"id":")" + id +
                               R"(","public":false,"streamers":[)" + streamer + R"(],"viewers":[)" +
                               viewer + "]}";
    BOOST_TEST(response_text("GET", path) == R"(200 {"data":)" + stream + "}");
    BOOST_TEST(response_text("GET", "/livestream") == R"(200 {"data":[)" + stream + "]}");
}

BOOST_AUTO_TEST_CASE(deleting_a_livestream_or_its_members_disconnects_them) {
    using testing::detail::stream_role;
    BOOST_REQUIRE_EQUAL(call("POST", "/livestream", "{}").result_int(), 201U);
    const std::string path = "/livestream/" + room_id(1);
    for (const char* kind : {"/streamer", "/viewer", "/viewer"})
        call("POST", path + kind);
    streams.connect(stream_role::streamer, uuid(3), true);
    streams.connect(stream_role::viewer, uuid(5), true);
    host.take();
    BOOST_TEST(response_text("DELETE", path + "/viewer/" + uuid(4)) == "204 ");
    BOOST_TEST(response_text("DELETE", path + "/viewer/" + uuid(6)) == "204 ");
    check_notifications({R"(viewer_disconnected{stream_id: ")" + room_id(1) + R"(", viewer_id: ")" +
                         uuid(4) + "\"}"});
    BOOST_TEST(response_text("DELETE", path) == "204 ");
    check_notifications({R"(streamer_disconnected{stream_id: ")" + room_id(1) +
                             R"(", streamer_id: ")" + uuid(2) + "\"}",
                         "livestream " + room_id(1) + " ends"});
    BOOST_TEST(call("GET", path).result_int() == 404U);
}

BOOST_AUTO_TEST_CASE(connecting_twice_is_reported_once) {
    using testing::detail::stream_role;
    call("POST", "/livestream", "{}");
    call("POST", "/livestream/" + room_id(1) + "/streamer");
    BOOST_TEST(streams.connect(stream_role::streamer, uuid(3), true).has_value());
    BOOST_TEST(streams.connect(stream_role::streamer, uuid(3), true).has_value());
    BOOST_TEST(host.take().size() == 1U);
    BOOST_TEST(!streams.connect(stream_role::viewer, uuid(3), true).has_value());
    BOOST_TEST(!streams.connect(stream_role::streamer, "x", true).has_value());
}

BOOST_AUTO_TEST_CASE(moq_access_requires_a_path) {
    BOOST_TEST(response_text("POST", "/moq/access", R"({"publishPath":"a"})") ==
               R"(200 {"connection_url":"https://relay.invalid/me?jwt=)" + uuid(1) +
                   R"(","token":")" + uuid(1) + "\"}");
    for (const char* body : {"{}", R"({"publishPath":null,"subscribePath":null})"}) {
        BOOST_TEST(response_text("POST", "/moq/access", body) ==
                       R"(400 {"errors":"Missing field: publishPath or subscribePath"})",
                   body);
    }
}

BOOST_AUTO_TEST_CASE(a_recording_is_active_until_it_is_stopped) {
    const auto recording = [](const char* status) {
        return R"({"id":")" + uuid(1) +
               R"(","metadata":{"a":"b"},"source":{"compositionURL":"u","outputId":"o"},)"
               R"("status":")" +
               status + "\"}";
    };
    const auto report = [](const char* status) {
        return R"(recording_status_changed{recording_id: ")" + uuid(1) + R"(", status: )" + status +
               R"(, metadata: "{\"a\":\"b\"}"})";
    };
    BOOST_TEST(
        response_text("POST", "/recordings",
                      R"({"source":{"compositionURL":"u","outputId":"o"},"metadata":{"a":"b"}})") ==
        R"(201 {"data":)" + recording("active") + "}");
    check_notifications({report("active")});
    const std::string path = "/recordings/" + uuid(1);
    BOOST_TEST(response_text("DELETE", path) ==
               R"(409 {"errors":"Recording )" + uuid(1) + R"( is active"})");
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(response_text("POST", path + "/stop") ==
                   R"(200 {"data":)" + recording("finished") + "}");
    }
    check_notifications({report("finished")});
    BOOST_TEST(response_text("GET", path) == R"(200 {"data":)" + recording("finished") + "}");
    BOOST_TEST(response_text("DELETE", path) == "204 ");
    BOOST_TEST(response_text("GET", "/recordings") == R"(200 {"data":[]})");
    check_notifications({});
}

BOOST_AUTO_TEST_CASE(recordings_are_filtered_by_metadata) {
    const auto record = [this](const std::string& metadata) {
        call("POST", "/recordings",
             R"({"source":{"compositionURL":"u","outputId":"o"},"metadata":)" + metadata + "}");
    };
    record(R"({"a":"1","b":"2"})");
    record(R"({"a":"1"})");
    record(R"({"a":1})");
    record("null");
    const auto found = [this](const std::string& query) {
        std::string ids;
        const std::string body = call("GET", "/recordings" + query).body();
        for (int number = 1; number <= 4; ++number) {
            if (body.find(uuid(number)) != body.npos) ids += std::to_string(number);
        }
        return ids;
    };
    BOOST_TEST(found("") == "1234");
    BOOST_TEST(found("?metadata%5Ba%5D=1") == "12");
    BOOST_TEST(found("?metadata%5Ba%5D=1&metadata%5Bb%5D=2") == "1");
    BOOST_TEST(found("?metadata%5Bc%5D=1") == "");
}

BOOST_AUTO_TEST_CASE(an_exceeded_quota_fails_only_what_creates_something) {
    quota = true;
    for (const request& each : all_calls) {
        const bool creates =
            each.method == "POST" && (each.target == "/room" || each.target == "/room/x/peer" ||
                                      each.target == "/livestream" || each.target == "/recordings");
        const std::string text = response_text(each.method, each.target, each.body);
        BOOST_TEST((text == R"(402 {"errors":"Usage quota exceeded for free tier"})") == creates,
                   each.method << ' ' << each.target << ": " << text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
