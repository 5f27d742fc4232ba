#pragma once

#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/moq_api.hpp>
#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/fishjam/room.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

// Read the bodies of Fishjam's responses, with or without `data`. Unknown fields are kept as text
// where the result has a member for them; optional fields may be null.
//
// All throw jellyfish::error with errc::malformed_response. The detail names the field and what was
// expected; it never contains the value, which may be a secret.
[[nodiscard]] fishjam::room read_fishjam_room(std::string_view body);
[[nodiscard]] std::vector<fishjam::room> read_fishjam_rooms(std::string_view body);
[[nodiscard]] fishjam::room read_created_fishjam_room(std::string_view body);
[[nodiscard]] fishjam::add_peer_result read_added_fishjam_peer(std::string_view body);
[[nodiscard]] std::string read_token(std::string_view body);
[[nodiscard]] fishjam::livestream read_livestream(std::string_view body);
[[nodiscard]] std::vector<fishjam::livestream> read_livestreams(std::string_view body);
[[nodiscard]] fishjam::streamer read_streamer(std::string_view body);
[[nodiscard]] fishjam::viewer read_viewer(std::string_view body);
[[nodiscard]] fishjam::recording read_recording(std::string_view body);
[[nodiscard]] std::vector<fishjam::recording> read_fishjam_recordings(std::string_view body);
[[nodiscard]] fishjam::moq_access read_moq_access(std::string_view body);

// Return the bodies of requests. Options that are not set are omitted. Metadata must be valid.
[[nodiscard]] std::string write_json(const fishjam::room_config& config);
[[nodiscard]] std::string write_json(const fishjam::webrtc_peer_options& options);
[[nodiscard]] std::string write_json(const fishjam::agent_peer_options& options);
[[nodiscard]] std::string write_json(const fishjam::vapi_peer_options& options);
[[nodiscard]] std::string write_json(const fishjam::livestream_config& config);
[[nodiscard]] std::string write_json(const fishjam::recording_config& config);
[[nodiscard]] std::string write_json(const fishjam::moq_access_config& config);
[[nodiscard]] std::string write_track_ids(const std::vector<std::string>& track_ids);
[[nodiscard]] std::string write_composition_url(std::string_view url);

}  // namespace jellyfish::detail
