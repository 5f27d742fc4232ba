#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/detail/printable.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

#include <version>

/// @file
/// `std::format` for everything in this library that has `<<`, such as
/// `std::format("{}", notification)`. The format specification is that of a string. Has no
/// effect if the standard library lacks `<format>` (g++ 12). See `<jellyfish/fmt.hpp>` for fmt.
///
/// Not included by `<jellyfish/jellyfish.hpp>`.

#if defined(__cpp_lib_format)

#include <format>
#include <sstream>
#include <string>

namespace jellyfish::detail {

struct stream_formatter : std::formatter<std::string> {
    template <class T, class Context>
    auto format(const T& value, Context& context) const {
        std::ostringstream out;
        out << value;
        return std::formatter<std::string>::format(out.str(), context);
    }
};

}  // namespace jellyfish::detail

/// @cond
template <jellyfish::detail::printable T>
struct std::formatter<T> : jellyfish::detail::stream_formatter {};
template <>
struct std::formatter<jellyfish::component> : jellyfish::detail::stream_formatter {};
template <>
struct std::formatter<jellyfish::notification> : jellyfish::detail::stream_formatter {};
template <>
struct std::formatter<jellyfish::room_event> : jellyfish::detail::stream_formatter {};
/// @endcond

#endif
