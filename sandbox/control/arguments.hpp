#pragma once

#include "sandbox/json/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::testing::detail {

/// A parameter of a control.
struct parameter {
    enum class kind {
        text,
        count,   ///< An integer from 0 to `most`.
        flag,    ///< A boolean.
        json,    ///< Any value.
        bytes,   ///< A string, or `{"base64":"…"}`.
        choice,  ///< One of the texts in `choices`.
    };

    std::string_view name;
    kind type = kind::text;
    bool is_optional = false;
    std::int64_t most = 0;
    std::string_view choices = {};  ///< Separated by ` or `.
};

constexpr parameter text(std::string_view name) { return {name}; }
constexpr parameter count(std::string_view name, std::int64_t most = 1'000'000'000) {
    return {name, parameter::kind::count, false, most};
}
constexpr parameter flag(std::string_view name) { return {name, parameter::kind::flag}; }
constexpr parameter json(std::string_view name) { return {name, parameter::kind::json}; }
constexpr parameter bytes(std::string_view name) { return {name, parameter::kind::bytes}; }
constexpr parameter choice(std::string_view name, std::string_view choices) {
    return {name, parameter::kind::choice, false, 0, choices};
}
constexpr parameter optional(parameter value) {
    value.is_optional = true;
    return value;
}

/// Returns a description such as `an integer from 0 to 9`.
[[nodiscard]] std::string description_of(const parameter& value);

/// The arguments of a control. A `null` counts as missing, unless any value is allowed.
class arguments {
public:
    /// @throws std::invalid_argument if one is missing, invalid or unexpected.
    arguments(const std::vector<parameter>& expected, json_value values);

    [[nodiscard]] bool has(std::string_view name) const { return values_.find(name) != nullptr; }

    // Values of existing arguments, or those for missing ones.
    [[nodiscard]] std::string text(std::string_view name, std::string_view missing = {}) const;
    [[nodiscard]] std::int64_t count(std::string_view name, std::int64_t missing = 0) const;
    [[nodiscard]] bool flag(std::string_view name, bool missing) const;
    [[nodiscard]] std::string bytes(std::string_view name) const;
    /// Returns JSON text; empty if missing.
    [[nodiscard]] std::string json(std::string_view name) const;
    /// Returns an argument that is required.
    [[nodiscard]] const json_value& value(std::string_view name) const {
        return *values_.find(name);
    }

private:
    json_value values_;
};

/// Returns bytes as JSON: a string, or `{"base64":"…"}` if they are not UTF-8.
[[nodiscard]] json_value json_of_bytes(const std::string& bytes);

}  // namespace jellyfish::testing::detail
