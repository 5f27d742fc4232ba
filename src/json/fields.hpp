#pragma once

#include <jellyfish/error.hpp>

#include "json/document.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// @file
/// Reads the fields of an answer. All throw `jellyfish::error` with `errc::malformed_response` that
/// says what was expected where.

namespace jellyfish::detail {

constexpr std::string_view name_of(json_kind kind) noexcept {
    switch (kind) {
        case json_kind::null:
            return "null";
        case json_kind::boolean:
            return "a boolean";
        case json_kind::number:
            return "a number";
        case json_kind::string:
            return "a string";
        case json_kind::array:
            return "an array";
        case json_kind::object:
            return "an object";
    }
    return "?";
}

[[noreturn]] inline void reject(std::string detail) {
    throw error(errc::malformed_response, {"", "", std::move(detail), 0, ""});
}

[[noreturn]] inline void reject(std::string_view where, std::string_view expected,
                                json_text found) {
    std::string detail(where);
    detail.append(" should be ").append(expected).append(", but is ").append(name_of(found.kind()));
    reject(std::move(detail));
}

inline bool is_null(json_text value) { return value.kind() == json_kind::null; }

inline json_range<json_member> object_of(json_text value, std::string_view where) {
    if (value.kind() != json_kind::object) reject(where, "an object", value);
    return value.members();
}

inline std::string string_of(json_text value, std::string_view where) {
    if (value.kind() != json_kind::string) reject(where, "a string", value);
    return value.string();
}

inline std::string optional_string(json_text value, std::string_view where) {
    return is_null(value) ? std::string() : string_of(value, where);
}

/// A count; one that is larger than `Number` holds means just as much as the largest.
template <class Number>
Number count_of(json_text value, std::string_view where) {
    const auto number = value.whole_number();
    if (!number || *number < 0) reject(where, "a whole number, not negative", value);
    const auto largest = static_cast<std::int64_t>(std::numeric_limits<Number>::max());
    return static_cast<Number>(std::min(*number, largest));
}

template <class Number>
std::optional<Number> optional_count(json_text value, std::string_view where) {
    if (is_null(value)) return std::nullopt;
    return count_of<Number>(value, where);
}

inline bool boolean_of(json_text value, std::string_view where) {
    if (value.kind() != json_kind::boolean) reject(where, "a boolean", value);
    return value.is_true();
}

template <class T>
std::vector<T> list_of(json_text value, std::string_view where, T (*read)(json_text)) {
    std::vector<T> all;
    if (is_null(value)) return all;
    if (value.kind() != json_kind::array) reject(where, "an array", value);
    const json_range<json_text> elements = value.elements();
    all.reserve(elements.count());
    for (const json_text each : elements)
        all.push_back(read(each));
    return all;
}

}  // namespace jellyfish::detail
