#pragma once

#include <jellyfish/detail/config.hpp>

#include <type_traits>

#include <boost/asio/awaitable.hpp>

namespace boost::asio::detail {

// Each Asio has one of these.
struct awaitable_thread_has_context_switched;
struct awaitable_thread_is_launching;

}  // namespace boost::asio::detail

namespace jellyfish::detail {

// A coroutine that was spawned and ends without ever having been suspended is posted before its
// result is handed over (the last step of `co_spawn`). Were a notification taken before that hop, a
// timer in `next() || timer` could win meanwhile, and the notification would be thrown away with
// the loser's result. So such a coroutine makes the hop first and takes the notification after it.
// In one that was suspended before, as every loop around `next()` was, this costs nothing.

template <class T>
concept complete = requires {
    sizeof(T);
};

/// Whether this Asio tells that a coroutine is being spawned; those before Boost 1.89 tell whether
/// it was suspended since.
inline constexpr bool has_launching_context = complete<asio::detail::awaitable_thread_is_launching>;

/// What to `co_await` to learn how the coroutine came here; gives the argument of `was_resumed`.
using resumption_query = std::conditional_t<has_launching_context,  //
                                            asio::detail::awaitable_thread_is_launching,
                                            asio::detail::awaitable_thread_has_context_switched>;

/// Whether the coroutine was suspended before.
[[nodiscard]] constexpr bool was_resumed(bool reported) noexcept {
    return has_launching_context ? !reported : reported;
}

}  // namespace jellyfish::detail
