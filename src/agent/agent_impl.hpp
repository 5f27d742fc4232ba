#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/fishjam/agent.hpp>

#include "agent/agent_stream.hpp"
#include "session/session_keeper.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>

namespace jellyfish::detail {

/// Implementation of `agent`: a stream of events and requests, and its sessions.
class agent_impl : public std::enable_shared_from_this<agent_impl> {
public:
    agent_impl(const asio::any_io_executor& executor, client_options client,
               const fishjam::agent_options& options);

    void connect(operation_handler<> handler);
    void wait_ready(operation_handler<> handler) {
        stream_->connection().wait_ready(std::move(handler));
    }
    void close(operation_handler<> handler) { sessions_.close(std::move(handler)); }
    void drain(operation_handler<> handler) { sessions_.drain(std::move(handler)); }
    void reload_tls() { sessions_.reload_tls(); }

    /// The events, for a consumer.
    [[nodiscard]] const std::shared_ptr<agent_stream::queue_type>& queue() const noexcept {
        return stream_->queue();
    }
    [[nodiscard]] const std::shared_ptr<agent_stream>& stream() const noexcept { return stream_; }

    [[nodiscard]] fishjam::agent_stats stats() const;

    /// Called by the agent's destructor: stops the session and completes all operations.
    void destroy() { sessions_.destroy(); }

private:
    const std::shared_ptr<agent_stream> stream_;
    session_keeper sessions_;
};

}  // namespace jellyfish::detail
