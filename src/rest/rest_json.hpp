#pragma once

#include <jellyfish/health_api.hpp>
#include <jellyfish/room.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

// The bodies of successful answers (protocol: "REST"). Fields that are not known are passed over,
// and those that may be missing may also be null.
//
// All throw jellyfish::error with errc::malformed_response that says what was expected where; the
// values themselves are not repeated, since some are secrets.
[[nodiscard]] room read_room(std::string_view body);
[[nodiscard]] std::vector<room> read_rooms(std::string_view body);
/// `server_address` stays empty when the server does not name a node.
[[nodiscard]] create_room_result read_created_room(std::string_view body);
[[nodiscard]] add_peer_result read_added_peer(std::string_view body);
[[nodiscard]] component read_component(std::string_view body);
[[nodiscard]] std::vector<std::string> read_recordings(std::string_view body);
[[nodiscard]] health_report read_health(std::string_view body);

/// The request body of `POST /room`: what is not set is left out.
[[nodiscard]] std::string write_json(const room_config& config);

/// The request body of `POST /room/{room_id}/peer`.
[[nodiscard]] std::string write_json(const peer_options_webrtc& options);

}  // namespace jellyfish::detail
