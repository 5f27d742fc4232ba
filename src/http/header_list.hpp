#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/fields.hpp>

namespace jellyfish::detail::http {

// Headers with list values (RFC 9110, section 5.6.1): members may be empty, and repeated header
// lines form one list (section 5.3).

/// Returns all lines of a header, named by a `field` or a `string_view` of Beast, as one list.
template <class Name>
[[nodiscard]] std::string field_list(const boost::beast::http::fields& header, Name name) {
    std::string list;
    const auto [first, last] = header.equal_range(name);
    for (auto line = first; line != last; ++line) {
        if (!list.empty()) list += ", ";
        list += line->value();
    }
    return list;
}

/// Whether `is(member)` is true for any non-empty member.
template <class Predicate>
[[nodiscard]] bool any_member(std::string_view list, Predicate is) {
    constexpr std::string_view space = " \t";
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        std::string_view member = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        member.remove_prefix(std::min(member.find_first_not_of(space), member.size()));
        member = member.substr(0, member.find_last_not_of(space) + 1);
        if (!member.empty() && is(member)) return true;
    }
    return false;
}

/// Whether `word` is a member, ignoring case.
[[nodiscard]] inline bool has_member(std::string_view list, std::string_view word) {
    return any_member(list,
                      [&](std::string_view each) { return boost::beast::iequals(each, word); });
}

/// Whether any member differs from `word`, ignoring case.
[[nodiscard]] inline bool has_other_member(std::string_view list, std::string_view word) {
    return any_member(list,
                      [&](std::string_view each) { return !boost::beast::iequals(each, word); });
}

}  // namespace jellyfish::detail::http
