#include "json/document.hpp"
#include "support/fuzz_input.hpp"
#include "support/require.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

/// @file
/// The library and Boost.JSON agree on what is JSON and on its contents, up to Boost.JSON's limits.

namespace jellyfish::fuzz {
namespace {

namespace boost_json = boost::json;
namespace json = detail::json;

std::optional<boost_json::value> parsed(std::string_view text, boost::system::error_code& code) {
    boost_json::parse_options options;
    options.max_depth = 256;
    boost_json::value value = boost_json::parse(text, code, {}, options);
    if (code) return std::nullopt;
    return value;
}

/// Whether Boost.JSON stopped at something that the library does not limit.
bool is_limit(const boost::system::error_code& code) {
    return code == boost_json::error::too_deep || code == boost_json::error::exponent_overflow ||
           code == boost_json::error::illegal_leading_surrogate ||
           code == boost_json::error::illegal_trailing_surrogate;
}

/// Whether an escaped leading surrogate has no escape behind it, which Boost.JSON calls a syntax
/// error like any other.
bool has_unpaired_surrogate(std::string_view text) {
    for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
        const std::string_view escape = text.substr(at, 6);
        const bool leading = escape.size() == 6 && escape[1] == 'u' &&
                             (escape[2] == 'd' || escape[2] == 'D') &&
                             std::string_view("89abAB").find(escape[3]) != std::string_view::npos;
        if (leading && text.substr(at + 6, 2) != "\\u") return true;
        at += std::min<std::size_t>(2, text.size() - at);
    }
    return false;
}

/// The nearest 64-bit integer, if the text is a whole number.
std::optional<std::int64_t> whole_number_of(const std::string& text) {
    using limits = std::numeric_limits<std::int64_t>;
    if (text.find_first_of(".eE") == std::string::npos)
        return std::strtoll(text.c_str(), nullptr, 10);  // Also clamps to the nearest.
    const double number = std::strtod(text.c_str(), nullptr);
    if (std::trunc(number) != number) return std::nullopt;
    if (number >= 0x1p63) return limits::max();
    if (number <= -0x1p63) return limits::min();
    return static_cast<std::int64_t>(number);
}

bool underflows(const std::string& text) {
    return std::abs(std::strtod(text.c_str(), nullptr)) < std::numeric_limits<double>::min() &&
           text.find_first_of("123456789") < text.find_first_of("eE");
}

/// Boost.JSON rounds a number differently in the middle and at the end of a text, and rejects
/// `0e999`.
bool is_same_number(double one, double other) {
    if (std::isnan(one) || std::isnan(other)) return std::isnan(one) && std::isnan(other);
    return one == other ||
           std::abs(one - other) <= 4 * std::numeric_limits<double>::epsilon() * std::abs(other);
}

bool is_same(const boost_json::value& one, const boost_json::value& other) {
    if (one.is_double() && other.is_double())
        return is_same_number(one.get_double(), other.get_double());
    if (one.is_array() && other.is_array())
        return std::ranges::equal(one.get_array(), other.get_array(), is_same);
    if (!one.is_object() || !other.is_object()) return one == other;
    const boost_json::object& members = other.get_object();
    return one.get_object().size() == members.size() &&
           std::ranges::all_of(one.get_object(), [&](const boost_json::key_value_pair& each) {
               const boost_json::value* const value = members.if_contains(each.key());
               return value && is_same(each.value(), *value);
           });
}

/// The same value, rebuilt from what the library finds, with checks.
boost_json::value rebuilt(json::value from) {
    const std::string text(from.text());
    require(from.kind() == json::kind::number || !from.whole_number(), "only numbers are numbers");
    require(from.kind() == json::kind::object || from.members().empty(),
            "only objects have members");
    require(from.kind() == json::kind::array || from.elements().empty(),
            "only arrays have elements");
    switch (from.kind()) {
        case json::kind::null:
            return nullptr;
        case json::kind::boolean:
            return from.is_true();
        case json::kind::number:
            if (!underflows(text))
                require(from.whole_number() == whole_number_of(text), "numbers are read right");
            return boost_json::parse(text);
        case json::kind::string:
            return boost_json::value(from.string());
        case json::kind::array: {
            boost_json::array all;
            for (const json::value each : from.elements())
                all.push_back(rebuilt(each));
            return all;
        }
        case json::kind::object: {
            boost_json::object all;
            for (const auto& [key, value] : from.members()) {
                require(key == std::string_view(key.string()), "a key is equal to itself");
                all[key.string()] = rebuilt(value);
            }
            return all;
        }
    }
    return nullptr;
}

void run(fuzz_input input) {
    const std::string text(input.rest());
    std::string problem;
    const auto document = json::document::parse(text, problem);
    require(document.has_value() == problem.empty(), "invalid JSON has an error");
    boost::system::error_code code;
    const auto reference = parsed(text, code);
    if (is_limit(code) || (code && has_unpaired_surrogate(text))) return;
    require(document.has_value() == reference.has_value(), "Boost.JSON agrees on what is JSON");
    if (!document) return;
    const boost_json::value found = rebuilt(document->root());
    require(is_same(found, *reference), "and on what is in it");
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
