#include "async/wrapped_handler.hpp"
#include "net/make_stream.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <openssl/bio.h>
#include <openssl/ssl.h>

namespace jellyfish::detail {
namespace {

/// How long the peer may take to reply to close_notify.
constexpr std::chrono::seconds shutdown_timeout{1};

/// The state that pending operations keep alive, since the stream may be destroyed meanwhile.
struct tls_state {
    tls_state(std::shared_ptr<void> c, std::shared_ptr<tls_socket> s)
        : context(std::move(c)), socket(std::move(s)), shutdown_timer(socket->get_executor()) {}

    void close() noexcept {
        error_code ignored;
        shutdown_timer.cancel();
        socket->next_layer().shutdown(tcp_socket::shutdown_both, ignored);
        socket->next_layer().close();
    }

    std::shared_ptr<void> context;
    std::shared_ptr<tls_socket> socket;
    asio::steady_timer shutdown_timer;
};

/// Keeps the state alive until it calls the handler.
template <class Handler>
struct keeping {
    using wrapped_handler = Handler;

    std::shared_ptr<void> state;
    Handler handler;

    void operator()(error_code code, std::size_t bytes) { std::move(handler)(code, bytes); }
};

class tls_stream final : public stream {
public:
    tls_stream(std::shared_ptr<void> context, std::shared_ptr<tls_socket> socket)
        : state_(std::make_shared<tls_state>(std::move(context), std::move(socket))) {}

    ~tls_stream() override { state_->close(); }

    [[nodiscard]] executor_type get_executor() noexcept override {
        return state_->socket->get_executor();
    }

    void read_some(asio::mutable_buffer buffer, io_handler handler) override {
        state_->socket->async_read_some(buffer, keeping<io_handler>{state_, std::move(handler)});
    }

    void write_some(asio::const_buffer buffer, io_handler handler) override {
        state_->socket->async_write_some(buffer, keeping<io_handler>{state_, std::move(handler)});
    }

    void cancel_read() noexcept override {
        error_code ignored;
        state_->socket->next_layer().cancel(ignored);
    }

    /// An incomplete record counts as well.
    [[nodiscard]] bool has_unread() noexcept override {
        SSL* const ssl = state_->socket->native_handle();
        error_code ignored;
        return SSL_has_pending(ssl) != 0 || BIO_ctrl_pending(SSL_get_rbio(ssl)) != 0 ||
               state_->socket->next_layer().available(ignored) != 0;
    }

    /// Reads, since records without data, such as session tickets, may have arrived.
    [[nodiscard]] bool is_quiet() noexcept override {
        char byte = 0;
        error_code code;
        state_->socket->next_layer().non_blocking(true, code);
        if (!code) state_->socket->read_some(asio::buffer(&byte, 1), code);
        return code == asio::error::would_block;
    }

    void shutdown(asio::any_completion_handler<void()> handler) override {
        state_->shutdown_timer.expires_after(shutdown_timeout);
        state_->shutdown_timer.async_wait([state = state_](error_code code) {
            if (!code) state->close();  // Completes the shutdown as well.
        });
        const auto executor = asio::get_associated_executor(handler, get_executor());
        state_->socket->async_shutdown(asio::bind_executor(
            executor, [state = state_, handler = std::move(handler)](error_code) mutable {
                state->close();
                std::move(handler)();
            }));
    }

    void close() noexcept override { state_->close(); }

private:
    std::shared_ptr<tls_state> state_;
};

}  // namespace

std::unique_ptr<stream> make_tls_stream(std::shared_ptr<void> context,
                                        std::shared_ptr<tls_socket> socket) {
    return std::make_unique<tls_stream>(std::move(context), std::move(socket));
}

}  // namespace jellyfish::detail
