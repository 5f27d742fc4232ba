#include "text/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace jellyfish::detail {
namespace {

struct sequence {
    std::size_t length;  // 0 when the first byte cannot begin a sequence.
    unsigned char low;   // The range of the second byte.
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

constexpr std::size_t block_size = 64;

// Unrolled by hand, to be fast below the highest optimization level.

#ifdef __SSE2__

bool is_ascii_block(const char* at) noexcept {
    const auto* const parts = reinterpret_cast<const __m128i*>(at);
    const __m128i seen =
        _mm_or_si128(_mm_or_si128(_mm_loadu_si128(parts), _mm_loadu_si128(parts + 1)),
                     _mm_or_si128(_mm_loadu_si128(parts + 2), _mm_loadu_si128(parts + 3)));
    return _mm_movemask_epi8(seen) == 0;
}

#else

bool is_ascii_block(const char* at) noexcept {
    constexpr std::uint64_t top_bits = 0x8080808080808080;
    std::array<std::uint64_t, 8> w{};
    std::memcpy(w.data(), at, sizeof w);
    const std::uint64_t seen = ((w[0] | w[1]) | (w[2] | w[3])) | ((w[4] | w[5]) | (w[6] | w[7]));
    return (seen & top_bits) == 0;
}

#endif

/// Returns the number of leading bytes in blocks that contain only ASCII.
std::size_t ascii_blocks(std::string_view bytes) noexcept {
    const char* const begin = bytes.data();
    const char* const end = begin + bytes.size() / block_size * block_size;
    const char* at = begin;
    while (at != end && is_ascii_block(at))
        at += block_size;
    return static_cast<std::size_t>(at - begin);
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
    std::size_t until_next_check = 0;
    while (!bytes.empty()) {
        // Limits the cost of the ASCII check for text that is not ASCII.
        if (until_next_check == 0) {
            bytes.remove_prefix(ascii_blocks(bytes));
            until_next_check = 64;
            continue;
        }
        --until_next_check;
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
