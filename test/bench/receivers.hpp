#pragma once

#include "load_server.hpp"
#include "measure.hpp"

namespace jellyfish::bench {

// Each receives everything that the server sends, on this thread, and returns the cost from the
// first notification to the last.

/// The textbook: Beast's `co_await ws.async_read`, `ParseFromArray`, two strings copied.
[[nodiscard]] costs receive_naively(const load_server& server);

/// Uses `co_await notifier.next()`.
[[nodiscard]] costs receive_with_next(const load_server& server);

/// Uses `notifier.try_next()`, and `co_await notifier.wait()` when the queue is empty.
[[nodiscard]] costs receive_with_try_next(const load_server& server);

/// Uses `notifier.try_next(notification&)` with one notification, and `co_await notifier.wait()`.
[[nodiscard]] costs receive_reused(const load_server& server);

}  // namespace jellyfish::bench
