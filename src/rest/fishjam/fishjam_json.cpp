#include "rest/fishjam/fishjam_json.hpp"

#include "json/fields.hpp"
#include "json/object_writer.hpp"
#include "model/wire_names.hpp"
#include "rest/fishjam/fishjam_names.hpp"
#include "rest/peer_json.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace jellyfish::detail {

namespace {

namespace boost_json = boost::json;

// ---- from JSON

/// Returns the object in `{"data": object}`, or the body itself: some responses have no `data`.
json::value content_of(const json::document& body) {
    for (const auto& [key, value] : object_of(body.root(), "the body")) {
        if (key == "data") return value;
    }
    return body.root();
}

template <class T>
T read(std::string_view body, T (*read_content)(json::value)) {
    const json::document document = json::document_of(body);
    return read_content(content_of(document));
}

template <class T>
std::vector<T> read_list(std::string_view body, T (*read_each)(json::value)) {
    const json::document document = json::document_of(body);
    const json::value data = content_of(document);
    if (data.kind() != json::kind::array) json::reject("data", "an array", data);
    return list_of<T>(data, "data", read_each);
}

std::vector<std::string> ids_of(json::value from, std::string_view where) {
    return list_of<std::string>(from, where,
                                [where](json::value each) { return string_of(each, where); });
}

fishjam::subscriptions subscriptions_of(json::value from) {
    fishjam::subscriptions out;
    for (const auto& [key, value] : object_of(from, "subscriptions")) {
        if (key == "peers") {
            out.peers = ids_of(value, "subscriptions.peers");
        } else if (key == "tracks") {
            out.tracks = ids_of(value, "subscriptions.tracks");
        }
    }
    return out;
}

fishjam::peer peer_of(json::value from) {
    fishjam::peer out;
    json::object_writer extra;
    read_peer(from, out, [&](const json::key& key, json::value value) {
        if (key == "subscribeMode") {
            if (!is_null(value))
                out.subscribe_mode =
                    named<subscribe_mode>(string_of(value, "a peer's subscribeMode"));
        } else if (key == "subscriptions") {
            if (!is_null(value)) out.subscriptions = subscriptions_of(value);
        } else {
            extra.copy(key, value);
        }
    });
    out.extra = extra.take_or_nothing();
    return out;
}

fishjam::room_config room_config_of(json::value from, json::object_writer& extra) {
    fishjam::room_config out;
    for (const auto& [key, value] : object_of(from, "config")) {
        const bool set = !is_null(value);
        if (key == "maxPeers") {
            // The server sends 0 for a room without a limit.
            const auto limit = optional_count<std::uint32_t>(value, "config.maxPeers").value_or(0);
            if (limit != 0) out.max_peers(limit);
        } else if (key == "videoCodec") {
            if (set) out.video_codec(named<video_codec>(string_of(value, "config.videoCodec")));
        } else if (key == "roomType") {
            if (set) out.room_type(named<fishjam::room_type>(string_of(value, "config.roomType")));
        } else if (key == "public") {
            if (set) out.is_public(boolean_of(value, "config.public"));
        } else if (key == "batchWebhookNotifications") {
            if (set)
                out.batch_webhook_notifications(
                    boolean_of(value, "config.batchWebhookNotifications"));
        } else if (key == "webhookUrl") {
            if (set) out.webhook_url(string_of(value, "config.webhookUrl"));
        } else {
            extra.copy(key, value);
        }
    }
    return out;
}

fishjam::forwarding forwarding_of(json::value from) {
    fishjam::forwarding out;
    const auto optional_id = [](json::value value, std::string_view where) {
        return is_null(value) ? std::nullopt : std::optional(string_of(value, where));
    };
    for (const auto& [key, value] : object_of(from, "a forwarding")) {
        if (key == "peerId") {
            out.peer_id = string_of(value, "a forwarding's peerId");
        } else if (key == "inputId") {
            out.input_id = string_of(value, "a forwarding's inputId");
        } else if (key == "audioTrackId") {
            out.audio_track_id = optional_id(value, "a forwarding's audioTrackId");
        } else if (key == "videoTrackId") {
            out.video_track_id = optional_id(value, "a forwarding's videoTrackId");
        }
    }
    return out;
}

fishjam::composition_info composition_of(json::value from) {
    fishjam::composition_info out;
    for (const auto& [key, value] : object_of(from, "compositionInfo")) {
        if (key == "compositionUrl") {
            out.composition_url = string_of(value, "compositionInfo.compositionUrl");
        } else if (key == "forwardings") {
            out.forwardings =
                list_of<fishjam::forwarding>(value, "compositionInfo.forwardings", forwarding_of);
        }
    }
    return out;
}

fishjam::room room_of(json::value from) {
    fishjam::room out;
    json::object_writer extra;
    json::object_writer extra_config;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a room")) {
        if (key == "id") {
            out.id = string_of(value, "a room's id");
            has_id = true;
        } else if (key == "config") {
            if (!is_null(value)) out.config = room_config_of(value, extra_config);
        } else if (key == "peers") {
            out.peers = list_of<fishjam::peer>(value, "a room's peers", peer_of);
        } else if (key == "compositionInfo") {
            if (!is_null(value)) out.composition = composition_of(value);
        } else {
            extra.copy(key, value);
        }
    }
    if (!has_id) json::reject("a room has no id");
    if (!extra_config.empty()) extra.value("config", extra_config.take());
    out.extra = extra.take_or_nothing();
    return out;
}

fishjam::room created_room_of(json::value from) {
    for (const auto& [key, value] : object_of(from, "data")) {
        if (key == "room") return room_of(value);
    }
    json::reject("data has no room");
}

fishjam::add_peer_result added_peer_of(json::value from) {
    fishjam::add_peer_result out;
    bool has_peer = false;
    bool has_token = false;
    for (const auto& [key, value] : object_of(from, "data")) {
        if (key == "peer") {
            out.peer = peer_of(value);
            has_peer = true;
        } else if (key == "token") {
            out.token = string_of(value, "token");
            has_token = true;
        } else if (key == "peer_websocket_url") {
            out.peer_websocket_url = optional_string(value, "peer_websocket_url");
        }
    }
    if (!has_peer) json::reject("data has no peer");
    if (!has_token) json::reject("data has no token");
    return out;
}

std::string token_of(json::value from) {
    for (const auto& [key, value] : object_of(from, "the response")) {
        if (key == "token") return string_of(value, "token");
    }
    json::reject("the response has no token");
}

fishjam::streamer streamer_of(json::value from) {
    fishjam::streamer out;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a streamer")) {
        if (key == "id") {
            out.id = string_of(value, "a streamer's id");
            has_id = true;
        } else if (key == "status") {
            if (!is_null(value))
                out.status = named<peer_status>(string_of(value, "a streamer's status"));
        } else if (key == "token") {
            out.token = optional_string(value, "a streamer's token");
        }
    }
    if (!has_id) json::reject("a streamer has no id");
    return out;
}

fishjam::viewer viewer_of(json::value from) {
    fishjam::viewer out;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a viewer")) {
        if (key == "id") {
            out.id = string_of(value, "a viewer's id");
            has_id = true;
        } else if (key == "token") {
            out.token = optional_string(value, "a viewer's token");
        }
    }
    if (!has_id) json::reject("a viewer has no id");
    return out;
}

fishjam::livestream livestream_of(json::value from) {
    fishjam::livestream out;
    json::object_writer extra;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a livestream")) {
        if (key == "id") {
            out.id = string_of(value, "a livestream's id");
            has_id = true;
        } else if (key == "public") {
            if (!is_null(value)) out.is_public = boolean_of(value, "public");
        } else if (key == "audioOnly") {
            if (!is_null(value)) out.audio_only = boolean_of(value, "audioOnly");
        } else if (key == "streamers") {
            out.streamers =
                list_of<fishjam::streamer>(value, "a livestream's streamers", streamer_of);
        } else if (key == "viewers") {
            out.viewers = list_of<fishjam::viewer>(value, "a livestream's viewers", viewer_of);
        } else {
            extra.copy(key, value);
        }
    }
    if (!has_id) json::reject("a livestream has no id");
    out.extra = extra.take_or_nothing();
    return out;
}

double number_of(json::value from, std::string_view where) {
    if (from.kind() != json::kind::number) json::reject(where, "a number", from);
    double number = 0;
    const std::string_view text = from.text();
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size())
        json::reject(where, "a number in the range of double", from);
    return number;
}

fishjam::recording_source source_of(json::value from) {
    std::string url;
    std::string output;
    std::optional<double> ratio;
    for (const auto& [key, value] : object_of(from, "source")) {
        if (key == "compositionURL") {
            url = optional_string(value, "source.compositionURL");
        } else if (key == "outputId") {
            output = optional_string(value, "source.outputId");
        } else if (key == "scaleRatio" && !is_null(value)) {
            ratio = number_of(value, "source.scaleRatio");
        }
    }
    fishjam::recording_source out(std::move(url), std::move(output));
    if (ratio) out.scale_ratio(*ratio);
    return out;
}

fishjam::recording recording_of(json::value from) {
    fishjam::recording out;
    out.metadata = "null";
    json::object_writer extra;
    bool has_id = false;
    for (const auto& [key, value] : object_of(from, "a recording")) {
        if (key == "id") {
            out.id = string_of(value, "a recording's id");
            has_id = true;
        } else if (key == "status") {
            if (!is_null(value))
                out.status = named<recording_status>(string_of(value, "a recording's status"));
        } else if (key == "source") {
            if (!is_null(value)) out.source = source_of(value);
        } else if (key == "metadata") {
            out.metadata = value.text();
        } else {
            extra.copy(key, value);
        }
    }
    if (!has_id) json::reject("a recording has no id");
    out.extra = extra.take_or_nothing();
    return out;
}

fishjam::moq_access moq_access_of(json::value from) {
    std::optional<std::string> url;
    std::optional<std::string> token;
    for (const auto& [key, value] : object_of(from, "the response")) {
        if (key == "connection_url") {
            url = string_of(value, "connection_url");
        } else if (key == "token") {
            token = string_of(value, "token");
        }
    }
    if (!url || !token) json::reject("the response has no connection_url or no token");
    return {std::move(*url), std::move(*token)};
}

// ---- to JSON

/// Returns `{"type": type, "options": options}`.
std::string peer_of_type(std::string_view type, json::object_writer& options) {
    return json::object_writer().string("type", type).value("options", options.take()).take();
}

template <class Options>
void put_subscribe_mode(json::object_writer& to, const Options& from) {
    if (from.subscribe_mode())
        to.string("subscribeMode", name_of(open_enum(*from.subscribe_mode())));
}

}  // namespace

fishjam::room read_fishjam_room(std::string_view body) { return read(body, room_of); }

std::vector<fishjam::room> read_fishjam_rooms(std::string_view body) {
    return read_list(body, room_of);
}

fishjam::room read_created_fishjam_room(std::string_view body) {
    return read(body, created_room_of);
}

fishjam::add_peer_result read_added_fishjam_peer(std::string_view body) {
    return read(body, added_peer_of);
}

std::string read_token(std::string_view body) { return read(body, token_of); }

fishjam::livestream read_livestream(std::string_view body) { return read(body, livestream_of); }

std::vector<fishjam::livestream> read_livestreams(std::string_view body) {
    return read_list(body, livestream_of);
}

fishjam::streamer read_streamer(std::string_view body) { return read(body, streamer_of); }

fishjam::viewer read_viewer(std::string_view body) { return read(body, viewer_of); }

fishjam::recording read_recording(std::string_view body) { return read(body, recording_of); }

std::vector<fishjam::recording> read_fishjam_recordings(std::string_view body) {
    return read_list(body, recording_of);
}

fishjam::moq_access read_moq_access(std::string_view body) { return read(body, moq_access_of); }

std::string write_json(const fishjam::room_config& config) {
    boost_json::object out;
    if (config.max_peers()) out["maxPeers"] = *config.max_peers();
    if (config.video_codec()) out["videoCodec"] = name_of(*config.video_codec());
    if (config.room_type()) out["roomType"] = name_of(*config.room_type());
    if (config.is_public()) out["public"] = *config.is_public();
    if (config.batch_webhook_notifications())
        out["batchWebhookNotifications"] = *config.batch_webhook_notifications();
    if (config.webhook_url()) out["webhookUrl"] = *config.webhook_url();
    return boost_json::serialize(out);
}

std::string write_json(const fishjam::webrtc_peer_options& options) {
    json::object_writer out;
    if (options.metadata()) out.value("metadata", *options.metadata());
    put_subscribe_mode(out, options);
    return peer_of_type("webrtc", out);
}

std::string write_json(const fishjam::agent_peer_options& options) {
    json::object_writer output;
    if (options.audio_format())
        output.string("audioFormat", name_of(open_enum(*options.audio_format())));
    if (options.audio_sample_rate())
        output.value("audioSampleRate", std::to_string(*options.audio_sample_rate()));
    json::object_writer out;
    if (!output.empty()) out.value("output", output.take());
    put_subscribe_mode(out, options);
    return peer_of_type("agent", out);
}

std::string write_json(const fishjam::vapi_peer_options& options) {
    json::object_writer out;
    out.string("apiKey", options.api_key()).string("callId", options.call_id());
    put_subscribe_mode(out, options);
    return peer_of_type("vapi", out);
}

std::string write_json(const fishjam::livestream_config& config) {
    boost_json::object out;
    if (config.audio_only()) out["audioOnly"] = *config.audio_only();
    if (config.is_public()) out["public"] = *config.is_public();
    if (config.batch_webhook_notifications())
        out["batchWebhookNotifications"] = *config.batch_webhook_notifications();
    if (config.webhook_url()) out["webhookUrl"] = *config.webhook_url();
    return boost_json::serialize(out);
}

std::string write_json(const fishjam::recording_config& config) {
    json::object_writer source;
    source.string("compositionURL", config.source().composition_url())
        .string("outputId", config.source().output_id());
    if (const auto& ratio = config.source().scale_ratio())
        source.value("scaleRatio", boost_json::serialize(boost_json::value(*ratio)));
    json::object_writer out;
    out.value("source", source.take());
    if (config.metadata()) out.value("metadata", *config.metadata());
    return out.take();
}

std::string write_json(const fishjam::moq_access_config& config) {
    json::object_writer out;
    if (config.publish_path()) out.string("publishPath", *config.publish_path());
    if (config.subscribe_path()) out.string("subscribePath", *config.subscribe_path());
    return out.take();
}

std::string write_track_ids(const std::vector<std::string>& track_ids) {
    boost_json::array ids(track_ids.begin(), track_ids.end());
    return boost_json::serialize(boost_json::object{{"track_ids", std::move(ids)}});
}

std::string write_composition_url(std::string_view url) {
    return json::object_writer().string("compositionURL", url).take();
}

}  // namespace jellyfish::detail
