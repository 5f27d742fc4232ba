#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <type_traits>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

// The only file that names undocumented parts of Asio. Known to work with Boost 1.81, 1.83 and 1.88
// (`awaitable_thread_has_context_switched`) and with 1.90 and 1.92
// (`awaitable_thread_is_launching`, since 1.89). `unit.asio_internals` fails if an Asio has
// neither.
//
// When a spawned coroutine completes without ever being suspended, `co_spawn` posts before it
// delivers the result. If a notification were popped before that post, a timer in `next() || timer`
// could win meanwhile, and the notification would be discarded with the loser's result. Such a
// coroutine therefore posts first and pops the notification afterwards. A coroutine that was
// suspended before, such as every loop over `next()`, avoids this cost.
//
// No public function distinguishes the two. Always posting costs 0.57 instead of 0.11 us of CPU for
// each `next()`, 3.6 instead of 2 allocations, and a call of epoll_wait (bench_notifications, Boost
// 1.81). With neither type, `next()` always posts: slower, but nothing is lost.

namespace boost::asio::detail {

struct awaitable_thread_has_context_switched;
struct awaitable_thread_is_launching;

}  // namespace boost::asio::detail

namespace jellyfish::detail {

template <class T>
concept complete = requires {
    sizeof(T);
};

/// Whether this Asio reports that a coroutine is being spawned.
inline constexpr bool has_launching_context = complete<asio::detail::awaitable_thread_is_launching>;

/// Whether it reports instead that a coroutine was suspended since it was spawned.
inline constexpr bool has_context_switched =
    complete<asio::detail::awaitable_thread_has_context_switched>;

/// `co_await` this to obtain the argument of `was_resumed`.
using resumption_query = std::conditional_t<
    has_launching_context, asio::detail::awaitable_thread_is_launching,
    std::conditional_t<has_context_switched, asio::detail::awaitable_thread_has_context_switched,
                       asio::this_coro::executor_t>>;

/// Whether the coroutine is known to have been suspended before, from the result of
/// `resumption_query`.
template <class Reported>
[[nodiscard]] constexpr bool was_resumed(const Reported& reported) noexcept {
    if constexpr (has_launching_context)
        return !reported;
    else if constexpr (has_context_switched)
        return reported;
    else
        return false;
}

}  // namespace jellyfish::detail
