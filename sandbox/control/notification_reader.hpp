#pragma once

#include <jellyfish/notification.hpp>

#include "sandbox/json/json.hpp"

namespace jellyfish::testing::detail {

/// Reads a notification such as `{"type":"room_created","room_id":"r"}`.
/// @throws std::invalid_argument if it is invalid.
[[nodiscard]] notification read_notification(const json_value& from);

}  // namespace jellyfish::testing::detail
