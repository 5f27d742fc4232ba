#pragma once

#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Returns the base64 encoding of bytes, with padding (RFC 4648, section 4).
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace jellyfish::detail
