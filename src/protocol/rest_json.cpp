#include "protocol/rest_json.hpp"

#include <jellyfish/error.hpp>

#include "protocol/json_text.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace jellyfish::detail {
namespace {

namespace json = boost::json;

// ---- values

constexpr std::string_view name_of(json_kind kind) noexcept {
    switch (kind) {
        case json_kind::null:
            return "null";
        case json_kind::boolean:
            return "a boolean";
        case json_kind::number:
            return "a number";
        case json_kind::string:
            return "a string";
        case json_kind::array:
            return "an array";
        case json_kind::object:
            return "an object";
    }
    return "?";
}

[[noreturn]] void refuse(std::string detail) {
    throw error(errc::malformed_response, {"", "", std::move(detail), 0, ""});
}

[[noreturn]] void refuse(std::string_view where, std::string_view expected, json_text found) {
    std::string detail(where);
    detail.append(" should be ").append(expected).append(", but is ").append(name_of(found.kind()));
    refuse(std::move(detail));
}

/// For a word that is none of those known.
[[noreturn]] void refuse_word(std::string_view where, std::string_view expected,
                              std::string_view found) {
    std::string detail(where);
    detail.append(" should be ").append(expected).append(", but is ").append(found.substr(0, 32));
    refuse(std::move(detail));
}

bool is_null(json_text value) { return value.kind() == json_kind::null; }

std::vector<json_text::member> object_of(json_text value, std::string_view where) {
    if (value.kind() != json_kind::object) refuse(where, "an object", value);
    return value.members();
}

std::string string_of(json_text value, std::string_view where) {
    if (value.kind() != json_kind::string) refuse(where, "a string", value);
    return value.string();
}

std::string optional_string(json_text value, std::string_view where) {
    return is_null(value) ? std::string() : string_of(value, where);
}

/// A count; one that is larger than `Number` holds means just as much as the largest.
template <class Number>
Number count_of(json_text value, std::string_view where) {
    const auto number = value.whole_number();
    if (!number || *number < 0) refuse(where, "a whole number, not negative", value);
    const auto largest = static_cast<std::int64_t>(std::numeric_limits<Number>::max());
    return static_cast<Number>(std::min(*number, largest));
}

template <class Number>
std::optional<Number> optional_count(json_text value, std::string_view where) {
    if (is_null(value)) return std::nullopt;
    return count_of<Number>(value, where);
}

bool boolean_of(json_text value, std::string_view where) {
    if (value.kind() != json_kind::boolean) refuse(where, "a boolean", value);
    return value.is_true();
}

template <class T>
std::vector<T> list_of(json_text value, std::string_view where, T (*read)(json_text)) {
    std::vector<T> all;
    if (is_null(value)) return all;
    if (value.kind() != json_kind::array) refuse(where, "an array", value);
    const auto elements = value.elements();
    all.reserve(elements.size());
    for (const json_text each : elements)
        all.push_back(read(each));
    return all;
}

// ---- the model

track track_of(json_text from) {
    track out;
    out.metadata = "null";
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a track")) {
        if (key == "id") {
            out.id = string_of(value, "a track's id");
            has_id = true;
        } else if (key == "type") {
            const std::string type = optional_string(value, "a track's type");
            if (type == "audio") out.type = track_type::audio;
            if (type == "video") out.type = track_type::video;
        } else if (key == "metadata") {
            out.metadata = value.text();
        }
    }
    if (!has_id) refuse("a track has no id");
    return out;
}

peer_status peer_status_of(json_text value) {
    if (is_null(value)) return peer_status::disconnected;
    const std::string text = string_of(value, "a peer's status");
    if (text == "connected") return peer_status::connected;
    if (text != "disconnected") refuse_word("a peer's status", "connected or disconnected", text);
    return peer_status::disconnected;
}

peer peer_of(json_text from) {
    peer out;
    out.metadata = "null";
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a peer")) {
        if (key == "id") {
            out.id = string_of(value, "a peer's id");
            has_id = true;
        } else if (key == "type") {
            out.type = optional_string(value, "a peer's type");
        } else if (key == "status") {
            out.status = peer_status_of(value);
        } else if (key == "tracks") {
            out.tracks = list_of(value, "a peer's tracks", track_of);
        } else if (key == "metadata") {
            out.metadata = value.text();
        }
    }
    if (!has_id) refuse("a peer has no id");
    return out;
}

component component_of(json_text from) {
    component out;
    out.properties = "{}";
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a component")) {
        if (key == "id") {
            out.id = string_of(value, "a component's id");
            has_id = true;
        } else if (key == "type") {
            out.type = optional_string(value, "a component's type");
        } else if (key == "tracks") {
            out.tracks = list_of(value, "a component's tracks", track_of);
        } else if (key == "properties" && !is_null(value)) {
            if (value.kind() != json_kind::object)
                refuse("a component's properties", "an object", value);
            out.properties = value.text();
        }
    }
    if (!has_id) refuse("a component has no id");
    return out;
}

video_codec video_codec_of(json_text value) {
    const std::string text = string_of(value, "config.videoCodec");
    if (text == "h264") return video_codec::h264;
    if (text != "vp8") refuse_word("config.videoCodec", "h264, vp8 or null", text);
    return video_codec::vp8;
}

room_config room_config_of(json_text from) {
    using std::chrono::seconds;
    room_config out;
    for (const auto& [key, value] : object_of(from, "config")) {
        if (is_null(value)) continue;
        if (key == "roomId") {
            out.room_id(string_of(value, "config.roomId"));
        } else if (key == "maxPeers") {
            out.max_peers(count_of<std::uint32_t>(value, "config.maxPeers"));
        } else if (key == "videoCodec") {
            out.video_codec(video_codec_of(value));
        } else if (key == "webhookUrl") {
            out.webhook_url(string_of(value, "config.webhookUrl"));
        } else if (key == "peerlessPurgeTimeout") {
            out.peerless_purge_timeout(
                seconds(count_of<seconds::rep>(value, "config.peerlessPurgeTimeout")));
        } else if (key == "peerDisconnectedTimeout") {
            out.peer_disconnected_timeout(
                seconds(count_of<seconds::rep>(value, "config.peerDisconnectedTimeout")));
        }
    }
    return out;
}

room room_of(json_text from) {
    room out;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a room")) {
        if (key == "id") {
            out.id = string_of(value, "a room's id");
            has_id = true;
        } else if (key == "config" && !is_null(value)) {
            out.config = room_config_of(value);
        } else if (key == "components") {
            out.components = list_of(value, "a room's components", component_of);
        } else if (key == "peers") {
            out.peers = list_of(value, "a room's peers", peer_of);
        }
    }
    if (!has_id) refuse("a room has no id");
    return out;
}

// ---- answers

/// What is in `{"data": …}`; it refers to the body.
json_text data_of(std::string_view body) {
    std::string problem;
    const auto whole = json_text::parse(body, problem);
    if (!whole) refuse("the body is no JSON: " + problem);
    std::optional<json_text> data;
    for (const auto& [key, value] : object_of(*whole, "the body")) {
        if (key == "data") data = value;
    }
    if (!data) refuse("the body has no data");
    return *data;
}

health_status health_status_of(json_text value, std::string_view where) {
    const std::string text = string_of(value, where);
    if (text == "UP") return health_status::up;
    if (text != "DOWN") refuse_word(where, "UP or DOWN", text);
    return health_status::down;
}

void read_distribution(json_text from, health_report& out) {
    for (const auto& [key, value] : object_of(from, "distribution")) {
        if (is_null(value)) continue;
        if (key == "enabled") {
            out.distribution_enabled = boolean_of(value, "distribution.enabled");
        } else if (key == "nodeStatus") {
            out.node_status = health_status_of(value, "distribution.nodeStatus");
        } else if (key == "nodesInCluster") {
            out.nodes_in_cluster = count_of<std::uint32_t>(value, "distribution.nodesInCluster");
        }
    }
}

}  // namespace

room read_room(std::string_view body) { return room_of(data_of(body)); }

std::vector<room> read_rooms(std::string_view body) {
    const json_text data = data_of(body);
    if (data.kind() != json_kind::array) refuse("data", "an array", data);
    return list_of(data, "data", room_of);
}

component read_component(std::string_view body) { return component_of(data_of(body)); }

create_room_result read_created_room(std::string_view body) {
    create_room_result out;
    bool has_room = false;
    for (const auto& [key, value] : object_of(data_of(body), "data")) {
        if (key == "room") {
            out.room = room_of(value);
            has_room = true;
        } else if (key == "jellyfish_address" || key == "fishjam_address") {
            out.server_address = optional_string(value, key);
        }
    }
    if (!has_room) refuse("data has no room");
    return out;
}

add_peer_result read_added_peer(std::string_view body) {
    add_peer_result out;
    bool has_peer = false;
    bool has_token = false;
    for (const auto& [key, value] : object_of(data_of(body), "data")) {
        if (key == "peer") {
            out.peer = peer_of(value);
            has_peer = true;
        } else if (key == "token") {
            out.token = string_of(value, "token");
            has_token = true;
        } else if (key == "peer_websocket_url") {
            out.peer_websocket_url = optional_string(value, key);
        }
    }
    if (!has_peer) refuse("data has no peer");
    if (!has_token) refuse("data has no token");
    return out;
}

health_report read_health(std::string_view body) {
    using std::chrono::seconds;
    health_report out;
    bool has_status = false;
    for (const auto& [key, value] : object_of(data_of(body), "data")) {
        if (key == "status") {
            out.status = health_status_of(value, "status");
            has_status = true;
        } else if (key == "uptime") {
            out.uptime = seconds(optional_count<seconds::rep>(value, "uptime").value_or(0));
        } else if (key == "version") {
            out.version = optional_string(value, "version");
        } else if (key == "gitCommit") {
            out.git_commit = optional_string(value, "gitCommit");
        } else if (key == "distribution" && !is_null(value)) {
            read_distribution(value, out);
        }
    }
    if (!has_status) refuse("data has no status");
    return out;
}

std::string write_json(const room_config& config) {
    json::object out;
    if (config.room_id()) out["roomId"] = *config.room_id();
    if (config.max_peers()) out["maxPeers"] = *config.max_peers();
    if (config.video_codec())
        out["videoCodec"] = *config.video_codec() == video_codec::h264 ? "h264" : "vp8";
    if (config.webhook_url()) out["webhookUrl"] = *config.webhook_url();
    if (config.peerless_purge_timeout())
        out["peerlessPurgeTimeout"] = config.peerless_purge_timeout()->count();
    if (config.peer_disconnected_timeout())
        out["peerDisconnectedTimeout"] = config.peer_disconnected_timeout()->count();
    return json::serialize(out);
}

std::string write_json(const peer_options_webrtc& options) {
    json::object inner;
    inner["enableSimulcast"] = options.enable_simulcast();
    json::object out;
    out["type"] = "webrtc";
    out["options"] = std::move(inner);
    return json::serialize(out);
}

}  // namespace jellyfish::detail
