#include "model_json.hpp"

#include "output.hpp"
#include "text/redact.hpp"

#include <variant>

namespace tool {
namespace {

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
        .add("max_peers", value.max_peers())
        .add("video_codec", codec)
        .add("webhook_url", url)
        .add("peerless_purge_timeout", value.peerless_purge_timeout())
        .add("peer_disconnected_timeout", value.peer_disconnected_timeout())
        .take();
}

json properties_json(const jellyfish::hls_properties& value) {
    return json_object()
        .add("playable", value.playable)
        .add("low_latency", value.low_latency)
        .add("persistent", value.persistent)
        .add("target_window_duration", value.target_window_duration)
        .add("subscribe_mode", mode_json(value.subscribe_mode))
        .take();
}

json properties_json(const jellyfish::rtsp_properties& value) {
    return json_object()
        .add("source_uri", jellyfish::detail::url_without_userinfo(value.source_uri))
        .add("rtp_port", value.rtp_port)
        .add("reconnect_delay", value.reconnect_delay)
        .add("keep_alive_interval", value.keep_alive_interval)
        .add("pierce_nat", value.pierce_nat)
        .take();
}

json properties_json(const jellyfish::file_properties& value) {
    return json_object().add("file_path", value.file_path).add("framerate", value.framerate).take();
}

json properties_json(const jellyfish::sip_properties& value) {
    const auto& from = value.registrar_credentials;
    const json registrar =
        json_object().add("address", from.address).add("username", from.username).take();
    return json_object().add("registrar_credentials", registrar).take();
}

json properties_json(const jellyfish::recording_properties& value) {
    return json_object().add("subscribe_mode", mode_json(value.subscribe_mode)).take();
}

template <class T>
json array_of(const std::vector<T>& values) {
    return json_array(values, [](const T& each) { return object_of(each).take(); });
}

json tracks_json(const std::vector<jellyfish::track>& tracks) {
    return json_array(tracks, [](const jellyfish::track& each) { return json_of(each); });
}

}  // namespace

json json_of(const jellyfish::track& value) {
    return json_object()
        .add("track_id", value.id)
        .add("type", name_of(value.type))
        .add("metadata", json_of_text(value.metadata))
        .take();
}

json_object object_of(const jellyfish::peer& value) {
    return json_object()
        .add("peer_id", value.id)
        .add("type", value.type)
        .add("status", name_of(value.status))
        .add("tracks", tracks_json(value.tracks))
        .add("metadata", json_of_text(value.metadata));
}

json_object object_of(const jellyfish::component& value) {
    json_object out;
    out.add("component_id", id_of(value)).add("type", type_of(value));
    std::visit(
        [&](const auto& each) {
            // The properties of an unknown type may contain secrets.
            if constexpr (requires { properties_json(each.properties); })
                out.add("properties", properties_json(each.properties));
        },
        value);
    return out.add("tracks", tracks_json(tracks_of(value)));
}

json_object object_of(const jellyfish::room& value) {
    return json_object()
        .add("room_id", value.id)
        .add("config", config_json(value.config))
        .add("components", array_of(value.components))
        .add("peers", array_of(value.peers));
}

}  // namespace tool
