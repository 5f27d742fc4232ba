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

/// One accepted connection, in the hands of a script. Bytes only: it knows how to answer an upgrade
/// and nothing more.
class scripted_connection {
public:
    virtual ~scripted_connection() = default;

    [[nodiscard]] virtual boost::asio::awaitable<void> write(std::string bytes) = 0;

    /// Reads what there is; empty at the end of the stream.
    [[nodiscard]] virtual boost::asio::awaitable<std::string> read() = 0;

    /// Ends the connection; `reset` throws away what is unsent.
    virtual void close(bool reset = false) = 0;

    // Made of the above.

    /// Reads a request head, and returns it.
    [[nodiscard]] boost::asio::awaitable<std::string> read_header();

    /// Reads the upgrade request and answers it as a good server does; `first_frames` follow in the
    /// same write.
    [[nodiscard]] boost::asio::awaitable<void> accept_upgrade(std::string first_frames = {});

    /// Upgrades, reads the token and authenticates.
    [[nodiscard]] boost::asio::awaitable<void> authenticate();

    /// Upgrades, authenticates and confirms one subscription; `more` follows in the same write.
    [[nodiscard]] boost::asio::awaitable<void> begin_session(std::string more = {});

    /// Reads the next frame of the client: its payload.
    [[nodiscard]] boost::asio::awaitable<std::string> read_frame();

    /// Reads until the client has closed, and returns all that it sent.
    [[nodiscard]] boost::asio::awaitable<std::string> read_to_end();

private:
    std::string unread_;
};

/// A server in a test's own context: what it does on each connection is written in the test. When
/// the script ends, so does the connection.
class scripted_peer {
public:
    using script = std::function<boost::asio::awaitable<void>(scripted_connection&)>;

    scripted_peer(boost::asio::any_io_executor executor, script what,
                  tls_server_context tls = nullptr);
    ~scripted_peer();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

    /// What connections that are accepted from here on are served with.
    void use(tls_server_context tls);

    /// How many connections were accepted.
    [[nodiscard]] int accepted() const;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace jellyfish::test
