#pragma once

#include <jellyfish/logger.hpp>
#include <jellyfish/notification.hpp>

#include "sandbox/json/json.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// @file
/// The rooms of one node, and the notifications that each event causes. No I/O and no clock: the
/// host provides the time and receives the events.

namespace jellyfish::testing::detail {

using time_point = std::chrono::steady_clock::time_point;

/// Identifies a peer's socket.
using socket_id = std::uint64_t;

/// A room's validated configuration.
struct room_settings {
    std::string room_id;
    json_value max_peers;  ///< Null or an integer.
    std::optional<std::string> video_codec;
    std::optional<std::string> webhook_url;
    std::optional<std::chrono::seconds> peerless_purge_timeout;
    std::optional<std::chrono::seconds> peer_disconnected_timeout;

    // Fishjam only.
    std::string room_type;
    bool is_public = false;
    bool batch_webhooks = false;
};

/// A peer's validated configuration. Fishjam only: Jellyfish's peers have no type.
struct peer_settings {
    peer_type type = peer_type::unspecified;
    json_value metadata;         ///< In the form of the REST API.
    std::string subscribe_mode;  ///< `auto` or `manual`.
};

struct peer_state {
    std::string id;
    std::optional<socket_id> socket;  ///< While it is connected.
    json_value metadata;
    std::map<std::string, track> tracks;
    std::optional<time_point> purge_at;

    // Fishjam only.
    peer_type type = peer_type::unspecified;
    std::string subscribe_mode;
    std::set<std::string> subscribed_peers;
    std::set<std::string> subscribed_tracks;

    [[nodiscard]] bool connected() const noexcept { return socket.has_value(); }
};

struct component_state {
    std::string id;
    std::string type;
    json_value properties;
    std::map<std::string, track> tracks;
};

/// What to do with a room's HLS files when the room is deleted.
struct hls_task {
    bool persistent = false;
    bool upload = false;  ///< S3 credentials were provided.
};

struct room_state {
    room_settings settings;
    std::map<std::string, peer_state> peers;
    std::map<std::string, component_state> components;
    std::optional<time_point> purge_at;
    std::vector<hls_task> hls_tasks;
    std::optional<std::string> composition_url;  ///< The target of track forwarding. Fishjam only.
};

/// The callbacks of a registry.
class registry_host {
public:
    virtual ~registry_host() = default;

    [[nodiscard]] virtual time_point now() const = 0;
    [[nodiscard]] virtual std::string new_id() = 0;

    virtual void log(log_level level, std::string text) = 0;
    /// Called for each room or livestream before anything about it is sent.
    /// @param url Its webhook URL, if any.
    /// @param batch Whether its webhooks may be batches.
    virtual void on_webhook(const std::string& id, const std::optional<std::string>& url,
                            bool batch) = 0;
    /// Called after the last notification about a livestream. Those about a room end with one.
    virtual void on_livestream_ended(const std::string& id) = 0;
    virtual void on_notification(const notification& value) = 0;
    /// Called to close a peer's socket.
    virtual void on_peer_stopped(socket_id socket, std::uint16_t code, std::string reason) = 0;
    virtual void on_hls_started(const std::string& room_id, bool persistent) = 0;
    virtual void on_hls_stopped(const std::string& room_id) = 0;
    /// Called when the room is deleted or has crashed.
    virtual void on_hls_finished(const std::string& room_id, const hls_task& task) = 0;
};

/// Why a room is removed.
enum class room_end {
    deleted,    ///< By a call or a timeout.
    exception,  ///< Its process failed: reports peers as deleted, then the room as crashed.
    killed,     ///< Its process was killed: reports only the room, as crashed.
};

/// Why a peer cannot connect.
enum class connect_error { none, room_not_found, peer_not_found, already_connected };

class room_registry {
public:
    explicit room_registry(registry_host& host) : host_(host) {}

    [[nodiscard]] const std::map<std::string, room_state>& rooms() const noexcept { return rooms_; }
    [[nodiscard]] const room_state* find(std::string_view room_id) const;

    /// Creates a room. Returns null when the id is taken.
    const room_state* create_room(room_settings settings);
    /// Returns false when the room does not exist. The same holds for all functions below.
    bool end_room(std::string room_id, room_end how);

    /// Adds a peer to a room that exists.
    const peer_state& add_peer(const std::string& room_id, peer_settings settings = {});
    bool delete_peer(const std::string& room_id, const std::string& peer_id);
    bool crash_peer(const std::string& room_id, const std::string& peer_id,
                    const std::string& reason);
    connect_error connect_peer(const std::string& room_id, const std::string& peer_id,
                               socket_id socket);
    /// Called when a peer's socket closes. Does nothing when the peer has another socket or none.
    void disconnect_peer(const std::string& room_id, const std::string& peer_id, socket_id socket);
    /// Sets the metadata that the peer itself sent: with Fishjam, only a part of its metadata.
    bool update_peer_metadata(const std::string& room_id, const std::string& peer_id,
                              json_value metadata);
    /// Subscribes a peer to all tracks of other peers, and to individual tracks.
    bool subscribe(const std::string& room_id, const std::string& peer_id,
                   const std::set<std::string>& peers, const std::set<std::string>& tracks);
    bool forward_tracks(const std::string& room_id, std::string composition_url);

    /// Adds a component to a room that exists.
    const component_state& add_component(const std::string& room_id, std::string type,
                                         json_value properties, std::optional<hls_task> hls = {});
    bool delete_component(const std::string& room_id, const std::string& component_id);
    bool crash_component(const std::string& room_id, const std::string& component_id);
    bool make_hls_playable(const std::string& room_id, const std::string& component_id);

    /// Adds a track to a peer or a component, or replaces it.
    bool add_track(const std::string& room_id, const std::string& endpoint_id, track value);
    bool update_track(const std::string& room_id, const std::string& endpoint_id,
                      const std::string& track_id, std::string metadata);
    bool remove_track(const std::string& room_id, const std::string& track_id);

    /// Returns when `advance` must be called next.
    [[nodiscard]] std::optional<time_point> next_deadline() const;
    /// Purges the peers and rooms that are due.
    void advance();

    /// Removes everything, without notifications.
    void clear() { rooms_.clear(); }

private:
    /// When to purge a peer or, without a peer, the room.
    struct purge {
        time_point at;
        std::string room_id;
        std::string peer_id;
    };

    [[nodiscard]] std::optional<purge> next_purge() const;
    room_state* find_room(const std::string& room_id);
    peer_state* find_peer(const std::string& room_id, const std::string& peer_id);
    void notify(const notification& value) { host_.on_notification(value); }
    void watch_peer(const room_state& room, peer_state& peer);
    void watch_room(room_state& room);
    void emit_tracks_removed(const room_state& room, const track_endpoint& endpoint,
                             const std::map<std::string, track>& tracks);
    void stop_peer(const peer_state& peer, std::uint16_t code, std::string reason);
    void remove_component(room_state& room, const std::string& component_id);
    void remove_all(room_state& room);
    std::map<std::string, track>* tracks_of(room_state& room, const std::string& endpoint_id,
                                            track_endpoint& endpoint);

    registry_host& host_;
    std::map<std::string, room_state> rooms_;
};

}  // namespace jellyfish::testing::detail
