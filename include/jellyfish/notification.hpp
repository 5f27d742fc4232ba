#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/track.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>

#include <boost/system/error_code.hpp>

/// @file
/// The notifications of a server (protocol: "Server notifications over WebSocket" and "Protobuf").
///
/// Plain structs, named as in the protocol, with `==` and `<<`. All strings are UTF-8.
///
/// Kinds and members marked "Fishjam only" are not sent by Jellyfish 0.5 and Fishjam 0.6, and
/// `metrics_report` is not sent by Fishjam Cloud.

namespace jellyfish {

/// The type of a peer.
enum class peer_type : std::uint8_t {
    unspecified,  ///< Not sent by the server.
    webrtc,       ///< A WebRTC client.
    agent,        ///< An agent, which exchanges audio with the peers over a socket.
    vapi,         ///< A Vapi call.
    unknown,      ///< From a newer server; see `open_enum::text`.
};

/// Whether a peer speaks.
enum class vad_status : std::uint8_t {
    unspecified,  ///< Not sent by the server.
    silence,
    speech,
    unknown,  ///< From a newer server; see `open_enum::text`.
};

/// The state of a recording.
enum class recording_status : std::uint8_t {
    unspecified,  ///< Not sent by the server.
    active,       ///< Being recorded.
    finished,     ///< Recording has stopped; the file is being prepared.
    available,    ///< The file can be downloaded.
    failed,
    unknown,  ///< From a newer server; see `open_enum::text`.
};

/// A room was created.
struct room_created {
    std::string room_id;  ///< The room's id.

    bool operator==(const room_created&) const = default;
};

/// A room was deleted by a call, or because its `peerless_purge_timeout` expired. The
/// `peer_deleted` notifications of its peers precede it.
struct room_deleted {
    std::string room_id;  ///< The room's id.

    bool operator==(const room_deleted&) const = default;
};

/// A room crashed. It no longer exists, nor do its peers and components.
struct room_crashed {
    std::string room_id;  ///< The room's id.

    bool operator==(const room_crashed&) const = default;
};

/// A peer was added to a room by a call. It has not connected yet.
struct peer_added {
    std::string room_id;  ///< The room's id.
    std::string peer_id;  ///< The peer's id.
    open_enum<jellyfish::peer_type> peer_type =
        jellyfish::peer_type::unspecified;  ///< The peer's type. Fishjam only.

    bool operator==(const peer_added&) const = default;
};

/// A peer was deleted by a call, with its room, or because its `peer_disconnected_timeout` expired.
struct peer_deleted {
    std::string room_id;  ///< The room's id.
    std::string peer_id;  ///< The peer's id.
    open_enum<jellyfish::peer_type> peer_type =
        jellyfish::peer_type::unspecified;  ///< The peer's type. Fishjam only.

    bool operator==(const peer_deleted&) const = default;
};

/// A peer connected its WebSocket and authenticated.
struct peer_connected {
    std::string room_id;  ///< The room's id.
    std::string peer_id;  ///< The peer's id.
    open_enum<jellyfish::peer_type> peer_type =
        jellyfish::peer_type::unspecified;  ///< The peer's type. Fishjam only.

    bool operator==(const peer_connected&) const = default;
};

/// A peer's WebSocket closed. The peer stays in the room and may connect again.
struct peer_disconnected {
    std::string room_id;  ///< The room's id.
    std::string peer_id;  ///< The peer's id.
    open_enum<jellyfish::peer_type> peer_type =
        jellyfish::peer_type::unspecified;  ///< The peer's type. Fishjam only.

    bool operator==(const peer_disconnected&) const = default;
};

/// A peer's endpoint crashed. The peer is removed from the room; no `peer_deleted` follows.
struct peer_crashed {
    std::string room_id;  ///< The room's id.
    std::string peer_id;  ///< The peer's id.
    std::string reason;   ///< Why it crashed; may be empty.
    open_enum<jellyfish::peer_type> peer_type =
        jellyfish::peer_type::unspecified;  ///< The peer's type. Fishjam only.

    bool operator==(const peer_crashed&) const = default;
};

/// A peer set its metadata.
struct peer_metadata_updated {
    std::string room_id;   ///< The room's id.
    std::string peer_id;   ///< The peer's id.
    std::string metadata;  ///< JSON text.
    open_enum<jellyfish::peer_type> peer_type =
        jellyfish::peer_type::unspecified;  ///< The peer's type. Fishjam only.

    bool operator==(const peer_metadata_updated&) const = default;
};

/// A component crashed. It is removed from the room.
struct component_crashed {
    std::string room_id;       ///< The room's id.
    std::string component_id;  ///< The component's id.

    bool operator==(const component_crashed&) const = default;
};

/// The peer or component that a track belongs to.
struct track_endpoint {
    endpoint_kind kind = endpoint_kind::unspecified;  ///< Peer or component.
    std::string id;                                   ///< The id of the peer or component.

    /// Returns whether the endpoint is a peer.
    [[nodiscard]] bool is_peer() const noexcept { return kind == endpoint_kind::peer; }
    /// Returns whether the endpoint is a component.
    [[nodiscard]] bool is_component() const noexcept { return kind == endpoint_kind::component; }

    bool operator==(const track_endpoint&) const = default;
};

/// A peer or component started sending a track.
struct track_added {
    std::string room_id;      ///< The room's id.
    track_endpoint endpoint;  ///< The sender of the track.
    jellyfish::track track;   ///< The track.

    bool operator==(const track_added&) const = default;
};

/// A peer or component stopped sending a track.
struct track_removed {
    std::string room_id;      ///< The room's id.
    track_endpoint endpoint;  ///< The sender of the track.
    jellyfish::track track;   ///< The track.

    bool operator==(const track_removed&) const = default;
};

/// A track's metadata changed.
struct track_metadata_updated {
    std::string room_id;      ///< The room's id.
    track_endpoint endpoint;  ///< The sender of the track.
    jellyfish::track track;   ///< The track, with its new metadata.

    bool operator==(const track_metadata_updated&) const = default;
};

/// A room's HLS stream is ready to play.
struct hls_playable {
    std::string room_id;       ///< The room's id.
    std::string component_id;  ///< The component's id.

    bool operator==(const hls_playable&) const = default;
};

/// A room's HLS stream was uploaded. Often arrives after `room_deleted`.
struct hls_uploaded {
    std::string room_id;  ///< The room's id.

    bool operator==(const hls_uploaded&) const = default;
};

/// The upload of a room's HLS stream failed.
struct hls_upload_crashed {
    std::string room_id;  ///< The room's id.

    bool operator==(const hls_upload_crashed&) const = default;
};

/// A livestream started. Fishjam only, which deprecates it: use `streamer_connected`.
struct stream_connected {
    std::string stream_id;  ///< The livestream's id.

    bool operator==(const stream_connected&) const = default;
};

/// A livestream stopped. Fishjam only, which deprecates it: use `streamer_disconnected`.
struct stream_disconnected {
    std::string stream_id;  ///< The livestream's id.

    bool operator==(const stream_disconnected&) const = default;
};

/// A viewer started watching a livestream. Fishjam only.
struct viewer_connected {
    std::string stream_id;  ///< The livestream's id.
    std::string viewer_id;  ///< The viewer's id.

    bool operator==(const viewer_connected&) const = default;
};

/// A viewer stopped watching a livestream. Fishjam only.
struct viewer_disconnected {
    std::string stream_id;  ///< The livestream's id.
    std::string viewer_id;  ///< The viewer's id.

    bool operator==(const viewer_disconnected&) const = default;
};

/// A streamer started sending a livestream. Fishjam only.
struct streamer_connected {
    std::string stream_id;    ///< The livestream's id.
    std::string streamer_id;  ///< The streamer's id.

    bool operator==(const streamer_connected&) const = default;
};

/// A streamer stopped sending a livestream. Fishjam only.
struct streamer_disconnected {
    std::string stream_id;    ///< The livestream's id.
    std::string streamer_id;  ///< The streamer's id.

    bool operator==(const streamer_disconnected&) const = default;
};

/// A peer or component opened a data channel. Fishjam only.
struct channel_added {
    std::string room_id;      ///< The room's id.
    track_endpoint endpoint;  ///< The owner of the channel.
    std::string channel_id;   ///< The channel's id.

    bool operator==(const channel_added&) const = default;
};

/// A peer or component closed a data channel. Fishjam only.
struct channel_removed {
    std::string room_id;      ///< The room's id.
    track_endpoint endpoint;  ///< The owner of the channel.
    std::string channel_id;   ///< The channel's id.

    bool operator==(const channel_removed&) const = default;
};

/// A peer's tracks are forwarded to a composition, or the forwarded tracks changed. Fishjam only.
struct track_forwarding {
    std::string room_id;          ///< The room's id.
    std::string peer_id;          ///< The peer's id.
    std::string composition_url;  ///< The address of the composition.
    std::string input_id;         ///< The input of the composition.
    optional_track audio_track;   ///< The forwarded audio track, if any.
    optional_track video_track;   ///< The forwarded video track, if any.

    bool operator==(const track_forwarding&) const = default;
};

/// A peer's tracks are no longer forwarded to a composition. Fishjam only.
struct track_forwarding_removed {
    std::string room_id;          ///< The room's id.
    std::string peer_id;          ///< The peer's id.
    std::string composition_url;  ///< The address of the composition.
    std::string input_id;         ///< The input of the composition.

    bool operator==(const track_forwarding_removed&) const = default;
};

/// A peer started or stopped speaking on an audio track. Fishjam only.
struct vad_notification {
    std::string room_id;                                     ///< The room's id.
    std::string peer_id;                                     ///< The peer's id.
    std::string track_id;                                    ///< The track's id.
    open_enum<vad_status> status = vad_status::unspecified;  ///< Speech or silence.

    bool operator==(const vad_notification&) const = default;
};

/// The state of a recording changed. Fishjam only.
struct recording_status_changed {
    std::string recording_id;                                            ///< The recording's id.
    open_enum<recording_status> status = recording_status::unspecified;  ///< The new state.
    std::string metadata;  ///< JSON text, as set when the recording was created.

    bool operator==(const recording_status_changed&) const = default;
};

/// WebRTC metrics of all rooms, sent about once a second to sessions that subscribe to them.
struct metrics_report {
    std::string metrics;  ///< JSON text (protocol: "Metrics report").

    bool operator==(const metrics_report&) const = default;
};

/// A message from a newer server, with content that this library does not know.
struct unknown_notification {
    std::string bytes;  ///< The whole `ServerMessage`, as received.

    bool operator==(const unknown_notification&) const = default;
};

/// Inserted by the library: the session was lost here and is being restored.
struct disconnected {
    boost::system::error_code code;  ///< Why the session was lost: a code of `errc`.
    std::string reason;              ///< A readable description. Contains no secrets.

    bool operator==(const disconnected&) const = default;
};

/// Inserted by the library: the session was restored here. The server does not replay the
/// notifications missed in between; fetch the current state over REST.
struct reconnected {
    /// The time from the last byte of the lost session until the new session was ready. If
    /// `overflow_policy::drop_oldest` dropped all notifications between several gaps, their sum.
    std::chrono::milliseconds gap{0};
    std::uint32_t attempts = 0;  ///< Connection attempts, including the successful one.

    bool operator==(const reconnected&) const = default;
};

/// Inserted by the library: notifications were dropped here because the queue was full, either with
/// `overflow_policy::drop_oldest` or during `close()`.
struct dropped {
    std::uint64_t count = 0;  ///< The number of dropped notifications.

    bool operator==(const dropped&) const = default;
};

/// The alternatives of a `notification`.
using notification_variant =
    std::variant<room_created, room_deleted, room_crashed, peer_added, peer_deleted, peer_connected,
                 peer_disconnected, peer_crashed, peer_metadata_updated, component_crashed,
                 track_added, track_removed, track_metadata_updated, hls_playable, hls_uploaded,
                 hls_upload_crashed, stream_connected, stream_disconnected, viewer_connected,
                 viewer_disconnected, streamer_connected, streamer_disconnected, channel_added,
                 channel_removed, track_forwarding, track_forwarding_removed, vad_notification,
                 recording_status_changed, metrics_report, unknown_notification, disconnected,
                 reconnected, dropped>;

/// An event that a server reported, or an event of the session itself. Derives from a
/// `std::variant`, so `std::visit`, `std::get_if` and `std::holds_alternative` work. The copy and
/// move operations and the destructor are compiled into the library, because their code is large.
class JELLYFISH_DECL notification : public notification_variant {
public:
    using notification_variant::notification_variant;
    using notification_variant::operator=;

    /// Constructs an empty `room_created`.
    notification();
    /// Copies.
    notification(const notification& other);
    /// Moves.
    notification(notification&& other) noexcept;
    /// Copies. Reuses the memory of a notification of the same type.
    notification& operator=(const notification& other);
    /// Moves.
    notification& operator=(notification&& other) noexcept;
    ~notification();

    bool operator==(const notification& other) const;
};

/// Returns the id of the room that a notification is about, or an empty string if there is none.
/// Valid until the notification is modified or destroyed.
[[nodiscard]] JELLYFISH_DECL std::string_view room_id_of(const notification& value) noexcept;

/// Returns the name of a notification's type, such as `room_created`.
[[nodiscard]] JELLYFISH_DECL std::string_view name_of(const notification& value) noexcept;

/// Combines several callables into one visitor for `std::visit`.
template <class... Callables>
struct overloaded : Callables... {
    using Callables::operator()...;
};

/// Deduces the callable types.
template <class... Callables>
overloaded(Callables...) -> overloaded<Callables...>;

namespace detail {

/// The index of a type among the alternatives, or their number if it is not one of them.
template <class T, class... Alternatives>
[[nodiscard]] constexpr std::size_t position(const std::variant<Alternatives...>* /*among*/) {
    std::size_t at = 0;
    (void)((std::is_same_v<T, Alternatives> || (++at, false)) || ...);
    return at;
}

template <class T>
inline constexpr std::size_t notification_position =
    position<T>(static_cast<const notification_variant*>(nullptr));

inline constexpr std::size_t notification_count = std::variant_size_v<notification_variant>;

JELLYFISH_DECL void print(std::ostream& out, std::size_t position, const void* value);

}  // namespace detail

/// Prints one line such as `room_created{room_id: "…"}`, with control characters escaped. Omits an
/// unspecified `peer_type` or `status` and tracks that are not set.
template <class T>
    requires(detail::notification_position<T> < detail::notification_count)
std::ostream& operator<<(std::ostream& out, const T& value) {
    detail::print(out, detail::notification_position<T>, &value);
    return out;
}

/// @{
/// Prints one line, with control characters escaped.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, peer_type value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, vad_status value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, recording_status value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track_endpoint& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const notification& value);
/// @}

}  // namespace jellyfish

/// @cond
template <>
struct std::variant_size<jellyfish::notification>
    : std::variant_size<jellyfish::notification_variant> {};
template <std::size_t Index>
struct std::variant_alternative<Index, jellyfish::notification>
    : std::variant_alternative<Index, jellyfish::notification_variant> {};
/// @endcond
