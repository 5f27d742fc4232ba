#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/open_enum.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace jellyfish {

// Before the types of these names, since g++ would warn of enumerators that shadow them.
/// The kinds of `track_endpoint`.
enum class endpoint_kind : std::uint8_t {
    unspecified,  ///< The server did not say.
    peer,
    component,
};

/// What a track carries.
enum class track_type : std::uint8_t {
    unspecified,
    video,
    audio,
    unknown,  ///< Of a later server: see `open_enum::text`.
};

/// A media track of a peer or a component (protocol: "Protobuf", `Track`; "REST", Track).
struct track {
    std::string id;                                        ///< The track's id.
    open_enum<track_type> type = track_type::unspecified;  ///< Whether it carries video or audio.
    std::string metadata;  ///< JSON text; `null` when nothing was set.

    bool operator==(const track&) const = default;
};

/// @{
/// Prints one line, without secrets.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, track_type value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track& value);
/// @}

}  // namespace jellyfish
