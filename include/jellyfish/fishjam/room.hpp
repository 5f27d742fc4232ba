#pragma once

#include <jellyfish/component.hpp>
#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/room.hpp>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// @file
/// The rooms of Fishjam and their peers (protocol: "Fishjam").

namespace jellyfish::fishjam {

/// The type of a room.
enum class room_type : std::uint8_t {
    conference,
    audio_only,
    livestream,
    audio_only_livestream,
    unknown,  ///< A type of a later server, or a former name; see `open_enum::text`.
};

/// Settings for a new room. All are optional; the server uses its defaults for unset ones.
///
/// Setters return the object, so calls can be chained. Each setter has a getter of the same name,
/// which returns an empty optional unless it is set.
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

    /// The maximum number of peers in the room; 0 means no limit. Default: no limit.
    room_config& max_peers(std::uint32_t value) {
        max_peers_ = value;
        return *this;
    }
    /// Returns the maximum number of peers.
    [[nodiscard]] const std::optional<std::uint32_t>& max_peers() const noexcept {
        return max_peers_;
    }

    /// The codec to enforce. A codec unknown to this library is sent as its text. Default: `h264`.
    room_config& video_codec(open_enum<jellyfish::video_codec> value) {
        video_codec_ = std::move(value);
        return *this;
    }
    /// Returns the video codec.
    [[nodiscard]] const std::optional<open_enum<jellyfish::video_codec>>& video_codec()
        const noexcept {
        return video_codec_;
    }

    /// The type of the room. A type unknown to this library is sent as its text. Default:
    /// `conference`.
    room_config& room_type(open_enum<fishjam::room_type> value) {
        room_type_ = std::move(value);
        return *this;
    }
    /// Returns the room type.
    [[nodiscard]] const std::optional<open_enum<fishjam::room_type>>& room_type() const noexcept {
        return room_type_;
    }

    /// Whether viewers of a livestream need no token. Default: false.
    room_config& is_public(bool value) {
        public_ = value;
        return *this;
    }
    /// Returns whether viewers need no token.
    [[nodiscard]] const std::optional<bool>& is_public() const noexcept { return public_; }

    /// Whether the server may send several notifications in one webhook request. Default: false.
    room_config& batch_webhook_notifications(bool value) {
        batch_webhook_notifications_ = value;
        return *this;
    }
    /// Returns whether webhook requests are batched.
    [[nodiscard]] const std::optional<bool>& batch_webhook_notifications() const noexcept {
        return batch_webhook_notifications_;
    }

    /// The URL to which the server posts the room's notifications, instead of the one set in the
    /// dashboard: `http://` or `https://`, with a host and a path. Deprecated by Fishjam. An
    /// invalid URL is rejected with `errc::invalid_argument` before anything is sent. Default:
    /// none.
    room_config& webhook_url(std::string value) {
        webhook_url_ = std::move(value);
        return *this;
    }
    /// Returns the webhook URL. In a room that the server returned, this may be the URL from the
    /// dashboard.
    [[nodiscard]] const std::optional<std::string>& webhook_url() const noexcept {
        return webhook_url_;
    }

    bool operator==(const room_config&) const = default;

private:
    std::optional<std::uint32_t> max_peers_;
    std::optional<open_enum<jellyfish::video_codec>> video_codec_;
    std::optional<open_enum<fishjam::room_type>> room_type_;
    std::optional<bool> public_;
    std::optional<bool> batch_webhook_notifications_;
    std::optional<std::string> webhook_url_;
};

/// The subscriptions of a peer with `subscribe_mode::manual`.
struct subscriptions {
    std::vector<std::string> peers;   ///< The ids of peers; it receives all of their tracks.
    std::vector<std::string> tracks;  ///< The ids of individual tracks that it receives.

    bool operator==(const subscriptions&) const = default;
};

/// A peer of a room. Its type is `webrtc`, `agent` or `vapi`. Its metadata is a JSON object with
/// the members `peer`, set by the peer, and `server`, set by `webrtc_peer_options::metadata`.
struct peer : jellyfish::peer {
    /// Whether it receives all tracks or those in `subscriptions`.
    open_enum<jellyfish::subscribe_mode> subscribe_mode = jellyfish::subscribe_mode::automatic;
    fishjam::subscriptions subscriptions;  ///< Used with `subscribe_mode::manual`.

    bool operator==(const peer&) const = default;
};

/// Tracks of a peer that are forwarded to a composition.
struct forwarding {
    std::string peer_id;                        ///< The peer whose tracks are forwarded.
    std::string input_id;                       ///< The input of the composition.
    std::optional<std::string> audio_track_id;  ///< The audio track, if any.
    std::optional<std::string> video_track_id;  ///< The video track, if any.

    bool operator==(const forwarding&) const = default;
};

/// The composition to which the tracks of a room are forwarded.
struct composition_info {
    std::string composition_url;          ///< The URL of the composition.
    std::vector<forwarding> forwardings;  ///< In the server's order.

    bool operator==(const composition_info&) const = default;
};

/// A room.
struct room {
    std::string id;           ///< The room's id.
    room_config config;       ///< The settings it was created with, and the server's defaults.
    std::vector<peer> peers;  ///< In the server's order.
    std::optional<composition_info> composition;  ///< Set while its tracks are forwarded.
    std::string extra = {};                       ///< As in `jellyfish::room`.

    bool operator==(const room&) const = default;
};

/// Settings for a new WebRTC peer.
class webrtc_peer_options {
public:
    webrtc_peer_options() {}  // User-provided: see room_config.

    /// The member `server` of the peer's metadata: the text of a JSON object. Default: `{}`.
    webrtc_peer_options& metadata(std::string json) {
        metadata_ = std::move(json);
        return *this;
    }
    /// Returns the metadata; empty unless set.
    [[nodiscard]] const std::optional<std::string>& metadata() const noexcept { return metadata_; }

    /// Whether the peer receives all tracks, or those that `room_api::subscribe_peer` and
    /// `room_api::subscribe_tracks` select. Default: `automatic`.
    webrtc_peer_options& subscribe_mode(jellyfish::subscribe_mode value) {
        subscribe_mode_ = value;
        return *this;
    }
    /// Returns the subscribe mode; empty unless set.
    [[nodiscard]] const std::optional<jellyfish::subscribe_mode>& subscribe_mode() const noexcept {
        return subscribe_mode_;
    }

    bool operator==(const webrtc_peer_options&) const = default;

private:
    std::optional<std::string> metadata_;
    std::optional<jellyfish::subscribe_mode> subscribe_mode_;
};

/// The format of the audio that an agent receives.
enum class audio_format : std::uint8_t {
    pcm16,
};

/// Settings for a new agent: a peer that connects with `fishjam::agent`.
class agent_peer_options {
public:
    agent_peer_options() {}  // User-provided: see room_config.

    /// The format of the audio that the agent receives. Default: `pcm16`.
    agent_peer_options& audio_format(fishjam::audio_format value) {
        audio_format_ = value;
        return *this;
    }
    /// Returns the audio format; empty unless set.
    [[nodiscard]] const std::optional<fishjam::audio_format>& audio_format() const noexcept {
        return audio_format_;
    }

    /// The sample rate of that audio in Hz: 16 000 or 24 000. Default: the server's.
    agent_peer_options& audio_sample_rate(std::uint32_t value) {
        audio_sample_rate_ = value;
        return *this;
    }
    /// Returns the sample rate; empty unless set.
    [[nodiscard]] const std::optional<std::uint32_t>& audio_sample_rate() const noexcept {
        return audio_sample_rate_;
    }

    /// See `webrtc_peer_options::subscribe_mode`. Default: `automatic`.
    agent_peer_options& subscribe_mode(jellyfish::subscribe_mode value) {
        subscribe_mode_ = value;
        return *this;
    }
    /// Returns the subscribe mode; empty unless set.
    [[nodiscard]] const std::optional<jellyfish::subscribe_mode>& subscribe_mode() const noexcept {
        return subscribe_mode_;
    }

    bool operator==(const agent_peer_options&) const = default;

private:
    std::optional<fishjam::audio_format> audio_format_;
    std::optional<std::uint32_t> audio_sample_rate_;
    std::optional<jellyfish::subscribe_mode> subscribe_mode_;
};

/// Settings for a new peer that represents a Vapi call.
class vapi_peer_options {
public:
    /// @param api_key The private API key of the Vapi account. A secret.
    /// @param call_id The id of the call: letters, digits and hyphens.
    vapi_peer_options(std::string api_key, std::string call_id)
        : api_key_(std::move(api_key)), call_id_(std::move(call_id)) {}

    /// Returns the API key.
    [[nodiscard]] const std::string& api_key() const noexcept { return api_key_; }
    /// Returns the id of the call.
    [[nodiscard]] const std::string& call_id() const noexcept { return call_id_; }

    /// See `webrtc_peer_options::subscribe_mode`. Default: `automatic`.
    vapi_peer_options& subscribe_mode(jellyfish::subscribe_mode value) {
        subscribe_mode_ = value;
        return *this;
    }
    /// Returns the subscribe mode; empty unless set.
    [[nodiscard]] const std::optional<jellyfish::subscribe_mode>& subscribe_mode() const noexcept {
        return subscribe_mode_;
    }

    bool operator==(const vapi_peer_options&) const = default;

private:
    std::string api_key_;
    std::string call_id_;
    std::optional<jellyfish::subscribe_mode> subscribe_mode_;
};

/// The result of `room_api::add_peer`.
struct add_peer_result {
    fishjam::peer peer;              ///< The new peer.
    std::string token;               ///< Authenticates the peer; valid for 24 h. A secret.
    std::string peer_websocket_url;  ///< The URL to which the peer connects; may be empty.

    bool operator==(const add_peer_result&) const = default;
};

/// @{
/// Prints one line. Omits tokens, keys, and all of a webhook URL except its host.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, room_type value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, audio_format value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room_config& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const subscriptions& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const peer& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const forwarding& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const composition_info& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const room& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const webrtc_peer_options& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const agent_peer_options& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const vapi_peer_options& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const add_peer_result& value);
/// @}

}  // namespace jellyfish::fishjam
