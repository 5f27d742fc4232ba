#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstdint>
#include <iosfwd>

namespace jellyfish {

/// The API of a server: which calls, options and notifications it has.
enum class server_api : std::uint8_t {
    jellyfish,  ///< Jellyfish 0.5, and Fishjam 0.6, its last release for one's own machines.
    fishjam,    ///< Fishjam Cloud.
};

/// Prints the name of the enumerator.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, server_api value);

}  // namespace jellyfish
