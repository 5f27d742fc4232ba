#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstdint>
#include <iosfwd>

namespace jellyfish {

/// The API of a server, which determines the supported calls, options and notifications.
enum class server_api : std::uint8_t {
    jellyfish,  ///< Jellyfish 0.5, and Fishjam 0.6, the last release for self-hosting.
    fishjam,    ///< Fishjam Cloud.
};

/// Prints the name of the enumerator.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, server_api value);

}  // namespace jellyfish
