#include "sandbox/control/arguments.hpp"

#include "sandbox/server/digest.hpp"
#include "text/base64.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

std::optional<std::string> bytes_of(const json_value& value) {
    if (const std::string* text = value.string()) return *text;
    const json_value* encoded = value.find("base64");
    if (encoded == nullptr || encoded->string() == nullptr) return std::nullopt;
    std::string_view text = *encoded->string();
    while (text.ends_with('='))
        text.remove_suffix(1);
    return from_base64_url(text);
}

bool is_choice(std::string_view choices, std::string_view value) {
    constexpr std::string_view separator = " or ";
    while (true) {
        const std::size_t end = choices.find(separator);
        if (choices.substr(0, end) == value) return true;
        if (end == choices.npos) return false;
        choices.remove_prefix(end + separator.size());
    }
}

bool is_valid(const parameter& expected, const json_value& value) {
    switch (expected.type) {
        case parameter::kind::text:
            return value.string() != nullptr;
        case parameter::kind::count: {
            const auto number =
                value.integer() == nullptr ? std::nullopt : to_int64(*value.integer());
            return number && *number >= 0 && *number <= expected.most;
        }
        case parameter::kind::flag:
            return value.boolean() != nullptr;
        case parameter::kind::json:
            return true;
        case parameter::kind::bytes:
            return bytes_of(value).has_value();
        case parameter::kind::choice:
            return value.string() != nullptr && is_choice(expected.choices, *value.string());
    }
    return false;
}

[[noreturn]] void reject(const std::string& what, std::string_view name,
                         const std::string& expected) {
    throw std::invalid_argument(what + " parameter '" + std::string(name) + "': expected " +
                                expected);
}

std::string names_of(const std::vector<parameter>& parameters) {
    std::string out;
    for (const parameter& each : parameters)
        out += (out.empty() ? "" : ", ") + std::string(each.name);
    return out.empty() ? "none" : out;
}

}  // namespace

std::string description_of(const parameter& value) {
    switch (value.type) {
        case parameter::kind::text:
            return "a string";
        case parameter::kind::count:
            return "an integer from 0 to " + std::to_string(value.most);
        case parameter::kind::flag:
            return "true or false";
        case parameter::kind::json:
            return "any JSON";
        case parameter::kind::bytes:
            return "a string or {\"base64\":\"...\"}";
        case parameter::kind::choice:
            break;
    }
    return std::string(value.choices);
}

arguments::arguments(const std::vector<parameter>& expected, json_value values) {
    if (!values.is_object())
        throw std::invalid_argument("invalid body: expected a JSON object with the parameters");
    for (const auto& [name, value] : *values.object()) {
        const auto found =
            std::find_if(expected.begin(), expected.end(),
                         [&name = name](const parameter& each) { return each.name == name; });
        if (found == expected.end()) reject("unknown", name, names_of(expected));
        if (value.is_null() && found->type != parameter::kind::json) continue;
        if (!is_valid(*found, value)) reject("invalid", name, description_of(*found));
        values_.set(name, value);
    }
    for (const parameter& each : expected) {
        if (!each.is_optional && !has(each.name))
            reject("missing", each.name, description_of(each));
    }
}

std::string arguments::text(std::string_view name, std::string_view missing) const {
    return has(name) ? *value(name).string() : std::string(missing);
}

std::int64_t arguments::count(std::string_view name, std::int64_t missing) const {
    return has(name) ? to_int64(*value(name).integer()).value_or(missing) : missing;
}

bool arguments::flag(std::string_view name, bool missing) const {
    return has(name) ? *value(name).boolean() : missing;
}

std::string arguments::bytes(std::string_view name) const {
    return has(name) ? bytes_of(value(name)).value_or(std::string()) : std::string();
}

std::string arguments::json(std::string_view name) const {
    return has(name) ? to_json(value(name)).value_or("null") : std::string();
}

json_value json_of_bytes(const std::string& bytes) {
    if (jellyfish::detail::is_utf8(bytes)) return bytes;
    return json_object{{"base64", jellyfish::detail::base64(bytes)}};
}

}  // namespace jellyfish::testing::detail
