#include "net/make_stream.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace jellyfish::detail {
namespace {

class tcp_stream final : public stream {
public:
    explicit tcp_stream(tcp_socket socket) : socket_(std::move(socket)) {
        error_code ignored;  // On failure, write_now() writes nothing.
        socket_.non_blocking(true, ignored);
    }

    [[nodiscard]] executor_type get_executor() noexcept override { return socket_.get_executor(); }

    [[nodiscard]] bool may_complete_anywhere() const noexcept override { return true; }

    void read_some(asio::mutable_buffer buffer, io_handler handler) override {
        socket_.async_read_some(buffer, std::move(handler));
    }

    void write_some(asio::const_buffer buffer, io_handler handler) override {
        socket_.async_write_some(buffer, std::move(handler));
    }

    [[nodiscard]] std::size_t write_now(asio::const_buffer buffer) noexcept override {
        if (!socket_.non_blocking()) return 0;
        error_code ignored;
        return socket_.write_some(buffer, ignored);
    }

    void cancel_read() noexcept override {
        error_code ignored;
        socket_.cancel(ignored);
    }

    [[nodiscard]] bool has_unread() noexcept override {
        error_code ignored;
        return socket_.available(ignored) != 0;
    }

    [[nodiscard]] bool is_quiet() noexcept override {
        char byte = 0;
        error_code code;
        if (socket_.non_blocking()) socket_.read_some(asio::buffer(&byte, 1), code);
        return code == asio::error::would_block;
    }

    void end_writing() noexcept override {
        error_code ignored;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    }

    void shutdown(asio::any_completion_handler<void()> handler) override {
        close();
        asio::post(socket_.get_executor(), std::move(handler));
    }

    void close() noexcept override {
        error_code ignored;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
        socket_.close();
    }

private:
    tcp_socket socket_;
};

}  // namespace

std::unique_ptr<stream> make_tcp_stream(tcp_socket socket) {
    return std::make_unique<tcp_stream>(std::move(socket));
}

}  // namespace jellyfish::detail
