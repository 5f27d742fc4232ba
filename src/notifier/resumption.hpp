#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/version.hpp>

namespace jellyfish::detail {

// A coroutine that was spawned and ends without ever having been suspended is posted before its
// result is handed over (the last step of `co_spawn`). Were a notification taken before that hop, a
// timer in `next() || timer` could win meanwhile, and the notification would be thrown away with
// the loser's result. So such a coroutine makes the hop first and takes the notification after it.
// In one that was suspended before, as every loop around `next()` was, this costs nothing.

#if BOOST_ASIO_VERSION < 102900

/// What to `co_await` to learn how the coroutine came here; gives the argument of `was_resumed`.
using resumption_query = asio::detail::awaitable_thread_has_context_switched;

/// Whether the coroutine was suspended before.
[[nodiscard]] constexpr bool was_resumed(bool switched) noexcept { return switched; }

#else

using resumption_query = asio::detail::awaitable_thread_is_launching;

[[nodiscard]] constexpr bool was_resumed(bool launching) noexcept { return !launching; }

#endif

}  // namespace jellyfish::detail
