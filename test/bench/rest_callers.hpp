#pragma once

#include "measure.hpp"
#include "rest_server.hpp"

#include <cstddef>

namespace jellyfish::bench {

// Each reads a room this many times, from this many coroutines on this thread, and returns the
// cost.

/// The textbook: a kept `beast::tcp_stream` for each caller, `expires_after` for each request, a
/// request and a response object, `boost::json::parse`.
[[nodiscard]] costs call_with_beast(const rest_server& server, std::size_t callers,
                                    std::size_t calls);

/// Uses `co_await rooms.get_room(id)`; all callers share one object.
[[nodiscard]] costs call_with_room_api(const rest_server& server, std::size_t callers,
                                       std::size_t calls);

/// How many bytes a room_api holds after a call, including its kept connection.
[[nodiscard]] std::int64_t size_of_idle_room_api(const rest_server& server);

}  // namespace jellyfish::bench
