#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// Where a webhook is posted to.
struct webhook_url {
    bool secure = false;
    std::string host;  ///< Without brackets.
    int port = 0;      ///< Above 65535 in URLs that no connection can be made for.
    std::string target;
    std::string authority;                   ///< The `Host` header.
    std::optional<std::string> credentials;  ///< `user:password`.
};

/// Takes a URL apart as the real server's HTTP client does; nothing for what makes it crash.
[[nodiscard]] std::optional<webhook_url> parse_webhook_url(std::string_view text);

}  // namespace jellyfish::testing::detail
