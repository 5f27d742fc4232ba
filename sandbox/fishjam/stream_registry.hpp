#pragma once

#include "sandbox/rooms/room_registry.hpp"

#include <map>
#include <optional>
#include <string>

/// @file
/// Livestreams, and the notifications that their streamers and viewers cause. No I/O.

namespace jellyfish::testing::detail {

enum class stream_role { streamer, viewer };

/// A streamer or a viewer.
struct stream_member {
    std::string id;
    std::string token;
    bool connected = false;
};

/// A livestream's validated configuration.
struct stream_settings {
    bool is_public = false;
    bool audio_only = false;
    std::optional<std::string> webhook_url;
    bool batch_webhooks = false;
    bool of_room = false;  ///< Whether it belongs to the room with its id; then it is not listed.
};

struct stream_state {
    std::string id;
    stream_settings settings;
    std::map<std::string, stream_member> streamers;
    std::map<std::string, stream_member> viewers;

    [[nodiscard]] auto& members(stream_role role) {
        return role == stream_role::streamer ? streamers : viewers;
    }
};

class stream_registry {
public:
    explicit stream_registry(registry_host& host) : host_(host) {}

    [[nodiscard]] const std::map<std::string, stream_state>& streams() const { return streams_; }
    [[nodiscard]] const stream_state* find(const std::string& id) const;

    const stream_state& create(const std::string& id, stream_settings settings);
    /// Removes a stream and disconnects its members. Does nothing if it does not exist.
    void remove(const std::string& id);

    /// Adds a streamer or a viewer to a stream that exists.
    const stream_member& add(const std::string& id, stream_role role);
    /// Disconnects and removes a member. Does nothing if it does not exist.
    void remove(const std::string& id, stream_role role, const std::string& member_id);

    /// Connects or disconnects the streamer or viewer with a token. Returns its id, or nothing if
    /// the token is unknown.
    std::optional<std::string> connect(stream_role role, const std::string& token, bool on);

    void clear() { streams_.clear(); }

private:
    void set_connected(const std::string& id, stream_role role, stream_member& member, bool on);

    registry_host& host_;
    std::map<std::string, stream_state> streams_;
};

}  // namespace jellyfish::testing::detail
