#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jellyfish::detail {

/// Reads a tag or a length of protobuf, which has 5 bytes at the most and mostly one, and drops it
/// from `bytes`.
[[nodiscard]] inline std::optional<std::uint64_t> read_varint(std::string_view& bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 5; ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            bytes.remove_prefix(i + 1);
            return value;
        }
    }
    return std::nullopt;
}

}  // namespace jellyfish::detail
