#include "sandbox/fishjam/schema.hpp"
#include "sandbox/json/json.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish::testing::detail;

/// Returns why a body does not match, or an empty string.
std::string check(const schema& expected, const std::string& body) {
    const auto value = parse_json(body);
    BOOST_REQUIRE(value);
    return mismatch(expected, *value).value_or("");
}

void accepts(const schema& expected, std::initializer_list<const char*> bodies) {
    for (const char* body : bodies)
        BOOST_TEST(check(expected, body) == "", body);
}

void rejects(const schema& expected, const std::string& why,
             std::initializer_list<const char*> bodies) {
    for (const char* body : bodies)
        BOOST_TEST(check(expected, body) == why, body);
}

const schema& webrtc = peer_options_schema("webrtc");
const schema& agent = peer_options_schema("agent");
const schema& vapi = peer_options_schema("vapi");

}  // namespace

BOOST_AUTO_TEST_SUITE(sandbox_fishjam_schema)

BOOST_AUTO_TEST_CASE(a_room_accepts_all_documented_keys) {
    accepts(room_config_schema,
            {"{}", R"({"maxPeers":10})", R"({"maxPeers":0})", R"({"maxPeers":null})",
             R"({"videoCodec":"h264"})", R"({"videoCodec":"vp8"})", R"({"roomType":"conference"})",
             R"({"roomType":"audio_only"})", R"({"roomType":"livestream"})",
             R"({"roomType":"audio_only_livestream"})", R"({"roomType":"full_feature"})",
             R"({"roomType":"broadcaster"})", R"({"public":true})",
             R"({"batchWebhookNotifications":false})", R"({"webhookUrl":null})",
             R"({"webhookUrl":"https://host/"})", R"({"webhookUrl":"http://host:1/path"})"});
}

BOOST_AUTO_TEST_CASE(a_room_rejects_keys_that_only_jellyfish_has) {
    rejects(room_config_schema, "Unexpected field: roomId", {R"({"roomId":"r"})"});
    rejects(room_config_schema, "Unexpected field: peerlessPurgeTimeout",
            {R"({"peerlessPurgeTimeout":null})"});
    rejects(room_config_schema, "Unexpected field: peerDisconnectedTimeout",
            {R"({"peerDisconnectedTimeout":1})"});
}

BOOST_AUTO_TEST_CASE(a_key_of_the_wrong_type_is_rejected) {
    rejects(room_config_schema, "Invalid type: maxPeers",
            {R"({"maxPeers":-1})", R"({"maxPeers":"1"})", R"({"maxPeers":1.5})"});
    rejects(room_config_schema, "Invalid type: public", {R"({"public":null})", R"({"public":1})"});
    rejects(room_config_schema, "Invalid type: roomType", {R"({"roomType":null})"});
    rejects(room_config_schema, "Invalid type: webhookUrl", {R"({"webhookUrl":1})"});
    rejects(subscribe_tracks_schema, "Invalid type: track_ids",
            {R"({"track_ids":"t"})", R"({"track_ids":[1]})", R"({"track_ids":null})"});
    rejects(recording_config_schema, "Invalid type: scaleRatio",
            {R"({"source":{"compositionURL":"u","outputId":"o","scaleRatio":0}})",
             R"({"source":{"compositionURL":"u","outputId":"o","scaleRatio":-0.5}})"});
}

BOOST_AUTO_TEST_CASE(a_value_outside_an_enumeration_is_rejected) {
    rejects(room_config_schema, "Invalid value for enum: videoCodec",
            {R"({"videoCodec":"h265"})", R"({"videoCodec":""})", R"({"videoCodec":"h264|vp8"})"});
    rejects(room_config_schema, "Invalid value for enum: roomType", {R"({"roomType":"party"})"});
    rejects(peer_config_schema, "Invalid value for enum: type", {R"({"type":"sip","options":{}})"});
    rejects(agent, "Invalid value for enum: audioSampleRate",
            {R"({"output":{"audioSampleRate":48000}})"});
    rejects(track_forwarding_schema, "Invalid value for enum: selector",
            {R"({"compositionURL":"u","selector":"some"})"});
}

BOOST_AUTO_TEST_CASE(a_text_that_does_not_match_its_pattern_is_rejected) {
    rejects(
        room_config_schema, "Invalid format: webhookUrl",
        {R"({"webhookUrl":""})", R"({"webhookUrl":"host/path"})", R"({"webhookUrl":"ftp://host/"})",
         R"({"webhookUrl":"http://host"})", R"({"webhookUrl":"http:///path"})"});
    rejects(vapi, "Invalid format: callId",
            {R"({"apiKey":"k","callId":""})", R"({"apiKey":"k","callId":"a b"})"});
}

BOOST_AUTO_TEST_CASE(a_missing_key_is_rejected) {
    rejects(peer_config_schema, "Missing field: type", {"{}", R"({"options":{}})"});
    rejects(peer_config_schema, "Missing field: options", {R"({"type":"webrtc"})"});
    rejects(vapi, "Missing field: apiKey", {R"({"callId":"c"})"});
    rejects(vapi, "Missing field: callId", {R"({"apiKey":"k"})"});
    rejects(subscribe_tracks_schema, "Missing field: track_ids", {"{}"});
    rejects(track_forwarding_schema, "Missing field: compositionURL", {"{}"});
    rejects(recording_config_schema, "Missing field: source", {"{}"});
    rejects(recording_config_schema, "Missing field: outputId",
            {R"({"source":{"compositionURL":"u"}})"});
}

BOOST_AUTO_TEST_CASE(the_options_of_a_peer_depend_on_its_type) {
    accepts(webrtc, {"{}", R"({"metadata":{"any":[1]},"subscribeMode":"manual"})"});
    accepts(agent, {"{}", R"({"output":{}})",
                    R"({"output":{"audioFormat":"pcm16","audioSampleRate":16000}})",
                    R"({"output":{"audioSampleRate":24000},"subscribeMode":"auto"})"});
    accepts(vapi, {R"({"apiKey":"k","callId":"A-1","subscribeMode":"auto"})"});
    rejects(webrtc, "Unexpected field: enableSimulcast", {R"({"enableSimulcast":true})"});
    rejects(webrtc, "Unexpected field: output", {R"({"output":{}})"});
    rejects(webrtc, "Invalid type: metadata", {R"({"metadata":null})", R"({"metadata":"m"})"});
    rejects(agent, "Unexpected field: metadata", {R"({"metadata":{}})"});
    rejects(agent, "Unexpected field: rate", {R"({"output":{"rate":1}})"});
}

BOOST_AUTO_TEST_CASE(other_bodies_accept_all_documented_keys) {
    accepts(stream_config_schema,
            {"{}", R"({"audioOnly":null,"public":true,"batchWebhookNotifications":true,)"
                   R"("webhookUrl":"http://h/"})"});
    accepts(subscribe_tracks_schema, {R"({"track_ids":[]})", R"({"track_ids":["a","b"]})"});
    accepts(track_forwarding_schema, {R"({"compositionURL":"u","selector":"all"})"});
    accepts(moq_access_schema, {"{}", R"({"publishPath":"a","subscribePath":null})"});
    accepts(recording_config_schema,
            {R"({"source":{"compositionURL":"u","outputId":"o","scaleRatio":0.5}})",
             R"({"source":{"compositionURL":"u","outputId":"o","scaleRatio":2},"metadata":null})",
             R"({"source":{"compositionURL":"u","outputId":"o"},"metadata":{"a":"b"}})"});
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_object_is_rejected) {
    rejects(room_config_schema, "Invalid request body: expected an object", {"[]", "null", "1"});
}

BOOST_AUTO_TEST_CASE(the_reason_never_contains_the_value) {
    BOOST_TEST(check(vapi, R"({"apiKey":["secret"],"callId":"c"})").find("secret") ==
               std::string::npos);
    BOOST_TEST(check(vapi, R"({"apiKey":"k","callId":"secret!"})").find("secret") ==
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
