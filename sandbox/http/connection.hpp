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

/// What all connections of a server share.
struct connection_gate {
    bool stalled = false;  ///< Nothing is written.
    std::function<void()> on_change = [] {};
};

/// One client's TCP connection, with or without TLS. Writing never waits: bytes are queued, and a
/// client that does not read for so long that 64 MiB are queued is cut off.
///
/// For the server's thread only.
class connection : public std::enable_shared_from_this<connection> {
public:
    using read_handler = asio::any_completion_handler<void(error_code, std::size_t)>;

    connection(asio::ip::tcp::socket socket, asio::ssl::context* tls,
               std::shared_ptr<connection_gate> gate);

    [[nodiscard]] asio::any_io_executor executor() { return socket_.get_executor(); }

    /// The TLS handshake; nothing to do without TLS. False when it failed.
    asio::awaitable<bool> handshake(std::chrono::milliseconds limit);

    /// Reads something into the buffer.
    void read(asio::mutable_buffer buffer, read_handler handler);

    /// What `receive` may come to.
    enum class received { data, end, timeout };

    /// Appends what arrives next, at most `most` bytes, to `out`.
    asio::awaitable<received> receive(std::string& out, std::size_t most,
                                      std::chrono::steady_clock::time_point deadline);

    /// Queues bytes. Does nothing on a connection that has ended.
    void write(std::string_view bytes);

    /// Calls `handler` later, when little is queued.
    void when_drained(asio::any_completion_handler<void(error_code)> handler);

    /// Ends the connection when all that is queued has been written; what the client still sends
    /// is read and thrown away for up to 1 s, so that it can read the end.
    void finish();

    /// Ends it at once.
    /// @param reset With a reset, which tells a client that something is wrong.
    void abort(bool reset = false);

    /// Writes what was held back while the server stalled.
    void flush();

    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// When the client has last sent something.
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
    bool shut_down_ = false;   ///< Writing has ended, reading has not.
    bool read_ended_ = false;  ///< The client has ended its side, or the connection is broken.
    bool open_ = true;
};

}  // namespace jellyfish::testing::detail
