#pragma once

#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace jellyfish::testing::detail {

/// What a check of a call's parameters may find wrong.
struct rejection {
    int status = 400;
    std::string text;
    /// The real server fails on it: 500, and the room that it is about crashes when it exists.
    bool fails = false;
    bool crashes_room = false;
};

/// Checks a `RoomConfig` as the real server does.
/// @param new_id The id of a room that is given none.
[[nodiscard]] std::variant<room_settings, rejection> check_room_settings(const json_value& params,
                                                                         std::string new_id);

/// Whether the real server takes a text for a webhook URL: it needs a scheme, a host, which may be
/// empty, and a path.
[[nodiscard]] bool is_webhook_url(std::string_view text);

}  // namespace jellyfish::testing::detail
