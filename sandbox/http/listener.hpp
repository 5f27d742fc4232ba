#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace jellyfish::testing::detail {

/// A reserved port, which accepts or refuses connections.
class listener {
public:
    using accept_handler = std::function<void(boost::asio::ip::tcp::socket)>;
    using warning_handler = std::function<void(const std::string&)>;

    /// Starts listening. Connections wait in the backlog until `start`.
    /// @throws boost::system::system_error when that fails.
    listener(boost::asio::io_context& io, std::string address, std::uint16_t port,
             accept_handler on_accept, warning_handler warn);

    /// Starts accepting connections.
    void start();
    /// Refuses connections.
    void stop();
    /// Listens again after `stop`.
    /// @throws boost::system::system_error when that fails.
    void restart();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Returns `ADDRESS:PORT`.
    [[nodiscard]] std::string authority() const;

private:
    void bind(bool listen);
    boost::asio::awaitable<void> accept();

    boost::asio::io_context& io_;
    std::string address_;
    std::uint16_t port_;
    accept_handler on_accept_;
    warning_handler warn_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
};

}  // namespace jellyfish::testing::detail
