#pragma once

#include "net/make_stream.hpp"
#include "net/receive_buffer.hpp"
#include "net/server_tls.hpp"
#include "webhook/webhook_session.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

class webhook_server;

/// One connection of a `webhook_server`: moves bytes between a stream and a session. Members must
/// be called on the server's strand. The server and pending operations keep it alive.
class webhook_connection : public std::enable_shared_from_this<webhook_connection> {
public:
    using clock = std::chrono::steady_clock;

    explicit webhook_connection(const std::shared_ptr<webhook_server>& server);

    /// Starts, with TLS if `identity` is not null.
    void start(tcp_socket socket, const tls_identity_ptr& identity);

    /// The queue may have a free slot for the held notification.
    void on_writable();

    /// The deadline has passed.
    void expire();

    /// Closes once everything received so far was read and every request in it has a response.
    void end();

    /// Closes immediately. Idempotent.
    void close();

    /// When to call `expire()`.
    [[nodiscard]] clock::time_point deadline() const noexcept { return deadline_; }

    [[nodiscard]] bool is_held() const noexcept { return state_ == state::held; }
    /// Whether its last response was sent and it only waits for the client to close.
    [[nodiscard]] bool is_lingering() const noexcept { return state_ == state::lingering; }
    /// Whether it waits for the client.
    [[nodiscard]] bool is_silent() const noexcept { return state_ != state::held; }
    [[nodiscard]] clock::time_point silent_since() const noexcept { return silent_since_; }
    /// Whether it has received a notification.
    [[nodiscard]] bool has_posted() const noexcept { return posted_; }

private:
    enum class state : std::uint8_t {
        handshake,
        first,
        idle,
        header,
        body,
        held,
        writing,
        lingering,
        closed
    };

    void start_handshake(tcp_socket socket, const tls_identity_ptr& identity);
    void read();
    void on_read(const error_code& code, std::size_t bytes);
    void process(webhook_server& server);
    void send(webhook_server& server);
    void write_rest();
    void on_written(const error_code& code, std::size_t bytes);
    void resume(webhook_server& server, bool responded);
    void read_on(webhook_server& server);
    void finish(webhook_server& server);
    void enter(webhook_server& server, state next, std::chrono::milliseconds limit);

    const std::weak_ptr<webhook_server> server_;
    webhook_session session_;
    std::shared_ptr<tls_socket> handshaking_;
    std::unique_ptr<stream> stream_;
    const asio::strand<asio::any_io_executor> executor_;
    receive_buffer buffer_;
    std::string sending_;   // The bytes of the pending write.
    std::size_t sent_ = 0;  // How many of them were sent.
    state state_ = state::first;
    clock::time_point deadline_ = clock::time_point::max();
    std::chrono::milliseconds limit_{0};  // The timeout that expires at deadline_.
    bool renewed_ = false;                // It was restarted, see `time_limit`.
    clock::time_point silent_since_ = clock::now();
    bool secure_ = false;
    bool reading_ = false;
    bool posted_ = false;
    bool ending_ = false;
};

}  // namespace jellyfish::detail
