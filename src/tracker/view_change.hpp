#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

#include "tracker/room_state.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace jellyfish::detail {

/// Converts to the larger variant.
[[nodiscard]] inline room_event to_event(notification value) {
    return std::visit([]<class T>(T&& each) -> room_event { return std::forward<T>(each); },
                      std::move(value));
}

/// A change of a view, or a notification that does not concern it.
struct view_change {
    room_event event;
    room_ptr room;             ///< The state afterwards; null if there is no such room.
    bool synthesized = false;  ///< Derived from a fetched state, not sent by the server.

    /// For users.
    explicit operator room_change() && {
        return {std::move(event), room ? std::optional(room->to_room()) : std::nullopt,
                synthesized};
    }
};

}  // namespace jellyfish::detail
