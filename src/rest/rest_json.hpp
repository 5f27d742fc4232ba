#pragma once

#include <jellyfish/health_api.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/server_api.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

// Read the bodies of successful responses (protocol: "REST"). Unknown fields are kept as
// text in rooms, peers and components, and ignored elsewhere. Optional fields may be null.
//
// All throw jellyfish::error with errc::malformed_response. The detail names the field and what was
// expected; it never contains the value, which may be a secret.
[[nodiscard]] room read_room(std::string_view body, server_api api = server_api::jellyfish);
[[nodiscard]] std::vector<room> read_rooms(std::string_view body,
                                           server_api api = server_api::jellyfish);
/// `server_address` is empty if the server does not announce a node.
[[nodiscard]] create_room_result read_created_room(std::string_view body,
                                                   server_api api = server_api::jellyfish);
[[nodiscard]] add_peer_result read_added_peer(std::string_view body);
[[nodiscard]] component read_component(std::string_view body);
[[nodiscard]] std::vector<std::string> read_recordings(std::string_view body);
[[nodiscard]] health_report read_health(std::string_view body);

/// Returns the request body of `POST /room`. Options that are not set are omitted.
[[nodiscard]] std::string write_json(const room_config& config);

/// Returns the request body of `POST /room/{room_id}/peer`.
[[nodiscard]] std::string write_json(const peer_options_webrtc& options);

}  // namespace jellyfish::detail
