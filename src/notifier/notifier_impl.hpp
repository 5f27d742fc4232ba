#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/notifier_options.hpp>

#include "delivery/handler_runner.hpp"
#include "delivery/notification_stream.hpp"
#include "session/session_keeper.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// Implementation of `notifier`: a stream of notifications, its sessions and the handlers.
class notifier_impl : public std::enable_shared_from_this<notifier_impl> {
public:
    notifier_impl(asio::any_io_executor executor, client_options client, notifier_options options);

    void set_server_handler(notification_callback handler);
    void set_metrics_handler(notification_callback handler);

    void connect(operation_handler<> handler);
    void wait_ready(operation_handler<> handler) {
        stream_->connection().wait_ready(std::move(handler));
    }
    /// The notifications, for a consumer.
    [[nodiscard]] const notification_stream::queue_ptr& queue() const noexcept {
        return stream_->queue();
    }
    [[nodiscard]] std::shared_ptr<notification_view_impl> make_view(std::string room_id,
                                                                    std::uint64_t kinds) const;
    void subscribe(event_type type, operation_handler<> handler);
    void close(operation_handler<> handler) { sessions_.close(std::move(handler)); }
    void drain(operation_handler<> handler) { sessions_.drain(std::move(handler)); }
    void reload_tls() { sessions_.reload_tls(); }

    [[nodiscard]] session_state state() const { return stream_->state(); }
    [[nodiscard]] std::string server_address() const;
    [[nodiscard]] notifier_stats stats() const;

    /// Called by the notifier's destructor: stops the session and completes all operations.
    void destroy();

private:
    [[nodiscard]] bool all_handled(const std::vector<event_type>& events) const;
    void check_not_connected() const;
    void watch_handlers();
    void check_event(event_type type) const;
    /// For messages.
    [[nodiscard]] std::string address() const;

    const asio::any_io_executor executor_;
    const std::shared_ptr<notification_stream> stream_;
    const session_context_ptr context_;
    session_keeper sessions_;
    const std::shared_ptr<handler_runner> handlers_;

    std::mutex mutex_;
    bool connect_called_ = false;
};

}  // namespace jellyfish::detail
