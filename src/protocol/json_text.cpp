#include "protocol/json_text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace jellyfish::detail {
namespace {

namespace json = boost::json;

constexpr std::string_view spaces = " \t\r\n";

/// Builds nothing: the parser alone says whether a text is JSON.
struct check_only {
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = SIZE_MAX;
    static constexpr std::size_t max_string_size = SIZE_MAX;

    using code = json::error_code;
    using part = json::string_view;

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

std::size_t after_spaces(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(spaces, at), text.size());
}

std::size_t after_string(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return at + 1;
}

std::size_t after_value(std::string_view text, std::size_t at) {
    if (text[at] == '"') return after_string(text, at);
    if (text[at] != '{' && text[at] != '[')
        return std::min(text.find_first_of(",]} \t\r\n", at), text.size());
    std::size_t depth = 0;
    do {
        switch (text[at]) {
            case '"':
                at = after_string(text, at);
                continue;
            case '{':
            case '[':
                ++depth;
                break;
            case '}':
            case ']':
                --depth;
                break;
            default:
                break;
        }
        ++at;
    } while (depth != 0);
    return at;
}

std::string unquoted(std::string_view text) {
    if (text.find('\\') == std::string_view::npos)
        return std::string(text.substr(1, text.size() - 2));
    return std::string(json::parse(text).get_string());
}

}  // namespace

std::optional<json_text> json_text::parse(std::string_view text, std::string& problem) {
    json::parse_options options;
    options.max_depth = max_depth;
    json::basic_parser<check_only> parser(options);
    json::error_code code;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
    if (!code && used < text.size()) code = json::error::extra_data;
    if (code) {
        problem = code.message();
        return std::nullopt;
    }
    const std::size_t first = after_spaces(text, 0);
    const std::size_t last = text.find_last_not_of(spaces);
    return json_text(text.substr(first, last + 1 - first));
}

json_kind json_text::kind() const noexcept {
    switch (text_.front()) {
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

std::vector<json_text::member> json_text::members() const {
    std::vector<member> all;
    if (kind() != json_kind::object) return all;
    std::size_t at = after_spaces(text_, 1);
    while (text_[at] != '}') {
        if (text_[at] == ',') at = after_spaces(text_, at + 1);
        const std::size_t key_end = after_string(text_, at);
        const std::string_view key = text_.substr(at, key_end - at);
        at = after_spaces(text_, after_spaces(text_, key_end) + 1);  // Behind the colon.
        const std::size_t end = after_value(text_, at);
        all.push_back({unquoted(key), json_text(text_.substr(at, end - at))});
        at = after_spaces(text_, end);
    }
    return all;
}

std::vector<json_text> json_text::elements() const {
    std::vector<json_text> all;
    if (kind() != json_kind::array) return all;
    std::size_t at = after_spaces(text_, 1);
    while (text_[at] != ']') {
        if (text_[at] == ',') at = after_spaces(text_, at + 1);
        const std::size_t end = after_value(text_, at);
        all.push_back(json_text(text_.substr(at, end - at)));
        at = after_spaces(text_, end);
    }
    return all;
}

std::string json_text::string() const {
    return kind() == json_kind::string ? unquoted(text_) : std::string();
}

std::optional<std::int64_t> json_text::whole_number() const {
    using limits = std::numeric_limits<std::int64_t>;
    if (kind() != json_kind::number) return std::nullopt;
    const char* const end = text_.data() + text_.size();
    std::int64_t whole = 0;
    const auto exact = std::from_chars(text_.data(), end, whole);
    if (exact.ptr == end && exact.ec == std::errc()) return whole;
    if (exact.ptr == end) return text_.front() == '-' ? limits::min() : limits::max();
    // With a fraction or an exponent.
    double number = 0;
    const auto rounded = std::from_chars(text_.data(), end, number);
    if (rounded.ec == std::errc::result_out_of_range || std::trunc(number) != number)
        return std::nullopt;
    if (number >= static_cast<double>(limits::max())) return limits::max();
    if (number <= static_cast<double>(limits::min())) return limits::min();
    return static_cast<std::int64_t>(number);
}

}  // namespace jellyfish::detail
