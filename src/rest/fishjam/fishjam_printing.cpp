#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/moq_api.hpp>
#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/fishjam/room.hpp>

#include "model/printing.hpp"
#include "rest/fishjam/fishjam_names.hpp"
#include "text/redact.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::fishjam {
namespace {

using detail::fields;
using detail::quoted;

/// Prints the set fields of an object.
class set_fields : public fields {
public:
    explicit set_fields(std::ostream& out) : fields(out), out_(out) {}

    template <class T>
    set_fields& value_of(std::string_view name, const std::optional<T>& value) {
        print(name, value, [&](const T& each) { out_ << each; });
        return *this;
    }
    set_fields& flag_of(std::string_view name, const std::optional<bool>& value) {
        print(name, value, [&](bool each) { out_ << (each ? "true" : "false"); });
        return *this;
    }
    set_fields& text_of(std::string_view name, const std::optional<std::string>& value) {
        print(name, value, [&](const std::string& each) { out_ << quoted{each}; });
        return *this;
    }
    set_fields& webhook_url(const std::optional<std::string>& value) {
        print("webhook_url", value, [&](const std::string& each) {
            out_ << quoted{detail::webhook_url_without_secrets(each)};
        });
        return *this;
    }

private:
    std::ostream& out_;
};

/// An id that is printed in quotation marks.
struct quoted_id {
    const std::string& id;

    friend std::ostream& operator<<(std::ostream& out, const quoted_id& value) {
        return out << quoted{value.id};
    }
};

std::vector<quoted_id> quoted_ids(const std::vector<std::string>& ids) {
    std::vector<quoted_id> all;
    all.reserve(ids.size());
    for (const std::string& each : ids)
        all.push_back({each});
    return all;
}

}  // namespace

room_config::room_config() = default;
room_config::room_config(const room_config&) = default;
room_config::room_config(room_config&&) noexcept = default;
room_config& room_config::operator=(const room_config&) = default;
room_config& room_config::operator=(room_config&&) noexcept = default;
room_config::~room_config() = default;

std::ostream& operator<<(std::ostream& out, room_type value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, audio_format value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, const room_config& value) {
    out << "room_config{";
    set_fields(out)
        .value_of("max_peers", value.max_peers())
        .value_of("video_codec", value.video_codec())
        .value_of("room_type", value.room_type())
        .flag_of("is_public", value.is_public())
        .flag_of("batch_webhook_notifications", value.batch_webhook_notifications())
        .webhook_url(value.webhook_url());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const subscriptions& value) {
    out << "subscriptions{";
    fields(out).list("peers", quoted_ids(value.peers)).list("tracks", quoted_ids(value.tracks));
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const peer& value) {
    out << "peer{";
    fields(out)
        .text("id", value.id)
        .text("type", value.type)
        .value("status", value.status)
        .list("tracks", value.tracks)
        .text("metadata", value.metadata)
        .value("subscribe_mode", value.subscribe_mode)
        .value("subscriptions", value.subscriptions);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const forwarding& value) {
    out << "forwarding{";
    set_fields set(out);
    set.text("peer_id", value.peer_id).text("input_id", value.input_id);
    set.text_of("audio_track_id", value.audio_track_id)
        .text_of("video_track_id", value.video_track_id);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const composition_info& value) {
    out << "composition_info{";
    fields(out)
        .text("composition_url", detail::source_uri_without_secrets(value.composition_url))
        .list("forwardings", value.forwardings);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const room& value) {
    out << "room{";
    set_fields set(out);
    set.text("id", value.id).value("config", value.config).list("peers", value.peers);
    set.value_of("composition", value.composition);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const webrtc_peer_options& value) {
    out << "webrtc_peer_options{";
    set_fields(out)
        .text_of("metadata", value.metadata())
        .value_of("subscribe_mode", value.subscribe_mode());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const agent_peer_options& value) {
    out << "agent_peer_options{";
    set_fields(out)
        .value_of("audio_format", value.audio_format())
        .value_of("audio_sample_rate", value.audio_sample_rate())
        .value_of("subscribe_mode", value.subscribe_mode());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const vapi_peer_options& value) {
    out << "vapi_peer_options{api_key: (hidden), call_id: " << quoted{value.call_id()};
    if (value.subscribe_mode()) out << ", subscribe_mode: " << *value.subscribe_mode();
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const add_peer_result& value) {
    return out << "add_peer_result{peer: " << value.peer
               << ", token: (hidden), peer_websocket_url: " << quoted{value.peer_websocket_url}
               << '}';
}

// ---- livestreams

std::ostream& operator<<(std::ostream& out, const livestream_config& value) {
    out << "livestream_config{";
    set_fields(out)
        .flag_of("audio_only", value.audio_only())
        .flag_of("is_public", value.is_public())
        .flag_of("batch_webhook_notifications", value.batch_webhook_notifications())
        .webhook_url(value.webhook_url());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const streamer& value) {
    return out << "streamer{id: " << quoted{value.id} << ", status: " << value.status
               << ", token: (hidden)}";
}

std::ostream& operator<<(std::ostream& out, const viewer& value) {
    return out << "viewer{id: " << quoted{value.id} << ", token: (hidden)}";
}

std::ostream& operator<<(std::ostream& out, const livestream& value) {
    out << "livestream{";
    fields(out)
        .text("id", value.id)
        .flag("is_public", value.is_public)
        .flag("audio_only", value.audio_only)
        .list("streamers", value.streamers)
        .list("viewers", value.viewers);
    return out << '}';
}

// ---- recordings

std::ostream& operator<<(std::ostream& out, const recording_source& value) {
    out << "recording_source{";
    set_fields set(out);
    set.text("composition_url", detail::source_uri_without_secrets(value.composition_url()))
        .text("output_id", value.output_id());
    set.value_of("scale_ratio", value.scale_ratio());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const recording_config& value) {
    out << "recording_config{";
    set_fields set(out);
    set.value("source", value.source());
    set.text_of("metadata", value.metadata());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const recording_filter& value) {
    out << "recording_filter{";
    const char* separator = "";
    for (const auto& [key, each] : value.metadata())
        out << std::exchange(separator, ", ") << quoted{key} << ": " << quoted{each};
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const recording& value) {
    out << "recording{";
    fields(out)
        .text("id", value.id)
        .value("status", value.status)
        .value("source", value.source)
        .text("metadata", value.metadata);
    return out << '}';
}

// ---- Media over QUIC

std::ostream& operator<<(std::ostream& out, const moq_access_config& value) {
    out << "moq_access_config{";
    set_fields(out)
        .text_of("publish_path", value.publish_path())
        .text_of("subscribe_path", value.subscribe_path());
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const moq_access& value) {
    const std::string& url = value.connection_url;
    return out << "moq_access{connection_url: " << quoted{url.substr(0, url.find('?'))}
               << ", token: (hidden)}";
}

}  // namespace jellyfish::fishjam
