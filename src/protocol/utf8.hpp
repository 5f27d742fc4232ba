#pragma once

#include <string_view>

namespace jellyfish::detail {

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace jellyfish::detail
