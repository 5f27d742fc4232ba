#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace jellyfish::detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

#if defined(__SSE2__)
/// Of 16 bytes.
using byte_block = __m128i;

inline byte_block each_is(byte_block of, char c) { return _mm_cmpeq_epi8(of, _mm_set1_epi8(c)); }
#endif

/// The first byte for which `Wanted::is(byte)`, and with SSE2 `Wanted::in(block)`, say so; `end`
/// when there is none.
template <class Wanted>
const char* find_byte(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
    for (byte_block of; end - at >= std::ptrdiff_t{sizeof of}; at += sizeof of) {
        std::memcpy(&of, at, sizeof of);
        const auto found = static_cast<unsigned>(_mm_movemask_epi8(Wanted::in(of)));
        if (found != 0) return at + std::countr_zero(found);
    }
#endif
    while (at != end && !Wanted::is(*at))
        ++at;
    return at;
}

/// The same in a text: its size when there is none.
template <class Wanted>
std::size_t find_byte(std::string_view text, std::size_t at) noexcept {
    const char* const begin = text.data();
    return static_cast<std::size_t>(find_byte<Wanted>(begin + at, begin + text.size()) - begin);
}

/// Control characters, and what is not ASCII.
struct unprintable_byte {
    static bool is(char c) noexcept {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte >= 0x7f;
    }
#if defined(__SSE2__)
    static byte_block in(byte_block of) noexcept {
        const byte_block less =
            _mm_cmplt_epi8(of, _mm_set1_epi8(0x20));  // Signed: from 0x80 on, too.
        return _mm_or_si128(less, each_is(of, 0x7f));
    }
#endif
};

}  // namespace jellyfish::detail
