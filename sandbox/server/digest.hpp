#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view data);

/// Base64 with `-` and `_`, without padding.
[[nodiscard]] std::string to_base64_url(std::string_view data);
[[nodiscard]] std::optional<std::string> from_base64_url(std::string_view text);

}  // namespace jellyfish::testing::detail
