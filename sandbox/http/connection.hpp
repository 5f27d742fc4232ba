#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

namespace jellyfish::testing::detail {

namespace asio = boost::asio;
using boost::system::error_code;

/// State shared by all connections of a server.
struct connection_gate {
    bool stalled = false;  ///< Writes are held back.
    std::function<void()> on_change = [] {};
};

/// One client's TCP connection, with or without TLS. Writes never wait: bytes are queued, and the
/// connection is reset when more than 64 MiB are queued because the client does not read.
///
/// Used on the server's thread only.
class connection : public std::enable_shared_from_this<connection> {
public:
    using read_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

    connection(asio::ip::tcp::socket socket, asio::ssl::context* tls,
               std::shared_ptr<connection_gate> gate);

    [[nodiscard]] asio::any_io_executor executor() { return socket_.get_executor(); }

    /// Performs the TLS handshake, if TLS is used. Returns false when it fails.
    asio::awaitable<bool> handshake(std::chrono::milliseconds limit);

    /// Reads some bytes into the buffer.
    void read(asio::mutable_buffer buffer, read_handler handler);

    /// The results of `receive`.
    enum class received { data, end, timeout };

    /// Appends the next bytes that arrive, up to `most`, to `out`.
    asio::awaitable<received> receive(std::string& out, std::size_t most,
                                      std::chrono::steady_clock::time_point deadline);

    /// Queues bytes. Does nothing on a closed connection.
    void write(std::string_view bytes);

    /// Posts `handler` once little is queued.
    void when_drained(asio::any_completion_handler<void(error_code)> handler);

    /// Closes the connection after writing the queued bytes. Discards the client's data for up to
    /// 1 s, so that the client can read everything before the connection closes.
    void finish();

    /// Closes the connection immediately.
    /// @param reset Whether to send a TCP reset, which clients report as an error.
    void abort(bool reset = false);

    /// Writes the bytes held back while the server stalled.
    void flush();

    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// Returns when the client last sent data.
    [[nodiscard]] std::chrono::steady_clock::time_point last_received() const noexcept {
        return last_received_;
    }

private:
    static constexpr std::size_t max_queued = 64U << 20;
    static constexpr std::size_t little_queued = 256U << 10;

    asio::awaitable<std::tuple<error_code, std::size_t>> read_some(asio::mutable_buffer buffer);
    [[nodiscard]] std::size_t queued() const noexcept { return out_.size() + in_flight_.size(); }
    void write_some();
    void on_written(error_code code);
    void on_read_end();
    void notify_drained();
    void shut_down();
    void discard();
    void close();

    asio::ip::tcp::socket socket_;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
    std::shared_ptr<connection_gate> gate_;
    asio::steady_timer linger_;
    std::string out_;
    std::string in_flight_;
    std::vector<asio::any_completion_handler<void(error_code)>> drained_;
    std::string discarded_;
    std::chrono::steady_clock::time_point last_received_;
    bool writing_ = false;
    bool finishing_ = false;
    bool shut_down_ = false;   ///< The sending side is shut down; reading continues.
    bool read_ended_ = false;  ///< The client shut down its side, or the connection failed.
    bool open_ = true;
};

}  // namespace jellyfish::testing::detail
