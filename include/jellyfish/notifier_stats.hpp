#pragma once

#include <chrono>
#include <cstdint>

namespace jellyfish {

/// Statistics of a notifier since its construction.
struct notifier_stats {
    std::uint64_t received = 0;  ///< Notifications received, including those for handlers.
    std::uint64_t queued = 0;    ///< Notifications now queued for `next()`, handlers and views.
    /// Notifications dropped by `overflow_policy::drop_oldest`, or because the queue was full
    /// during `close()`.
    std::uint64_t dropped = 0;
    /// Messages without content, and parts of batches that are not notifications.
    std::uint64_t ignored = 0;
    std::uint64_t reconnects = 0;      ///< Sessions restored after a loss.
    std::uint64_t bytes_received = 0;  ///< Bytes read from the socket (inside TLS).
    std::uint64_t bytes_sent = 0;      ///< Bytes written to the socket (inside TLS).
    /// When the last byte was received; the clock's epoch before the first.
    std::chrono::steady_clock::time_point last_byte_at{};
};

}  // namespace jellyfish
