#include "rest/fishjam/fishjam_request.hpp"

#include <jellyfish/error.hpp>

#include <functional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

// The requests that only Fishjam has (protocol: "Fishjam").
namespace {

namespace detail = jellyfish::detail;
namespace http = jellyfish::detail::http;
using namespace jellyfish::fishjam;
using detail::server_feature;

struct expected_request {
    http::request request;
    std::string line;
    std::string body;
    server_feature feature;
};

/// Returns the detail of the rejection of an argument, or an empty string.
std::string rejection_of(const std::function<http::request()>& make) {
    try {
        (void)make();
    } catch (const jellyfish::error& e) {
        BOOST_TEST((e.code() == jellyfish::errc::invalid_argument));
        BOOST_TEST(!e.info().operation.empty());
        return e.info().detail;
    }
    return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fishjam_request)

BOOST_AUTO_TEST_CASE(each_call_has_its_request) {
    constexpr auto rooms = server_feature::fishjam_rooms;
    constexpr auto streams = server_feature::livestreams;
    constexpr auto recordings = server_feature::recordings;
    const std::vector<expected_request> all = {
        {detail::validate_request(), "GET /validate", "", rooms},
        {detail::create_room_request(room_config()), "POST /room", "{}", rooms},
        {detail::add_peer_request("r", webrtc_peer_options()), "POST /room/r/peer",
         R"({"type":"webrtc","options":{}})", rooms},
        {detail::add_peer_request("r", agent_peer_options()), "POST /room/r/peer",
         R"({"type":"agent","options":{}})", rooms},
        {detail::add_peer_request("r", vapi_peer_options("k", "c")), "POST /room/r/peer",
         R"({"type":"vapi","options":{"apiKey":"k","callId":"c"}})", rooms},
        {detail::refresh_peer_token_request("r", "p"), "POST /room/r/peer/p/refresh_token", "",
         rooms},
        {detail::subscribe_peer_request("r", "p", "q&/"),
         "POST /room/r/peer/p/subscribe_peer?peer_id=q%26%2F", "", rooms},
        {detail::subscribe_tracks_request("r", "p", {"t"}), "POST /room/r/peer/p/subscribe_tracks",
         R"({"track_ids":["t"]})", rooms},
        {detail::streamer_token_request("r"), "POST /room/r/streamer", "", rooms},
        {detail::viewer_token_request("r"), "POST /room/r/viewer", "", rooms},
        {detail::forward_tracks_request("r", "https://c"), "POST /room/r/track_forwardings",
         R"({"compositionURL":"https://c"})", rooms},
        {detail::create_livestream_request(livestream_config()), "POST /livestream", "{}", streams},
        {detail::get_livestream_request("s"), "GET /livestream/s", "", streams},
        {detail::get_all_livestreams_request(), "GET /livestream", "", streams},
        {detail::delete_livestream_request("s"), "DELETE /livestream/s", "", streams},
        {detail::create_streamer_request("s"), "POST /livestream/s/streamer", "", streams},
        {detail::delete_streamer_request("s", "a"), "DELETE /livestream/s/streamer/a", "", streams},
        {detail::create_viewer_request("s"), "POST /livestream/s/viewer", "", streams},
        {detail::delete_viewer_request("s", "b"), "DELETE /livestream/s/viewer/b", "", streams},
        {detail::create_recording_request(recording_config(recording_source("u", "o"))),
         "POST /recordings", R"({"source":{"compositionURL":"u","outputId":"o"}})", recordings},
        {detail::get_fishjam_recording_request("a/b"), "GET /recordings/a%2Fb", "", recordings},
        {detail::get_fishjam_recordings_request(recording_filter()), "GET /recordings", "",
         recordings},
        {detail::get_fishjam_recordings_request(
             recording_filter().metadata("a b", "c=d").metadata("e", "")),
         "GET /recordings?metadata%5Ba%20b%5D=c%3Dd&metadata%5Be%5D=", "", recordings},
        {detail::stop_recording_request("r"), "POST /recordings/r/stop", "", recordings},
        {detail::delete_fishjam_recording_request("r"), "DELETE /recordings/r", "", recordings},
        {detail::moq_access_request(moq_access_config().publish_path("p")), "POST /moq/access",
         R"({"publishPath":"p"})", server_feature::moq},
    };
    for (const auto& each : all) {
        BOOST_TEST(each.request.name() == each.line);
        BOOST_TEST(each.request.body == each.body, each.line);
        BOOST_TEST((each.request.features == detail::feature_set(each.feature)), each.line);
    }
}

BOOST_AUTO_TEST_CASE(invalid_arguments_are_rejected) {
    using jellyfish::subscribe_mode;
    const auto add = [](const auto& options) {
        return rejection_of([&] { return detail::add_peer_request("r", options); });
    };
    const std::string metadata = "invalid metadata: expected a JSON object of at most 64 KiB";
    for (const char* const text : {"", "null", "[]", "{", "{} x", "\"a\""})
        BOOST_TEST(add(webrtc_peer_options().metadata(text)) == metadata, text);
    BOOST_TEST(add(webrtc_peer_options().metadata("{\"a\":\"" + std::string(70'000, 'x') +
                                                  "\"}")) == metadata);
    BOOST_TEST(add(webrtc_peer_options().subscribe_mode(subscribe_mode::unknown)) ==
               "invalid subscribe_mode: expected automatic or manual");
    BOOST_TEST(add(agent_peer_options().audio_sample_rate(8'000)) ==
               "audio_sample_rate must be 16000 or 24000, not 8000");
    BOOST_TEST(add(vapi_peer_options("", "c")) ==
               "api_key must be non-empty UTF-8 of at most 64 KiB");
    for (const char* const id : {"", "a/b", "a b", "_"}) {
        BOOST_TEST(add(vapi_peer_options("k", id)) ==
                   "call_id must consist of letters, digits and hyphens");
    }
    const auto room = [](const room_config& config) {
        return rejection_of([&] { return detail::create_room_request(config); });
    };
    BOOST_TEST(room(room_config().webhook_url("http://")).starts_with("invalid webhook_url: "));
    BOOST_TEST(room(room_config().room_type(room_type::unknown)) ==
               "invalid room_type: expected a name in UTF-8, or a known value");
    const auto record = [](const recording_source& source) {
        return rejection_of(
            [&] { return detail::create_recording_request(recording_config(source)); });
    };
    BOOST_TEST(record({"", "o"}).starts_with("composition_url and output_id must be"));
    for (const double ratio : {0.0, -1.0, 1.0 / 0.0})
        BOOST_TEST(record(recording_source("u", "o").scale_ratio(ratio)) ==
                   "scale_ratio must be greater than 0");
    BOOST_TEST(rejection_of([] { return detail::moq_access_request(moq_access_config()); }) ==
               "set publish_path, subscribe_path or both");
    BOOST_TEST(rejection_of([] { return detail::subscribe_peer_request("r", "p", ""); }) ==
               "other_peer_id is empty");
    BOOST_TEST(rejection_of([] { return detail::subscribe_tracks_request("r", "p", {""}); }) ==
               "a track id is empty");
    BOOST_TEST(rejection_of([] {
                   return detail::forward_tracks_request("r", "");
               }).starts_with("composition_url must be"));
    for (const auto& filter :
         {recording_filter().metadata("", "a"), recording_filter().metadata("a", "\xff"),
          recording_filter().metadata("a", std::string(1'025, 'x'))}) {
        BOOST_TEST(rejection_of([&] {
                       return detail::get_fishjam_recordings_request(filter);
                   }).starts_with("the filter's keys and values must be"));
    }
    BOOST_TEST(rejection_of([] {
                   return detail::get_livestream_request("..");
               }).starts_with("stream_id is a dot segment"));
}

BOOST_AUTO_TEST_CASE(the_key_of_a_vapi_account_is_a_secret) {
    const auto request = detail::add_peer_request("r", vapi_peer_options("s3cret", "c"));
    BOOST_TEST((request.secrets == std::vector<std::string>{"s3cret"}));
}

BOOST_AUTO_TEST_SUITE_END()
