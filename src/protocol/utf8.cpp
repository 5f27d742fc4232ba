#include "protocol/utf8.hpp"

#include <cstddef>

namespace jellyfish::detail {
namespace {

struct sequence {
    std::size_t length;  // 0: the first byte begins no sequence.
    unsigned char low;   // The second byte's range.
    unsigned char high;
};

sequence sequence_of(unsigned char first) noexcept {
    if (first < 0x80) return {1, 0, 0};
    if (first < 0xc2) return {0, 0, 0};
    if (first < 0xe0) return {2, 0x80, 0xbf};
    if (first == 0xe0) return {3, 0xa0, 0xbf};
    if (first == 0xed) return {3, 0x80, 0x9f};
    if (first < 0xf0) return {3, 0x80, 0xbf};
    if (first == 0xf0) return {4, 0x90, 0xbf};
    if (first < 0xf4) return {4, 0x80, 0xbf};
    if (first == 0xf4) return {4, 0x80, 0x8f};
    return {0, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
    constexpr std::size_t part = 64;
    while (!bytes.empty()) {
        if (bytes.size() >= part && is_ascii(bytes.substr(0, part))) {
            bytes.remove_prefix(part);
            continue;
        }
        const sequence s = sequence_of(static_cast<unsigned char>(bytes.front()));
        if (s.length == 0 || s.length > bytes.size()) return false;
        for (std::size_t i = 1; i < s.length; ++i) {
            const auto byte = static_cast<unsigned char>(bytes[i]);
            const bool second = i == 1;
            if (byte < (second ? s.low : 0x80) || byte > (second ? s.high : 0xbf)) return false;
        }
        bytes.remove_prefix(s.length);
    }
    return true;
}

}  // namespace jellyfish::detail
