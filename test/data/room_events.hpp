#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

#include "tracker/view_change.hpp"

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace jellyfish::test {

using detail::to_event;

/// The notification in an event, unless it is `room_refreshed`.
inline std::optional<notification> notification_of(const room_event& event) {
    return std::visit(
        []<class T>(const T& each) -> std::optional<notification> {
            if constexpr (std::is_same_v<T, room_refreshed>) {
                return std::nullopt;
            } else {
                return each;
            }
        },
        event);
}

inline std::string_view name_of(const room_event& event) {
    return jellyfish::name_of(room_change{event, {}, false});
}

}  // namespace jellyfish::test
