#pragma once

#include <jellyfish/detail/config.hpp>

#include <type_traits>

#include <boost/asio/awaitable.hpp>

namespace boost::asio::detail {

// Each version of Asio defines one of these.
struct awaitable_thread_has_context_switched;
struct awaitable_thread_is_launching;

}  // namespace boost::asio::detail

namespace jellyfish::detail {

// When a spawned coroutine completes without ever being suspended, `co_spawn` posts before it
// delivers the result. If a notification were popped before that post, a timer in `next() || timer`
// could win meanwhile, and the notification would be discarded with the loser's result. So such a
// coroutine posts first and pops the notification afterwards. A coroutine that was suspended
// before, like every loop around `next()`, does not pay for this.

template <class T>
concept complete = requires {
    sizeof(T);
};

/// Whether this Asio reports that a coroutine is being spawned. Before Boost 1.89, Asio reports
/// instead whether it was suspended since.
inline constexpr bool has_launching_context = complete<asio::detail::awaitable_thread_is_launching>;

/// `co_await` this to obtain the argument of `was_resumed`.
using resumption_query = std::conditional_t<has_launching_context,  //
                                            asio::detail::awaitable_thread_is_launching,
                                            asio::detail::awaitable_thread_has_context_switched>;

/// Whether the coroutine was suspended before, from the result of `resumption_query`.
[[nodiscard]] constexpr bool was_resumed(bool reported) noexcept {
    return has_launching_context ? !reported : reported;
}

}  // namespace jellyfish::detail
