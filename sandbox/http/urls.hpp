#pragma once

#include "sandbox/json/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {

/// A decoded request target.
struct request_target {
    std::vector<std::string> path;  ///< The non-empty segments.
    json_value params = json_object();
};

/// Parses a request target. Returns nothing when it is invalid or lacks the prefix.
[[nodiscard]] std::optional<request_target> parse_target(std::string_view target,
                                                         std::string_view prefix);

/// Adds the parameters of a query or of a URL-encoded form to an object. Returns false when the
/// text is invalid or not UTF-8.
[[nodiscard]] bool add_params(json_value& object, std::string_view text);

/// `ADDRESS:PORT` with an IP address.
struct ip_authority {
    std::string host;  ///< Without brackets.
    std::uint16_t port = 0;
};

/// Returns nothing if the text is anything else.
[[nodiscard]] std::optional<ip_authority> parse_ip_authority(std::string_view text);

/// The parts of a webhook URL.
struct webhook_url {
    bool secure = false;
    std::string host;        ///< Without brackets.
    std::uint16_t port = 0;  ///< 0 when nothing can be sent there.
    std::string target;
    std::string authority;                   ///< The `Host` header.
    std::optional<std::string> credentials;  ///< `user:password`.
};

/// Parses a webhook URL. Returns nothing when the real server's HTTP client would crash.
[[nodiscard]] std::optional<webhook_url> parse_webhook_url(std::string_view text);

}  // namespace jellyfish::testing::detail
