#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

#include "tracker/room_state.hpp"

#include <utility>
#include <variant>

namespace jellyfish::detail {

/// Widens the variant.
[[nodiscard]] inline room_event to_event(notification value) {
    return std::visit([]<class T>(T&& each) -> room_event { return std::forward<T>(each); },
                      std::move(value));
}

/// A change of a view, or something that came by and changed nothing in it.
struct view_change {
    room_event event;
    room_ptr room;  ///< The state after it; null when the room is gone, or it is about none.
    bool synthesized = false;  ///< Not told by the server, but found in what was fetched.
};

}  // namespace jellyfish::detail
