#pragma once

#include "sandbox/http/http_message.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <map>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

// The forms of responses.

/// `{"data": …}`.
[[nodiscard]] http_response data_response(int status, json_value data);
/// `{"errors": "text"}`: from controllers. The real server fails on a text that is not UTF-8.
[[nodiscard]] http_response error_response(int status, std::string_view text);
/// `{"errors": {"detail": "Not Found"}}`: from the layers below controllers.
[[nodiscard]] http_response failure_response(int status);

/// Adds the header fields common to all responses.
void finish_response(http_response& response, const std::string& request_id);

[[nodiscard]] json_value tracks_json(const std::map<std::string, track>& tracks);
[[nodiscard]] json_value room_json(const room_state& room);
[[nodiscard]] json_value peer_json(const peer_state& peer);
[[nodiscard]] json_value component_json(const component_state& component);

}  // namespace jellyfish::testing::detail
