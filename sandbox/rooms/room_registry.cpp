#include "sandbox/rooms/room_registry.hpp"

#include <algorithm>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

constexpr std::uint16_t close_normal = 1000;
constexpr std::uint16_t close_internal_error = 1011;
constexpr const char* server_error = "Internal server error";
/// Longer than any server runs, and far from the limits of the clock.
constexpr std::chrono::hours longest_wait{24 * 365 * 100};

std::string in_quotes(const std::string& text) { return '"' + text + '"'; }

time_point after(time_point now, std::chrono::seconds wait) {
    return now + std::min<std::chrono::seconds>(wait, longest_wait);
}

track_endpoint peer_endpoint(const std::string& id) { return {endpoint_kind::peer, id}; }

track_endpoint component_endpoint(const std::string& id) { return {endpoint_kind::component, id}; }

}  // namespace

const room_state* room_registry::find(std::string_view room_id) const {
    const auto found = rooms_.find(std::string(room_id));
    return found == rooms_.end() ? nullptr : &found->second;
}

room_state* room_registry::find_room(const std::string& room_id) {
    const auto found = rooms_.find(room_id);
    return found == rooms_.end() ? nullptr : &found->second;
}

peer_state* room_registry::find_peer(const std::string& room_id, const std::string& peer_id) {
    room_state* room = find_room(room_id);
    if (room == nullptr) return nullptr;
    const auto found = room->peers.find(peer_id);
    return found == room->peers.end() ? nullptr : &found->second;
}

const room_state* room_registry::create_room(room_settings settings) {
    const std::string id = settings.room_id;
    const auto [place, is_new] = rooms_.try_emplace(id);
    if (!is_new) {
        host_.log(log_level::warning, "Room creation failed, because it already exists");
        return nullptr;
    }
    room_state& room = place->second;
    room.settings = std::move(settings);
    watch_room(room);
    host_.log(log_level::info, "Initialize room");
    host_.on_webhook(id, room.settings.webhook_url, room.settings.batch_webhooks);
    host_.log(log_level::info, "Created room " + in_quotes(id));
    notify(room_created{id});
    return &room;
}

/// Takes the id by value because the argument may refer into the room.
bool room_registry::end_room(std::string room_id, room_end how) {
    const auto found = rooms_.find(room_id);
    if (found == rooms_.end()) return false;
    // Removed before any notification about it.
    room_state room = std::move(rooms_.extract(found).mapped());
    if (how == room_end::killed) {
        for (const auto& [peer_id, peer] : room.peers) {
            stop_peer(peer, close_internal_error, server_error);
        }
    } else {
        remove_all(room);
    }
    if (how == room_end::deleted) {
        host_.log(log_level::info, "Deleted room " + in_quotes(room_id));
        notify(room_deleted{room_id});
    } else {
        host_.log(log_level::warning, "Process " + in_quotes(room_id) + " is down with reason: " +
                                          (how == room_end::killed ? ":killed" : "an exception"));
        notify(room_crashed{room_id});
    }
    for (const hls_task& task : room.hls_tasks)
        host_.on_hls_finished(room_id, task);
    return true;
}

void room_registry::remove_all(room_state& room) {
    const std::string& id = room.settings.room_id;
    for (const auto& [peer_id, peer] : room.peers) {
        stop_peer(peer, close_normal, "Room stopped");
        emit_tracks_removed(room, peer_endpoint(peer_id), peer.tracks);
        host_.log(log_level::info,
                  "Removed peer " + in_quotes(peer_id) + " from room " + in_quotes(id));
        notify(peer_deleted{id, peer_id, peer.type});
    }
    while (!room.components.empty()) {
        remove_component(room, std::string(room.components.begin()->first));
    }
}

const peer_state& room_registry::add_peer(const std::string& room_id, peer_settings settings) {
    room_state& room = rooms_.at(room_id);
    const std::string id = host_.new_id();
    peer_state& peer = room.peers[id];
    peer.id = id;
    peer.type = settings.type;
    peer.metadata = std::move(settings.metadata);
    peer.subscribe_mode = std::move(settings.subscribe_mode);
    watch_peer(room, peer);
    watch_room(room);
    host_.log(log_level::info, "Added peer " + in_quotes(id));
    notify(peer_added{room_id, id, peer.type});
    return peer;
}

bool room_registry::delete_peer(const std::string& room_id, const std::string& peer_id) {
    if (find_peer(room_id, peer_id) == nullptr) return false;
    room_state& room = rooms_.at(room_id);
    const peer_state peer = std::move(room.peers.extract(peer_id).mapped());
    stop_peer(peer, close_normal, "Peer removed");
    emit_tracks_removed(room, peer_endpoint(peer.id), peer.tracks);
    host_.log(log_level::info,
              "Removed peer " + in_quotes(peer.id) + " from room " + in_quotes(room_id));
    if (peer.connected()) notify(peer_disconnected{room_id, peer.id, peer.type});
    notify(peer_deleted{room_id, peer.id, peer.type});
    watch_room(room);
    return true;
}

bool room_registry::crash_peer(const std::string& room_id, const std::string& peer_id,
                               const std::string& reason) {
    if (find_peer(room_id, peer_id) == nullptr) return false;
    room_state& room = rooms_.at(room_id);
    const peer_state peer = std::move(room.peers.extract(peer_id).mapped());
    host_.log(log_level::error, "RTC Engine endpoint " + in_quotes(peer.id) + " crashed");
    stop_peer(peer, close_internal_error, reason.empty() ? server_error : reason);
    emit_tracks_removed(room, peer_endpoint(peer.id), peer.tracks);
    notify(peer_crashed{room_id, peer.id, reason, peer.type});
    watch_room(room);
    return true;
}

connect_error room_registry::connect_peer(const std::string& room_id, const std::string& peer_id,
                                          socket_id socket) {
    room_state* room = find_room(room_id);
    if (room == nullptr) return connect_error::room_not_found;
    peer_state* peer = find_peer(room_id, peer_id);
    if (peer == nullptr) return connect_error::peer_not_found;
    if (peer->connected()) return connect_error::already_connected;
    peer->socket = socket;
    peer->purge_at.reset();
    room->purge_at.reset();
    host_.log(log_level::info, "Peer " + in_quotes(peer_id) + " connected");
    notify(peer_connected{room_id, peer_id, peer->type});
    return connect_error::none;
}

void room_registry::disconnect_peer(const std::string& room_id, const std::string& peer_id,
                                    socket_id socket) {
    peer_state* peer = find_peer(room_id, peer_id);
    if (peer == nullptr || peer->socket != socket) return;
    room_state& room = rooms_.at(room_id);
    const std::map<std::string, track> tracks = std::exchange(peer->tracks, {});
    peer->socket.reset();
    notify(peer_disconnected{room_id, peer_id, peer->type});
    emit_tracks_removed(room, peer_endpoint(peer_id), tracks);
    watch_peer(room, *peer);
    watch_room(room);
}

bool room_registry::update_peer_metadata(const std::string& room_id, const std::string& peer_id,
                                         json_value metadata) {
    peer_state* peer = find_peer(room_id, peer_id);
    if (peer == nullptr) return false;
    if (peer->type == peer_type::unspecified) {
        peer->metadata = std::move(metadata);
    } else {
        peer->metadata.set("peer", std::move(metadata));
    }
    notify(peer_metadata_updated{room_id, peer_id, to_json(peer->metadata).value_or("null"),
                                 peer->type});
    return true;
}

bool room_registry::subscribe(const std::string& room_id, const std::string& peer_id,
                              const std::set<std::string>& peers,
                              const std::set<std::string>& tracks) {
    peer_state* peer = find_peer(room_id, peer_id);
    if (peer == nullptr) return false;
    peer->subscribed_peers.insert(peers.begin(), peers.end());
    peer->subscribed_tracks.insert(tracks.begin(), tracks.end());
    return true;
}

bool room_registry::forward_tracks(const std::string& room_id, std::string composition_url) {
    room_state* room = find_room(room_id);
    if (room == nullptr) return false;
    room->composition_url = std::move(composition_url);
    return true;
}

const component_state& room_registry::add_component(const std::string& room_id, std::string type,
                                                    json_value properties,
                                                    std::optional<hls_task> hls) {
    room_state& room = rooms_.at(room_id);
    const std::string id = host_.new_id();
    component_state& component = room.components[id];
    component = {id, std::move(type), std::move(properties), {}};
    if (hls) {
        room.hls_tasks.push_back(*hls);
        host_.on_hls_started(room_id, hls->persistent);
        host_.log(log_level::info, "Initialize hls manager, room: " + room_id);
    }
    host_.log(log_level::info, "Added component " + in_quotes(id));
    return component;
}

void room_registry::remove_component(room_state& room, const std::string& component_id) {
    const auto found = room.components.find(component_id);
    const component_state component = std::move(room.components.extract(found).mapped());
    emit_tracks_removed(room, component_endpoint(component.id), component.tracks);
    host_.log(log_level::info, "Removed component " + in_quotes(component.id));
    if (component.type == "hls") host_.on_hls_stopped(room.settings.room_id);
}

bool room_registry::delete_component(const std::string& room_id, const std::string& component_id) {
    room_state* room = find_room(room_id);
    if (room == nullptr || !room->components.contains(component_id)) return false;
    remove_component(*room, component_id);
    return true;
}

bool room_registry::crash_component(const std::string& room_id, const std::string& component_id) {
    room_state* room = find_room(room_id);
    if (room == nullptr || !room->components.contains(component_id)) return false;
    host_.log(log_level::error, "RTC Engine endpoint " + in_quotes(component_id) + " crashed");
    remove_component(*room, component_id);
    notify(component_crashed{room_id, component_id});
    return true;
}

bool room_registry::make_hls_playable(const std::string& room_id, const std::string& component_id) {
    room_state* room = find_room(room_id);
    if (room == nullptr) return false;
    const auto found = room->components.find(component_id);
    if (found == room->components.end() || found->second.type != "hls") return false;
    found->second.properties.set("playable", true);
    notify(hls_playable{room_id, component_id});
    return true;
}

std::map<std::string, track>* room_registry::tracks_of(room_state& room,
                                                       const std::string& endpoint_id,
                                                       track_endpoint& endpoint) {
    if (const auto found = room.peers.find(endpoint_id); found != room.peers.end()) {
        endpoint = peer_endpoint(endpoint_id);
        return &found->second.tracks;
    }
    if (const auto found = room.components.find(endpoint_id); found != room.components.end()) {
        endpoint = component_endpoint(endpoint_id);
        return &found->second.tracks;
    }
    return nullptr;
}

bool room_registry::add_track(const std::string& room_id, const std::string& endpoint_id,
                              track value) {
    room_state* room = find_room(room_id);
    track_endpoint endpoint;
    auto* tracks = room == nullptr ? nullptr : tracks_of(*room, endpoint_id, endpoint);
    if (tracks == nullptr) return false;
    notify(track_added{room_id, endpoint, value});
    (*tracks)[value.id] = std::move(value);
    return true;
}

bool room_registry::update_track(const std::string& room_id, const std::string& endpoint_id,
                                 const std::string& track_id, std::string metadata) {
    room_state* room = find_room(room_id);
    track_endpoint endpoint;
    auto* tracks = room == nullptr ? nullptr : tracks_of(*room, endpoint_id, endpoint);
    if (tracks == nullptr) return false;
    const auto found = tracks->find(track_id);
    if (found == tracks->end()) return false;
    found->second.metadata = std::move(metadata);
    notify(track_metadata_updated{room_id, endpoint, found->second});
    return true;
}

bool room_registry::remove_track(const std::string& room_id, const std::string& track_id) {
    room_state* room = find_room(room_id);
    if (room == nullptr) return false;
    const auto remove_from = [&](auto& endpoints, auto make_endpoint) {
        for (auto& [id, endpoint] : endpoints) {
            const auto found = endpoint.tracks.find(track_id);
            if (found == endpoint.tracks.end()) continue;
            const track removed = std::move(endpoint.tracks.extract(found).mapped());
            notify(track_removed{room_id, make_endpoint(id), removed});
            return true;
        }
        return false;
    };
    return remove_from(room->peers, peer_endpoint) ||
           remove_from(room->components, component_endpoint);
}

void room_registry::emit_tracks_removed(const room_state& room, const track_endpoint& endpoint,
                                        const std::map<std::string, track>& tracks) {
    for (const auto& [id, value] : tracks) {
        notify(track_removed{room.settings.room_id, endpoint, value});
    }
}

void room_registry::stop_peer(const peer_state& peer, std::uint16_t code, std::string reason) {
    if (peer.socket) host_.on_peer_stopped(*peer.socket, code, std::move(reason));
}

void room_registry::watch_peer(const room_state& room, peer_state& peer) {
    if (!room.settings.peer_disconnected_timeout) return;
    peer.purge_at = after(host_.now(), *room.settings.peer_disconnected_timeout);
}

void room_registry::watch_room(room_state& room) {
    if (!room.settings.peerless_purge_timeout) return;
    const bool peerless = std::none_of(room.peers.begin(), room.peers.end(),
                                       [](const auto& entry) { return entry.second.connected(); });
    if (peerless) room.purge_at = after(host_.now(), *room.settings.peerless_purge_timeout);
}

std::optional<room_registry::purge> room_registry::next_purge() const {
    std::optional<purge> first;
    const auto consider = [&](const std::optional<time_point>& at, const std::string& room_id,
                              const std::string& peer_id) {
        if (at && (!first || *at < first->at)) first = purge{*at, room_id, peer_id};
    };
    for (const auto& [id, room] : rooms_) {
        for (const auto& [peer_id, peer] : room.peers)
            consider(peer.purge_at, id, peer_id);
        consider(room.purge_at, id, {});
    }
    return first;
}

std::optional<time_point> room_registry::next_deadline() const {
    const auto next = next_purge();
    return next ? std::optional(next->at) : std::nullopt;
}

void room_registry::advance() {
    while (true) {
        const auto next = next_purge();
        if (!next || next->at > host_.now()) return;
        if (next->peer_id.empty()) {
            end_room(next->room_id, room_end::deleted);
        } else {
            room_state& room = rooms_.at(next->room_id);
            const peer_type type = room.peers.extract(next->peer_id).mapped().type;
            notify(peer_deleted{next->room_id, next->peer_id, type});
            watch_room(room);
        }
    }
}

}  // namespace jellyfish::testing::detail
