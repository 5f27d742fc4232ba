#include "sandbox/rest/rest_responses.hpp"

#include "model/wire_names.hpp"

#include <string_view>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

http_response json_answer(int status, std::string body) {
    http_response response = text_response(status, std::move(body));
    response.set("content-type", "application/json; charset=utf-8");
    return response;
}

}  // namespace

http_response data_response(int status, json_value data) {
    const auto body = to_json(json_object{{"data", std::move(data)}});
    if (!body) return failure_response(500);
    return json_answer(status, *body);
}

http_response error_response(int status, std::string_view text) {
    const auto body = to_json(json_object{{"errors", json_value(text)}});
    if (!body) return failure_response(500);
    return json_answer(status, *body);
}

http_response failure_response(int status) {
    return json_answer(status,
                       "{\"errors\":{\"detail\":\"" + std::string(reason_of(status)) + "\"}}");
}

void finish_response(http_response& response, const std::string& request_id) {
    response.set("access-control-allow-credentials", "true");
    response.set("access-control-allow-origin", "*");
    response.set("access-control-expose-headers", "");
    response.set("cache-control", "max-age=0, private, must-revalidate");
    response.set("date", http_date());
    response.set("server", "Cowboy");
    response.set("x-request-id", request_id);
}

json_value tracks_json(const std::map<std::string, track>& tracks) {
    json_array out;
    for (const auto& [id, value] : tracks) {
        const std::string_view type = jellyfish::detail::name_of(value.type);
        out.push_back(json_object{{"id", id},
                                  {"type", type},
                                  {"metadata", parse_json(value.metadata).value_or(nullptr)}});
    }
    return out;
}

json_value peer_json(const peer_state& peer) {
    return json_object{{"id", peer.id},
                       {"metadata", peer.metadata},
                       {"status", peer.connected() ? "connected" : "disconnected"},
                       {"tracks", tracks_json(peer.tracks)},
                       {"type", "webrtc"}};
}

json_value component_json(const component_state& component) {
    return json_object{{"id", component.id},
                       {"properties", component.properties},
                       {"tracks", tracks_json(component.tracks)},
                       {"type", component.type}};
}

json_value room_json(const room_state& room) {
    json_array peers;
    for (const auto& [id, peer] : room.peers)
        peers.push_back(peer_json(peer));
    json_array components;
    for (const auto& [id, component] : room.components) {
        components.push_back(component_json(component));
    }
    const room_settings& settings = room.settings;
    json_object config{{"maxPeers", settings.max_peers},
                       {"peerDisconnectedTimeout", or_null(settings.peer_disconnected_timeout)},
                       {"peerlessPurgeTimeout", or_null(settings.peerless_purge_timeout)},
                       {"roomId", settings.room_id},
                       {"videoCodec", or_null(settings.video_codec)},
                       {"webhookUrl", or_null(settings.webhook_url)}};
    return json_object{{"components", std::move(components)},
                       {"config", std::move(config)},
                       {"id", settings.room_id},
                       {"peers", std::move(peers)}};
}

}  // namespace jellyfish::testing::detail
