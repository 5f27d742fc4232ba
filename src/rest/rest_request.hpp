#pragma once

#include <jellyfish/component_options.hpp>
#include <jellyfish/content.hpp>
#include <jellyfish/room.hpp>

#include "http/request.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail {

// All throw jellyfish::error with errc::invalid_argument for what the server could not take.
[[nodiscard]] rest_request health_request();
[[nodiscard]] rest_request create_room_request(const room_config& config);
[[nodiscard]] rest_request get_room_request(std::string_view room_id);
[[nodiscard]] rest_request get_all_rooms_request();
[[nodiscard]] rest_request delete_room_request(std::string_view room_id);
[[nodiscard]] rest_request add_peer_request(std::string_view room_id,
                                            const peer_options_webrtc& options);
[[nodiscard]] rest_request delete_peer_request(std::string_view room_id, std::string_view peer_id);
[[nodiscard]] rest_request add_component_request(std::string_view room_id,
                                                 const component_options& options);
[[nodiscard]] rest_request delete_component_request(std::string_view room_id,
                                                    std::string_view component_id);
[[nodiscard]] rest_request subscribe_request_of(std::string_view room_id,
                                                std::string_view component_id,
                                                const std::vector<std::string>& origins);
[[nodiscard]] rest_request sip_dial_request(std::string_view room_id, std::string_view component_id,
                                            std::string_view phone_number);
[[nodiscard]] rest_request sip_end_call_request(std::string_view room_id,
                                                std::string_view component_id);
[[nodiscard]] rest_request hls_content_request(std::string_view room_id, std::string_view filename,
                                               const hls_content_options& options);
[[nodiscard]] rest_request get_recordings_request();
[[nodiscard]] rest_request delete_recording_request(std::string_view recording_id);
[[nodiscard]] rest_request recording_content_request(std::string_view recording_id,
                                                     std::string_view filename);

}  // namespace jellyfish::detail
