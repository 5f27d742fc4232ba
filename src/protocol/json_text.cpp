#include "protocol/json_text.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

namespace jellyfish::detail {
namespace {

namespace json = boost::json;

/// Builds nothing: the parser alone says whether a text is JSON.
struct check_only {
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    using code = boost::system::error_code;
    using part = boost::core::string_view;

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t, code&) { return true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(part, std::size_t, code&) { return true; }
    bool on_key(part, std::size_t, code&) { return true; }
    bool on_string_part(part, std::size_t, code&) { return true; }
    bool on_string(part, std::size_t, code&) { return true; }
    bool on_number_part(part, code&) { return true; }
    bool on_int64(std::int64_t, part, code&) { return true; }
    bool on_uint64(std::uint64_t, part, code&) { return true; }
    bool on_double(double, part, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(part, code&) { return true; }
    bool on_comment(part, code&) { return true; }
};

// What follows walks over text that is known to be valid.

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr std::uint64_t in_each_byte(unsigned char byte) { return 0x0101010101010101U * byte; }

/// Has the top bit of each byte set that is 0; of the bytes above the first, perhaps of others.
std::uint64_t zero_bytes(std::uint64_t word) {
    return (word - in_each_byte(1)) & ~word & in_each_byte(0x80);
}

/// The place of the first quote or backslash from `at` on. There is one.
std::size_t quote_or_backslash(std::string_view text, std::size_t at) {
    if constexpr (std::endian::native == std::endian::little) {
        for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
            std::memcpy(&word, text.data() + at, sizeof word);
            const std::uint64_t found =
                zero_bytes(word ^ in_each_byte('"')) | zero_bytes(word ^ in_each_byte('\\'));
            if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
        }
    }
    while (text[at] != '"' && text[at] != '\\')
        ++at;
    return at;
}

/// Behind a string, whose first quote is at `at`.
std::size_t after_string(std::string_view text, std::size_t at, bool& escaped) {
    at = quote_or_backslash(text, at + 1);
    while (text[at] == '\\') {
        escaped = true;
        at = quote_or_backslash(text, at + 2);
    }
    return at + 1;
}

/// Behind a number, `true`, `false` or `null`.
std::size_t after_word(std::string_view text, std::size_t at) {
    const auto ends = [](char c) { return c == ',' || c == ']' || c == '}' || is_space(c); };
    while (at < text.size() && !ends(text[at]))
        ++at;
    return at;
}

}  // namespace

json_document::json_document(std::string_view text) : text_(text) {
    constexpr std::size_t common_length = 12;  // Of a value: makes one allocation enough, mostly.
    places_.reserve(text.size() / common_length + 4);
    std::vector<std::size_t> open;
    open.reserve(16);
    const auto index = [](std::size_t at) { return static_cast<std::uint32_t>(at); };
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at]) {
            case '{':
            case '[':
                open.push_back(places_.size());
                places_.push_back({index(at), 0, 1, false});
                ++at;
                break;
            case '}':
            case ']': {
                json_text::place& closed = places_[open.back()];
                closed.places = index(places_.size() - open.back());
                open.pop_back();
                ++at;
                closed.length = index(at) - closed.begin;
                break;
            }
            case ',':
            case ':':
            case ' ':
            case '\t':
            case '\r':
            case '\n':
                ++at;
                break;
            case '"': {
                bool escaped = false;
                const std::size_t end = after_string(text, at, escaped);
                places_.push_back({index(at), index(end - at), 1, escaped});
                at = end;
                break;
            }
            default: {
                const std::size_t end = after_word(text, at);
                places_.push_back({index(at), index(end - at), 1, false});
                at = end;
            }
        }
    }
}

std::optional<json_document> json_document::parse(std::string_view text, std::string& problem) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
        problem = "it is longer than 4 GiB";
        return std::nullopt;
    }
    json::parse_options options;
    options.max_depth = max_depth;
    json::basic_parser<check_only> parser(options);
    boost::system::error_code code;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
    if (!code && used < text.size()) code = json::error::extra_data;
    if (code) {
        problem = code.message();
        return std::nullopt;
    }
    return json_document(text);
}

json_kind json_text::kind() const noexcept {
    switch (text().front()) {
        case '{':
            return json_kind::object;
        case '[':
            return json_kind::array;
        case '"':
            return json_kind::string;
        case 'n':
            return json_kind::null;
        case 't':
        case 'f':
            return json_kind::boolean;
        default:
            return json_kind::number;
    }
}

json_range<json_member> json_text::members() const noexcept {
    return {kind() == json_kind::object ? inside() : behind(), behind()};
}

json_range<json_text> json_text::elements() const noexcept {
    return {kind() == json_kind::array ? inside() : behind(), behind()};
}

std::string json_text::string() const {
    if (kind() != json_kind::string) return {};
    return place_->escaped ? std::string(json::parse(text()).get_string()) : std::string(quoted());
}

std::optional<std::int64_t> json_text::whole_number() const {
    using limits = std::numeric_limits<std::int64_t>;
    if (kind() != json_kind::number) return std::nullopt;
    const char* const begin = text().data();
    const char* const end = begin + text().size();
    std::int64_t whole = 0;
    const auto exact = std::from_chars(begin, end, whole);
    if (exact.ptr == end && exact.ec == std::errc()) return whole;
    if (exact.ptr == end) return *begin == '-' ? limits::min() : limits::max();
    // With a fraction or an exponent.
    double number = 0;
    const auto rounded = std::from_chars(begin, end, number);
    if (rounded.ec == std::errc::result_out_of_range) {
        // Too large for a double, and so without a fraction, or so small that it is all fraction.
        if (std::abs(json::parse(text()).to_number<double>()) < 1) return std::nullopt;
        return *begin == '-' ? limits::min() : limits::max();
    }
    if (std::trunc(number) != number) return std::nullopt;
    if (number >= static_cast<double>(limits::max())) return limits::max();
    if (number <= static_cast<double>(limits::min())) return limits::min();
    return static_cast<std::int64_t>(number);
}

}  // namespace jellyfish::detail
