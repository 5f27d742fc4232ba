#include <jellyfish/session_state.hpp>

#include <array>
#include <ostream>

namespace jellyfish {

std::ostream& operator<<(std::ostream& out, session_state value) {
    constexpr std::array names{"idle",    "connecting", "ready", "restoring",
                               "closing", "failed",     "closed"};
    return out << names.at(static_cast<std::size_t>(value));
}

}  // namespace jellyfish
