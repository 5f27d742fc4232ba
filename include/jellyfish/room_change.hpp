#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>

#include <iosfwd>
#include <optional>

namespace jellyfish {

/// A change of the rooms that a `room_tracker` follows, and the state after it.
struct room_change {
    /// What has changed. Beside the server's notifications: `room_refreshed`, for what none of them
    /// tells, and `disconnected` and `reconnected`, which show where something was missed.
    jellyfish::notification notification;

    /// The room that it is about, as it is after it: each change of a room leads from the state
    /// that the one before gave to this one. Empty when the room is gone, or when it is about none.
    std::optional<jellyfish::room> room;

    /// The server did not send this (or has not yet): it was found in a snapshot.
    bool synthesized = false;

    bool operator==(const room_change&) const = default;
};

/// One line: the notification and, if so, that it is synthesized. Not the room.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_change& value);

}  // namespace jellyfish
