#pragma once

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// What a notifier has counted since it was made.
struct notifier_stats {
    std::uint64_t received = 0;  ///< Notifications received, those for handlers included.
    std::uint64_t queued = 0;    ///< Notifications that wait now, for `next()` and for handlers.
    /// Notifications dropped by `overflow_policy::drop_oldest`, or since `close()` found the queue
    /// full.
    std::uint64_t dropped = 0;
    std::uint64_t ignored = 0;         ///< Messages without any content, which are no notification.
    std::uint64_t reconnects = 0;      ///< Sessions restored after a loss.
    std::uint64_t bytes_received = 0;  ///< Bytes read from the socket (inside TLS).
    std::uint64_t bytes_sent = 0;      ///< Bytes written to the socket (inside TLS).
    /// When the last byte came; the clock's epoch before the first.
    std::chrono::steady_clock::time_point last_byte_at{};
};

}  // namespace jellyfish
