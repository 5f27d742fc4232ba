#include "protocol/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
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

/// Why a text is no JSON; nothing when it is.
boost::system::error_code checked(std::string_view text) {
    json::parse_options options;
    options.max_depth = json_document::max_depth;
    json::basic_parser<check_only> parser(options);
    boost::system::error_code code;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
    if (!code && used < text.size()) code = json::error::extra_data;
    return code;
}

}  // namespace

std::optional<json_document> json_document::parse(std::string_view text, std::string& problem) {
    if (text.size() > longest_json) {
        problem = "it is 2 GiB or longer";
        return std::nullopt;
    }
    constexpr std::size_t common_length = 8;  // Of a value: makes one allocation enough, mostly.
    // What is long may be no JSON, and need no place.
    constexpr std::size_t usual_size = 65'536;
    json_document out(text);
    out.places_.reserve(std::min(text.size(), usual_size) / common_length + 4);
    if (index_plain(text, out.places_)) return out;
    out.places_.clear();
    if (const auto code = checked(text)) {
        problem = code.message();
        return std::nullopt;
    }
    index_checked(text, out.places_);
    return out;
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
