#include <jellyfish/track.hpp>

#include "text/quoted.hpp"

namespace jellyfish {

using detail::quoted;

std::ostream& operator<<(std::ostream& out, track_type value) {
    switch (value) {
        case track_type::unspecified:
            return out << "unspecified";
        case track_type::video:
            return out << "video";
        case track_type::audio:
            return out << "audio";
        case track_type::unknown:
            break;
    }
    return out << "unknown";
}

std::ostream& operator<<(std::ostream& out, const track& value) {
    return out << "track{id: " << quoted{value.id} << ", type: " << value.type
               << ", metadata: " << quoted{value.metadata} << '}';
}

}  // namespace jellyfish
