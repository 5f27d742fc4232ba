#pragma once

#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace jellyfish::testing::detail {

/// Why a call's parameters are rejected.
struct rejection {
    int status = 400;
    std::string text;
    /// The real server fails with status 500, and the room crashes if it exists.
    bool fails = false;
    bool crashes_room = false;
};

/// Validates a `RoomConfig` like the real server.
/// @param new_id The id of a room when the parameters contain none.
[[nodiscard]] std::variant<room_settings, rejection> check_room_settings(const json_value& params,
                                                                         std::string new_id);

/// Whether the real server accepts a webhook URL: it requires a scheme, a host, which may be empty,
/// and a path.
[[nodiscard]] bool is_webhook_url(std::string_view text);

}  // namespace jellyfish::testing::detail
