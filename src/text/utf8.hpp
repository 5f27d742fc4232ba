#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace jellyfish::detail {

/// Whether all bytes are below 128.
[[nodiscard]] inline bool is_ascii(std::string_view bytes) noexcept {
    constexpr std::uint64_t top_bits = 0x8080808080808080;
    const char* from = bytes.data();
    const char* const end = from + bytes.size();
    std::uint64_t seen = 0;
    for (std::uint64_t word = 0; end - from >= 8; from += 8) {
        std::memcpy(&word, from, sizeof word);
        seen |= word;
    }
    for (; from != end; ++from)
        seen |= static_cast<unsigned char>(*from);
    return (seen & top_bits) == 0;
}

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace jellyfish::detail
