#include "rest/rest_request.hpp"

#include "model/server_rules.hpp"
#include "model/webhook_url.hpp"
#include "rest/component_json.hpp"
#include "rest/request_target.hpp"
#include "rest/rest_json.hpp"
#include "text/utf8.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace jellyfish::detail {
namespace {

/// The server adds timeouts to its clock, which overflows after some centuries.
constexpr std::chrono::seconds longest_timeout = std::chrono::years(100);

void check_timeout(std::string_view name, const std::optional<std::chrono::seconds>& value) {
    if (!value || (*value >= std::chrono::seconds(1) && *value <= longest_timeout)) return;
    reject_argument("POST /room", std::string(name).append(" must be from 1 s to 100 years, not ") +
                                      std::to_string(value->count()) + " s");
}

void check(const room_config& config) {
    if (config.room_id()) {
        if (const auto problem = problem_of_id(*config.room_id()))
            reject_argument("POST /room", "room_id " + *problem);
    }
    if (const auto& codec = config.video_codec(); codec == video_codec::unknown) {
        if (codec->text().empty() || !is_utf8(codec->text()))
            reject_argument("POST /room",
                            "invalid video_codec: expected h264, vp8 or another UTF-8 name");
    }
    if (config.webhook_url()) {
        if (const auto problem = problem_of_webhook_url(*config.webhook_url()))
            reject_argument("POST /room", "invalid webhook_url: " + *problem);
    }
    check_timeout("peerless_purge_timeout", config.peerless_purge_timeout());
    check_timeout("peer_disconnected_timeout", config.peer_disconnected_timeout());
}

/// Returns the features of the server that the options require.
feature_set features_of(const room_config& config) {
    feature_set all;
    all.add_if(config.room_id().has_value(), server_feature::room_id);
    all.add_if(config.peerless_purge_timeout().has_value(), server_feature::peerless_purge_timeout);
    all.add_if(config.peer_disconnected_timeout().has_value(),
               server_feature::peer_disconnected_timeout);
    return all;
}

feature_set features_of(const peer_options_webrtc& options) {
    feature_set all;
    all.add_if(options.enable_simulcast().has_value(), server_feature::simulcast);
    return all;
}

}  // namespace

http::request health_request() {
    return request_target(http::method::get, server_feature::health).word("health").request();
}

http::request create_room_request(const room_config& config) {
    check(config);
    return request_target(http::method::post, features_of(config))
        .word("room")
        .request(write_json(config));
}

http::request get_room_request(std::string_view room_id) {
    return request_target(http::method::get).word("room").id("room_id", room_id).request();
}

http::request get_all_rooms_request() {
    return request_target(http::method::get).word("room").request();
}

http::request delete_room_request(std::string_view room_id) {
    return request_target(http::method::delete_).word("room").id("room_id", room_id).request();
}

http::request add_peer_request(std::string_view room_id, const peer_options_webrtc& options) {
    return request_target(http::method::post, features_of(options))
        .word("room")
        .id("room_id", room_id)
        .word("peer")
        .request(write_json(options));
}

http::request delete_peer_request(std::string_view room_id, std::string_view peer_id) {
    return request_target(http::method::delete_)
        .word("room")
        .id("room_id", room_id)
        .word("peer")
        .id("peer_id", peer_id)
        .request();
}

http::request add_component_request(std::string_view room_id, const component_options& options) {
    request_target path(http::method::post, server_feature::components);
    path.word("room").id("room_id", room_id).word("component");
    if (std::string problem = problem_of(options); !problem.empty())
        reject_argument("POST /room/{room_id}/component", std::move(problem));
    http::request made = path.request(write_json(options));
    made.secrets = secrets_of(options);
    return made;
}

http::request delete_component_request(std::string_view room_id, std::string_view component_id) {
    return request_target(http::method::delete_, server_feature::components)
        .word("room")
        .id("room_id", room_id)
        .word("component")
        .id("component_id", component_id)
        .request();
}

http::request subscribe_request_of(std::string_view room_id, std::string_view component_id,
                                   const std::vector<std::string>& origins) {
    request_target path(http::method::post, server_feature::components);
    path.word("room").id("room_id", room_id).word("component").id("component_id", component_id);
    if (origins.size() > max_ids)
        reject_argument("subscribe", "more than " + std::to_string(max_ids) + " origins");
    for (const std::string& each : origins) {
        if (const auto problem = problem_of_id(each))
            reject_argument("subscribe", "an origin " + *problem);
    }
    return path.word("subscribe").request(write_origins(origins));
}

http::request sip_dial_request(std::string_view room_id, std::string_view component_id,
                               std::string_view phone_number) {
    request_target path(http::method::post, server_feature::sip);
    path.word("sip").id("room_id", room_id).id("component_id", component_id).word("call");
    if (!is_usable_text(phone_number))
        reject_argument("sip_dial", "phone_number must be non-empty UTF-8 of at most 64 KiB");
    return path.request(write_phone_number(phone_number));
}

http::request sip_end_call_request(std::string_view room_id, std::string_view component_id) {
    return request_target(http::method::delete_, server_feature::sip)
        .word("sip")
        .id("room_id", room_id)
        .id("component_id", component_id)
        .word("call")
        .request();
}

http::request hls_content_request(std::string_view room_id, std::string_view filename,
                                  const hls_content_options& options) {
    http::request made = request_target(http::method::get, server_feature::hls)
                             .word("hls")
                             .id("room_id", room_id)
                             .id("filename", filename)
                             .file();
    const char* separator = "?";
    const auto add = [&](std::string_view name, const std::string& value) {
        made.target.append(separator).append(name).append("=").append(value);
        separator = "&";
    };
    if (options.part() && !options.msn()) reject_argument("GET /hls", "part requires msn");
    if (options.msn()) add("_HLS_msn", std::to_string(*options.msn()));
    if (options.part()) add("_HLS_part", std::to_string(*options.part()));
    if (options.skip()) add("_HLS_skip", "YES");
    if (options.range_first()) {
        if (options.range_last() && *options.range_last() < *options.range_first())
            reject_argument("GET /hls", "invalid range: it ends before it begins");
        made.range = "bytes=" + std::to_string(*options.range_first()) + "-";
        if (options.range_last()) made.range += std::to_string(*options.range_last());
    }
    return made;
}

http::request get_recordings_request() {
    return request_target(http::method::get, server_feature::recording_files)
        .word("recording")
        .request();
}

http::request delete_recording_request(std::string_view recording_id) {
    return request_target(http::method::delete_, server_feature::recording_files)
        .word("recording")
        .id("recording_id", recording_id)
        .request();
}

http::request recording_content_request(std::string_view recording_id, std::string_view filename) {
    return request_target(http::method::get, server_feature::recording_files)
        .word("recording")
        .id("recording_id", recording_id)
        .id("filename", filename)
        .file();
}

}  // namespace jellyfish::detail
