#include <jellyfish/track.hpp>

#include "model/wire_names.hpp"
#include "text/quoted.hpp"

namespace jellyfish {

using detail::quoted;

std::ostream& operator<<(std::ostream& out, track_type value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, const track& value) {
    return out << "track{id: " << quoted{value.id} << ", type: " << value.type
               << ", metadata: " << quoted{value.metadata} << '}';
}

}  // namespace jellyfish
