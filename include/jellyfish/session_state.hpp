#pragma once

#include <jellyfish/detail/config.hpp>

#include <cstdint>
#include <iosfwd>

namespace jellyfish {

/// The state of a notifier's session, or of a room tracker's view.
enum class session_state : std::uint8_t {
    idle,        ///< Not connected yet, or connecting was cancelled.
    connecting,  ///< Being established for the first time.
    ready,       ///< Connected and subscribed.
    restoring,   ///< Lost, and being restored.
    closing,     ///< `close()` or `drain()` was called, and the connection is not closed yet.
    failed,      ///< Could not be established or restored. May be established again.
    closed,      ///< Closed permanently.
};

/// Prints the name of the state, such as `ready`.
JELLYFISH_DECL std::ostream& operator<<(std::ostream& out, session_state value);

}  // namespace jellyfish
