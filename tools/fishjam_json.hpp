#pragma once

#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/fishjam/room.hpp>

#include "json_line.hpp"

/// @file
/// The model of Fishjam as JSON: see model_json.hpp. Tokens are omitted.

namespace tool {

[[nodiscard]] json_object object_of(const jellyfish::fishjam::room& value);
[[nodiscard]] json_object object_of(const jellyfish::fishjam::peer& value);
[[nodiscard]] json_object object_of(const jellyfish::fishjam::livestream& value);
[[nodiscard]] json_object object_of(const jellyfish::fishjam::streamer& value);
[[nodiscard]] json_object object_of(const jellyfish::fishjam::viewer& value);
[[nodiscard]] json_object object_of(const jellyfish::fishjam::recording& value);

}  // namespace tool
