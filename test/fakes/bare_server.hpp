#pragma once

#include <jellyfish/notification.hpp>

#include "data/certificates.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::test {

/// A server's notification socket and nothing else: Beast's `websocket::stream`, and protobuf made
/// by hand. It shares nothing with the library or with its sandbox, so that what both of these got
/// wrong together is found out. Runs on a thread of its own; any thread may call it.
class bare_server {
public:
    explicit bare_server(std::string token = "development", tls_server_context tls = nullptr);
    ~bare_server();

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

    /// Waits until as many sockets are subscribed to `type`.
    void await_subscribed(std::size_t sockets, unsigned type = 1);

    /// Waits until no socket is authenticated.
    void await_gone();

    void notify(const notification& value);       ///< To all that subscribed to its kind.
    void send_message(std::string_view message);  ///< A binary message, to all.
    void send_raw(std::string_view bytes);        ///< Bytes without a frame, to all.
    void close_sockets(std::uint16_t code, std::string_view reason);
    void drop_connections();  ///< Without a close frame.

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::test
