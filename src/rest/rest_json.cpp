#include "rest/rest_json.hpp"

#include <jellyfish/error.hpp>

#include "json/document.hpp"
#include "json/fields.hpp"
#include "json/object_writer.hpp"
#include "model/server_rules.hpp"
#include "model/wire_names.hpp"
#include "rest/component_json.hpp"
#include "rest/peer_json.hpp"

#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace jellyfish::detail {

// Not in a header, where it would slow down compilation.
template <>
inline constexpr auto wire_names<health_status> = std::to_array<wire_name<health_status>>(
    {{health_status::up, "UP"}, {health_status::down, "DOWN"}});

namespace {

namespace boost_json = boost::json;

peer peer_of(json::value from) {
    peer out;
    json::object_writer extra;
    read_peer(from, out, [&](const json::key& key, json::value value) { extra.copy(key, value); });
    out.extra = extra.take_or_nothing();
    return out;
}

room_config room_config_of(json::value from, server_api api, json::object_writer& extra) {
    using std::chrono::seconds;
    room_config out;
    for (const auto& [key, value] : object_of(from, "config")) {
        if (is_null(value)) continue;
        if (key == "roomId") {
            out.room_id(string_of(value, "config.roomId"));
        } else if (key == "maxPeers") {
            const auto limit = count_of<std::uint32_t>(value, "config.maxPeers");
            if (limit != 0 || !no_limit_is_zero(api)) out.max_peers(limit);
        } else if (key == "videoCodec") {
            out.video_codec(named<video_codec>(string_of(value, "config.videoCodec")));
        } else if (key == "webhookUrl") {
            out.webhook_url(string_of(value, "config.webhookUrl"));
        } else if (key == "peerlessPurgeTimeout") {
            out.peerless_purge_timeout(
                seconds(count_of<seconds::rep>(value, "config.peerlessPurgeTimeout")));
        } else if (key == "peerDisconnectedTimeout") {
            out.peer_disconnected_timeout(
                seconds(count_of<seconds::rep>(value, "config.peerDisconnectedTimeout")));
        } else {
            extra.copy(key, value);
        }
    }
    return out;
}

room room_of(json::value from, server_api api) {
    room out;
    json::object_writer extra;
    json::object_writer extra_config;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a room")) {
        if (key == "id") {
            out.id = string_of(value, "a room's id");
            has_id = true;
        } else if (key == "config") {
            if (!is_null(value)) out.config = room_config_of(value, api, extra_config);
        } else if (key == "components") {
            out.components = list_of<component>(value, "a room's components", component_of);
        } else if (key == "peers") {
            out.peers = list_of<peer>(value, "a room's peers", peer_of);
        } else {
            extra.copy(key, value);
        }
    }
    if (!has_id) json::reject("a room has no id");
    if (!extra_config.empty()) extra.value("config", extra_config.take());
    out.extra = extra.take_or_nothing();
    return out;
}

// ---- responses

/// Returns the value of `data` in `{"data": …}`.
json::value data_of(const json::document& body) {
    std::optional<json::value> data;
    for (const auto& [key, value] : object_of(body.root(), "the body")) {
        if (key == "data") data = value;
    }
    if (!data) json::reject("the body has no member 'data'");
    return *data;
}

void read_distribution(json::value from, health_report& out) {
    for (const auto& [key, value] : object_of(from, "distribution")) {
        if (is_null(value)) continue;
        if (key == "enabled") {
            out.distribution_enabled = boolean_of(value, "distribution.enabled");
        } else if (key == "nodeStatus") {
            out.node_status = named<health_status>(string_of(value, "distribution.nodeStatus"));
        } else if (key == "nodesInCluster") {
            out.nodes_in_cluster = count_of<std::uint32_t>(value, "distribution.nodesInCluster");
        }
    }
}

}  // namespace

room read_room(std::string_view body, server_api api) {
    const json::document document = json::document_of(body);
    return room_of(data_of(document), api);
}

std::vector<room> read_rooms(std::string_view body, server_api api) {
    const json::document document = json::document_of(body);
    const json::value data = data_of(document);
    if (data.kind() != json::kind::array) json::reject("data", "an array", data);
    return list_of<room>(data, "data", [api](json::value each) { return room_of(each, api); });
}

component read_component(std::string_view body) {
    const json::document document = json::document_of(body);
    return component_of(data_of(document));
}

std::vector<std::string> read_recordings(std::string_view body) {
    const json::document document = json::document_of(body);
    const json::value data = data_of(document);
    if (data.kind() != json::kind::array) json::reject("data", "an array", data);
    return list_of<std::string>(
        data, "data", [](json::value each) { return string_of(each, "a recording's id"); });
}

create_room_result read_created_room(std::string_view body, server_api api) {
    const json::document document = json::document_of(body);
    create_room_result out;
    bool has_room = false;
    for (const auto& [key, value] : object_of(data_of(document), "data")) {
        if (key == "room") {
            out.room = room_of(value, api);
            has_room = true;
        } else if (key == "jellyfish_address" || key == "fishjam_address") {
            out.server_address = optional_string(value, key.string());
        }
    }
    if (!has_room) json::reject("data has no room");
    return out;
}

add_peer_result read_added_peer(std::string_view body) {
    const json::document document = json::document_of(body);
    add_peer_result out;
    bool has_peer = false;
    bool has_token = false;
    for (const auto& [key, value] : object_of(data_of(document), "data")) {
        if (key == "peer") {
            out.peer = peer_of(value);
            has_peer = true;
        } else if (key == "token") {
            out.token = string_of(value, "token");
            has_token = true;
        } else if (key == "peer_websocket_url") {
            out.peer_websocket_url = optional_string(value, key.string());
        }
    }
    if (!has_peer) json::reject("data has no peer");
    if (!has_token) json::reject("data has no token");
    return out;
}

health_report read_health(std::string_view body) {
    using std::chrono::seconds;
    const json::document document = json::document_of(body);
    health_report out;
    bool has_status = false;
    for (const auto& [key, value] : object_of(data_of(document), "data")) {
        if (key == "status") {
            out.status = named<health_status>(string_of(value, "status"));
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
    if (!has_status) json::reject("data has no status");
    return out;
}

std::string write_json(const room_config& config) {
    boost_json::object out;
    if (config.room_id()) out["roomId"] = *config.room_id();
    if (config.max_peers()) out["maxPeers"] = *config.max_peers();
    if (config.video_codec()) out["videoCodec"] = name_of(*config.video_codec());
    if (config.webhook_url()) out["webhookUrl"] = *config.webhook_url();
    if (config.peerless_purge_timeout())
        out["peerlessPurgeTimeout"] = config.peerless_purge_timeout()->count();
    if (config.peer_disconnected_timeout())
        out["peerDisconnectedTimeout"] = config.peer_disconnected_timeout()->count();
    return boost_json::serialize(out);
}

std::string write_json(const peer_options_webrtc& options) {
    boost_json::object inner;
    if (options.enable_simulcast()) inner["enableSimulcast"] = *options.enable_simulcast();
    boost_json::object out;
    out["type"] = "webrtc";
    out["options"] = std::move(inner);
    return boost_json::serialize(out);
}

}  // namespace jellyfish::detail
