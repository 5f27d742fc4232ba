#include "json/document.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace jellyfish::detail::json {
namespace {

/// Returns the value of four hexadecimal digits, which are valid.
std::uint32_t code_unit(std::string_view digits) {
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + 4, value, 16);
    return value;
}

void append_utf8(std::string& to, std::uint32_t code_point) {
    const auto byte = [&](std::uint32_t bits) { to += static_cast<char>(bits); };
    const auto more = [&](unsigned shift) { byte(0x80 | (code_point >> shift & 0x3f)); };
    if (code_point < 0x80) return byte(code_point);
    if (code_point < 0x800) {
        byte(0xc0 | code_point >> 6);
    } else {
        if (code_point < 0x1'0000) {
            byte(0xe0 | code_point >> 12);
        } else {
            byte(0xf0 | code_point >> 18);
            more(12);
        }
        more(6);
    }
    more(0);
}

/// Appends the code point of a `\u…` escape, or of the surrogate pair that begins with it; U+FFFD
/// for a lone surrogate. `rest` begins with the digits; removes what was read.
void append_unicode(std::string& to, std::string_view& rest) {
    constexpr std::uint32_t replacement = 0xfffd;
    const std::uint32_t unit = code_unit(rest);
    rest.remove_prefix(4);
    if (unit < 0xd800 || unit > 0xdfff) return append_utf8(to, unit);
    if (unit < 0xdc00 && rest.starts_with("\\u")) {
        const std::uint32_t low = code_unit(rest.substr(2));
        if (low >= 0xdc00 && low <= 0xdfff) {
            rest.remove_prefix(6);
            return append_utf8(to, 0x1'0000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
        }
    }
    append_utf8(to, replacement);
}

/// Returns the value of a string from the valid text between its quotes.
std::string unescaped(std::string_view rest) {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view values = "\"\\/\b\f\n\r\t";
    std::string out;
    out.reserve(rest.size());
    while (!rest.empty()) {
        const std::size_t plain = std::min(rest.find('\\'), rest.size());
        out.append(rest.substr(0, plain));
        rest.remove_prefix(plain);
        if (rest.empty()) break;
        const char name = rest[1];
        rest.remove_prefix(2);
        if (name == 'u') {
            append_unicode(out, rest);
        } else if (const std::size_t which = names.find(name); which != names.npos) {
            out += values[which];  // Always: the text is JSON. g++ 16 warns without the check.
        }
    }
    return out;
}

/// Whether a number outside the range of double is too small rather than too large.
bool is_too_small(std::string_view number) {
    const std::size_t e = std::min(number.find_first_of("eE"), number.size());
    const std::string_view mantissa = number.substr(0, e);
    std::string_view digits = number.substr(std::min(e + 1, number.size()));
    const bool negative = digits.starts_with('-');
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::int64_t exponent = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec == std::errc::result_out_of_range) return negative;
    // The decimal exponent of the first non-zero digit.
    const auto place_of = [](std::size_t at) { return static_cast<std::int64_t>(at); };
    const std::size_t first = mantissa.find_first_of("123456789");
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::int64_t before_point = place_of(point) - place_of(first) - (first < point ? 1 : 0);
    return exponent < -before_point;
}

}  // namespace

std::optional<json::document> document::parse(std::string_view text, std::string& problem) {
    if (text.size() > max_size) {
        problem = "the text is 2 GiB or longer";
        return std::nullopt;
    }
    constexpr std::size_t common_length = 8;  // Of a value: usually makes one allocation enough.
    // Bounds the memory reserved for a long text, which may not be JSON at all.
    constexpr std::size_t usual_size = 65'536;
    json::document out(text);
    out.places_.reserve(std::min(text.size(), usual_size) / common_length + 4);
    if (!build_tape(text, out.places_, problem)) return std::nullopt;
    return out;
}

json::range<json::member> value::members() const noexcept {
    return {kind() == kind::object ? inside() : behind(), behind()};
}

json::range<json::value> value::elements() const noexcept {
    return {kind() == kind::array ? inside() : behind(), behind()};
}

std::string value::string() const {
    if (kind() != kind::string) return {};
    return place_->escaped ? unescaped(quoted()) : std::string(quoted());
}

std::optional<std::int64_t> value::whole_number() const {
    using limits = std::numeric_limits<std::int64_t>;
    if (kind() != kind::number) return std::nullopt;
    const char* const begin = text().data();
    const char* const end = begin + text().size();
    std::int64_t whole = 0;
    const auto exact = std::from_chars(begin, end, whole);
    if (exact.ptr == end && exact.ec == std::errc()) return whole;
    if (exact.ptr == end) return *begin == '-' ? limits::min() : limits::max();
    // The number has a fraction or an exponent.
    double number = 0;
    const auto rounded = std::from_chars(begin, end, number);
    if (rounded.ec == std::errc::result_out_of_range) {
        // Too large for a double, hence whole; or too small, hence not whole.
        if (is_too_small(text())) return std::nullopt;
        return *begin == '-' ? limits::min() : limits::max();
    }
    if (std::trunc(number) != number) return std::nullopt;
    if (number >= static_cast<double>(limits::max())) return limits::max();
    if (number <= static_cast<double>(limits::min())) return limits::min();
    return static_cast<std::int64_t>(number);
}

}  // namespace jellyfish::detail::json
