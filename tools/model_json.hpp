#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>

#include "json_line.hpp"

/// @file
/// The model as JSON. Keys are in snake_case, the same thing has the same key everywhere, and a
/// duration names its unit (`_s`, `_ms`). Secrets are omitted: S3 and SIP credentials, and the user
/// information of a URL.

namespace tool {

[[nodiscard]] json_object object_of(const jellyfish::room& value);
[[nodiscard]] json_object object_of(const jellyfish::peer& value);
[[nodiscard]] json_object object_of(const jellyfish::component& value);
[[nodiscard]] json json_of(const jellyfish::track& value);

/// Returns `auto` or `manual`.
[[nodiscard]] json mode_json(const jellyfish::open_enum<jellyfish::subscribe_mode>& mode);

/// Includes the time of arrival in UTC; other keys are those of the notification's members.
[[nodiscard]] json json_of(const jellyfish::notification& value);

/// Returns the current time, such as `2024-03-01T12:00:00.123Z`.
[[nodiscard]] std::string time_now();

}  // namespace tool
