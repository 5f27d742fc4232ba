#include "delivery/take.hpp"

#include "async/asio_internals.hpp"
#include "delivery/take_operation.hpp"

#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

struct start_pop {
    void operator()(operation_handler<> handler, const std::shared_ptr<inbox>& box) const {
        box->wait_pop(std::move(handler), std::nullopt);
    }
};

}  // namespace

asio::awaitable<std::optional<notification>> take_next(std::shared_ptr<inbox> from) {
    const bool resumed = was_resumed(co_await resumption_query());
    if (!resumed) {
        co_await asio::post(asio::use_awaitable);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw error(asio::error::operation_aborted, {"next", "", "", 0, ""});
    }
    for (;;) {
        std::optional<notification> taken;
        error_code code;
        diagnostics_ptr info;
        const take_result result = from->try_take(taken, code, info);
        if (result == take_result::failed) std::rethrow_exception(make_exception(code, info));
        if (result != take_result::empty) co_return taken;
        co_await operation<>::awaited(start_pop(), from);
    }
}

void take_next(const std::shared_ptr<inbox>& from,
               operation_handler<std::optional<notification>> handler,
               std::optional<inbox::time_point> deadline) {
    from->wait_pop(operation_handler<>(take_operation{from, deadline, std::move(handler)}),
                   deadline);
}

std::optional<inbox::time_point> deadline_after(inbox::time_point::duration limit) {
    const auto now = inbox::time_point::clock::now();
    if (limit > inbox::time_point::max() - now) return std::nullopt;
    return now + limit;
}

}  // namespace jellyfish::detail
