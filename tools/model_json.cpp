#include "model_json.hpp"

#include "output.hpp"
#include "text/redact.hpp"

#include <variant>

namespace tool {
namespace {

json track_json(const jellyfish::track& value) {
    return json_object()
        .add("id", value.id)
        .add("type", name_of(value.type))
        .add("metadata", json_of_text(value.metadata))
        .take();
}

json tracks_json(const std::vector<jellyfish::track>& tracks) {
    return json_array(tracks, track_json);
}

template <class Duration>
json count_json(const std::optional<Duration>& value) {
    return value ? json_of(value->count()) : json{"null"};
}

json mode_json(const jellyfish::open_enum<jellyfish::subscribe_mode>& mode) {
    return json_of(mode == jellyfish::subscribe_mode::automatic ? "auto" : name_of(mode));
}

json config_json(const jellyfish::room_config& value) {
    std::optional<std::string> codec;
    if (value.video_codec()) codec = name_of(*value.video_codec());
    std::optional<std::string> url;
    if (value.webhook_url())
        url = jellyfish::detail::webhook_url_without_secrets(*value.webhook_url());
    return json_object()
        .add("maxPeers", value.max_peers())
        .add("videoCodec", codec)
        .add("webhookUrl", url)
        .add("peerlessPurgeTimeout", count_json(value.peerless_purge_timeout()))
        .add("peerDisconnectedTimeout", count_json(value.peer_disconnected_timeout()))
        .take();
}

json properties_json(const jellyfish::hls_properties& value) {
    return json_object()
        .add("playable", value.playable)
        .add("lowLatency", value.low_latency)
        .add("persistent", value.persistent)
        .add("targetWindowDuration", count_json(value.target_window_duration))
        .add("subscribeMode", mode_json(value.subscribe_mode))
        .take();
}

json properties_json(const jellyfish::rtsp_properties& value) {
    return json_object()
        .add("sourceUri", jellyfish::detail::url_without_userinfo(value.source_uri))
        .add("rtpPort", value.rtp_port)
        .add("reconnectDelay", value.reconnect_delay.count())
        .add("keepAliveInterval", value.keep_alive_interval.count())
        .add("pierceNat", value.pierce_nat)
        .take();
}

json properties_json(const jellyfish::file_properties& value) {
    return json_object().add("filePath", value.file_path).add("framerate", value.framerate).take();
}

json properties_json(const jellyfish::sip_properties& value) {
    const auto& from = value.registrar_credentials;
    const json registrar =
        json_object().add("address", from.address).add("username", from.username).take();
    return json_object().add("registrarCredentials", registrar).take();
}

json properties_json(const jellyfish::recording_properties& value) {
    return json_object().add("subscribeMode", mode_json(value.subscribe_mode)).take();
}

}  // namespace

json json_of(const jellyfish::peer& value) {
    return json_object()
        .add("id", value.id)
        .add("type", value.type)
        .add("status", name_of(value.status))
        .add("tracks", tracks_json(value.tracks))
        .add("metadata", json_of_text(value.metadata))
        .take();
}

json json_of(const jellyfish::component& value) {
    json_object out;
    out.add("id", id_of(value)).add("type", type_of(value));
    std::visit(
        [&](const auto& each) {
            // The properties of an unknown type may contain secrets.
            if constexpr (requires { properties_json(each.properties); })
                out.add("properties", properties_json(each.properties));
        },
        value);
    return out.add("tracks", tracks_json(tracks_of(value))).take();
}

json json_of(const jellyfish::room& value) {
    return json_object()
        .add("id", value.id)
        .add("config", config_json(value.config))
        .add("components",
             json_array(value.components,
                        [](const jellyfish::component& each) { return json_of(each); }))
        .add("peers",
             json_array(value.peers, [](const jellyfish::peer& each) { return json_of(each); }))
        .take();
}

}  // namespace tool
