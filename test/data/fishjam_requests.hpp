#pragma once

#include <string>
#include <utility>
#include <vector>

namespace jellyfish::test {

/// A request of Fishjam's JavaScript server SDK, recorded by scripts/fishjam_js.sh.
struct fishjam_request {
    std::string call;  ///< The SDK's function.
    std::string method;
    std::string target;  ///< Below the base URL. Ids are placeholders, such as `{room_id}`.
    std::vector<std::pair<std::string, std::string>> headers;  ///< Without the token.
    std::string body;
    int status = 0;  ///< Of the response.
};

/// The recorded requests, each of which has succeeded.
[[nodiscard]] const std::vector<fishjam_request>& fishjam_requests();

}  // namespace jellyfish::test
