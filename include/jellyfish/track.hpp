#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace jellyfish {

/// What a track carries.
enum class track_type : std::uint8_t { unspecified, video, audio };

/// A media track of a peer or a component (protocol: "Protobuf", `Track`; "REST", Track).
struct track {
    std::string id;
    track_type type = track_type::unspecified;  ///< Whether it carries video or audio.
    std::string metadata;                       ///< JSON text; `null` when nothing was set.

    bool operator==(const track&) const = default;
};

JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, track_type value);
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, const track& value);

}  // namespace jellyfish
