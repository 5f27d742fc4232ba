#pragma once

#include <jellyfish/detail/notification_callback.hpp>
#include <jellyfish/webhook_options.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "delivery/handler_runner.hpp"
#include "delivery/notification_stream.hpp"
#include "webhook/webhook_counters.hpp"
#include "webhook/webhook_server.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// Implementation of `webhook_receiver`: a stream of notifications, the current server and the
/// handler.
class webhook_receiver_impl : public std::enable_shared_from_this<webhook_receiver_impl> {
public:
    webhook_receiver_impl(asio::any_io_executor executor, webhook_options options);

    /// The notifications for `next()`.
    [[nodiscard]] const notification_stream::queue_ptr& queue() const noexcept {
        return stream_->queue();
    }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::string url(std::string_view host) const;

    void set_handler(notification_callback handler);
    /// @throws jellyfish::error
    void listen();
    void close(operation_handler<> handler);
    void drain(operation_handler<> handler);
    [[nodiscard]] bool is_listening() const { return stream_->state() == session_state::ready; }
    void reload_tls();
    [[nodiscard]] webhook_stats stats() const;

    /// Called by the receiver's destructor: stops the server and completes all operations.
    void destroy();

private:
    void begin_close();
    [[nodiscard]] std::shared_ptr<webhook_server> server() const;
    [[nodiscard]] generation begin();
    void open(generation session);

    const asio::any_io_executor executor_;
    const webhook_options options_;
    const std::shared_ptr<notification_stream> stream_;
    const std::shared_ptr<webhook_counters> counters_ = std::make_shared<webhook_counters>();
    const webhook_server::strand strand_;
    const std::shared_ptr<handler_runner> handlers_;
    std::atomic<std::uint16_t> port_{0};

    mutable std::mutex mutex_;
    std::shared_ptr<webhook_server> server_;
    bool listen_called_ = false;
};

}  // namespace jellyfish::detail
