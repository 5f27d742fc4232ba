#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/room.hpp>

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

/// @file
/// The names of enumerators in the REST API and in texts.

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

template <>
inline constexpr auto wire_names<peer_type> =
    std::to_array<wire_name<peer_type>>({{peer_type::unspecified, "unspecified"},
                                         {peer_type::webrtc, "webrtc"},
                                         {peer_type::agent, "agent"},
                                         {peer_type::vapi, "vapi"}});

template <>
inline constexpr auto wire_names<vad_status> =
    std::to_array<wire_name<vad_status>>({{vad_status::unspecified, "unspecified"},
                                          {vad_status::silence, "silence"},
                                          {vad_status::speech, "speech"}});

template <>
inline constexpr auto wire_names<recording_status> =
    std::to_array<wire_name<recording_status>>({{recording_status::unspecified, "unspecified"},
                                                {recording_status::active, "active"},
                                                {recording_status::finished, "finished"},
                                                {recording_status::available, "available"},
                                                {recording_status::failed, "failed"}});

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

/// Prints the name of an enumerator.
template <class Enum>
std::ostream& print_name(std::ostream& out, Enum value) {
    const std::string_view name = name_of(open_enum<Enum>(value));
    return out << (name.empty() ? "unknown" : name);
}

}  // namespace jellyfish::detail
