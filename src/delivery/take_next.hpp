#pragma once

#include <jellyfish/detail/initiate.hpp>

#include "async/asio_internals.hpp"
#include "async/await_operation.hpp"
#include "delivery/delivery_queue.hpp"
#include "delivery/notification_queue.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/associator.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {

struct start_wait_pop {
    template <class T>
    void operator()(operation_handler<> handler,
                    const std::shared_ptr<delivery_queue<T>>& from) const {
        from->wait_pop(std::move(handler));
    }
};

/// Waits until there may be an item to pop, or the queue has ended.
template <class T>
auto wait_pop(const std::shared_ptr<delivery_queue<T>>& from) {
    return await_operation<>(start_wait_pop(), nullptr, from);
}

/// Takes the next item of a queue, converted to `Result`; implements `next()` for coroutines.
/// Completes with nothing when the queue is closed, and throws when it has failed.
template <class Result, class T>
[[nodiscard]] asio::awaitable<std::optional<Result>> take_next(
    std::shared_ptr<delivery_queue<T>> from) {
    const bool resumed = was_resumed(co_await resumption_query());
    if (!resumed) {
        co_await asio::post(asio::use_awaitable);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw error(asio::error::operation_aborted, {"next", "", "", 0, ""});
    }
    for (;;) {
        std::optional<T> popped;
        error_code code;
        diagnostics_ptr info;
        const pop_result result = from->try_pop(popped, code, info);
        if (result == pop_result::failed) std::rethrow_exception(make_exception(code, info));
        if (result != pop_result::empty) co_return std::move(popped);
        co_await wait_pop(from);
    }
}

// The hot path is compiled once, in a separate file, where more of it is inlined.
extern template asio::awaitable<std::optional<notification>> take_next(
    std::shared_ptr<delivery_queue<notification>> from);

/// Takes an item for a handler. Runs on the handler's executor, so that nothing can happen between
/// popping the item and calling the handler.
template <class Result, class T>
struct take_operation {
    using handler_type = operation_handler<std::optional<Result>>;
    using time_point = typename delivery_queue<T>::time_point;

    std::shared_ptr<delivery_queue<T>> from;
    std::optional<time_point> deadline;
    handler_type handler;

    void operator()(error_code code, diagnostics_ptr info) {
        std::optional<T> popped;
        if (!code && from->try_pop(popped, code, info) == pop_result::empty) {
            wait(std::move(*this));  // Another consumer was faster.
            return;
        }
        std::move(handler)(code, std::move(info), std::optional<Result>(std::move(popped)));
    }

    static void wait(take_operation op) {
        const auto queue = op.from;
        const auto limit = op.deadline;
        queue->wait_pop(operation_handler<>(std::move(op)), limit);
    }
};

/// Same as above for any other handler, with an optional deadline.
template <class Result, class T>
void take_next(const std::shared_ptr<delivery_queue<T>>& from,
               operation_handler<std::optional<Result>> handler,
               std::optional<typename delivery_queue<T>::time_point> deadline = std::nullopt) {
    using taking = take_operation<Result, T>;
    taking::wait(taking{from, deadline, std::move(handler)});
}

}  // namespace jellyfish::detail

namespace boost::asio {

template <template <typename, typename> class Associator, typename Result, typename T,
          typename Default>
struct associator<Associator, jellyfish::detail::take_operation<Result, T>, Default>
    : Associator<typename jellyfish::detail::take_operation<Result, T>::handler_type, Default> {
    using operation_type = jellyfish::detail::take_operation<Result, T>;
    using handler_type = typename operation_type::handler_type;

    static auto get(const operation_type& op) noexcept {
        return Associator<handler_type, Default>::get(op.handler);
    }

    static auto get(const operation_type& op, const Default& otherwise) noexcept {
        return Associator<handler_type, Default>::get(op.handler, otherwise);
    }
};

}  // namespace boost::asio
