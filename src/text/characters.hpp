#pragma once

namespace jellyfish::detail {

/// Whether a byte is an ASCII control character.
[[nodiscard]] constexpr bool is_control_character(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace jellyfish::detail
