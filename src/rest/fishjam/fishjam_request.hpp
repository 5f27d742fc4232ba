#pragma once

#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/fishjam/moq_api.hpp>
#include <jellyfish/fishjam/recording_api.hpp>
#include <jellyfish/fishjam/room.hpp>

#include "http/request.hpp"

#include <string>
#include <string_view>
#include <vector>

/// @file
/// The requests that only Fishjam supports. The others are in rest/rest_request.hpp.

namespace jellyfish::detail {

// All throw jellyfish::error with errc::invalid_argument if an argument is invalid.
[[nodiscard]] http::request validate_request();
[[nodiscard]] http::request create_room_request(const fishjam::room_config& config);
[[nodiscard]] http::request add_peer_request(std::string_view room_id,
                                             const fishjam::webrtc_peer_options& options);
[[nodiscard]] http::request add_peer_request(std::string_view room_id,
                                             const fishjam::agent_peer_options& options);
[[nodiscard]] http::request add_peer_request(std::string_view room_id,
                                             const fishjam::vapi_peer_options& options);
[[nodiscard]] http::request refresh_peer_token_request(std::string_view room_id,
                                                       std::string_view peer_id);
[[nodiscard]] http::request subscribe_peer_request(std::string_view room_id,
                                                   std::string_view peer_id,
                                                   std::string_view other_peer_id);
[[nodiscard]] http::request subscribe_tracks_request(std::string_view room_id,
                                                     std::string_view peer_id,
                                                     const std::vector<std::string>& track_ids);
[[nodiscard]] http::request streamer_token_request(std::string_view room_id);
[[nodiscard]] http::request viewer_token_request(std::string_view room_id);
[[nodiscard]] http::request forward_tracks_request(std::string_view room_id,
                                                   std::string_view composition_url);

[[nodiscard]] http::request create_livestream_request(const fishjam::livestream_config& config);
[[nodiscard]] http::request get_livestream_request(std::string_view stream_id);
[[nodiscard]] http::request get_all_livestreams_request();
[[nodiscard]] http::request delete_livestream_request(std::string_view stream_id);
[[nodiscard]] http::request create_streamer_request(std::string_view stream_id);
[[nodiscard]] http::request delete_streamer_request(std::string_view stream_id,
                                                    std::string_view streamer_id);
[[nodiscard]] http::request create_viewer_request(std::string_view stream_id);
[[nodiscard]] http::request delete_viewer_request(std::string_view stream_id,
                                                  std::string_view viewer_id);

[[nodiscard]] http::request create_recording_request(const fishjam::recording_config& config);
[[nodiscard]] http::request get_fishjam_recording_request(std::string_view recording_id);
[[nodiscard]] http::request get_fishjam_recordings_request(const fishjam::recording_filter& filter);
[[nodiscard]] http::request stop_recording_request(std::string_view recording_id);
[[nodiscard]] http::request delete_fishjam_recording_request(std::string_view recording_id);

[[nodiscard]] http::request moq_access_request(const fishjam::moq_access_config& config);

}  // namespace jellyfish::detail
