#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail::wire {

/// The maximum size of a protobuf varint, and of a tag or length, in bytes.
inline constexpr std::size_t longest_varint = 10;
inline constexpr std::size_t longest_length = 5;

/// Reads a varint of at most `longest` bytes and removes it from `bytes`. Returns nothing if there
/// is none.
[[nodiscard]] inline std::optional<std::uint64_t> read_varint(
    std::string_view& bytes, std::size_t longest = longest_length) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < longest; ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            bytes.remove_prefix(i + 1);
            return value;
        }
    }
    return std::nullopt;
}

/// Appends a varint.
inline void append_varint(std::string& to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        to += static_cast<char>(value | 0x80);
    to += static_cast<char>(value);
}

}  // namespace jellyfish::detail::wire
