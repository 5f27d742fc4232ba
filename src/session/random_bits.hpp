#pragma once

#include <cstdint>

namespace jellyfish::detail {

/// Returns unpredictable bits, as masking keys require (RFC 6455, section 10.3).
[[nodiscard]] std::uint32_t random_bits();

}  // namespace jellyfish::detail
