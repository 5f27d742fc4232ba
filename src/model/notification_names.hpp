#pragma once

#include <jellyfish/notification.hpp>

#include <string_view>

namespace jellyfish::detail {

/// The name of a notification type, as spelled in C++.
template <class T>
inline constexpr std::string_view name;

template <>
inline constexpr std::string_view name<room_created> = "room_created";
template <>
inline constexpr std::string_view name<room_deleted> = "room_deleted";
template <>
inline constexpr std::string_view name<room_crashed> = "room_crashed";
template <>
inline constexpr std::string_view name<peer_added> = "peer_added";
template <>
inline constexpr std::string_view name<peer_deleted> = "peer_deleted";
template <>
inline constexpr std::string_view name<peer_connected> = "peer_connected";
template <>
inline constexpr std::string_view name<peer_disconnected> = "peer_disconnected";
template <>
inline constexpr std::string_view name<peer_crashed> = "peer_crashed";
template <>
inline constexpr std::string_view name<peer_metadata_updated> = "peer_metadata_updated";
template <>
inline constexpr std::string_view name<component_crashed> = "component_crashed";
template <>
inline constexpr std::string_view name<track_added> = "track_added";
template <>
inline constexpr std::string_view name<track_removed> = "track_removed";
template <>
inline constexpr std::string_view name<track_metadata_updated> = "track_metadata_updated";
template <>
inline constexpr std::string_view name<hls_playable> = "hls_playable";
template <>
inline constexpr std::string_view name<hls_uploaded> = "hls_uploaded";
template <>
inline constexpr std::string_view name<hls_upload_crashed> = "hls_upload_crashed";
template <>
inline constexpr std::string_view name<metrics_report> = "metrics_report";
template <>
inline constexpr std::string_view name<unknown_notification> = "unknown_notification";
template <>
inline constexpr std::string_view name<disconnected> = "disconnected";
template <>
inline constexpr std::string_view name<reconnected> = "reconnected";
template <>
inline constexpr std::string_view name<dropped> = "dropped";

}  // namespace jellyfish::detail
