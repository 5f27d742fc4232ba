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
/// What is JSON, and what is in it, is what Boost.JSON says, up to its own limits.

namespace jellyfish::fuzz {
namespace {

namespace json = boost::json;
using detail::json_document;
using detail::json_kind;
using detail::json_text;

std::optional<json::value> parsed(std::string_view text, boost::system::error_code& code) {
    json::parse_options options;
    options.max_depth = 256;
    json::value value = json::parse(text, code, {}, options);
    if (code) return std::nullopt;
    return value;
}

/// Whether Boost.JSON stopped at what the library has no limit for.
bool is_limit(const boost::system::error_code& code) {
    return code == json::error::too_deep || code == json::error::exponent_overflow ||
           code == json::error::illegal_leading_surrogate ||
           code == json::error::illegal_trailing_surrogate;
}

/// The nearest whole number that 64 bits hold, if the text is a whole number.
std::optional<std::int64_t> whole_number_of(const std::string& text) {
    using limits = std::numeric_limits<std::int64_t>;
    if (text.find_first_of(".eE") == std::string::npos)
        return std::strtoll(text.c_str(), nullptr, 10);  // Which goes to the nearest as well.
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

/// Boost.JSON rounds a number differently in the middle and at the end of a text, and makes none of
/// `0e999`.
bool is_same_number(double one, double other) {
    if (std::isnan(one) || std::isnan(other)) return std::isnan(one) && std::isnan(other);
    return one == other ||
           std::abs(one - other) <= 4 * std::numeric_limits<double>::epsilon() * std::abs(other);
}

bool is_same(const json::value& one, const json::value& other) {
    if (one.is_double() && other.is_double())
        return is_same_number(one.get_double(), other.get_double());
    if (one.is_array() && other.is_array())
        return std::ranges::equal(one.get_array(), other.get_array(), is_same);
    if (!one.is_object() || !other.is_object()) return one == other;
    const json::object& members = other.get_object();
    return one.get_object().size() == members.size() &&
           std::ranges::all_of(one.get_object(), [&](const json::key_value_pair& each) {
               const json::value* const value = members.if_contains(each.key());
               return value && is_same(each.value(), *value);
           });
}

/// The same value, put together from what the library finds; checks it on the way.
json::value rebuilt(json_text from) {
    const std::string text(from.text());
    require(from.kind() == json_kind::number || !from.whole_number(), "only numbers are numbers");
    require(from.kind() == json_kind::object || from.members().empty(),
            "only objects have members");
    require(from.kind() == json_kind::array || from.elements().empty(),
            "only arrays have elements");
    switch (from.kind()) {
        case json_kind::null:
            return nullptr;
        case json_kind::boolean:
            return from.is_true();
        case json_kind::number:
            if (!underflows(text))
                require(from.whole_number() == whole_number_of(text), "numbers are read right");
            return json::parse(text);
        case json_kind::string:
            return json::value(from.string());
        case json_kind::array: {
            json::array all;
            for (const json_text each : from.elements())
                all.push_back(rebuilt(each));
            return all;
        }
        case json_kind::object: {
            json::object all;
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
    const auto document = json_document::parse(text, problem);
    require(document.has_value() == problem.empty(), "what is no JSON has a problem");
    boost::system::error_code code;
    const auto reference = parsed(text, code);
    if (is_limit(code)) return;
    require(document.has_value() == reference.has_value(), "Boost.JSON agrees on what is JSON");
    if (!document) return;
    const json::value found = rebuilt(document->root());
    require(is_same(found, *reference), "and on what is in it");
}

}  // namespace
}  // namespace jellyfish::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    jellyfish::fuzz::run({data, size});
    return 0;
}
