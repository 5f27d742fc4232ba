#include "tracker/room_difference.hpp"

#include "model/wire_names.hpp"
#include "tracker/sorted_parts.hpp"

#include <memory>
#include <utility>
#include <variant>

namespace jellyfish::detail {
namespace {

const std::vector<track> no_tracks;

/// Returns the type of a peer in `peer_added`: unspecified for `webrtc`, the default.
open_enum<peer_type> type_of(const peer& value) {
    if (value.type == "webrtc") return peer_type::unspecified;
    return named<peer_type>(value.type);
}

track_endpoint endpoint_of(const peer& value) { return {endpoint_kind::peer, value.id}; }

track_endpoint endpoint_of(const component& value) {
    return {endpoint_kind::component, id_of(value)};
}

const std::vector<track>& tracks_of(const component* value) {
    return value ? jellyfish::tracks_of(*value) : no_tracks;
}

/// Emits the differences in one room, step by step.
class diff_emitter {
public:
    diff_emitter(room_view& view, std::string room_id, std::vector<view_change>& changes)
        : view_(view), room_id_(std::move(room_id)), changes_(changes) {}

    [[nodiscard]] room_ptr now() const { return view_.find(room_id_); }

    /// Applies a notification, and emits it if it changes anything.
    void emit(notification what) {
        view_effect effect = view_.apply(what);
        if (effect.changed)
            changes_.push_back({to_event(std::move(what)), std::move(effect.room), true});
    }

    void refresh(room_state value) {
        room_ptr made = view_.put(std::move(value));
        changes_.push_back({room_refreshed{room_id_}, std::move(made), true});
    }

    void emit_track_removals(const track_endpoint& endpoint, const std::vector<track>& before,
                             const std::vector<track>& after) {
        for (const track& each : before) {
            const track* const left = find_part(after, each.id);
            // A track never changes its type, so this is another track. Unknown types compare
            // equal: notifications name them differently.
            if (!left || left->type.value() != each.type.value())
                emit(track_removed{room_id_, endpoint, each});
        }
    }

    void tracks_here(const track_endpoint& endpoint, const std::vector<track>& before,
                     const std::vector<track>& after) {
        for (const track& each : after) {
            const track* const known = find_part(before, each.id);
            if (known && known->type.value() == each.type.value()) {
                emit(track_metadata_updated{room_id_, endpoint, each});
            } else {
                emit(track_added{room_id_, endpoint, each});
            }
        }
    }

    void emit_parts_removed(const room_state& before, const room_state& after) {
        for (const auto& each : before.peers) {
            if (after.find_peer(each->id)) continue;
            emit_track_removals(endpoint_of(*each), each->tracks, no_tracks);
            emit(peer_disconnected{room_id_, each->id});
            emit(peer_deleted{room_id_, each->id});
        }
        for (const auto& each : before.components)
            emit_track_removals(endpoint_of(*each), tracks_of(each.get()),
                                tracks_of(after.find_component(id_of(*each))));
    }

    /// Emits what no notification reports, except the components' tracks, which follow later.
    void fields_without_notification(const room_state& after, bool complete) {
        for (const auto& each : after.components) {
            const auto* const hls = std::get_if<component_hls>(each.get());
            if (hls && hls->properties.playable && now()->find_component(hls->id))
                emit(hls_playable{room_id_, hls->id});
        }
        room_state next = with_fields_without_notification(
            *now(), after, [](const std::string&, bool in_response) { return in_response; });
        for (auto& each : next.peers) {
            const peer* const same = after.find_peer(each->id);
            if (!same || same->type == each->type) continue;
            auto copy = std::make_shared<peer>(*each);
            copy->type = same->type;
            each = std::move(copy);
        }
        if (complete || next != *now()) refresh(std::move(next));
    }

    void peer_here(const peer* before, const peer& after) {
        if (before && *before == after) return;
        emit(peer_added{room_id_, after.id, type_of(after)});
        if (after.status == peer_status::connected) {
            emit(peer_connected{room_id_, after.id});
        } else if (after.status == peer_status::disconnected) {
            emit(peer_disconnected{room_id_, after.id});
        }
        const std::vector<track>& tracks = before ? before->tracks : no_tracks;
        emit_track_removals(endpoint_of(after), tracks, after.tracks);
        emit(peer_metadata_updated{room_id_, after.id, after.metadata});
        tracks_here(endpoint_of(after), tracks, after.tracks);
    }

private:
    room_view& view_;
    const std::string room_id_;
    std::vector<view_change>& changes_;
};

}  // namespace

void emit_difference(room_view& view, const room_state& after, bool complete,
                     std::vector<view_change>& changes) {
    room_ptr before = view.find(after.id);
    if (before && !complete && *before == after) return;
    diff_emitter emitter(view, after.id, changes);
    if (!before) {
        emitter.emit(room_created{after.id});
        before = emitter.now();
        complete = true;
    }
    emitter.emit_parts_removed(*before, after);
    emitter.fields_without_notification(after, complete);
    for (const auto& each : after.peers)
        emitter.peer_here(before->find_peer(each->id), *each);
    for (const auto& each : after.components)
        emitter.tracks_here(endpoint_of(*each), tracks_of(before->find_component(id_of(*each))),
                            tracks_of(each.get()));
    // Other differences, which no notification can report.
    if (*emitter.now() != after) emitter.refresh(after);
}

void emit_room_deleted(room_view& view, const std::string& room_id,
                       std::vector<view_change>& changes) {
    const room_ptr before = view.find(room_id);
    if (!before) return;
    diff_emitter emitter(view, room_id, changes);
    for (const auto& each : before->peers) {
        emitter.emit_track_removals(endpoint_of(*each), each->tracks, no_tracks);
        emitter.emit(peer_deleted{room_id, each->id});
    }
    for (const auto& each : before->components)
        emitter.emit_track_removals(endpoint_of(*each), tracks_of(each.get()), no_tracks);
    emitter.emit(room_deleted{room_id});
}

room_state with_fields_without_notification(const room_state& known, const room_state& fetched,
                                            const component_check& is_there) {
    room_state merged = known;
    merged.config = fetched.config;
    merged.components.clear();
    for (const auto& each : fetched.components) {
        if (!is_there(id_of(*each), true)) continue;
        const component* const before = known.find_component(id_of(*each));
        auto copy = std::make_shared<component>(*each);
        mutable_tracks_of(*copy) = tracks_of(before);
        auto* const hls = std::get_if<component_hls>(copy.get());
        const auto* const hls_before = std::get_if<component_hls>(before);
        if (hls && hls_before && hls_before->properties.playable) hls->properties.playable = true;
        merged.components.push_back(std::move(copy));
    }
    for (const auto& each : known.components) {
        if (fetched.find_component(id_of(*each))) continue;
        // Keep a component that still has tracks: their removal is still to be reported.
        if (!tracks_of(each.get()).empty() || is_there(id_of(*each), false))
            merged.components.push_back(each);
    }
    sort_parts(merged.components);
    return merged;
}

}  // namespace jellyfish::detail
