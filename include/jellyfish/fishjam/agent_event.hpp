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

/// An image of a video track of another peer. As an event, one that no `capture_image()` waits for,
/// since it has timed out or was cancelled.
struct track_image {
    std::string track_id;      ///< The id of the track.
    std::string content_type;  ///< Such as `image/jpeg`.
    std::string data;          ///< The encoded image.

    bool operator==(const track_image&) const = default;
};

/// What an agent receives: media of peers, and events of its own session. After `disconnected`, the
/// agent is no longer in the room until `reconnected`; its tracks are then added again.
using agent_event = std::variant<track_data, track_image, disconnected, reconnected, dropped>;

/// Returns the name of an event's type, such as `track_data`.
[[nodiscard]] JELLYFISH_DECL std::string_view name_of(const agent_event& value) noexcept;

/// @{
/// Prints one line, with control characters escaped. Of media, prints only the size.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track_data& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track_image& value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const agent_event& value);
/// @}

}  // namespace jellyfish::fishjam
