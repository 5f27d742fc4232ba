#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jellyfish::bench {

/// The time, as it stands in a message.
[[nodiscard]] inline std::int64_t now_in_nanoseconds() {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A server that sends notifications at an even rate, each with the time at which it is sent as its
/// room's id. One connection after the other, on a thread and a processor of its own.
class latency_server {
public:
    latency_server(std::size_t messages_per_second, std::size_t messages);
    ~latency_server();

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
    [[nodiscard]] std::size_t messages() const noexcept { return messages_; }

private:
    void serve();
    void serve_client(boost::asio::ip::tcp::socket socket) const;

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::chrono::nanoseconds interval_;
    std::size_t messages_;
    std::jthread thread_;
};

}  // namespace jellyfish::bench
