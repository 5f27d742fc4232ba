#include "sandbox/fishjam/fishjam_json.hpp"

#include "model/wire_names.hpp"
#include "sandbox/rest/rest_responses.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

json_array texts(const std::set<std::string>& values) { return {values.begin(), values.end()}; }

/// Returns the id of a peer's first track of a type, or null.
json_value track_id_of(const peer_state& peer, track_type type) {
    const auto found = std::find_if(peer.tracks.begin(), peer.tracks.end(),
                                    [&](const auto& each) { return each.second.type == type; });
    return found == peer.tracks.end() ? json_value() : json_value(found->first);
}

json_value composition_json(const room_state& room) {
    if (!room.composition_url) return nullptr;
    json_array forwardings;
    for (const auto& [id, peer] : room.peers) {
        if (peer.tracks.empty()) continue;
        forwardings.push_back(json_object{{"peerId", id},
                                          {"inputId", id},
                                          {"audioTrackId", track_id_of(peer, track_type::audio)},
                                          {"videoTrackId", track_id_of(peer, track_type::video)}});
    }
    return json_object{{"compositionUrl", *room.composition_url},
                       {"forwardings", std::move(forwardings)}};
}

std::string_view connection_name(bool connected) {
    return connected ? "connected" : "disconnected";
}

/// Returns the value of a key, or null if it is missing.
json_value value_of(const json_value& body, std::string_view key) {
    const json_value* found = body.find(key);
    return found == nullptr ? json_value() : *found;
}

std::string text_of(const json_value& body, std::string_view key, std::string_view missing) {
    const json_value* found = body.find(key);
    return found == nullptr ? std::string(missing) : *found->string();
}

std::optional<std::string> text_of(const json_value& body, std::string_view key) {
    const json_value value = value_of(body, key);
    return value.is_null() ? std::nullopt : std::optional(*value.string());
}

bool flag_of(const json_value& body, std::string_view key) {
    return value_of(body, key) == json_value(true);
}

}  // namespace

json_value fishjam_peer_json(const peer_state& peer) {
    return json_object{{"id", peer.id},
                       {"metadata", peer.metadata},
                       {"status", connection_name(peer.connected())},
                       {"subscribeMode", peer.subscribe_mode},
                       {"subscriptions", json_object{{"peers", texts(peer.subscribed_peers)},
                                                     {"tracks", texts(peer.subscribed_tracks)}}},
                       {"tracks", tracks_json(peer.tracks)},
                       {"type", jellyfish::detail::name_of(open_enum(peer.type))}};
}

json_value fishjam_room_json(const room_state& room) {
    json_array peers;
    for (const auto& [id, peer] : room.peers)
        peers.push_back(fishjam_peer_json(peer));
    const room_settings& settings = room.settings;
    json_object config{{"batchWebhookNotifications", settings.batch_webhooks},
                       {"maxPeers", settings.max_peers},
                       {"public", settings.is_public},
                       {"roomType", settings.room_type},
                       {"videoCodec", or_null(settings.video_codec)},
                       {"webhookUrl", or_null(settings.webhook_url)}};
    return json_object{{"compositionInfo", composition_json(room)},
                       {"config", std::move(config)},
                       {"id", settings.room_id},
                       {"peers", std::move(peers)}};
}

json_value streamer_json(const stream_member& streamer) {
    return json_object{{"id", streamer.id},
                       {"status", connection_name(streamer.connected)},
                       {"token", streamer.token}};
}

json_value viewer_json(const stream_member& viewer) {
    return json_object{{"id", viewer.id}, {"token", viewer.token}};
}

json_value stream_json(const stream_state& stream) {
    json_array streamers;
    for (const auto& [id, streamer] : stream.streamers)
        streamers.push_back(streamer_json(streamer));
    json_array viewers;
    for (const auto& [id, viewer] : stream.viewers)
        viewers.push_back(viewer_json(viewer));
    return json_object{{"audioOnly", stream.settings.audio_only},
                       {"id", stream.id},
                       {"public", stream.settings.is_public},
                       {"streamers", std::move(streamers)},
                       {"viewers", std::move(viewers)}};
}

json_value recording_json(const recording_state& recording) {
    return json_object{{"id", recording.id},
                       {"metadata", recording.metadata},
                       {"source", recording.source},
                       {"status", jellyfish::detail::name_of(open_enum(recording.status))}};
}

room_settings room_settings_of(const json_value& body, std::string room_id) {
    room_settings out;
    out.room_id = std::move(room_id);
    out.max_peers = value_of(body, "maxPeers");
    if (out.max_peers.is_null()) out.max_peers = std::int64_t{0};
    out.video_codec = text_of(body, "videoCodec", "h264");
    out.webhook_url = text_of(body, "webhookUrl");
    out.room_type = text_of(body, "roomType", "conference");
    out.is_public = flag_of(body, "public");
    out.batch_webhooks = flag_of(body, "batchWebhookNotifications");
    return out;
}

stream_settings stream_settings_of(const json_value& body) {
    stream_settings out;
    out.is_public = flag_of(body, "public");
    out.audio_only = flag_of(body, "audioOnly");
    out.webhook_url = text_of(body, "webhookUrl");
    out.batch_webhooks = flag_of(body, "batchWebhookNotifications");
    return out;
}

peer_settings peer_settings_of(const json_value& body) {
    const json_value& options = *body.find("options");
    json_value metadata = value_of(options, "metadata");
    if (metadata.is_null()) metadata = json_object();
    return {jellyfish::detail::named<peer_type>(*body.find("type")->string()),
            json_object{{"peer", json_object()}, {"server", std::move(metadata)}},
            text_of(options, "subscribeMode", "auto")};
}

}  // namespace jellyfish::testing::detail
