#pragma once

#include "data/certificates.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jellyfish::test {

/// One accepted connection, controlled by a script. Handles bytes only, except for the upgrade
/// response.
class scripted_connection {
public:
    virtual ~scripted_connection() = default;

    [[nodiscard]] virtual boost::asio::awaitable<void> write(std::string bytes) = 0;

    /// Reads some bytes; returns an empty string at end of stream.
    [[nodiscard]] virtual boost::asio::awaitable<std::string> read() = 0;

    /// Closes the connection; `reset` discards unsent data.
    virtual void close(bool reset = false) = 0;

    // Composed of the above.

    /// Reads and returns a request header.
    [[nodiscard]] boost::asio::awaitable<std::string> read_header();

    /// Reads the upgrade request and accepts it; `first_frames` follow in the same write.
    [[nodiscard]] boost::asio::awaitable<void> accept_upgrade(std::string first_frames = {});

    /// Upgrades, reads the token and authenticates.
    [[nodiscard]] boost::asio::awaitable<void> authenticate();

    /// Upgrades, authenticates and confirms one subscription; `more` follows in the same write.
    [[nodiscard]] boost::asio::awaitable<void> begin_session(std::string more = {});

    /// Reads the next frame of the client, and returns its payload.
    [[nodiscard]] boost::asio::awaitable<std::string> read_frame();

    /// Reads until the client has closed, and returns everything that it sent.
    [[nodiscard]] boost::asio::awaitable<std::string> read_to_end();

private:
    std::string unread_;
};

/// A server in the test's own context. The test defines what it does on each connection. When the
/// script ends, the connection is closed.
class scripted_peer {
public:
    using script = std::function<boost::asio::awaitable<void>(scripted_connection&)>;

    scripted_peer(boost::asio::any_io_executor executor, script what,
                  tls_server_context tls = nullptr);
    ~scripted_peer();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

    /// Sets the script for connections that are accepted from now on.
    void use(tls_server_context tls);

    /// The number of accepted connections.
    [[nodiscard]] int accepted() const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace jellyfish::test
