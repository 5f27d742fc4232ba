#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace jellyfish {

// Declared before the types `peer` and `component`: g++ warns about enumerators that shadow types.
/// The kind of a `track_endpoint`.
enum class endpoint_kind : std::uint8_t {
    unspecified,  ///< Not specified by the server.
    peer,
    component,
};

/// The media type of a track.
enum class track_type : std::uint8_t {
    unspecified,
    video,
    audio,
    unknown,  ///< From a newer server; see `open_enum::text`.
};

/// A media track of a peer or component (protocol: "Protobuf", `Track`; "REST", Track).
struct track {
    std::string id;                                        ///< The track's id.
    open_enum<track_type> type = track_type::unspecified;  ///< Video or audio.
    std::string metadata;                                  ///< JSON text; `null` if none was set.

    bool operator==(const track&) const = default;
};

/// @{
/// Prints one line, without secrets.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, track_type value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track& value);
/// @}

}  // namespace jellyfish
