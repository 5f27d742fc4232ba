#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>

#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::detail {

using callback_function = std::function<void(const notification&)>;
using awaited_callback = std::function<boost::asio::awaitable<void>(const notification&)>;

/// A user's handler, which returns `void` or an awaitable.
using notification_callback = std::variant<std::monostate, callback_function, awaited_callback>;

template <class Handler>
[[nodiscard]] notification_callback make_notification_callback(Handler&& handler) {
    using result = std::invoke_result_t<std::decay_t<Handler>&, const notification&>;
    if constexpr (std::is_void_v<result>) {
        return callback_function(std::forward<Handler>(handler));
    } else {
        static_assert(std::is_same_v<result, boost::asio::awaitable<void>>,
                      "a notification handler must return void or boost::asio::awaitable<void>");
        return awaited_callback(std::forward<Handler>(handler));
    }
}

}  // namespace jellyfish::detail
