#pragma once

#include "wire/varint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail::wire {

inline constexpr std::uint32_t length_delimited = 2;

/// A length-delimited field of a message.
struct message_field {
    std::uint32_t number;
    std::string_view payload;
};

/// Removes the first field from `bytes`, if it is length-delimited.
[[nodiscard]] inline std::optional<message_field> take_field(std::string_view& bytes) noexcept {
    const auto tag = read_varint(bytes);
    if (!tag || (*tag & 7) != length_delimited || *tag >> 3 == 0 || *tag > UINT32_MAX) return {};
    const auto length = read_varint(bytes);
    if (!length || *length > bytes.size()) return {};
    const message_field field{static_cast<std::uint32_t>(*tag >> 3), bytes.substr(0, *length)};
    bytes.remove_prefix(*length);
    return field;
}

/// Appends a length-delimited field.
inline void append_field(std::string& to, std::uint32_t number, std::string_view payload) {
    append_varint(to, number << 3 | length_delimited);
    append_varint(to, payload.size());
    to += payload;
}

}  // namespace jellyfish::detail::wire
