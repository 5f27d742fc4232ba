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
/// Rooms and their contents, as the REST API returns them (protocol: "REST").

namespace jellyfish {

/// The codec that a room enforces on its video tracks.
enum class video_codec : std::uint8_t {
    h264,
    vp8,
    unknown,  ///< Sent by a later server; see `open_enum::text`.
};

/// Settings for a new room. All are optional; the server uses its defaults for unset ones.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name.
class JELLYFISH_DECL room_config {
public:
    // Out of line to keep users' compile times low. Not an aggregate: GCC 12 destroys aggregate
    // temporaries twice in co_await expressions.
    room_config();
    /// @{
    /// Copies or moves; a moved-from object can only be assigned to or destroyed.
    room_config(const room_config&);
    room_config(room_config&&) noexcept;
    room_config& operator=(const room_config&);
    room_config& operator=(room_config&&) noexcept;
    /// @}
    ~room_config();

    /// The room's id: letters, digits and hyphens, unique on the server. Jellyfish only. Default: a
    /// new UUID.
    room_config& room_id(std::string value) {
        room_id_ = std::move(value);
        return *this;
    }
    /// Returns the room id.
    [[nodiscard]] const std::optional<std::string>& room_id() const noexcept { return room_id_; }

    /// The maximum number of peers in the room. With Jellyfish, 0 allows no peers; with Fishjam, 0
    /// means no limit. Default: no limit.
    room_config& max_peers(std::uint32_t value) {
        max_peers_ = value;
        return *this;
    }
    /// Returns the maximum number of peers.
    [[nodiscard]] const std::optional<std::uint32_t>& max_peers() const noexcept {
        return max_peers_;
    }

    /// The codec to enforce. HLS, RTSP and recording components require `h264`. A codec unknown to
    /// this library is sent as its text. Default: none.
    room_config& video_codec(open_enum<jellyfish::video_codec> value) {
        video_codec_ = std::move(value);
        return *this;
    }
    /// Returns the video codec.
    [[nodiscard]] const std::optional<open_enum<jellyfish::video_codec>>& video_codec()
        const noexcept {
        return video_codec_;
    }

    /// The URL to which the server posts the room's notifications: `http://` or `https://`, with a
    /// host and a path. A URL without a host or with an invalid port would stop all webhooks of the
    /// server; it is rejected with `errc::invalid_argument` before anything is sent. Default: none.
    room_config& webhook_url(std::string value) {
        webhook_url_ = std::move(value);
        return *this;
    }
    /// Returns the webhook URL.
    [[nodiscard]] const std::optional<std::string>& webhook_url() const noexcept {
        return webhook_url_;
    }

    /// Deletes the room after it has had no peers for this long. At least 1 s. Jellyfish only.
    /// Default: never.
    room_config& peerless_purge_timeout(std::chrono::seconds value) {
        peerless_purge_timeout_ = value;
        return *this;
    }
    /// Returns the peerless purge timeout.
    [[nodiscard]] const std::optional<std::chrono::seconds>& peerless_purge_timeout()
        const noexcept {
        return peerless_purge_timeout_;
    }

    /// Deletes a peer that has been disconnected for this long. At least 1 s. Jellyfish only.
    /// Default: never.
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
    unknown,  ///< Sent by a later server; see `open_enum::text`.
};

/// A peer of a room.
struct peer {
    std::string id;    ///< The peer's id.
    std::string type;  ///< `webrtc`; with Fishjam, also `agent` or `vapi`.
    open_enum<peer_status> status =
        peer_status::disconnected;  ///< Whether its socket is connected.
    std::vector<track> tracks;      ///< The peer's tracks.
    std::string metadata;           ///< JSON text; `null` until the peer sets it.
    std::string extra = {};         ///< As in `room`.

    bool operator==(const peer&) const = default;
};

/// A room.
struct room {
    std::string id;                     ///< The room's id.
    room_config config;                 ///< The settings it was created with.
    std::vector<component> components;  ///< In the server's order.
    std::vector<peer> peers;            ///< In the server's order.

    /// The members of the server's JSON that this library does not know, as the text of a JSON
    /// object. Unknown members of `config` are in a nested object `config`. Null members are
    /// omitted. Empty if there are none. Not printed.
    std::string extra = {};

    bool operator==(const room&) const = default;
};

/// Settings for a new WebRTC peer.
class peer_options_webrtc {
public:
    peer_options_webrtc() {}  // User-provided: see room_config.

    /// Whether the peer may send its video in several qualities. Jellyfish only. Default: true.
    peer_options_webrtc& enable_simulcast(bool value) {
        enable_simulcast_ = value;
        return *this;
    }
    /// Returns whether simulcast is enabled; empty unless set.
    [[nodiscard]] const std::optional<bool>& enable_simulcast() const noexcept {
        return enable_simulcast_;
    }

    bool operator==(const peer_options_webrtc&) const = default;

private:
    std::optional<bool> enable_simulcast_;
};

/// The result of `room_api::create_room`.
struct create_room_result {
    jellyfish::room room;        ///< The new room.
    std::string server_address;  ///< The node of the room: `host:port`, optionally with a prefix.

    bool operator==(const create_room_result&) const = default;
};

/// The result of `room_api::add_peer`.
struct add_peer_result {
    jellyfish::peer peer;            ///< The new peer.
    std::string token;               ///< Authenticates the peer; valid for 24 h. A secret.
    std::string peer_websocket_url;  ///< The address to which the peer connects, without a scheme.

    bool operator==(const add_peer_result&) const = default;
};

/// @{
/// Prints one line. Omits a peer's token and all of a webhook URL except its host.
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
