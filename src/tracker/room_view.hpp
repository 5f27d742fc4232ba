#pragma once

#include <jellyfish/notification.hpp>

#include "tracker/room_state.hpp"

#include <map>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// The effect of a notification on a view.
struct view_effect {
    bool changed = false;
    /// Something may have changed that no notification reports: fetch the room.
    bool incomplete = false;
    room_ptr room;  ///< The state afterwards; null if there is no such room.
};

/// The state of all rooms, updated by notifications (protocol: "Which event causes which
/// notifications").
///
/// Requires a snapshot first, and then every notification. So only `room_created` adds a room, and
/// only `peer_added` a peer. Any other notification about an unknown one precedes the snapshot and
/// is about something deleted by then: it changes nothing. No notification reports a new component:
/// its first track or `hls_playable` adds it, as a placeholder. Values are set, never counted, so a
/// notification that the snapshot already contains is harmless if those after it follow.
class room_view {
public:
    using room_map = std::map<std::string, room_ptr, std::less<>>;

    [[nodiscard]] const room_map& rooms() const noexcept { return rooms_; }

    /// Returns the room with this id, or null.
    [[nodiscard]] room_ptr find(std::string_view room_id) const;

    view_effect apply(const notification& value);

    /// Adds or replaces a room.
    room_ptr put(room_state value);

private:
    room_map rooms_;
};

/// Whether a notification of this type is unrelated to the rooms' state.
[[nodiscard]] bool is_stateless(const notification& value) noexcept;

}  // namespace jellyfish::detail
