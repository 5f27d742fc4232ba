#pragma once

#include <jellyfish/detail/notification_callback.hpp>

#include "delivery/notification_stream.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// Calls a user's handlers with the notifications of a stream, one at a time, on its own strand.
/// All members are thread-safe. Handlers must be set before `start()`.
class handler_runner : public std::enable_shared_from_this<handler_runner> {
public:
    handler_runner(const asio::any_io_executor& executor,
                   std::shared_ptr<notification_stream> from);

    void set_server_handler(notification_callback handler);
    void set_metrics_handler(notification_callback handler);

    /// Called on the strand when a handler throws, with the text of the exception. Set before
    /// `start()`.
    void on_failure(std::function<void(std::string)> callback) {
        on_failure_ = std::move(callback);
    }

    /// Starts calling the handlers, if any is set and this is not already running. Stops once the
    /// stream has ended and its queue is drained.
    void start();

    /// Cancels the handler currently being awaited.
    void cancel();

private:
    static asio::awaitable<void> run(std::shared_ptr<handler_runner> self);
    asio::awaitable<void> call(const notification& value);

    const std::shared_ptr<notification_stream> stream_;
    const asio::strand<asio::any_io_executor> strand_;
    notification_callback server_handler_;
    notification_callback metrics_handler_;
    std::function<void(std::string)> on_failure_;

    std::mutex mutex_;
    bool running_ = false;
    std::weak_ptr<asio::cancellation_signal> cancel_;  // Emitted on the strand.
};

}  // namespace jellyfish::detail
