#include "fishjam_json.hpp"

#include "model_json.hpp"
#include "text/redact.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tool {
namespace {

namespace fishjam = jellyfish::fishjam;
using jellyfish::detail::url_without_userinfo;

template <class Enum>
std::optional<std::string> name_of(const std::optional<jellyfish::open_enum<Enum>>& value) {
    return value ? std::optional(tool::name_of(*value)) : std::nullopt;
}

json config_json(const fishjam::room_config& value) {
    std::optional<std::string> url;
    if (value.webhook_url())
        url = jellyfish::detail::webhook_url_without_secrets(*value.webhook_url());
    return json_object()
        .add("max_peers", value.max_peers())
        .add("video_codec", name_of(value.video_codec()))
        .add("room_type", name_of(value.room_type()))
        .add("public", value.is_public())
        .add("batch_webhook_notifications", value.batch_webhook_notifications())
        .add("webhook_url", url)
        .take();
}

json strings_json(const std::vector<std::string>& values) {
    return json_array(values, [](const std::string& each) { return json_of(each); });
}

template <class T>
json objects_json(const std::vector<T>& values) {
    return json_array(values, [](const T& each) { return object_of(each).take(); });
}

json forwarding_json(const fishjam::forwarding& value) {
    return json_object()
        .add("peer_id", value.peer_id)
        .add("input_id", value.input_id)
        .add("audio_track_id", value.audio_track_id)
        .add("video_track_id", value.video_track_id)
        .take();
}

json composition_json(const fishjam::composition_info& value) {
    return json_object()
        .add("composition_url", url_without_userinfo(value.composition_url))
        .add("forwardings", json_array(value.forwardings, forwarding_json))
        .take();
}

}  // namespace

json_object object_of(const fishjam::peer& value) {
    const json subscriptions = json_object()
                                   .add("peers", strings_json(value.subscriptions.peers))
                                   .add("tracks", strings_json(value.subscriptions.tracks))
                                   .take();
    return object_of(static_cast<const jellyfish::peer&>(value))
        .add("subscribe_mode", mode_json(value.subscribe_mode))
        .add("subscriptions", subscriptions);
}

json_object object_of(const fishjam::room& value) {
    std::optional<json> composition;
    if (value.composition) composition = composition_json(*value.composition);
    return json_object()
        .add("room_id", value.id)
        .add("config", config_json(value.config))
        .add("peers", objects_json(value.peers))
        .add("composition", composition);
}

json_object object_of(const fishjam::streamer& value) {
    return json_object().add("streamer_id", value.id).add("status", tool::name_of(value.status));
}

json_object object_of(const fishjam::viewer& value) {
    return json_object().add("viewer_id", value.id);
}

json_object object_of(const fishjam::livestream& value) {
    return json_object()
        .add("stream_id", value.id)
        .add("public", value.is_public)
        .add("audio_only", value.audio_only)
        .add("streamers", objects_json(value.streamers))
        .add("viewers", objects_json(value.viewers));
}

json_object object_of(const fishjam::recording& value) {
    const fishjam::recording_source& from = value.source;
    std::optional<json> scale;
    if (from.scale_ratio()) scale = json{boost::lexical_cast<std::string>(*from.scale_ratio())};
    const json source = json_object()
                            .add("composition_url", url_without_userinfo(from.composition_url()))
                            .add("output_id", from.output_id())
                            .add("scale_ratio", scale)
                            .take();
    return json_object()
        .add("recording_id", value.id)
        .add("status", tool::name_of(value.status))
        .add("source", source)
        .add("metadata", json_of_text(value.metadata));
}

}  // namespace tool
