#pragma once

#include <jellyfish/open_enum.hpp>
#include <jellyfish/room.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

/// @file
/// The names of enumerators in the REST API.

namespace jellyfish::detail {

template <class Enum>
struct wire_name {
    Enum value;
    std::string_view name;
};

template <class Enum>
inline constexpr std::array<wire_name<Enum>, 0> wire_names{};

template <>
inline constexpr auto wire_names<video_codec> =
    std::to_array<wire_name<video_codec>>({{video_codec::h264, "h264"}, {video_codec::vp8, "vp8"}});

template <>
inline constexpr auto wire_names<peer_status> = std::to_array<wire_name<peer_status>>(
    {{peer_status::connected, "connected"}, {peer_status::disconnected, "disconnected"}});

template <>
inline constexpr auto wire_names<track_type> =
    std::to_array<wire_name<track_type>>({{track_type::unspecified, "unspecified"},
                                          {track_type::video, "video"},
                                          {track_type::audio, "audio"}});

template <>
inline constexpr auto wire_names<subscribe_mode> = std::to_array<wire_name<subscribe_mode>>(
    {{subscribe_mode::automatic, "auto"}, {subscribe_mode::manual, "manual"}});

/// Returns the enumerator called `name`, or an unknown value with `name` as its text.
template <class Enum>
[[nodiscard]] open_enum<Enum> named(std::string name) {
    for (const auto& each : wire_names<Enum>) {
        if (each.name == name) return each.value;
    }
    return open_enum<Enum>(std::move(name));
}

/// Returns the name of a value; empty for `Enum::unknown` without text.
template <class Enum>
[[nodiscard]] std::string_view name_of(const open_enum<Enum>& value) {
    for (const auto& each : wire_names<Enum>) {
        if (each.value == value.value()) return each.name;
    }
    return value.text();
}

}  // namespace jellyfish::detail
