#include "sandbox/rooms/metrics.hpp"

#include <map>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

constexpr std::int64_t bytes_per_packet = 1'000;

/// Adds a counter and its rate.
void count(json_value& out, const std::string& name, std::int64_t per_second, std::int64_t ticks) {
    out.set(name, per_second * ticks);
    if (ticks > 1) out.set(name + "-per-second", static_cast<double>(per_second));
}

json_value track_metrics(const track& value, std::int64_t ticks) {
    json_value out = json_object();
    const bool video = value.type != track_type::audio;
    const std::int64_t packets = video ? 60 : 50;
    count(out, "inbound-rtp.packets", packets, ticks);
    count(out, "inbound-rtp.bytes_received", packets * bytes_per_packet, ticks);
    out.set("inbound-rtp.encoding", video ? "VP8" : "OPUS");
    if (video) {
        out.set("inbound-rtp.frames", std::int64_t{30} * ticks);
        out.set("inbound-rtp.keyframes", ticks);
    }
    out.set("track.metadata", parse_json(value.metadata).value_or(nullptr));
    return out;
}

json_value endpoint_metrics(const std::string& id, const std::map<std::string, track>& tracks,
                            std::int64_t ticks) {
    json_value out = json_object();
    for (const auto& [track_id, value] : tracks) {
        std::string key = "track_id=";
        key.append(id).append(1, ':').append(track_id);
        out.set(key, track_metrics(value, ticks));
    }
    return out;
}

json_value peer_metrics(const peer_state& peer, std::int64_t ticks) {
    json_value out = endpoint_metrics(peer.id, peer.tracks, ticks);
    out.set("endpoint.metadata", peer.metadata);
    out.set("ice.protocol", "udp");
    constexpr std::int64_t packets = 10;
    count(out, "ice.packets_received", packets, ticks);
    count(out, "ice.packets_sent", packets, ticks);
    count(out, "ice.bytes_received", packets * bytes_per_packet, ticks);
    count(out, "ice.bytes_sent", packets * bytes_per_packet, ticks);
    return out;
}

}  // namespace

std::string metrics_source::next(const room_registry& rooms) {
    ++ticks_;
    json_value report = json_object();
    for (const auto& [room_id, room] : rooms.rooms()) {
        json_value inner = json_object();
        for (const auto& [id, peer] : room.peers) {
            if (peer.connected()) inner.set("endpoint_id=" + id, peer_metrics(peer, ticks_));
        }
        for (const auto& [id, component] : room.components) {
            if (component.tracks.empty()) continue;
            inner.set("endpoint_id=" + id, endpoint_metrics(id, component.tracks, ticks_));
        }
        if (!inner.object()->empty()) report.set("room_id=" + room_id, std::move(inner));
    }
    return to_json(report).value_or("{}");
}

}  // namespace jellyfish::testing::detail
