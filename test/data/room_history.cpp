#include "data/room_history.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace jellyfish::test {
namespace {

track_endpoint endpoint_of(const peer& value) { return {endpoint_kind::peer, value.id}; }

track_endpoint endpoint_of(const component& value) {
    return {endpoint_kind::component, id_of(value)};
}

peer* find_peer(room& at, const std::string& id) {
    const auto found = std::ranges::find(at.peers, id, &peer::id);
    return found != at.peers.end() ? &*found : nullptr;
}

void erase_component(room& at, const std::string& id) {
    std::erase_if(at.components, [&](const component& each) { return id_of(each) == id; });
}

}  // namespace

void room_history::then(change what, std::optional<notification> reported) {
    steps_.push_back([this, what = std::move(what), reported = std::move(reported)] {
        what();
        if (reported) report_(*reported);
    });
}

void room_history::step() {
    if (steps_.empty()) begin_event();
    if (steps_.empty()) return;
    const change next = std::move(steps_.front());
    steps_.pop_front();
    next();
}

void room_history::finish_event() {
    while (!steps_.empty())
        step();
}

void room_history::begin_event() {
    if (rooms_.empty() || random_.below(12) == 0) {
        create_room();
        return;
    }
    auto at = rooms_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(rooms_.size())));
    if (random_.below(15) == 0) {
        end_room(at->second);
    } else {
        happen_in(at->second);
    }
}

/// Ids of rooms are reused.
void room_history::create_room() {
    const std::string id = "room-" + std::to_string(random_.below(4));
    if (rooms_.contains(id)) return;
    const auto limit = static_cast<std::uint32_t>(random_.below(1'000));
    then(
        [this, id, limit] {
            rooms_[id] = {id, room_config().max_peers(limit), {}, {}};
        },
        room_created{id});
}

void room_history::end_room(room& at) {
    const std::string id = at.id;
    if (random_.below(3) == 0) {  // Killed.
        then([this, id] { rooms_.erase(id); }, room_crashed{id});
        return;
    }
    const bool deleted = random_.below(2) == 0;
    const bool at_once = random_.below(2) == 0;
    const room before = at;
    if (at_once) rooms_.erase(id);
    for (const peer& each : before.peers) {
        if (deleted) remove_tracks(id, endpoint_of(each), each.tracks);
        then(
            [this, id, peer_id = each.id] {
                const auto found = rooms_.find(id);
                if (found == rooms_.end()) return;
                std::erase_if(found->second.peers, [&](const peer& p) { return p.id == peer_id; });
            },
            peer_deleted{id, each.id});
    }
    for (const component& each : before.components) {
        if (deleted) remove_tracks(id, endpoint_of(each), jellyfish::tracks_of(each));
    }
    const notification end = deleted ? notification(room_deleted{id}) : room_crashed{id};
    then([this, id] { rooms_.erase(id); }, end);
}

void room_history::happen_in(room& at) {
    const std::string id = at.id;
    const std::size_t what = random_.below(20);
    if (what < 3) {
        add_peer(at);
    } else if (what < 5) {
        add_component(at);
    } else if (what == 5) {
        then([] {},
             random_.below(2) == 0 ? notification(hls_uploaded{id}) : hls_upload_crashed{id});
    } else if (what < 14 && !at.peers.empty()) {
        happen_to(at, at.peers[random_.below(at.peers.size())]);
    } else if (!at.components.empty()) {
        happen_to(at, at.components[random_.below(at.components.size())]);
    }
}

void room_history::add_peer(const room& at) {
    const std::string id = at.id;
    const peer added{new_id('p'), "webrtc", peer_status::disconnected, {}, "null"};
    then(
        [this, id, added] {
            // The server does not keep them in any order.
            std::vector<peer>& peers = rooms_[id].peers;
            peers.insert(peers.begin(), added);
        },
        peer_added{id, added.id});
}

void room_history::happen_to(room& at, const peer& target) {
    const std::string id = at.id;
    const std::string peer_id = target.id;
    const bool connected = target.status == peer_status::connected;
    const auto edit = [this, id, peer_id](auto part) {
        return [this, id, peer_id, part] { part(*find_peer(rooms_.at(id), peer_id)); };
    };
    switch (random_.below(connected ? 8 : 4)) {
        case 0:
            delete_peer(at, target);
            break;
        case 1: {
            const std::string metadata = some_json();
            then(edit([metadata](peer& p) { p.metadata = metadata; }),
                 peer_metadata_updated{id, peer_id, metadata});
            break;
        }
        case 2:
        case 3:
            if (!connected) {
                then(edit([](peer& p) { p.status = peer_status::connected; }),
                     peer_connected{id, peer_id});
                break;
            }
            then(edit([](peer& p) { p.status = peer_status::disconnected; }),
                 peer_disconnected{id, peer_id});
            remove_tracks(id, endpoint_of(target), target.tracks);
            break;
        default:
            change_tracks(id, endpoint_of(target), target.tracks);
    }
}

void room_history::delete_peer(const room& at, const peer& target) {
    const std::string id = at.id;
    const std::string peer_id = target.id;
    const peer before = target;
    const change gone = [this, id, peer_id] {
        std::erase_if(rooms_[id].peers, [&](const peer& p) { return p.id == peer_id; });
    };
    if (random_.below(2) == 0) gone();  // `who` was removed.
    remove_tracks(id, endpoint_of(before), before.tracks);
    if (random_.below(3) == 0) {
        then(gone, peer_crashed{id, peer_id, ""});
        return;
    }
    if (before.status == peer_status::connected) then([] {}, peer_disconnected{id, peer_id});
    then(gone, peer_deleted{id, peer_id});
}

void room_history::add_component(room& at) {
    const std::string id = at.id;
    const std::string component_id = new_id('c');
    component added = component_file{component_id, {"a.h264", std::nullopt}, {}};
    if (random_.below(3) == 0) added = component_hls{component_id, {}, {}};
    then([this, id, added] { rooms_[id].components.push_back(added); }, std::nullopt);
}

void room_history::happen_to(room& at, const component& what) {
    const std::string id = at.id;
    const std::string component_id = id_of(what);
    const std::vector<track> tracks = jellyfish::tracks_of(what);
    const track_endpoint endpoint = endpoint_of(what);
    const change gone = [this, id, component_id] { erase_component(rooms_[id], component_id); };
    const std::size_t event = random_.below(6);
    if (event < 2) {
        if (random_.below(2) == 0) gone();  // `what` was removed.
        remove_tracks(id, endpoint, tracks);
        if (event == 0) {
            then(gone, component_crashed{id, component_id});
        } else {
            then(gone, std::nullopt);
        }
    } else if (event == 2 && std::holds_alternative<component_hls>(what)) {
        then(
            [this, id, component_id] {
                for (component& each : rooms_[id].components) {
                    auto* const hls = std::get_if<component_hls>(&each);
                    if (hls && hls->id == component_id) hls->properties.playable = true;
                }
            },
            hls_playable{id, component_id});
    } else {
        change_tracks(id, endpoint, tracks);
    }
}

void room_history::change_tracks(const std::string& room_id, const track_endpoint& endpoint,
                                 const std::vector<track>& tracks) {
    const std::size_t what = random_.below(4);
    if (tracks.empty() || what < 2) {
        const auto type = random_.below(2) == 0 ? track_type::audio : track_type::video;
        const track added{new_id('t'), type, some_json()};
        then(
            [this, room_id, endpoint, added] {
                std::vector<track>& all = *tracks_of(room_id, endpoint);
                all.insert(all.begin(), added);
            },
            track_added{room_id, endpoint, added});
        return;
    }
    track changed = tracks[random_.below(tracks.size())];
    if (what == 2) {
        remove_tracks(room_id, endpoint, {changed});
        return;
    }
    changed.metadata = some_json();
    then(
        [this, room_id, endpoint, changed] {
            *std::ranges::find(*tracks_of(room_id, endpoint), changed.id, &track::id) = changed;
        },
        track_metadata_updated{room_id, endpoint, changed});
}

void room_history::remove_tracks(const std::string& room_id, const track_endpoint& endpoint,
                                 const std::vector<track>& tracks) {
    for (const track& each : tracks) {
        then(
            [this, room_id, endpoint, each] {
                std::vector<track>* const all = tracks_of(room_id, endpoint);
                if (all) std::erase_if(*all, [&](const track& t) { return t.id == each.id; });
            },
            track_removed{room_id, endpoint, each});
    }
}

/// Null when the room, the peer or the component was removed.
std::vector<track>* room_history::tracks_of(const std::string& room_id,
                                            const track_endpoint& endpoint) {
    const auto found = rooms_.find(room_id);
    if (found == rooms_.end()) return nullptr;
    if (peer* const owner = find_peer(found->second, endpoint.id)) return &owner->tracks;
    for (component& each : found->second.components) {
        if (id_of(each) != endpoint.id) continue;
        return std::visit([](auto& c) { return &c.tracks; }, each);
    }
    return nullptr;
}

}  // namespace jellyfish::test
