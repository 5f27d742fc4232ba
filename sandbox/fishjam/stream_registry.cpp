#include "sandbox/fishjam/stream_registry.hpp"

#include <utility>

namespace jellyfish::testing::detail {

const stream_state* stream_registry::find(const std::string& id) const {
    const auto found = streams_.find(id);
    return found == streams_.end() ? nullptr : &found->second;
}

const stream_state& stream_registry::create(const std::string& id, stream_settings settings) {
    stream_state& stream = streams_[id];
    stream.id = id;
    stream.settings = std::move(settings);
    // For a room's stream, the registry of rooms reports the target.
    if (!stream.settings.of_room)
        host_.on_webhook(id, stream.settings.webhook_url, stream.settings.batch_webhooks);
    return stream;
}

void stream_registry::remove(const std::string& id) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    stream_state stream = std::move(streams_.extract(found).mapped());
    for (const stream_role role : {stream_role::viewer, stream_role::streamer}) {
        for (auto& [member_id, member] : stream.members(role))
            set_connected(id, role, member, false);
    }
    if (!stream.settings.of_room) host_.on_livestream_ended(id);
}

const stream_member& stream_registry::add(const std::string& id, stream_role role) {
    std::string member_id = host_.new_id();
    stream_member& member = streams_.at(id).members(role)[member_id];
    member = {std::move(member_id), host_.new_id()};
    return member;
}

void stream_registry::remove(const std::string& id, stream_role role,
                             const std::string& member_id) {
    const auto stream = streams_.find(id);
    if (stream == streams_.end()) return;
    auto& members = stream->second.members(role);
    const auto found = members.find(member_id);
    if (found == members.end()) return;
    set_connected(id, role, found->second, false);
    members.erase(found);
}

std::optional<std::string> stream_registry::connect(stream_role role, const std::string& token,
                                                    bool on) {
    for (auto& [id, stream] : streams_) {
        for (auto& [member_id, member] : stream.members(role)) {
            if (member.token != token) continue;
            set_connected(id, role, member, on);
            return member_id;
        }
    }
    return std::nullopt;
}

void stream_registry::set_connected(const std::string& id, stream_role role, stream_member& member,
                                    bool on) {
    if (std::exchange(member.connected, on) == on) return;
    if (role == stream_role::streamer && on) {
        host_.on_notification(streamer_connected{id, member.id});
    } else if (role == stream_role::streamer) {
        host_.on_notification(streamer_disconnected{id, member.id});
    } else if (on) {
        host_.on_notification(viewer_connected{id, member.id});
    } else {
        host_.on_notification(viewer_disconnected{id, member.id});
    }
}

}  // namespace jellyfish::testing::detail
