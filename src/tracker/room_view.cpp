#include "tracker/room_view.hpp"

#include "model/notification_table.hpp"
#include "model/wire_names.hpp"
#include "tracker/sorted_parts.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace jellyfish::detail {
namespace {

/// Sets a value. Returns whether it changed.
template <class T>
bool set(T& target, const T& value) {
    if (target == value) return false;
    target = value;
    return true;
}

/// Replaces a part by a modified copy, if the part exists and `change` returns true.
template <class T, class Change>
bool edit(room_state::parts<T>& parts, std::string_view id, const Change& change) {
    std::shared_ptr<const T>* const found = find_part(parts, id);
    if (!found) return false;
    auto copy = std::make_shared<T>(**found);
    if (!change(*copy)) return false;
    *found = std::move(copy);
    return true;
}

/// Applies notifications to an existing room. Each call returns whether the room changed.
class room_editor {
public:
    explicit room_editor(room_state& target) : room_(target) {}

    /// Whether something may have changed that no notification reports.
    [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }

    bool operator()(const peer_added& n) {
        if (room_.find_peer(n.peer_id)) return false;
        // Jellyfish has no other type. A peer has no metadata until it sets some.
        const auto type = is_set(n.peer_type) ? name_of(n.peer_type) : "webrtc";
        incomplete_ = n.peer_type == peer_type::unknown;  // Its name is not known.
        insert_part(room_.peers,
                    std::make_shared<const peer>(
                        peer{n.peer_id, std::string(type), peer_status::disconnected, {}, "null"}));
        return true;
    }

    bool operator()(const peer_deleted& n) { return erase_part(room_.peers, n.peer_id); }
    bool operator()(const peer_crashed& n) { return erase_part(room_.peers, n.peer_id); }

    bool operator()(const peer_connected& n) {
        return set_status(n.peer_id, peer_status::connected);
    }
    bool operator()(const peer_disconnected& n) {
        return set_status(n.peer_id, peer_status::disconnected);
    }

    bool operator()(const peer_metadata_updated& n) {
        return edit(room_.peers, n.peer_id,
                    [&](peer& target) { return set(target.metadata, n.metadata); });
    }

    bool operator()(const component_crashed& n) {
        return erase_part(room_.components, n.component_id);
    }

    bool operator()(const hls_playable& n) {
        add_placeholder(n.component_id);
        return edit(room_.components, n.component_id, [&](component& target) {
            if (is_placeholder(target)) {  // Its type is now known.
                incomplete_ = true;
                target = component_hls{n.component_id, {}, std::move(mutable_tracks_of(target))};
            }
            auto* const hls = std::get_if<component_hls>(&target);
            return hls && set(hls->properties.playable, true);
        });
    }

    bool operator()(const track_added& n) {
        if (n.endpoint.is_component()) add_placeholder(n.endpoint.id);
        return edit_tracks(n.endpoint, [&](std::vector<track>& tracks) {
            if (track* const known = find_part(tracks, n.track.id)) return set(*known, n.track);
            insert_part(tracks, n.track);
            return true;
        });
    }

    bool operator()(const track_metadata_updated& n) {
        return edit_tracks(n.endpoint, [&](std::vector<track>& tracks) {
            track* const known = find_part(tracks, n.track.id);
            return known && set(known->metadata, n.track.metadata);
        });
    }

    bool operator()(const track_removed& n) {
        return edit_tracks(n.endpoint, [&](std::vector<track>& tracks) {
            if (!erase_part(tracks, n.track.id)) return false;
            // The component may have been deleted: only the removal of its tracks is reported.
            incomplete_ = n.endpoint.is_component() && tracks.empty();
            return true;
        });
    }

private:
    bool set_status(std::string_view peer_id, open_enum<peer_status> status) {
        return edit(room_.peers, peer_id, [&](peer& target) { return set(target.status, status); });
    }

    void add_placeholder(const std::string& component_id) {
        if (room_.find_component(component_id)) return;
        incomplete_ = true;
        insert_part(room_.components, std::make_shared<const component>(
                                          component_unknown{component_id, "", "null", {}}));
    }

    template <class Change>
    bool edit_tracks(const track_endpoint& endpoint, const Change& change) {
        if (endpoint.is_peer()) {
            return edit(room_.peers, endpoint.id,
                        [&](peer& target) { return change(target.tracks); });
        }
        return endpoint.is_component() &&
               edit(room_.components, endpoint.id,
                    [&](component& target) { return change(mutable_tracks_of(target)); });
    }

    room_state& room_;
    bool incomplete_ = false;
};

template <class T>
constexpr bool ends_room = std::is_same_v<T, room_deleted> || std::is_same_v<T, room_crashed>;

template <class T, class... Others>
constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

/// Notifications unrelated to the rooms' state.
template <class T>
constexpr bool stateless =
    is_one_of<T, hls_uploaded, hls_upload_crashed, stream_connected, stream_disconnected,
              viewer_connected, viewer_disconnected, streamer_connected, streamer_disconnected,
              channel_added, channel_removed, track_forwarding, track_forwarding_removed,
              vad_notification, recording_status_changed, metrics_report, unknown_notification,
              disconnected, reconnected, dropped>;

}  // namespace

room_ptr room_view::find(std::string_view room_id) const {
    const auto at = rooms_.find(room_id);
    return at != rooms_.end() ? at->second : nullptr;
}

room_ptr room_view::put(room_state value) {
    auto made = std::make_shared<const room_state>(std::move(value));
    rooms_.insert_or_assign(made->id, made);
    return made;
}

view_effect room_view::apply(const notification& value) {
    room_ptr before = find(room_id_of(value));
    return std::visit(
        [&]<class T>(const T& n) -> view_effect {
            if constexpr (stateless<T>) {
                return {false, false, std::move(before)};
            } else if constexpr (std::is_same_v<T, room_created>) {
                if (before) return {false, false, std::move(before)};
                return {true, true, put(room_state(room{n.room_id, {}, {}, {}}))};
            } else if constexpr (ends_room<T>) {
                return {rooms_.erase(n.room_id) > 0, false, nullptr};
            } else {
                if (!before) return {};
                room_state after = *before;  // Copied: the previous state may be shared.
                room_editor edit_room(after);
                if (!edit_room(n)) return {false, false, std::move(before)};
                return {true, edit_room.incomplete(), put(std::move(after))};
            }
        },
        value);
}

bool is_stateless(const notification& value) noexcept {
    return std::visit([]<class T>(const T&) { return stateless<T>; }, value);
}

}  // namespace jellyfish::detail
