#pragma once

#include <jellyfish/detail/printable.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/track.hpp>

#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>

namespace jellyfish::fishjam {

/// Audio of another peer in the room (protocol: "Agents of Fishjam").
struct track_data {
    std::string peer_id;     ///< The id of the peer.
    jellyfish::track track;  ///< The track of the peer.
    /// The audio: with the default output format, signed 16-bit samples, little-endian, mono.
    std::string data;

    bool operator==(const track_data&) const = default;
};

/// An image of a video track of another peer. `next()` returns an image only if no
/// `capture_image()` waits for it, after a timeout or a cancellation.
struct track_image {
    std::string track_id;      ///< The id of the track.
    std::string content_type;  ///< Such as `image/jpeg`.
    std::string data;          ///< The encoded image.

    bool operator==(const track_image&) const = default;
};

/// An event that an agent receives: media of a peer, or an event of its own session. The agent is
/// not in the room from `disconnected` until `reconnected`; its tracks are then added again.
using agent_event = std::variant<track_data, track_image, disconnected, reconnected, dropped>;

/// Returns the name of an event's type, such as `track_data`.
[[nodiscard]] JELLYFISH_DECL std::string_view name_of(const agent_event& value) noexcept;

/// @{
/// Prints one line, with control characters escaped. Prints only the size of media.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track_data& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track_image& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const agent_event& value);
/// @}

}  // namespace jellyfish::fishjam
