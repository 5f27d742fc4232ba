#include <jellyfish/room_change.hpp>

#include <ostream>

namespace jellyfish {

std::ostream& operator<<(std::ostream& out, const room_change& value) {
    return out << value.notification << (value.synthesized ? " (synthesized)" : "");
}

}  // namespace jellyfish
