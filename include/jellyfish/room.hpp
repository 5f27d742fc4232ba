#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/track.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// @file
/// Rooms and what is in them, as the REST API tells them (protocol: "REST").

namespace jellyfish {

/// The codec that a room enforces on its video tracks.
enum class video_codec : std::uint8_t {
    h264,
    vp8,
    unknown,  ///< Of a later server: see `open_enum::text`.
};

/// How a room is made. All is optional; what is not set is left to the server.
///
/// Setters return the object, so that they can be chained; the same names without an argument read.
class JELLYFISH_DECL room_config {
public:
    // Compiled in the library, for what a user's coroutines cost to compile. Not an aggregate,
    // which would be destroyed twice in an awaited call.
    room_config();
    /// @{
    /// Copies or moves; a moved-from object can only be assigned to or destroyed.
    room_config(const room_config&);
    room_config(room_config&&) noexcept;
    room_config& operator=(const room_config&);
    room_config& operator=(room_config&&) noexcept;
    /// @}
    ~room_config();

    /// The room's id: letters, digits and hyphens, unique at the server. Default: a fresh UUID.
    room_config& room_id(std::string value) {
        room_id_ = std::move(value);
        return *this;
    }
    /// Returns the room id.
    [[nodiscard]] const std::optional<std::string>& room_id() const noexcept { return room_id_; }

    /// How many peers may be in the room at once; 0 lets none in. Default: no limit.
    room_config& max_peers(std::uint32_t value) {
        max_peers_ = value;
        return *this;
    }
    /// Returns the limit of peers.
    [[nodiscard]] const std::optional<std::uint32_t>& max_peers() const noexcept {
        return max_peers_;
    }

    /// The codec that is enforced. HLS, RTSP and recording components need `h264`. One that this
    /// library does not know is sent as its text. Default: none.
    room_config& video_codec(open_enum<jellyfish::video_codec> value) {
        video_codec_ = std::move(value);
        return *this;
    }
    /// Returns the video codec.
    [[nodiscard]] const std::optional<open_enum<jellyfish::video_codec>>& video_codec()
        const noexcept {
        return video_codec_;
    }

    /// Where the server posts this room's notifications: `http://` or `https://`, with a host and
    /// a path. Refused with `errc::invalid_argument` before anything is sent when it has no host or
    /// a port that is no number, since such a URL stops all webhooks of a server. Default: nowhere.
    room_config& webhook_url(std::string value) {
        webhook_url_ = std::move(value);
        return *this;
    }
    /// Returns the webhook URL.
    [[nodiscard]] const std::optional<std::string>& webhook_url() const noexcept {
        return webhook_url_;
    }

    /// The room is deleted when no peer has been in it for so long. At least 1 s. Default: never.
    room_config& peerless_purge_timeout(std::chrono::seconds value) {
        peerless_purge_timeout_ = value;
        return *this;
    }
    /// Returns the peerless purge timeout.
    [[nodiscard]] const std::optional<std::chrono::seconds>& peerless_purge_timeout()
        const noexcept {
        return peerless_purge_timeout_;
    }

    /// A peer is deleted when it has been disconnected for so long. At least 1 s. Default: never.
    room_config& peer_disconnected_timeout(std::chrono::seconds value) {
        peer_disconnected_timeout_ = value;
        return *this;
    }
    /// Returns the peer disconnected timeout.
    [[nodiscard]] const std::optional<std::chrono::seconds>& peer_disconnected_timeout()
        const noexcept {
        return peer_disconnected_timeout_;
    }

    bool operator==(const room_config&) const = default;

private:
    std::optional<std::string> room_id_;
    std::optional<std::uint32_t> max_peers_;
    std::optional<open_enum<jellyfish::video_codec>> video_codec_;
    std::optional<std::string> webhook_url_;
    std::optional<std::chrono::seconds> peerless_purge_timeout_;
    std::optional<std::chrono::seconds> peer_disconnected_timeout_;
};

/// Whether a peer's socket is connected.
enum class peer_status : std::uint8_t {
    disconnected,
    connected,
    unknown,  ///< Of a later server: see `open_enum::text`.
};

/// A peer of a room.
struct peer {
    std::string id;    ///< The peer's id.
    std::string type;  ///< `webrtc`.
    open_enum<peer_status> status =
        peer_status::disconnected;  ///< Whether its socket is connected.
    std::vector<track> tracks;      ///< The peer's tracks.
    std::string metadata;           ///< JSON text; `null` until the peer has set it.

    bool operator==(const peer&) const = default;
};

/// A room.
struct room {
    std::string id;                     ///< The room's id.
    room_config config;                 ///< How it was made.
    std::vector<component> components;  ///< In the order of the server.
    std::vector<peer> peers;            ///< In the order of the server.

    bool operator==(const room&) const = default;
};

/// How a WebRTC peer is made.
class peer_options_webrtc {
public:
    peer_options_webrtc() {}  // User-provided: see room_config.

    /// Whether the peer may send its video in several qualities. Default: true.
    peer_options_webrtc& enable_simulcast(bool value) {
        enable_simulcast_ = value;
        return *this;
    }
    /// Returns whether simulcast is enabled.
    [[nodiscard]] bool enable_simulcast() const noexcept { return enable_simulcast_; }

    bool operator==(const peer_options_webrtc&) const = default;

private:
    bool enable_simulcast_ = true;
};

/// What `room_api::create_room` gives.
struct create_room_result {
    jellyfish::room room;  ///< The new room.
    std::string
        server_address;  ///< The node that has the room: `host:port`, perhaps with a prefix.

    bool operator==(const create_room_result&) const = default;
};

/// What `room_api::add_peer` gives.
struct add_peer_result {
    jellyfish::peer peer;            ///< The new peer.
    std::string token;               ///< For the peer to authenticate with; valid 24 h. A secret.
    std::string peer_websocket_url;  ///< Where the peer connects to, without a scheme.

    bool operator==(const add_peer_result&) const = default;
};

/// @{
/// Prints one line; a peer's token is not printed, and only the host of a webhook's URL.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, video_codec value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_config& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, peer_status value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const peer& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const peer_options_webrtc& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const create_room_result& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const add_peer_result& value);
/// @}

}  // namespace jellyfish
