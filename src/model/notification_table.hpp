#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room_change.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace jellyfish::detail {

/// A name as a template argument.
template <std::size_t Size>
struct fixed_string {
    char text[Size]{};

    constexpr fixed_string(const char (&from)[Size]) { std::copy_n(from, Size, text); }
    constexpr operator std::string_view() const noexcept { return {text, Size - 1}; }
};

/// The characters of a text. A URL may contain secrets.
enum class text_kind : std::uint8_t { text, json, bytes, url };

/// A member of a notification type.
template <fixed_string Name, auto Member, text_kind Kind = text_kind::text>
struct notification_field {
    static constexpr std::string_view name = Name;
    static constexpr auto member = Member;
    static constexpr text_kind kind = Kind;
};

/// Whether a member has a value. Only members that servers may omit, or that not all servers send,
/// may lack one; texts never do.
template <class T>
[[nodiscard]] bool is_set(const T&) noexcept {
    return true;
}
template <class Enum>
[[nodiscard]] bool is_set(const open_enum<Enum>& value) noexcept {
    return value != Enum::unspecified;
}
[[nodiscard]] inline bool is_set(const optional_track& value) noexcept { return value.has_value(); }

/// Describes a notification type.
///
/// @tparam Number The field number in `ServerMessage`; 0 if servers do not send it.
/// @tparam T The notification type.
/// @tparam Name Its name in texts.
/// @tparam Fields The members of `T`, in the order of their field numbers. The numbers begin at 1;
///     a `track_endpoint`, which is a oneof of a peer's and a component's id, has two.
template <std::uint32_t Number, class T, fixed_string Name, template <class> class... Fields>
struct notification_kind {
    using type = T;
    static constexpr std::uint32_t number = Number;
    static constexpr std::string_view name = Name;

    /// Calls `visit(field, member)` for each member of a possibly const notification.
    template <class Value, class Visitor>
    static void for_each_field(Value& of, Visitor&& visit) {
        (visit(Fields<T>(), of.*Fields<T>::member), ...);
    }

    /// The same for each member that is set.
    template <class Visitor>
    static void for_each_set_field(const T& of, Visitor&& visit) {
        for_each_field(of, [&](auto field, const auto& member) {
            if (is_set(member)) visit(field, member);
        });
    }

    /// Calls `visit(number, member)` for each member of a possibly const notification.
    template <class Value, class Visitor>
    static void for_each_number(Value& of, Visitor&& visit) {
        std::uint32_t next = 1;
        (visit_number(next, of.*Fields<T>::member, visit), ...);
    }

private:
    template <class Member, class Visitor>
    static void visit_number(std::uint32_t& next, Member& member, Visitor& visit) {
        visit(next, member);
        next += std::is_same_v<std::remove_const_t<Member>, track_endpoint> ? 2 : 1;
    }
};

template <class... Kinds>
struct notification_kinds {
    /// Calls `visit(kind)` for each.
    template <class Visitor>
    static constexpr void for_each(Visitor&& visit) {
        (visit(Kinds()), ...);
    }

    /// Calls `visit(kind)` for each that a server sends.
    template <class Visitor>
    static constexpr void for_each_sent(Visitor&& visit) {
        for_each([&]<class Kind>(Kind kind) {
            if constexpr (Kind::number != 0) visit(kind);
        });
    }
};

namespace notification_rows {

// clang-format off
template <class T> using room_id = notification_field<"room_id", &T::room_id>;
template <class T> using peer_id = notification_field<"peer_id", &T::peer_id>;
template <class T> using component_id = notification_field<"component_id", &T::component_id>;
template <class T> using endpoint = notification_field<"endpoint", &T::endpoint>;
template <class T> using track = notification_field<"track", &T::track>;
template <class T> using reason = notification_field<"reason", &T::reason>;
template <class T> using metadata = notification_field<"metadata", &T::metadata, text_kind::json>;
template <class T> using metrics = notification_field<"metrics", &T::metrics, text_kind::json>;
template <class T> using peer_type = notification_field<"peer_type", &T::peer_type>;
template <class T> using stream_id = notification_field<"stream_id", &T::stream_id>;
template <class T> using viewer_id = notification_field<"viewer_id", &T::viewer_id>;
template <class T> using streamer_id = notification_field<"streamer_id", &T::streamer_id>;
template <class T> using channel_id = notification_field<"channel_id", &T::channel_id>;
template <class T> using composition_url = notification_field<"composition_url", &T::composition_url, text_kind::url>;
template <class T> using input_id = notification_field<"input_id", &T::input_id>;
template <class T> using audio_track = notification_field<"audio_track", &T::audio_track>;
template <class T> using video_track = notification_field<"video_track", &T::video_track>;
template <class T> using track_id = notification_field<"track_id", &T::track_id>;
template <class T> using recording_id = notification_field<"recording_id", &T::recording_id>;
template <class T> using status = notification_field<"status", &T::status>;
template <class T> using bytes = notification_field<"bytes", &T::bytes, text_kind::bytes>;
template <class T> using code = notification_field<"code", &T::code>;
template <class T> using gap = notification_field<"gap", &T::gap>;
template <class T> using attempts = notification_field<"attempts", &T::attempts>;
template <class T> using count = notification_field<"count", &T::count>;
// clang-format on

/// All notifications. A row is all that is needed to decode, encode and print one.
using table = notification_kinds<
    notification_kind<1, room_crashed, "room_crashed", room_id>,
    notification_kind<2, peer_connected, "peer_connected", room_id, peer_id, peer_type>,
    notification_kind<3, peer_disconnected, "peer_disconnected", room_id, peer_id, peer_type>,
    notification_kind<4, peer_crashed, "peer_crashed", room_id, peer_id, reason, peer_type>,
    notification_kind<5, component_crashed, "component_crashed", room_id, component_id>,
    notification_kind<10, room_created, "room_created", room_id>,
    notification_kind<11, room_deleted, "room_deleted", room_id>,
    notification_kind<12, metrics_report, "metrics_report", metrics>,
    notification_kind<13, hls_playable, "hls_playable", room_id, component_id>,
    notification_kind<14, hls_uploaded, "hls_uploaded", room_id>,
    notification_kind<15, hls_upload_crashed, "hls_upload_crashed", room_id>,
    notification_kind<16, peer_metadata_updated, "peer_metadata_updated", room_id, peer_id,
                      metadata, peer_type>,
    notification_kind<17, track_added, "track_added", room_id, endpoint, track>,
    notification_kind<18, track_removed, "track_removed", room_id, endpoint, track>,
    notification_kind<19, track_metadata_updated, "track_metadata_updated", room_id, endpoint,
                      track>,
    notification_kind<20, peer_added, "peer_added", room_id, peer_id, peer_type>,
    notification_kind<21, peer_deleted, "peer_deleted", room_id, peer_id, peer_type>,
    notification_kind<22, stream_connected, "stream_connected", stream_id>,
    notification_kind<23, stream_disconnected, "stream_disconnected", stream_id>,
    notification_kind<24, viewer_connected, "viewer_connected", stream_id, viewer_id>,
    notification_kind<25, viewer_disconnected, "viewer_disconnected", stream_id, viewer_id>,
    notification_kind<26, streamer_connected, "streamer_connected", stream_id, streamer_id>,
    notification_kind<27, streamer_disconnected, "streamer_disconnected", stream_id, streamer_id>,
    notification_kind<28, channel_added, "channel_added", room_id, endpoint, channel_id>,
    notification_kind<29, channel_removed, "channel_removed", room_id, endpoint, channel_id>,
    notification_kind<30, track_forwarding, "track_forwarding", room_id, peer_id, composition_url,
                      input_id, audio_track, video_track>,
    notification_kind<31, track_forwarding_removed, "track_forwarding_removed", room_id, peer_id,
                      composition_url, input_id>,
    notification_kind<32, vad_notification, "vad_notification", room_id, peer_id, track_id, status>,
    notification_kind<34, recording_status_changed, "recording_status_changed", recording_id,
                      status, metadata>,
    notification_kind<0, unknown_notification, "unknown_notification", bytes>,
    notification_kind<0, disconnected, "disconnected", code, reason>,
    notification_kind<0, reconnected, "reconnected", gap, attempts>,
    notification_kind<0, dropped, "dropped", count>,
    notification_kind<0, room_refreshed, "room_refreshed", room_id>>;

}  // namespace notification_rows

using notification_table = notification_rows::table;

template <class T, class Kinds>
struct find_notification_kind;

template <class T, class First, class... Rest>
struct find_notification_kind<T, notification_kinds<First, Rest...>>
    : std::conditional_t<std::is_same_v<T, typename First::type>, std::type_identity<First>,
                         find_notification_kind<T, notification_kinds<Rest...>>> {};

/// The row of a notification type.
template <class T>
using notification_kind_of = typename find_notification_kind<T, notification_table>::type;

}  // namespace jellyfish::detail
