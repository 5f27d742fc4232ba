#pragma once

#include <algorithm>
#include <string>

namespace jellyfish::detail {

/// Whether a byte is an ASCII control character.
[[nodiscard]] constexpr bool is_control_character(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Replaces each control character, such as a line break, with a space.
[[nodiscard]] inline std::string in_one_line(std::string text) {
    std::ranges::replace_if(text, is_control_character, ' ');
    return text;
}

/// Converts an ASCII letter to lower case.
[[nodiscard]] constexpr char in_lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

}  // namespace jellyfish::detail
