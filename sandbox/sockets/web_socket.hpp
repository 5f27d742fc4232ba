#pragma once

#include "sandbox/http/connection.hpp"
#include "sandbox/http/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// What uses a WebSocket.
class web_socket_user {
public:
    virtual ~web_socket_user() = default;

    virtual void on_message(bool is_text, std::string_view payload) = 0;
    virtual void on_pong() = 0;
    /// The client sent a close frame; 1005 when it gave no code. `on_end` follows.
    virtual void on_client_close(std::uint16_t code, std::string_view reason) = 0;
    /// Once, when nothing more can come: whoever ended it.
    virtual void on_end() = 0;
};

/// What is sent on a WebSocket.
enum class frame_kind { text, binary, ping, pong, raw };

/// A WebSocket of a client. Beast decodes what it sends, and answers its pings and its close.
///
/// For the server's thread only.
class web_socket {
public:
    virtual ~web_socket() = default;

    /// Accepts a valid upgrade request and begins to read.
    /// @param user Must live until `on_end`, and keeps this object alive until then.
    virtual void start(const http_request& request, std::shared_ptr<web_socket_user> user) = 0;

    /// Sends after all that was sent before. `raw` bytes are not framed.
    virtual void send(frame_kind kind, std::string payload) = 0;

    /// Sends a close frame after all that was sent before, and ends the connection without waiting
    /// for an answer. Nothing that comes after this call is handed on.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;

    /// Ends the connection at once.
    virtual void abort() = 0;

    [[nodiscard]] virtual std::chrono::steady_clock::time_point last_received() const = 0;
};

[[nodiscard]] std::shared_ptr<web_socket> make_web_socket(std::shared_ptr<connection> stream);

}  // namespace jellyfish::testing::detail
