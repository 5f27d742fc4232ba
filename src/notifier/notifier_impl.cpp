#include "notifier/notifier_impl.hpp"

#include "bounded_timeout.hpp"
#include "notifier/resumption.hpp"
#include "notifier/take_operation.hpp"
#include "protocol/server_address.hpp"
#include "protocol/utf8.hpp"

#include <exception>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

/// Waits in the inbox, as a coroutine does: errors are thrown.
template <class Start>
auto wait_in(std::shared_ptr<inbox> box, Start start) {
    return operation<>::initiate(start, asio::use_awaitable, std::move(box));
}

struct start_take {
    void operator()(operation_handler<> handler, const std::shared_ptr<inbox>& box) const {
        box->wait_take(std::move(handler), std::nullopt);
    }
};

struct start_handled {
    void operator()(operation_handler<> handler, const std::shared_ptr<inbox>& box) const {
        box->wait_handled(std::move(handler));
    }
};

}  // namespace

notifier_impl::notifier_impl(asio::any_io_executor executor, client_options client,
                             notifier_options options)
    : executor_(std::move(executor)),
      client_(std::move(client)),
      options_(options),
      inbox_(std::make_shared<inbox>(executor_, options_.queue_limit(), options_.overflow())),
      session_strand_(executor_),
      handler_strand_(executor_) {}

// ---- taking

asio::awaitable<std::optional<notification>> notifier_impl::take_next(
    std::shared_ptr<notifier_impl> self) {
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
        const take_result result = self->inbox_->try_take(taken, code, info);
        if (result == take_result::failed) std::rethrow_exception(make_exception(code, info));
        if (result != take_result::empty) co_return taken;
        co_await wait_in(self->inbox_, start_take());
    }
}

void notifier_impl::next(next_handler handler, std::optional<inbox::time_point> deadline) {
    inbox_->wait_take(operation_handler<>(take_operation{inbox_, deadline, std::move(handler)}),
                      deadline);
}

std::optional<notification> notifier_impl::try_next() {
    std::optional<notification> taken;
    inbox_->take_queued(taken);
    return taken;
}

// ---- the session

std::optional<diagnostics> notifier_impl::problem_of_options() const {
    using std::chrono::milliseconds;
    diagnostics info;
    info.operation = "connect";
    info.address = client_.server_address();
    if (options_.queue_limit() < 1) {
        info.detail = "queue_limit must be at least 1";
    } else if (options_.max_message_size() < max_control_payload) {
        info.detail = "max_message_size must be at least 125";
    } else if (client_.connect_timeout() <= milliseconds(0) ||
               options_.authentication_timeout() <= milliseconds(0) ||
               options_.idle_timeout() <= milliseconds(0) ||
               options_.close_timeout() <= milliseconds(0)) {
        info.detail = "a timeout must be greater than 0";
    } else if (!is_utf8(client_.server_api_token())) {
        info.detail = "server_api_token must be UTF-8";
    } else {
        return std::nullopt;
    }
    return info;
}

void notifier_impl::connect(operation_handler<> handler) {
    bool metrics = options_.subscribes_to(event_type::metrics);
    {
        const std::lock_guard lock(mutex_);
        connect_called_ = true;  // From here on the handlers stay as they are.
        metrics = metrics || !std::holds_alternative<std::monostate>(metrics_handler_);
    }
    const auto id = inbox_->begin(std::move(handler));
    if (!id) return;
    if (auto problem = problem_of_options()) {
        inbox_->set_ended(*id, errc::invalid_option,
                          std::make_shared<const diagnostics>(std::move(*problem)));
        return;
    }
    try {
        (void)parse_server_address(client_.server_address());
    } catch (const error& e) {
        diagnostics info = e.info();
        info.operation = "connect";
        inbox_->set_ended(*id, e.code(), std::make_shared<const diagnostics>(std::move(info)));
        return;
    }
    auto runner = std::make_shared<session_runner>(
        session_strand_, session_plan{*id, client_, options_, metrics}, inbox_, traffic_);
    inbox_->on_connect_cancelled([weak = std::weak_ptr(runner)] {
        if (const auto cancelled = weak.lock()) cancelled->stop();
    });
    {
        const std::lock_guard lock(mutex_);
        runner_ = runner;
    }
    start_handlers();
    runner->start();
    // A close() that came before the runner was there to be told.
    if (inbox_->state() == notifier_state::closing) runner->close();
}

void notifier_impl::subscribe(event_type type, operation_handler<> handler) {
    // The session knows first when the server does not answer. But as long as a full queue keeps it
    // from reading, it cannot know anything.
    const auto limit = 2 * bounded_timeout(options_.authentication_timeout());
    const auto deadline = std::chrono::steady_clock::now() + limit;
    if (!inbox_->wait_subscribed(type, std::move(handler), deadline)) return;
    if (const auto session = runner()) session->subscribe(type);
}

void notifier_impl::close(operation_handler<> handler) {
    const bool session_lives = inbox_->set_closing();
    inbox_->wait_closed(std::move(handler));
    const auto session = runner();
    if (session_lives && session) session->close();
}

void notifier_impl::destroy() {
    inbox_->destroy();
    if (const auto session = runner()) session->stop();
    std::shared_ptr<asio::cancellation_signal> signal;
    {
        const std::lock_guard lock(mutex_);
        signal = cancel_handlers_.lock();
    }
    if (!signal) return;
    asio::post(handler_strand_, [signal] { signal->emit(asio::cancellation_type::terminal); });
}

std::shared_ptr<session_runner> notifier_impl::runner() const {
    const std::lock_guard lock(mutex_);
    return runner_;
}

notifier_stats notifier_impl::stats() const {
    notifier_stats stats;
    inbox_->count_into(stats);
    stats.bytes_received = traffic_->bytes_received.load(std::memory_order_relaxed);
    stats.bytes_sent = traffic_->bytes_sent.load(std::memory_order_relaxed);
    stats.ignored = traffic_->ignored.load(std::memory_order_relaxed);
    stats.last_byte_at = inbox::time_point(
        inbox::time_point::duration(traffic_->last_byte_at.load(std::memory_order_relaxed)));
    return stats;
}

// ---- the handlers

/// With the mutex held.
void notifier_impl::check_not_connected() const {
    if (!connect_called_ && inbox_->state() == notifier_state::idle) return;
    throw error(errc::already_connected, {"set a notification handler", client_.server_address(),
                                          "handlers are set before connect()", 0, ""});
}

void notifier_impl::set_server_handler(notification_callback handler) {
    const std::lock_guard lock(mutex_);
    check_not_connected();
    server_handler_ = std::move(handler);
    handled_kinds kinds = inbox_->handled();
    kinds.server_notifications = true;
    inbox_->set_handled(kinds);
}

void notifier_impl::set_metrics_handler(notification_callback handler) {
    const std::lock_guard lock(mutex_);
    check_not_connected();
    metrics_handler_ = std::move(handler);
    handled_kinds kinds = inbox_->handled();
    kinds.metrics = true;
    inbox_->set_handled(kinds);
}

void notifier_impl::start_handlers() {
    const handled_kinds kinds = inbox_->handled();
    if (!kinds.metrics && !kinds.server_notifications) return;
    const auto signal = std::make_shared<asio::cancellation_signal>();
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(handlers_running_, true)) return;
        cancel_handlers_ = signal;
    }
    asio::co_spawn(handler_strand_, run_handlers(shared_from_this()),
                   asio::bind_cancellation_slot(signal->slot(), [signal](std::exception_ptr) {}));
}

asio::awaitable<void> notifier_impl::run_handlers(std::shared_ptr<notifier_impl> self) {
    // What waits of a failed session is still handed out; a new session starts this anew.
    for (;;) {
        std::optional<notification> taken;
        take_result result = take_result::empty;
        {
            const std::lock_guard lock(self->mutex_);
            result = self->inbox_->try_take_handled(taken);
            if (result == take_result::ended) self->handlers_running_ = false;
        }
        if (result == take_result::ended) co_return;
        if (result == take_result::empty) {
            co_await wait_in(self->inbox_, start_handled());
            continue;
        }
        std::optional<std::string> failure;
        try {
            co_await self->call_handler(*taken);
        } catch (const std::exception& e) {
            failure = e.what();
        } catch (...) {
            failure = "an exception that is no std::exception";
        }
        if (failure) self->handler_failed(*failure);
    }
}

asio::awaitable<void> notifier_impl::call_handler(const notification& value) {
    const bool metrics = std::holds_alternative<metrics_report>(value);
    const notification_callback& handler = metrics ? metrics_handler_ : server_handler_;
    if (const auto* plain = std::get_if<plain_callback>(&handler)) {
        (*plain)(value);
    } else if (const auto* awaited = std::get_if<awaited_callback>(&handler)) {
        co_await (*awaited)(value);
    }
}

void notifier_impl::handler_failed(std::string detail) {
    if (const auto session = runner()) session->abort(errc::handler_failed, std::move(detail));
}

}  // namespace jellyfish::detail
