#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>
#include <jellyfish/s3_credentials.hpp>
#include <jellyfish/track.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// @file
/// The components of a room, as the REST API returns them (protocol: "REST", Component).
///
/// Each kind is a struct with `id`, `properties` and `tracks`. Kinds unknown to this library are
/// read as `component_unknown`.

namespace jellyfish {

/// Which tracks a component receives: all of the room, or those selected with
/// `room_api::subscribe`.
enum class subscribe_mode : std::uint8_t {
    automatic,
    manual,
    unknown,  ///< Sent by a later server; see `open_enum::text`. Not valid in a request.
};

/// The properties of an HLS component.
struct hls_properties {
    bool playable = false;     ///< Whether the stream is playable; see `hls_playable`.
    bool low_latency = false;  ///< Whether the stream uses partial segments (LL-HLS).
    bool persistent = false;   ///< Whether the stream outlives the room.
    std::optional<std::chrono::seconds> target_window_duration;  ///< Empty: the whole stream.
    /// Which tracks it receives.
    open_enum<jellyfish::subscribe_mode> subscribe_mode = jellyfish::subscribe_mode::automatic;
    std::optional<s3_credentials> s3;  ///< Where the stream is uploaded. Not printed.

    bool operator==(const hls_properties&) const = default;
};

/// The properties of an RTSP component.
struct rtsp_properties {
    std::string source_uri;      ///< May contain a user's password, which is not printed.
    std::uint16_t rtp_port = 0;  ///< The port that receives media.
    std::chrono::milliseconds reconnect_delay{0};      ///< The delay before it reconnects.
    std::chrono::milliseconds keep_alive_interval{0};  ///< The time between keep-alive messages.
    bool pierce_nat = false;  ///< Whether it opens a path through the server's NAT.

    bool operator==(const rtsp_properties&) const = default;
};

/// The properties of a file component.
struct file_properties {
    std::string file_path;                   ///< Relative to the server's folder of source files.
    std::optional<std::uint32_t> framerate;  ///< Frames per second; empty for audio.

    bool operator==(const file_properties&) const = default;
};

/// The credentials of a SIP component at its registrar.
struct sip_credentials {
    std::string address;   ///< The registrar.
    std::string username;  ///< The user at the registrar.
    std::string password;  ///< A secret. Not printed.

    bool operator==(const sip_credentials&) const = default;
};

/// The properties of a SIP component.
struct sip_properties {
    sip_credentials registrar_credentials;  ///< Its credentials at the registrar.

    bool operator==(const sip_properties&) const = default;
};

/// The properties of a recording component.
struct recording_properties {
    /// Which tracks it receives.
    open_enum<jellyfish::subscribe_mode> subscribe_mode = jellyfish::subscribe_mode::automatic;

    bool operator==(const recording_properties&) const = default;
};

/// Publishes a room as an HTTP live stream.
struct component_hls {
    std::string id;             ///< The component's id.
    hls_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;  ///< The component's tracks.
    std::string extra = {};     ///< As in `jellyfish::room`.

    bool operator==(const component_hls&) const = default;
};

/// Adds an RTSP stream to a room.
struct component_rtsp {
    std::string id;              ///< The component's id.
    rtsp_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;   ///< The component's tracks.
    std::string extra = {};      ///< As in `jellyfish::room`.

    bool operator==(const component_rtsp&) const = default;
};

/// Plays a file on the server into a room.
struct component_file {
    std::string id;              ///< The component's id.
    file_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;   ///< The component's tracks.
    std::string extra = {};      ///< As in `jellyfish::room`.

    bool operator==(const component_file&) const = default;
};

/// Connects phone calls to a room.
struct component_sip {
    std::string id;             ///< The component's id.
    sip_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;  ///< The component's tracks.
    std::string extra = {};     ///< As in `jellyfish::room`.

    bool operator==(const component_sip&) const = default;
};

/// Records a room.
struct component_recording {
    std::string id;                   ///< The component's id.
    recording_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;        ///< The component's tracks.
    std::string extra = {};           ///< As in `jellyfish::room`.

    bool operator==(const component_recording&) const = default;
};

/// A component of a kind unknown to this library, from a later server.
struct component_unknown {
    std::string id;             ///< The component's id.
    std::string type;           ///< The server's name for the kind.
    std::string properties;     ///< JSON text, as the server sent it.
    std::vector<track> tracks;  ///< The component's tracks.
    std::string extra = {};     ///< As in `jellyfish::room`.

    bool operator==(const component_unknown&) const = default;
};

/// A component of a room. Read it with `std::get_if<component_hls>(&value)` or `std::visit`.
using component = std::variant<component_hls, component_rtsp, component_file, component_sip,
                               component_recording, component_unknown>;

/// Returns a component's id. Valid until the component is modified or destroyed.
[[nodiscard]] JELLYFISH_DECL const std::string& id_of(const component& value) noexcept;

/// Returns a component's tracks. Valid until the component is modified or destroyed.
[[nodiscard]] JELLYFISH_DECL const std::vector<track>& tracks_of(const component& value) noexcept;

/// Returns the server's name for a component's kind, such as `hls`. Valid until the component is
/// modified or destroyed.
[[nodiscard]] JELLYFISH_DECL std::string_view type_of(const component& value) noexcept;

/// @{
/// Prints one line, such as `component_hls{id: "…", …}`. Does not print passwords.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, subscribe_mode value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component_hls& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component_rtsp& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component_file& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component_sip& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component_recording& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component_unknown& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const component& value);
/// @}

}  // namespace jellyfish
