#include "websocket/frame_encoder.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace jellyfish::detail::ws {
namespace {

void append_big_endian(std::string& out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;)
        out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

void append_length(std::string& out, std::size_t length) {
    constexpr std::uint8_t masked = 0x80;
    if (length < 126) {
        out.push_back(static_cast<char>(masked | length));
    } else if (length <= 0xffff) {
        out.push_back(static_cast<char>(masked | 126));
        append_big_endian(out, length, 2);
    } else {
        out.push_back(static_cast<char>(masked | 127));
        append_big_endian(out, length, 8);
    }
}

/// Masks the payload in place. Masks whole words for speed: agents send much audio.
void apply_mask(char* payload, std::size_t size, std::uint32_t mask) noexcept {
    std::array<std::uint8_t, 8> key{};
    for (std::size_t i = 0; i < key.size(); ++i)
        key[i] = static_cast<std::uint8_t>(mask >> (24 - 8 * (i % 4)));
    const auto key_word = std::bit_cast<std::uint64_t>(key);
    std::size_t i = 0;
    for (std::uint64_t word = 0; size - i >= sizeof word; i += sizeof word) {
        std::memcpy(&word, payload + i, sizeof word);
        word ^= key_word;
        std::memcpy(payload + i, &word, sizeof word);
    }
    for (; i < size; ++i)
        payload[i] = static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ key[i % 4]);
}

}  // namespace

void append_frame(std::string& out, opcode kind, std::string_view payload, std::uint32_t mask) {
    constexpr std::uint8_t fin = 0x80;
    out.reserve(out.size() + payload.size() + 14);
    out.push_back(static_cast<char>(fin | static_cast<std::uint8_t>(kind)));
    append_length(out, payload.size());
    append_big_endian(out, mask, 4);
    const std::size_t begin = out.size();
    out.append(payload);
    apply_mask(out.data() + begin, payload.size(), mask);
}

void append_close_frame(std::string& out, close_code code, std::string_view reason,
                        std::uint32_t mask) {
    constexpr std::size_t room = max_control_payload - 2;
    if (reason.size() > room) {
        std::size_t end = room;
        while (end > 0 && (static_cast<std::uint8_t>(reason[end]) & 0xc0) == 0x80)
            --end;
        reason = reason.substr(0, end);
    }
    std::string payload;
    append_big_endian(payload, static_cast<std::uint16_t>(code), 2);
    payload.append(reason);
    append_frame(out, opcode::close, payload, mask);
}

}  // namespace jellyfish::detail::ws
