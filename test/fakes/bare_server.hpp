#pragma once

#include <jellyfish/notification.hpp>

#include "data/certificates.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::test {

/// A server's notification socket and nothing else, made of Beast's `websocket::stream` and
/// handwritten protobuf. It shares no code with the library or its sandbox, and so detects their
/// common errors. Runs on its own thread; any thread may call it.
class bare_server {
public:
    explicit bare_server(std::string token = "development", tls_server_context tls = nullptr);
    ~bare_server();

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

    /// Waits until this many sockets are subscribed to `type`.
    void await_subscribed(std::size_t sockets, unsigned type = 1);

    /// Waits until no socket is authenticated.
    void await_gone();

    void notify(const notification& value);       ///< Sends to all subscribers of its kind.
    void send_message(std::string_view message);  ///< Sends a binary message to all.
    void send_raw(std::string_view bytes);        ///< Sends bytes without a frame to all.
    void close_sockets(std::uint16_t code, std::string_view reason);
    void drop_connections();  ///< Without a close frame.

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::test
