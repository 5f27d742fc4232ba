#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/detail/printable.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

#include <fmt/ostream.h>

/// @file
/// `fmt::format`, of fmt 9 or later, for everything in this library that has `<<`, such as
/// `fmt::format("{}", notification)`. The format specification is that of a string. spdlog uses fmt
/// as well.
///
/// Not included by `<jellyfish/jellyfish.hpp>`.

/// @cond
template <jellyfish::detail::printable T>
struct fmt::formatter<T> : fmt::ostream_formatter {};
template <>
struct fmt::formatter<jellyfish::component> : fmt::ostream_formatter {};
template <>
struct fmt::formatter<jellyfish::notification> : fmt::ostream_formatter {};
template <>
struct fmt::formatter<jellyfish::room_event> : fmt::ostream_formatter {};
/// @endcond
