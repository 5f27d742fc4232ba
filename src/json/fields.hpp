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
/// Reads the fields of a response. All functions throw `jellyfish::error` with
/// `errc::malformed_response`; its detail says what was expected where.

namespace jellyfish::detail::json {

constexpr std::string_view name_of(json::kind kind) noexcept {
    switch (kind) {
        case kind::null:
            return "null";
        case kind::boolean:
            return "a boolean";
        case kind::number:
            return "a number";
        case kind::string:
            return "a string";
        case kind::array:
            return "an array";
        case kind::object:
            return "an object";
    }
    return "?";
}

[[noreturn]] inline void reject(std::string detail) {
    throw error(errc::malformed_response, {"", "", std::move(detail), 0, ""});
}

[[noreturn]] inline void reject(std::string_view where, std::string_view expected,
                                json::value found) {
    std::string detail(where);
    detail.append(": expected ").append(expected).append(", found ").append(name_of(found.kind()));
    reject(std::move(detail));
}

inline bool is_null(json::value value) { return value.kind() == kind::null; }

inline json::range<json::member> object_of(json::value value, std::string_view where) {
    if (value.kind() != kind::object) reject(where, "an object", value);
    return value.members();
}

inline std::string string_of(json::value value, std::string_view where) {
    if (value.kind() != kind::string) reject(where, "a string", value);
    return value.string();
}

inline std::string optional_string(json::value value, std::string_view where) {
    return is_null(value) ? std::string() : string_of(value, where);
}

/// Reads a count, clamped to the maximum of `Number`.
template <class Number>
Number count_of(json::value value, std::string_view where) {
    const auto number = value.whole_number();
    if (!number || *number < 0) reject(where, "a non-negative integer", value);
    const auto largest = static_cast<std::int64_t>(std::numeric_limits<Number>::max());
    return static_cast<Number>(std::min(*number, largest));
}

template <class Number>
std::optional<Number> optional_count(json::value value, std::string_view where) {
    if (is_null(value)) return std::nullopt;
    return count_of<Number>(value, where);
}

inline bool boolean_of(json::value value, std::string_view where) {
    if (value.kind() != kind::boolean) reject(where, "a boolean", value);
    return value.is_true();
}

template <class T, class Read>
std::vector<T> list_of(json::value value, std::string_view where, Read read) {
    std::vector<T> all;
    if (is_null(value)) return all;
    if (value.kind() != kind::array) reject(where, "an array", value);
    const json::range<json::value> elements = value.elements();
    all.reserve(elements.count());
    for (const json::value each : elements)
        all.push_back(read(each));
    return all;
}

/// Parses the body of a response, which must outlive the document.
inline json::document document_of(std::string_view body) {
    std::string problem;
    auto whole = json::document::parse(body, problem);
    if (!whole) reject("the body is not JSON: " + problem);
    return std::move(*whole);
}

}  // namespace jellyfish::detail::json
