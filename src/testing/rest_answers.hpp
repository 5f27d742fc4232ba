#pragma once

#include "testing/http_message.hpp"
#include "testing/json.hpp"
#include "testing/world.hpp"

#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

// The shapes of responses.

/// `{"data": …}`.
[[nodiscard]] http_answer data_answer(int status, json_value data);
/// `{"errors": "text"}`: from controllers. The real server fails on a text that is no UTF-8.
[[nodiscard]] http_answer error_answer(int status, std::string_view text);
/// `{"errors": {"detail": "Not Found"}}`: from what is below them.
[[nodiscard]] http_answer failure_answer(int status);

/// Adds the header fields that all responses have.
void finish_answer(http_answer& answer, const std::string& request_id);

[[nodiscard]] json_value room_json(const room_state& room);
[[nodiscard]] json_value peer_json(const peer_state& peer);
[[nodiscard]] json_value component_json(const component_state& component);

}  // namespace jellyfish::testing::detail
