#pragma once

#include "sandbox/http/connection.hpp"
#include "sandbox/http/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// The callbacks of a WebSocket.
class web_socket_user {
public:
    virtual ~web_socket_user() = default;

    virtual void on_message(bool is_text, std::string_view payload) = 0;
    virtual void on_pong() = 0;
    /// The client sent a close frame; 1005 when it has no code. `on_end` follows.
    virtual void on_client_close(std::uint16_t code, std::string_view reason) = 0;
    /// Called once, when nothing more can arrive, no matter which side closed.
    virtual void on_end() = 0;
};

/// The kinds of frame to send.
enum class frame_kind { text, binary, ping, pong, raw };

/// A client's WebSocket. Beast decodes its frames, and replies to pings and the close.
///
/// Used on the server's thread only.
class web_socket {
public:
    virtual ~web_socket() = default;

    /// Accepts a valid upgrade request and starts reading.
    /// @param user Must live until `on_end`, and keep this object alive until then.
    virtual void start(const http_request& request, std::shared_ptr<web_socket_user> user) = 0;

    /// Sends a frame after all earlier ones. `raw` bytes are not framed.
    virtual void send(frame_kind kind, std::string payload) = 0;

    /// Sends a close frame after all earlier frames, and closes the connection without waiting for
    /// the client's. Frames that arrive after this call are discarded.
    virtual void close(std::uint16_t code, std::string_view reason) = 0;

    /// Closes the connection immediately.
    virtual void abort() = 0;
    [[nodiscard]] virtual bool is_open() const = 0;

    [[nodiscard]] virtual std::chrono::steady_clock::time_point last_received() const = 0;
};

[[nodiscard]] std::shared_ptr<web_socket> make_web_socket(std::shared_ptr<connection> stream);

}  // namespace jellyfish::testing::detail
