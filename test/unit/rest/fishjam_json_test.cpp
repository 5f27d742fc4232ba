#include "rest/fishjam/fishjam_json.hpp"

#include <jellyfish/error.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/lexical_cast.hpp>
#include <boost/test/unit_test.hpp>

// The bodies of Fishjam's requests and responses (protocol: "Fishjam").
namespace {

namespace detail = jellyfish::detail;
using namespace jellyfish::fishjam;
using detail::write_json;
using jellyfish::open_enum;
using jellyfish::peer_status;
using jellyfish::recording_status;
using jellyfish::subscribe_mode;
using jellyfish::track_type;
using jellyfish::video_codec;

std::string data(const std::string& content) { return "{\"data\":" + content + "}"; }

room room_in(const std::string& content) { return detail::read_fishjam_room(data(content)); }

/// Returns the detail of the error for a body.
std::string rejection_of(const std::function<void()>& read) {
    try {
        read();
    } catch (const jellyfish::error& e) {
        BOOST_TEST((e.code() == jellyfish::errc::malformed_response));
        return e.info().detail;
    }
    return "";
}

template <class T>
std::string printed(const T& value) {
    return boost::lexical_cast<std::string>(value);
}

const std::string full_room =
    R"({"id":"7ef-a0b0","config":{"maxPeers":0,"videoCodec":"h264","roomType":"livestream",)"
    R"("public":true,"batchWebhookNotifications":false,"webhookUrl":"https://h/s3cret","new":1},)"
    R"("peers":[{"id":"p","type":"webrtc","status":"connected","subscribeMode":"manual",)"
    R"("subscriptions":{"peers":["q"],"tracks":["t"]},"metadata":{"peer":{},"server":{"a":1}},)"
    R"("tracks":[{"id":"t","type":"audio","metadata":null},{"type":"video"}],"more":[]}],)"
    R"("compositionInfo":{"compositionUrl":"https://c/x","forwardings":[{"peerId":"p",)"
    R"("inputId":"i","audioTrackId":"t","videoTrackId":null}]},"later":true})";

}  // namespace

BOOST_AUTO_TEST_SUITE(fishjam_json)

// ---- rooms

BOOST_AUTO_TEST_CASE(a_room_is_read) {
    const room r = room_in(full_room);
    BOOST_TEST(r.id == "7ef-a0b0");
    BOOST_TEST((r.config == room_config()
                                .video_codec(video_codec::h264)
                                .room_type(room_type::livestream)
                                .is_public(true)
                                .batch_webhook_notifications(false)
                                .webhook_url("https://h/s3cret")));
    BOOST_TEST(r.composition.value().composition_url == "https://c/x");
    const forwarding& only = r.composition->forwardings.at(0);
    BOOST_TEST((only == forwarding{"p", "i", "t", std::nullopt}));
    BOOST_TEST(r.extra == R"({"later":true,"config":{"new":1}})");
}

BOOST_AUTO_TEST_CASE(a_peer_is_read) {
    const peer p = room_in(full_room).peers.at(0);
    BOOST_TEST(p.id == "p");
    BOOST_TEST(p.type == "webrtc");
    BOOST_TEST((p.status == peer_status::connected));
    BOOST_TEST((p.subscribe_mode == subscribe_mode::manual));
    BOOST_TEST((p.subscriptions == subscriptions{{"q"}, {"t"}}));
    BOOST_TEST(p.metadata == R"({"peer":{},"server":{"a":1}})");
    BOOST_TEST(p.tracks.size() == 2U);
    BOOST_TEST((p.tracks.at(1).type == track_type::video));
    BOOST_TEST(p.extra == R"({"more":[]})");
}

BOOST_AUTO_TEST_CASE(a_room_needs_only_an_id) {
    BOOST_TEST((room_in(R"({"id":"r"})") == room{"r", {}, {}, {}, ""}));
    BOOST_TEST((room_in(R"({"id":"r","config":null,"peers":null,"compositionInfo":null})") ==
                room{"r", {}, {}, {}, ""}));
}

BOOST_AUTO_TEST_CASE(a_limit_of_peers_is_read_unless_it_is_zero) {
    BOOST_TEST(room_in(R"({"id":"r","config":{"maxPeers":3}})").config.max_peers().value() == 3U);
    for (const char* const none : {"0", "null"}) {
        const std::string config = std::string("{\"maxPeers\":") + none + "}";
        BOOST_TEST(!room_in("{\"id\":\"r\",\"config\":" + config + "}").config.max_peers());
    }
}

BOOST_AUTO_TEST_CASE(values_of_later_servers_are_unknown_with_their_text) {
    const room r =
        room_in(R"({"id":"r","config":{"roomType":"full_feature","videoCodec":"av1"},)"
                R"("peers":[{"id":"p","type":"robot","status":"frozen","subscribeMode":"some"}]})");
    BOOST_TEST((*r.config.room_type() == room_type::unknown));
    BOOST_TEST(r.config.room_type()->text() == "full_feature");
    BOOST_TEST(r.config.video_codec()->text() == "av1");
    BOOST_TEST(r.peers.at(0).type == "robot");
    BOOST_TEST(r.peers.at(0).status.text() == "frozen");
    BOOST_TEST(r.peers.at(0).subscribe_mode.text() == "some");
}

BOOST_AUTO_TEST_CASE(lists_and_results_of_calls_are_read) {
    const auto all = detail::read_fishjam_rooms(data(R"([{"id":"a"},{"id":"b"}])"));
    BOOST_TEST(all.size() == 2U);
    BOOST_TEST(detail::read_created_fishjam_room(data(R"({"room":{"id":"a"}})")).id == "a");
    const auto added = detail::read_added_fishjam_peer(
        data(R"({"peer":{"id":"p","type":"agent"},"token":"t","peer_websocket_url":"h/s"})"));
    BOOST_TEST(added.peer.type == "agent");
    BOOST_TEST(added.token == "t");
    BOOST_TEST(added.peer_websocket_url == "h/s");
    const auto without_url =
        detail::read_added_fishjam_peer(data(R"({"peer":{"id":"p"},"token":"t"})"));
    BOOST_TEST(without_url.peer_websocket_url == "");
}

BOOST_AUTO_TEST_CASE(responses_may_have_no_data) {
    BOOST_TEST(detail::read_token(R"({"token":"t"})") == "t");
    BOOST_TEST(detail::read_token(data(R"({"token":"t"})")) == "t");
    BOOST_TEST(detail::read_fishjam_room(R"({"id":"r"})").id == "r");
    const moq_access access = detail::read_moq_access(R"({"connection_url":"u","token":"t"})");
    BOOST_TEST((access == moq_access{"u", "t"}));
}

// ---- livestreams and recordings

BOOST_AUTO_TEST_CASE(a_livestream_is_read) {
    const livestream stream =
        detail::read_livestream(data(R"({"id":"s","public":true,"audioOnly":null,"more":1,)"
                                     R"("streamers":[{"id":"a","status":"connected","token":"t"}],)"
                                     R"("viewers":[{"id":"b","token":"u"}]})"));
    BOOST_TEST(stream.id == "s");
    BOOST_TEST(stream.is_public);
    BOOST_TEST(!stream.audio_only);
    BOOST_TEST((stream.streamers.at(0) == streamer{"a", peer_status::connected, "t"}));
    BOOST_TEST((stream.viewers.at(0) == viewer{"b", "u"}));
    BOOST_TEST(stream.extra == R"({"more":1})");
    BOOST_TEST(detail::read_livestreams(data(R"([{"id":"s"}])")).size() == 1U);
    BOOST_TEST(detail::read_streamer(data(R"({"id":"a","token":"t"})")).token == "t");
    BOOST_TEST(detail::read_viewer(data(R"({"id":"b","token":"u"})")).token == "u");
}

BOOST_AUTO_TEST_CASE(a_recording_is_read) {
    const recording r = detail::read_recording(
        data(R"({"id":"r","status":"active","metadata":{"a": 1},"more":1,)"
             R"("source":{"compositionURL":"https://c","outputId":"o","scaleRatio":0.5}})"));
    BOOST_TEST(r.id == "r");
    BOOST_TEST((r.status == recording_status::active));
    BOOST_TEST((r.source == recording_source("https://c", "o").scale_ratio(0.5)));
    BOOST_TEST(r.metadata == R"({"a": 1})");
    BOOST_TEST(r.extra == R"({"more":1})");
    const auto all = detail::read_fishjam_recordings(data(R"([{"id":"r","status":"lost"}])"));
    BOOST_TEST(all.at(0).status.text() == "lost");
    BOOST_TEST(all.at(0).metadata == "null");
}

// ---- faults

BOOST_AUTO_TEST_CASE(a_malformed_response_is_rejected_with_the_reason) {
    const auto room_rejection = [](const std::string& content) {
        return rejection_of([&] { (void)room_in(content); });
    };
    BOOST_TEST(room_rejection("{}") == "a room has no id");
    BOOST_TEST(room_rejection("[]") == "a room: expected an object, found an array");
    BOOST_TEST(room_rejection(R"({"id":"r","config":{"public":"s3cret"}})") ==
               "config.public: expected a boolean, found a string");
    BOOST_TEST(room_rejection(R"({"id":"r","peers":[{}]})") == "a peer has no id");
    BOOST_TEST(room_rejection(R"({"id":"r","peers":[{"id":"p","subscriptions":{"peers":[1]}}]})") ==
               "subscriptions.peers: expected a string, found a number");
    BOOST_TEST(rejection_of([] { (void)detail::read_token("{}"); }) == "the response has no token");
    BOOST_TEST(rejection_of([] { (void)detail::read_token("[]"); }) ==
               "the body: expected an object, found an array");
    BOOST_TEST(
        rejection_of([] { (void)detail::read_token("<p>"); }).starts_with("the body is not JSON"));
    BOOST_TEST(rejection_of([] { (void)detail::read_fishjam_rooms(data("{}")); }) ==
               "data: expected an array, found an object");
    BOOST_TEST(rejection_of([] { (void)detail::read_moq_access(R"({"token":"t"})"); }) ==
               "the response has no connection_url or no token");
    BOOST_TEST(rejection_of([] {
                   (void)detail::read_recording(
                       data(R"({"id":"r","source":{"scaleRatio":1e999}})"));
               }) == "source.scaleRatio: expected a number in the range of double, found a number");
}

// ---- requests

BOOST_AUTO_TEST_CASE(options_that_are_not_set_are_not_sent) {
    BOOST_TEST(write_json(room_config()) == "{}");
    BOOST_TEST(write_json(livestream_config()) == "{}");
    BOOST_TEST(write_json(webrtc_peer_options()) == R"({"type":"webrtc","options":{}})");
    BOOST_TEST(write_json(agent_peer_options()) == R"({"type":"agent","options":{}})");
}

BOOST_AUTO_TEST_CASE(all_options_of_a_room_are_sent) {
    BOOST_TEST(write_json(room_config()
                              .max_peers(0)
                              .video_codec(video_codec::vp8)
                              .room_type(room_type::audio_only_livestream)
                              .is_public(false)
                              .batch_webhook_notifications(true)
                              .webhook_url("http://h/p")) ==
               R"({"maxPeers":0,"videoCodec":"vp8","roomType":"audio_only_livestream",)"
               R"("public":false,"batchWebhookNotifications":true,"webhookUrl":"http://h/p"})");
    BOOST_TEST(write_json(room_config().room_type(open_enum<room_type>("broadcaster"))) ==
               R"({"roomType":"broadcaster"})");
}

BOOST_AUTO_TEST_CASE(all_options_of_peers_are_sent) {
    BOOST_TEST(write_json(webrtc_peer_options()
                              .metadata(R"({"n": 1.0})")
                              .subscribe_mode(subscribe_mode::manual)) ==
               R"({"type":"webrtc","options":{"metadata":{"n": 1.0},"subscribeMode":"manual"}})");
    BOOST_TEST(write_json(agent_peer_options()
                              .audio_format(audio_format::pcm16)
                              .audio_sample_rate(24'000)
                              .subscribe_mode(subscribe_mode::automatic)) ==
               R"({"type":"agent","options":{"output":{"audioFormat":"pcm16",)"
               R"("audioSampleRate":24000},"subscribeMode":"auto"}})");
    BOOST_TEST(write_json(vapi_peer_options("k\"", "c-1")) ==
               R"({"type":"vapi","options":{"apiKey":"k\"","callId":"c-1"}})");
}

BOOST_AUTO_TEST_CASE(the_other_requests_are_written) {
    BOOST_TEST(write_json(livestream_config()
                              .audio_only(true)
                              .is_public(true)
                              .batch_webhook_notifications(false)
                              .webhook_url("http://h/p")) ==
               R"({"audioOnly":true,"public":true,"batchWebhookNotifications":false,)"
               R"("webhookUrl":"http://h/p"})");
    BOOST_TEST(write_json(recording_config(recording_source("https://c", "o"))) ==
               R"({"source":{"compositionURL":"https://c","outputId":"o"}})");
    BOOST_TEST(
        write_json(
            recording_config(recording_source("u", "o").scale_ratio(0.5)).metadata(R"({"a":1})")) ==
        R"({"source":{"compositionURL":"u","outputId":"o","scaleRatio":5E-1},)"
        R"("metadata":{"a":1}})");
    BOOST_TEST(write_json(moq_access_config().publish_path("a/b")) == R"({"publishPath":"a/b"})");
    BOOST_TEST(write_json(moq_access_config().subscribe_path("")) == R"({"subscribePath":""})");
    BOOST_TEST(detail::write_track_ids({"a", "b"}) == R"({"track_ids":["a","b"]})");
    BOOST_TEST(detail::write_composition_url("https://c") == R"({"compositionURL":"https://c"})");
}

// ---- printing

BOOST_AUTO_TEST_CASE(everything_is_printed_on_one_line) {
    BOOST_TEST(printed(room_in(full_room)) ==
               R"(room{id: "7ef-a0b0", config: room_config{video_codec: h264, )"
               R"(room_type: livestream, is_public: true, batch_webhook_notifications: false, )"
               R"x(webhook_url: "https://h/(hidden)"}, peers: [peer{id: "p", type: "webrtc", )x"
               R"(status: connected, tracks: [track{id: "t", type: audio, metadata: "null"}, )"
               R"(track{id: "", type: video, metadata: "null"}], )"
               R"(metadata: "{\"peer\":{},\"server\":{\"a\":1}}", subscribe_mode: manual, )"
               R"(subscriptions: subscriptions{peers: ["q"], tracks: ["t"]}}], )"
               R"(composition: composition_info{composition_url: "https://c/x", )"
               R"(forwardings: [forwarding{peer_id: "p", input_id: "i", audio_track_id: "t"}]}})");
    BOOST_TEST(printed(webrtc_peer_options().metadata("{}")) ==
               R"(webrtc_peer_options{metadata: "{}"})");
    BOOST_TEST(
        printed(agent_peer_options().audio_sample_rate(16'000).audio_format(audio_format::pcm16)) ==
        "agent_peer_options{audio_format: pcm16, audio_sample_rate: 16000}");
    BOOST_TEST(printed(recording_config(recording_source("https://u:p@c", "o"))) ==
               R"(recording_config{source: recording_source{)"
               R"(composition_url: "https://(hidden)@c", output_id: "o"}})");
    BOOST_TEST(printed(recording_filter().metadata("a\n", "b").metadata("c", "d")) ==
               R"(recording_filter{"a\x0a": "b", "c": "d"})");
    BOOST_TEST(printed(moq_access_config().publish_path("a")) ==
               R"(moq_access_config{publish_path: "a"})");
    BOOST_TEST(printed(livestream_config().is_public(false)) ==
               "livestream_config{is_public: false}");
    BOOST_TEST(printed(recording{"r", recording_status::failed, {}, "null", ""}) ==
               R"(recording{id: "r", status: failed, source: recording_source{)"
               R"(composition_url: "", output_id: ""}, metadata: "null"})");
}

BOOST_AUTO_TEST_CASE(secrets_are_not_printed) {
    const std::string secret = "s3cret";
    add_peer_result added;
    added.token = secret;
    livestream stream;
    stream.streamers.push_back({"a", peer_status::connected, secret});
    stream.viewers.push_back({"b", secret});
    const std::string url = "https://u:" + secret + "@c/x?token=" + secret;
    for (const std::string& text :
         {printed(added), printed(stream), printed(vapi_peer_options(secret, "c")),
          printed(recording_source(url, "o")), printed(composition_info{url, {}}),
          printed(moq_access{"https://relay/id?jwt=" + secret, secret})}) {
        BOOST_TEST(text.find(secret) == std::string::npos, text);
        BOOST_TEST(text.find("(hidden)") != std::string::npos, text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
