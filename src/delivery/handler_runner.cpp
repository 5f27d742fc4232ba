#include "delivery/handler_runner.hpp"

#include "delivery/take_next.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

constexpr std::uint32_t max_inline_rounds = 256;

}  // namespace

handler_runner::handler_runner(const asio::any_io_executor& executor,
                               std::shared_ptr<notification_stream> from)
    : stream_(std::move(from)), strand_(executor) {}

void handler_runner::set_server_handler(notification_callback handler) {
    server_handler_ = std::move(handler);
    handled_kinds kinds = stream_->handled();
    kinds.server_notifications = true;
    stream_->set_handled(kinds);
}

void handler_runner::set_metrics_handler(notification_callback handler) {
    metrics_handler_ = std::move(handler);
    handled_kinds kinds = stream_->handled();
    kinds.metrics = true;
    stream_->set_handled(kinds);
}

void handler_runner::start() {
    if (!stream_->handled().any()) return;
    const auto signal = std::make_shared<asio::cancellation_signal>();
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(running_, true)) return;
        cancel_ = signal;
        stream_->set_handling(true);
    }
    asio::co_spawn(strand_, run(shared_from_this()),
                   asio::bind_cancellation_slot(signal->slot(), [signal](std::exception_ptr) {}));
}

void handler_runner::cancel() {
    std::shared_ptr<asio::cancellation_signal> signal;
    {
        const std::lock_guard lock(mutex_);
        signal = cancel_.lock();
    }
    if (!signal) return;
    asio::post(strand_, [signal] { signal->emit(asio::cancellation_type::terminal); });
}

asio::awaitable<void> handler_runner::run(std::shared_ptr<handler_runner> self) {
    const auto queue = self->stream_->handler_queue();
    // Drains what a failed session left in the queue; a new session calls start() again.
    for (std::uint32_t rounds = 1;; ++rounds) {
        // Yield from time to time: taking what is queued never suspends.
        if (rounds % max_inline_rounds == 0) co_await asio::post(asio::use_awaitable);
        std::optional<notification> taken;
        bool ended = false;
        {
            const std::lock_guard lock(self->mutex_);
            error_code code;
            diagnostics_ptr info;
            const pop_result result = queue->try_pop(taken, code, info);
            ended = result == pop_result::failed || result == pop_result::closed;
            if (ended) {
                self->running_ = false;
                self->stream_->set_handling(false);
            }
        }
        if (ended) co_return;
        if (!taken) {
            co_await wait_pop(queue);
            continue;
        }
        std::optional<std::string> failure;
        try {
            co_await self->call(*taken);
        } catch (const std::exception& e) {
            failure = e.what();
        } catch (...) {
            failure = "an exception that is not derived from std::exception";
        }
        if (failure && self->on_failure_) self->on_failure_(*failure);
    }
}

asio::awaitable<void> handler_runner::call(const notification& value) {
    const bool metrics = std::holds_alternative<metrics_report>(value);
    const notification_callback& handler = metrics ? metrics_handler_ : server_handler_;
    if (const auto* callback = std::get_if<callback_function>(&handler)) {
        (*callback)(value);
    } else if (const auto* awaited = std::get_if<awaited_callback>(&handler)) {
        co_await (*awaited)(value);
    }
}

}  // namespace jellyfish::detail
