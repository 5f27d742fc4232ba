#pragma once

#include "sandbox/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {

/// A request target, decoded.
struct request_target {
    std::vector<std::string> path;  ///< Its segments but empty ones.
    json_value params = json_object();
};

/// Reads a request target; nothing when it is invalid or does not begin with the prefix.
[[nodiscard]] std::optional<request_target> parse_target(std::string_view target,
                                                         std::string_view prefix);

/// Adds the parameters of a query or of a URL-encoded form to an object. False when the text is
/// invalid or not UTF-8.
[[nodiscard]] bool add_params(json_value& object, std::string_view text);

/// Where a webhook is posted to.
struct webhook_url {
    bool secure = false;
    std::string host;        ///< Without brackets.
    std::uint16_t port = 0;  ///< 0: nothing can be sent there.
    std::string target;
    std::string authority;                   ///< The `Host` header.
    std::optional<std::string> credentials;  ///< `user:password`.
};

/// Nothing for what makes the real server's HTTP client crash.
[[nodiscard]] std::optional<webhook_url> parse_webhook_url(std::string_view text);

}  // namespace jellyfish::testing::detail
