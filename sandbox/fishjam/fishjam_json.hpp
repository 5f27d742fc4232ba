#pragma once

#include "sandbox/fishjam/recording_registry.hpp"
#include "sandbox/fishjam/stream_registry.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

namespace jellyfish::testing::detail {

// The JSON of Fishjam's responses, and the settings in request bodies that match their schemas.

[[nodiscard]] json_value fishjam_room_json(const room_state& room);
[[nodiscard]] json_value fishjam_peer_json(const peer_state& peer);
[[nodiscard]] json_value stream_json(const stream_state& stream);
[[nodiscard]] json_value streamer_json(const stream_member& streamer);
[[nodiscard]] json_value viewer_json(const stream_member& viewer);
[[nodiscard]] json_value recording_json(const recording_state& recording);

[[nodiscard]] room_settings room_settings_of(const json_value& body, std::string room_id);
[[nodiscard]] stream_settings stream_settings_of(const json_value& body);
/// @param body A `PeerConfig`.
[[nodiscard]] peer_settings peer_settings_of(const json_value& body);

}  // namespace jellyfish::testing::detail
