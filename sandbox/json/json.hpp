#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// @file
/// JSON as the real server reads and writes it. Boost.JSON does not suffice: here integers have any
/// size, the first of equal keys wins, and values can be printed like in Elixir.

namespace jellyfish::testing::detail {

class json_value;

/// An integer of any size, as its decimal digits.
struct json_integer {
    std::string digits;

    bool operator==(const json_integer&) const = default;
};

/// A value kept as text.
struct json_raw {
    std::string text;

    bool operator==(const json_raw&) const = default;
};

using json_array = std::vector<json_value>;
using json_object = std::vector<std::pair<std::string, json_value>>;

/// One JSON value. Objects are kept sorted by key.
class json_value {
public:
    json_value() = default;
    json_value(std::nullptr_t) {}
    json_value(bool value) : value_(value) {}
    json_value(std::int64_t value) : value_(json_integer{std::to_string(value)}) {}
    json_value(json_integer value) : value_(std::move(value)) {}
    json_value(double value) : value_(value) {}
    json_value(std::string value) : value_(std::move(value)) {}
    json_value(std::string_view value) : value_(std::string(value)) {}
    json_value(const char* value) : value_(std::string(value)) {}
    json_value(json_raw value) : value_(std::move(value)) {}
    json_value(json_array value) : value_(std::move(value)) {}
    /// Sorts by key; keeps the first of equal keys.
    json_value(json_object value);

    [[nodiscard]] bool is_null() const noexcept { return holds<std::monostate>(); }
    [[nodiscard]] bool is_object() const noexcept { return holds<json_object>(); }
    [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&value_); }
    [[nodiscard]] const json_integer* integer() const noexcept {
        return std::get_if<json_integer>(&value_);
    }
    [[nodiscard]] const double* floating() const noexcept { return std::get_if<double>(&value_); }
    [[nodiscard]] const std::string* string() const noexcept {
        return std::get_if<std::string>(&value_);
    }
    [[nodiscard]] const json_raw* raw() const noexcept { return std::get_if<json_raw>(&value_); }
    [[nodiscard]] const json_array* array() const noexcept {
        return std::get_if<json_array>(&value_);
    }
    [[nodiscard]] const json_object* object() const noexcept {
        return std::get_if<json_object>(&value_);
    }

    /// Returns the value of a key, or null when it is missing or this is not an object.
    [[nodiscard]] const json_value* find(std::string_view key) const noexcept;

    /// Sets a key; a value that is not an object becomes one.
    void set(std::string_view key, json_value value);

    bool operator==(const json_value&) const = default;

private:
    template <class T>
    [[nodiscard]] bool holds() const noexcept {
        return std::holds_alternative<T>(value_);
    }

    std::variant<std::monostate, bool, json_integer, double, std::string, json_raw, json_array,
                 json_object>
        value_;
};

/// Returns an optional text, integer or time (in seconds) as JSON.
template <class T>
[[nodiscard]] json_value or_null(const std::optional<T>& value) {
    if (!value) return nullptr;
    if constexpr (std::is_same_v<T, std::chrono::seconds>) {
        return std::int64_t{value->count()};
    } else if constexpr (std::is_integral_v<T>) {
        return std::int64_t{*value};
    } else {
        return *value;
    }
}

/// Parses JSON. Returns nothing when it is invalid. Keeps as text: arrays and objects deeper than
/// 512 levels, and numbers too large or too small for a double.
[[nodiscard]] std::optional<json_value> parse_json(std::string_view text);

/// Returns JSON without whitespace, or nothing when a string is not UTF-8.
[[nodiscard]] std::optional<std::string> to_json(const json_value& value);

/// Returns the result of Elixir's `"#{value}"`. Returns nothing for values that it cannot print
/// (objects; lists that are not text), on which the real server fails.
[[nodiscard]] std::optional<std::string> to_elixir_text(const json_value& value);

/// Formats a float like Erlang: the shortest round-trip digits, always with a point.
[[nodiscard]] std::string float_text(double value);

/// Parses digits with an optional sign, like Elixir's `Integer.parse/1` without a remainder.
/// Returns nothing when the text is not an integer.
[[nodiscard]] std::optional<json_integer> parse_integer(std::string_view text);

/// Converts an integer. Returns nothing when it is out of range.
[[nodiscard]] std::optional<std::int64_t> to_int64(const json_integer& value) noexcept;

}  // namespace jellyfish::testing::detail
