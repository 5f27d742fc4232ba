#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// @file
/// JSON as the real server reads and writes it. Boost.JSON will not do: here integers have any
/// size, the first of equal keys counts, and a value can be printed as Elixir prints it.

namespace jellyfish::testing::detail {

class json_value;

/// An integer of any size, as its decimal digits.
struct json_integer {
    std::string digits;

    bool operator==(const json_integer&) const = default;
};

/// A value that is kept as its text.
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
    /// Sorts by key; of equal keys the first stays.
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

    /// The value of an object's key; nothing when there is none or this is no object.
    [[nodiscard]] const json_value* find(std::string_view key) const noexcept;

    /// Sets an object's key; a value that is no object becomes one.
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

/// Reads JSON text; nothing when it is invalid. Arrays and objects below 512 levels, and numbers
/// that are too large or too small for a double, are kept as their text.
[[nodiscard]] std::optional<json_value> parse_json(std::string_view text);

/// JSON text without whitespace; nothing when a string in it is no UTF-8.
[[nodiscard]] std::optional<std::string> to_json(const json_value& value);

/// What Elixir's `"#{value}"` gives: nothing for what it cannot print (objects; lists that are no
/// text), which makes the real server fail.
[[nodiscard]] std::optional<std::string> to_elixir_text(const json_value& value);

/// A float as Erlang prints it: the fewest digits that read back the same, always with a point.
[[nodiscard]] std::string float_text(double value);

/// The number that digits with an optional sign stand for, as Elixir's `Integer.parse/1` does when
/// nothing may follow it; nothing when the text is no integer.
[[nodiscard]] std::optional<json_integer> parse_integer(std::string_view text);

/// An integer as a machine number; nothing when it does not fit.
[[nodiscard]] std::optional<std::int64_t> to_int64(const json_integer& value) noexcept;

}  // namespace jellyfish::testing::detail
