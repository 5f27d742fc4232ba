#pragma once

#include "text/characters.hpp"

#include <iosfwd>
#include <ostream>
#include <string_view>

namespace jellyfish::detail {

/// Prints text in quotation marks on one line. Escapes control characters, quotation marks and
/// backslashes.
struct quoted {
    std::string_view text;
};

inline std::ostream& operator<<(std::ostream& out, quoted value) {
    constexpr char digits[] = "0123456789abcdef";
    out << '"';
    for (const char c : value.text) {
        if (c == '"' || c == '\\') {
            out << '\\' << c;
        } else if (is_control_character(c)) {
            const auto byte = static_cast<unsigned char>(c);
            out << "\\x" << digits[byte >> 4] << digits[byte & 0x0f];
        } else {
            out << c;
        }
    }
    return out << '"';
}

}  // namespace jellyfish::detail
