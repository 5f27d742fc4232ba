#pragma once

#include <chrono>
#include <cstdint>

namespace jellyfish::fishjam {

/// Counters of an agent, over all its sessions.
struct agent_stats {
    std::uint64_t received = 0;      ///< Events received from the server.
    std::uint64_t queued = 0;        ///< Events now queued for `next()`.
    std::uint64_t dropped = 0;       ///< Events dropped because the queue was full.
    std::uint64_t ignored = 0;       ///< Messages ignored, such as those of unknown kinds.
    std::uint64_t packets_sent = 0;  ///< Packets of `send()` passed to the connection.
    /// Packets that `send()` queued but that were never sent: the track was interrupted or removed,
    /// or the session was lost.
    std::uint64_t packets_discarded = 0;
    std::uint64_t bytes_to_send = 0;   ///< The size of the send queue.
    std::uint64_t reconnects = 0;      ///< How many times the session was restored.
    std::uint64_t bytes_received = 0;  ///< Bytes received from the connection.
    std::uint64_t bytes_sent = 0;      ///< Bytes written to the connection.
    /// When the last byte was received; the clock's epoch before the first.
    std::chrono::steady_clock::time_point last_byte_at{};
};

}  // namespace jellyfish::fishjam
