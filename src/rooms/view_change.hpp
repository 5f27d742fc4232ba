#pragma once

#include <jellyfish/notification.hpp>

#include "rooms/room_state.hpp"

namespace jellyfish::detail {

/// A change of a view, or something that came by and changed nothing in it.
struct view_change {
    notification what;
    room_ptr room;  ///< The state after it; null when the room is gone, or it is about none.
    bool synthesized = false;  ///< Not told by the server, but found in what was fetched.
};

}  // namespace jellyfish::detail
