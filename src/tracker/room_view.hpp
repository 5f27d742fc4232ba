#pragma once

#include <jellyfish/notification.hpp>

#include "tracker/room_state.hpp"

#include <map>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// What a notification has done to a view.
struct view_effect {
    bool changed = false;
    /// Something is hinted at that no notification tells: the room is to be fetched.
    bool incomplete = false;
    room_ptr room;  ///< The state after it; null when there is no such room, or it is about none.
};

/// The state of all rooms, and what notifications make of it (protocol: "Which event causes which
/// notifications").
///
/// It must have begun with a snapshot, and must see every notification since. Then a room comes to
/// be with `room_created` only, and a peer with `peer_added`: whatever else is told of one that is
/// not here happened before the snapshot, to one that had gone by then, and changes nothing. A
/// component is not told of when it is added: its first track brings it in, as a placeholder, or
/// `hls_playable`. Values are set, never counted, so a notification that the snapshot already holds
/// does no harm when those that followed it come as well.
class room_view {
public:
    using room_map = std::map<std::string, room_ptr, std::less<>>;

    [[nodiscard]] const room_map& rooms() const noexcept { return rooms_; }

    /// The room of that id, or null.
    [[nodiscard]] room_ptr find(std::string_view room_id) const;

    view_effect apply(const notification& value);

    /// Adds a room, or replaces it.
    room_ptr put(room_state value);

private:
    room_map rooms_;
};

/// Whether a notification of this kind is about something else than the rooms' state.
[[nodiscard]] bool is_stateless(const notification& value) noexcept;

}  // namespace jellyfish::detail
