#pragma once

#include "tracker/room_state.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

/// @file
/// Vectors of peers, components or tracks, or of pointers to them, sorted by id.

namespace jellyfish::detail {

inline constexpr auto id_of_each = [](const auto& each) -> std::string_view {
    return id_of_part(each);
};

template <class T>
void sort_parts(std::vector<T>& parts) {
    std::ranges::sort(parts, {}, id_of_each);
}

/// Returns the part with this id, or null.
template <class T>
[[nodiscard]] T* find_part(std::vector<T>& parts, std::string_view id) {
    const auto at = std::ranges::lower_bound(parts, id, {}, id_of_each);
    return at != parts.end() && id_of_part(*at) == id ? &*at : nullptr;
}

template <class T>
[[nodiscard]] const T* find_part(const std::vector<T>& parts, std::string_view id) {
    const auto at = std::ranges::lower_bound(parts, id, {}, id_of_each);
    return at != parts.end() && id_of_part(*at) == id ? &*at : nullptr;
}

/// Removes a part. Returns whether it existed.
template <class T>
bool erase_part(std::vector<T>& parts, std::string_view id) {
    T* const found = find_part(parts, id);
    if (found) parts.erase(parts.begin() + (found - parts.data()));
    return found != nullptr;
}

template <class T>
void insert_part(std::vector<T>& parts, T value) {
    const auto at = std::ranges::lower_bound(parts, id_of_each(value), {}, id_of_each);
    parts.insert(at, std::move(value));
}

}  // namespace jellyfish::detail
