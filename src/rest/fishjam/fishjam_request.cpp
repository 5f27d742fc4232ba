#include "rest/fishjam/fishjam_request.hpp"

#include "json/document.hpp"
#include "model/webhook_url.hpp"
#include "rest/fishjam/fishjam_json.hpp"
#include "rest/request_target.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace jellyfish::detail {
namespace {

constexpr std::size_t max_filters = 16;

/// Whether a text, which may be empty, fits into a URL.
bool is_short_text(std::string_view text) { return text.size() <= 1'024 && is_utf8(text); }

void check_webhook_url(const char* operation, const std::optional<std::string>& url) {
    if (!url) return;
    if (const auto problem = problem_of_webhook_url(*url))
        reject_argument(operation, "invalid webhook_url: " + *problem);
}

template <class Enum>
void check_name(const char* operation, const char* option,
                const std::optional<open_enum<Enum>>& value) {
    if (!value || value->value() != Enum::unknown) return;
    if (value->text().empty() || !is_utf8(value->text()))
        reject_argument(operation, std::string("invalid ") + option +
                                       ": expected a name in UTF-8, or a known value");
}

void check_metadata(const char* operation, const std::optional<std::string>& text) {
    if (!text) return;
    std::string problem;
    const auto whole = json::document::parse(*text, problem);
    if (!whole || whole->root().kind() != json::kind::object || text->size() > longest_text)
        reject_argument(operation, "invalid metadata: expected a JSON object of at most 64 KiB");
}

template <class Options>
void check_subscribe_mode(const char* operation, const Options& options) {
    if (options.subscribe_mode() == subscribe_mode::unknown)
        reject_argument(operation, "invalid subscribe_mode: expected automatic or manual");
}

request_target peers_of(http::method method, std::string_view room_id,
                        feature_set features = server_feature::fishjam_rooms) {
    request_target path(method, features);
    path.word("room").id("room_id", room_id).word("peer");
    return path;
}

request_target livestreams(http::method method) {
    return request_target(method, server_feature::livestreams).word("livestream");
}

request_target recordings(http::method method) {
    return request_target(method, server_feature::recordings).word("recordings");
}

constexpr const char* post_room = "POST /room";
constexpr const char* post_peer = "POST /room/{room_id}/peer";
constexpr const char* post_livestream = "POST /livestream";
constexpr const char* post_recording = "POST /recordings";
constexpr const char* post_moq_access = "POST /moq/access";

}  // namespace

// ---- rooms

http::request validate_request() {
    return request_target(http::method::get, server_feature::fishjam_rooms)
        .word("validate")
        .request();
}

http::request create_room_request(const fishjam::room_config& config) {
    check_name(post_room, "video_codec", config.video_codec());
    check_name(post_room, "room_type", config.room_type());
    check_webhook_url(post_room, config.webhook_url());
    return request_target(http::method::post, server_feature::fishjam_rooms)
        .word("room")
        .request(write_json(config));
}

http::request add_peer_request(std::string_view room_id,
                               const fishjam::webrtc_peer_options& options) {
    check_metadata(post_peer, options.metadata());
    check_subscribe_mode(post_peer, options);
    return peers_of(http::method::post, room_id).request(write_json(options));
}

http::request add_peer_request(std::string_view room_id,
                               const fishjam::agent_peer_options& options) {
    const auto& rate = options.audio_sample_rate();
    if (rate && *rate != 16'000 && *rate != 24'000)
        reject_argument(post_peer,
                        "audio_sample_rate must be 16000 or 24000, not " + std::to_string(*rate));
    check_subscribe_mode(post_peer, options);
    return peers_of(http::method::post, room_id).request(write_json(options));
}

http::request add_peer_request(std::string_view room_id,
                               const fishjam::vapi_peer_options& options) {
    const auto is_of_call_id = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '-';
    };
    if (!is_usable_text(options.api_key()))
        reject_argument(post_peer, "api_key must be non-empty UTF-8 of at most 64 KiB");
    if (!is_usable_text(options.call_id()) ||
        !std::ranges::all_of(options.call_id(), is_of_call_id))
        reject_argument(post_peer, "call_id must consist of letters, digits and hyphens");
    check_subscribe_mode(post_peer, options);
    http::request made = peers_of(http::method::post, room_id).request(write_json(options));
    made.secrets = {options.api_key()};
    return made;
}

http::request refresh_peer_token_request(std::string_view room_id, std::string_view peer_id) {
    return peers_of(http::method::post, room_id)
        .id("peer_id", peer_id)
        .word("refresh_token")
        .request();
}

http::request subscribe_peer_request(std::string_view room_id, std::string_view peer_id,
                                     std::string_view other_peer_id) {
    request_target path = peers_of(http::method::post, room_id);
    path.id("peer_id", peer_id).word("subscribe_peer");
    if (const auto problem = problem_of_id(other_peer_id))
        reject_argument("subscribe_peer", "other_peer_id " + *problem);
    return path.query("peer_id", other_peer_id).request();
}

http::request subscribe_tracks_request(std::string_view room_id, std::string_view peer_id,
                                       const std::vector<std::string>& track_ids) {
    request_target path = peers_of(http::method::post, room_id);
    path.id("peer_id", peer_id).word("subscribe_tracks");
    if (track_ids.size() > max_ids)
        reject_argument("subscribe_tracks", "more than " + std::to_string(max_ids) + " track_ids");
    for (const std::string& each : track_ids) {
        if (const auto problem = problem_of_id(each))
            reject_argument("subscribe_tracks", "a track id " + *problem);
    }
    return path.request(write_track_ids(track_ids));
}

http::request streamer_token_request(std::string_view room_id) {
    return request_target(http::method::post, server_feature::fishjam_rooms)
        .word("room")
        .id("room_id", room_id)
        .word("streamer")
        .request();
}

http::request viewer_token_request(std::string_view room_id) {
    return request_target(http::method::post, server_feature::fishjam_rooms)
        .word("room")
        .id("room_id", room_id)
        .word("viewer")
        .request();
}

http::request forward_tracks_request(std::string_view room_id, std::string_view composition_url) {
    request_target path(http::method::post, server_feature::fishjam_rooms);
    path.word("room").id("room_id", room_id).word("track_forwardings");
    if (!is_usable_text(composition_url))
        reject_argument("forward_tracks",
                        "composition_url must be non-empty UTF-8 of at most 64 KiB");
    return path.request(write_composition_url(composition_url));
}

// ---- livestreams

http::request create_livestream_request(const fishjam::livestream_config& config) {
    check_webhook_url(post_livestream, config.webhook_url());
    return livestreams(http::method::post).request(write_json(config));
}

http::request get_livestream_request(std::string_view stream_id) {
    return livestreams(http::method::get).id("stream_id", stream_id).request();
}

http::request get_all_livestreams_request() { return livestreams(http::method::get).request(); }

http::request delete_livestream_request(std::string_view stream_id) {
    return livestreams(http::method::delete_).id("stream_id", stream_id).request();
}

http::request create_streamer_request(std::string_view stream_id) {
    return livestreams(http::method::post).id("stream_id", stream_id).word("streamer").request();
}

http::request delete_streamer_request(std::string_view stream_id, std::string_view streamer_id) {
    return livestreams(http::method::delete_)
        .id("stream_id", stream_id)
        .word("streamer")
        .id("streamer_id", streamer_id)
        .request();
}

http::request create_viewer_request(std::string_view stream_id) {
    return livestreams(http::method::post).id("stream_id", stream_id).word("viewer").request();
}

http::request delete_viewer_request(std::string_view stream_id, std::string_view viewer_id) {
    return livestreams(http::method::delete_)
        .id("stream_id", stream_id)
        .word("viewer")
        .id("viewer_id", viewer_id)
        .request();
}

// ---- recordings

http::request create_recording_request(const fishjam::recording_config& config) {
    const fishjam::recording_source& source = config.source();
    if (!is_usable_text(source.composition_url()) || !is_usable_text(source.output_id()))
        reject_argument(post_recording,
                        "composition_url and output_id must be non-empty UTF-8 of at most 64 KiB");
    const double ratio = source.scale_ratio().value_or(1);
    if (!std::isfinite(ratio) || ratio <= 0)
        reject_argument(post_recording, "scale_ratio must be greater than 0");
    check_metadata(post_recording, config.metadata());
    return recordings(http::method::post).request(write_json(config));
}

http::request get_fishjam_recording_request(std::string_view recording_id) {
    return recordings(http::method::get).id("recording_id", recording_id).request();
}

http::request get_fishjam_recordings_request(const fishjam::recording_filter& filter) {
    request_target path = recordings(http::method::get);
    if (filter.metadata().size() > max_filters)
        reject_argument("GET /recordings",
                        "the filter has more than " + std::to_string(max_filters) + " members");
    for (const auto& [key, value] : filter.metadata()) {
        if (key.empty() || !is_short_text(key) || !is_short_text(value))
            reject_argument("GET /recordings",
                            "the filter's keys and values must be UTF-8 of at most 1024 bytes, and "
                            "the keys not empty");
        path.query("metadata[" + key + "]", value);
    }
    return path.request();
}

http::request stop_recording_request(std::string_view recording_id) {
    return recordings(http::method::post).id("recording_id", recording_id).word("stop").request();
}

http::request delete_fishjam_recording_request(std::string_view recording_id) {
    return recordings(http::method::delete_).id("recording_id", recording_id).request();
}

// ---- Media over QUIC

http::request moq_access_request(const fishjam::moq_access_config& config) {
    if (!config.publish_path() && !config.subscribe_path())
        reject_argument(post_moq_access, "set publish_path, subscribe_path or both");
    for (const auto* const path : {&config.publish_path(), &config.subscribe_path()}) {
        if (*path && !is_short_text(**path))
            reject_argument(post_moq_access, "a path must be UTF-8 of at most 1024 bytes");
    }
    return request_target(http::method::post, server_feature::moq)
        .word("moq")
        .word("access")
        .request(write_json(config));
}

}  // namespace jellyfish::detail
