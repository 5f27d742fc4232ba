#include "model_json.hpp"

#include "failure_text.hpp"
#include "model/notification_table.hpp"
#include "output.hpp"
#include "text/redact.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <variant>

#include <boost/algorithm/hex.hpp>

namespace tool {
namespace {

using jellyfish::detail::notification_kind_of;
using jellyfish::detail::text_kind;

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
        .add("source_uri", jellyfish::detail::source_uri_without_secrets(value.source_uri))
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

/// Adds the members of a notification.
struct field_writer {
    json_object& to;

    template <class Field, class T>
    void operator()(Field, const T& value) const {
        to.add(Field::name, value);
    }

    template <class Field>
    void operator()(Field, const std::string& value) const {
        if constexpr (Field::kind == text_kind::json) {
            to.add(Field::name, json_of_text(value));
        } else if constexpr (Field::kind == text_kind::bytes) {
            to.add(Field::name, boost::algorithm::hex_lower(value));
        } else if constexpr (Field::kind == text_kind::url) {
            to.add(Field::name, jellyfish::detail::url_without_userinfo(value));
        } else {
            to.add(Field::name, value);
        }
    }

    template <class Field>
    void operator()(Field, const jellyfish::track_endpoint& value) const {
        if (value.is_peer()) to.add("peer_id", value.id);
        if (value.is_component()) to.add("component_id", value.id);
    }

    template <class Field>
    void operator()(Field, const jellyfish::track& value) const {
        to.add(Field::name, json_of(value));
    }

    template <class Field>
    void operator()(Field, const jellyfish::optional_track& value) const {
        to.add(Field::name, json_of(*value));
    }

    template <class Field, class Enum>
    void operator()(Field, const jellyfish::open_enum<Enum>& value) const {
        to.add(Field::name, name_of(value));
    }
};

void add_members(json_object& to, const jellyfish::disconnected& from) {
    to.add("error", text_of(from.code)).add("reason", translated(from.reason));
}

template <class T>
void add_members(json_object& to, const T& from) {
    notification_kind_of<T>::for_each_set_field(from, field_writer{to});
}

}  // namespace

json mode_json(const jellyfish::open_enum<jellyfish::subscribe_mode>& mode) {
    return json_of(mode == jellyfish::subscribe_mode::automatic ? "auto" : name_of(mode));
}

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

std::string time_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    const auto seconds = static_cast<std::time_t>(milliseconds / 1'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                  parts.tm_min, parts.tm_sec, static_cast<int>(milliseconds % 1'000));
    return text.data();
}

json json_of(const jellyfish::notification& value) {
    json_object out;
    out.add("time", time_now()).add("type", name_of(value));
    std::visit([&](const auto& each) { add_members(out, each); }, value);
    return out.take();
}

}  // namespace tool
