#pragma once

#include <jellyfish/component_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/room.hpp>

#include "http/request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

// All throw jellyfish::error with errc::invalid_argument if an argument is invalid.
[[nodiscard]] http::request health_request();
[[nodiscard]] http::request create_room_request(const room_config& config);
[[nodiscard]] http::request get_room_request(std::string_view room_id);
[[nodiscard]] http::request get_all_rooms_request();
[[nodiscard]] http::request delete_room_request(std::string_view room_id);
[[nodiscard]] http::request add_peer_request(std::string_view room_id,
                                             const peer_options_webrtc& options);
[[nodiscard]] http::request delete_peer_request(std::string_view room_id, std::string_view peer_id);
[[nodiscard]] http::request add_component_request(std::string_view room_id,
                                                  const component_options& options);
[[nodiscard]] http::request delete_component_request(std::string_view room_id,
                                                     std::string_view component_id);
[[nodiscard]] http::request subscribe_request_of(std::string_view room_id,
                                                 std::string_view component_id,
                                                 const std::vector<std::string>& origins);
[[nodiscard]] http::request sip_dial_request(std::string_view room_id,
                                             std::string_view component_id,
                                             std::string_view phone_number);
[[nodiscard]] http::request sip_end_call_request(std::string_view room_id,
                                                 std::string_view component_id);
[[nodiscard]] http::request hls_content_request(std::string_view room_id, std::string_view filename,
                                                const hls_content_options& options);
[[nodiscard]] http::request get_recordings_request();
[[nodiscard]] http::request delete_recording_request(std::string_view recording_id);
[[nodiscard]] http::request recording_content_request(std::string_view recording_id,
                                                      std::string_view filename);

}  // namespace jellyfish::detail
