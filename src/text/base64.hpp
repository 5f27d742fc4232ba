#pragma once

#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Encodes bytes in base64 with padding (RFC 4648, section 4).
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace jellyfish::detail
