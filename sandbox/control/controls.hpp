#pragma once

#include <jellyfish/testing/server.hpp>

#include "sandbox/http/http_message.hpp"

namespace jellyfish::testing::detail {

/// Executes the control that a request names.
[[nodiscard]] http_response run_control(server& controlled, const http_request& request);

}  // namespace jellyfish::testing::detail
