#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jellyfish::bench {

/// The time, as encoded in a message.
[[nodiscard]] inline std::int64_t now_in_nanoseconds() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A server that sends notifications at a constant rate to three clients in turn. The room's id of
/// each is the time of sending. Runs on its own thread and processor.
class latency_server {
public:
    latency_server(std::size_t messages_per_second, std::size_t messages);
    ~latency_server();

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
    static constexpr std::size_t clients = 3;
    /// All frames have this size, with the time at this offset.
    static constexpr std::size_t frame_size = 80;
    static constexpr std::size_t stamp_offset = 6;
    static constexpr std::size_t stamp_size = 36;

    /// The number of messages for each client.
    [[nodiscard]] std::size_t messages() const noexcept { return messages_; }

private:
    void serve();
    void serve_clients();

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::chrono::nanoseconds interval_;
    std::size_t messages_;
    std::jthread thread_;
};

}  // namespace jellyfish::bench
