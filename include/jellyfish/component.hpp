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
/// The components of a room, as the REST API tells them (protocol: "REST", Component).
///
/// Each kind is a struct with `id`, `properties` and `tracks`; kinds that this library does not
/// know stay readable as `component_unknown`.

namespace jellyfish {

/// Which tracks a component takes: all of the room, or those it is told of by
/// `room_api::subscribe`.
enum class subscribe_mode : std::uint8_t {
    automatic,
    manual,
    unknown,  ///< Of a later server: see `open_enum::text`. Not to be asked for.
};

/// What a server says of an HLS component.
struct hls_properties {
    bool playable = false;     ///< Whether the stream can be played already: see `hls_playable`.
    bool low_latency = false;  ///< Whether the stream is made of parts (LL-HLS).
    bool persistent = false;   ///< Whether the stream stays when the room has gone.
    std::optional<std::chrono::seconds> target_window_duration;  ///< Empty: the whole stream.
    /// Which tracks it takes.
    open_enum<jellyfish::subscribe_mode> subscribe_mode = jellyfish::subscribe_mode::automatic;
    std::optional<s3_credentials> s3;  ///< Where the stream is uploaded to. Not printed.

    bool operator==(const hls_properties&) const = default;
};

/// What a server says of an RTSP component.
struct rtsp_properties {
    std::string source_uri;      ///< May hold a user's password: printed without it.
    std::uint16_t rtp_port = 0;  ///< Where media is received.
    std::chrono::milliseconds reconnect_delay{0};      ///< Before it connects again.
    std::chrono::milliseconds keep_alive_interval{0};  ///< Between keep-alive messages.
    bool pierce_nat = false;  ///< Whether it opens a way through the server's NAT.

    bool operator==(const rtsp_properties&) const = default;
};

/// What a server says of a file component.
struct file_properties {
    std::string file_path;                   ///< In the server's folder of sources.
    std::optional<std::uint32_t> framerate;  ///< Frames per second; empty for audio.

    bool operator==(const file_properties&) const = default;
};

/// Who a SIP component is at its registrar.
struct sip_credentials {
    std::string address;   ///< The registrar.
    std::string username;  ///< The user at the registrar.
    std::string password;  ///< A secret: not printed.

    bool operator==(const sip_credentials&) const = default;
};

/// What a server says of a SIP component.
struct sip_properties {
    sip_credentials registrar_credentials;  ///< Who it is at its registrar.

    bool operator==(const sip_properties&) const = default;
};

/// What a server says of a recording component.
struct recording_properties {
    /// Which tracks it takes.
    open_enum<jellyfish::subscribe_mode> subscribe_mode = jellyfish::subscribe_mode::automatic;

    bool operator==(const recording_properties&) const = default;
};

/// Makes an HTTP live stream of a room.
struct component_hls {
    std::string id;             ///< The component's id.
    hls_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;  ///< The component's tracks.

    bool operator==(const component_hls&) const = default;
};

/// Brings an RTSP stream into a room.
struct component_rtsp {
    std::string id;              ///< The component's id.
    rtsp_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;   ///< The component's tracks.

    bool operator==(const component_rtsp&) const = default;
};

/// Plays a file of the server's into a room.
struct component_file {
    std::string id;              ///< The component's id.
    file_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;   ///< The component's tracks.

    bool operator==(const component_file&) const = default;
};

/// Brings phone calls into a room.
struct component_sip {
    std::string id;             ///< The component's id.
    sip_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;  ///< The component's tracks.

    bool operator==(const component_sip&) const = default;
};

/// Records a room.
struct component_recording {
    std::string id;                   ///< The component's id.
    recording_properties properties;  ///< The properties that the server reports.
    std::vector<track> tracks;        ///< The component's tracks.

    bool operator==(const component_recording&) const = default;
};

/// A component of a kind that this library does not know, from a later server.
struct component_unknown {
    std::string id;             ///< The component's id.
    std::string type;           ///< As the server names it.
    std::string properties;     ///< JSON text, as the server sent it.
    std::vector<track> tracks;  ///< The component's tracks.

    bool operator==(const component_unknown&) const = default;
};

/// A component of a room: `std::get_if<component_hls>(&component)`, or `std::visit`.
using component = std::variant<component_hls, component_rtsp, component_file, component_sip,
                               component_recording, component_unknown>;

/// A component's id. Valid as long as the component lives unchanged.
[[nodiscard]] JELLYFISH_DECL const std::string& id_of(const component& value) noexcept;

/// A component's tracks. Valid as long as the component lives unchanged.
[[nodiscard]] JELLYFISH_DECL const std::vector<track>& tracks_of(const component& value) noexcept;

/// The server's name of a component's kind, as `hls`. Valid as long as the component lives
/// unchanged.
[[nodiscard]] JELLYFISH_DECL std::string_view type_of(const component& value) noexcept;

/// @{
/// Prints one line, as `component_hls{id: "…", …}`; passwords are not printed.
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
