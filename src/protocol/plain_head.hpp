#pragma once

#include "protocol/find_byte.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace jellyfish::detail {

// Heads of HTTP messages as programs write them mostly. What is not plain, good or bad, is for the
// general parser.

/// Takes lines off a text. Every line is printable, and ends with CR and LF.
class plain_lines {
public:
    explicit plain_lines(std::string_view text) noexcept : text_(text) {}

    /// Nothing when the next line is not plain, or not whole.
    [[nodiscard]] std::optional<std::string_view> next() noexcept {
        const std::size_t end = find_byte<unprintable_byte>(text_, at_);
        if (!text_.substr(end).starts_with("\r\n")) return std::nullopt;
        const std::string_view line = text_.substr(at_, end - at_);
        at_ = end + 2;
        return line;
    }

    [[nodiscard]] std::size_t used() const noexcept { return at_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// A field whose name is a usual one, of letters, digits and hyphens.
struct plain_field {
    std::string_view name;
    std::string_view value;  ///< Without the spaces around it.

    /// Whether this is the name.
    /// @param lower Of small letters and hyphens.
    [[nodiscard]] bool is(std::string_view lower) const noexcept {
        return std::ranges::equal(name, lower, [](char a, char b) { return (a | 0x20) == b; });
    }

    /// Whether it says how the connection, or the body, goes on.
    [[nodiscard]] bool changes_the_rules() const noexcept {
        constexpr std::array<std::string_view, 4> names{"connection", "proxy-connection",
                                                        "transfer-encoding", "upgrade"};
        return std::ranges::any_of(names, [&](auto each) { return is(each); });
    }
};

/// What is in no usual name.
struct unusual_byte {
    static bool is(char c) noexcept {
        const auto lower = static_cast<char>(c | 0x20);
        return !((lower >= 'a' && lower <= 'z') || is_digit(c) || c == '-');
    }
#if defined(__SSE2__)
    static byte_block in(byte_block of) noexcept {
        const byte_block letter = between(_mm_or_si128(of, _mm_set1_epi8(0x20)), 'a', 'z');
        const byte_block other = _mm_or_si128(between(of, '0', '9'), each_is(of, '-'));
        return _mm_andnot_si128(_mm_or_si128(letter, other), _mm_set1_epi8(-1));
    }

private:
    static byte_block between(byte_block of, char first, char last) noexcept {
        return _mm_and_si128(_mm_cmpgt_epi8(of, _mm_set1_epi8(static_cast<char>(first - 1))),
                             _mm_cmplt_epi8(of, _mm_set1_epi8(static_cast<char>(last + 1))));
    }
#endif
};

/// Nothing when the line is no such field.
[[nodiscard]] inline std::optional<plain_field> plain_field_of(std::string_view line) noexcept {
    const std::size_t colon = find_byte<unusual_byte>(line, 0);
    if (colon == 0 || colon == line.size() || line[colon] != ':') return std::nullopt;
    plain_field field{line.substr(0, colon), line.substr(colon + 1)};
    while (field.value.starts_with(' '))
        field.value.remove_prefix(1);
    while (field.value.ends_with(' '))
        field.value.remove_suffix(1);
    return field;
}

/// The length of a body, which must be told just once.
class plain_length {
public:
    /// False when it is not plain.
    [[nodiscard]] bool set(std::string_view value) noexcept {
        constexpr std::size_t most_digits = 18;
        if (told_ || value.empty() || value.size() > most_digits) return false;
        if (!std::ranges::all_of(value, is_digit)) return false;
        told_ = true;
        for (const char digit : value)
            length_ = 10 * length_ + static_cast<std::uint64_t>(digit - '0');
        return true;
    }

    /// Whether it was told, is within the limit, and so much is there.
    [[nodiscard]] bool fits(std::uint64_t limit, std::size_t there) const noexcept {
        return told_ && length_ <= limit && length_ <= there;
    }

    [[nodiscard]] std::size_t get() const noexcept { return static_cast<std::size_t>(length_); }

private:
    std::uint64_t length_ = 0;
    bool told_ = false;
};

}  // namespace jellyfish::detail
