#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// @file
/// Simple Beast clients for tests of the test server, which share no code with the library. Each
/// call blocks, with a time limit.

namespace jellyfish::test {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// An HTTP response.
struct client_response {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
};

/// The server to connect to, and how.
struct client_target {
    std::uint16_t port = 0;
    std::string host = "127.0.0.1";
    std::string ca_pem;  ///< TLS is used if it is not empty.
};

/// A kept HTTP connection.
class http_client {
public:
    /// @throws std::runtime_error when connecting fails.
    explicit http_client(client_target target);
    explicit http_client(std::uint16_t port) : http_client(client_target{port, "127.0.0.1", {}}) {}
    ~http_client();

    /// Makes a call with the token `development`; a body is sent as JSON.
    /// @throws std::runtime_error when no response arrives.
    client_response call(std::string_view method, std::string_view target,
                         std::string_view body = {}, const header_list& more = {});

    /// Sends bytes unchanged.
    void send(std::string_view bytes);
    /// Reads one response to previously sent bytes.
    client_response receive(bool to_header = false);
    /// Reads exactly this many bytes.
    std::string receive_bytes(std::size_t count);
    /// Whether the server closes the connection in this time.
    bool ends_within(std::chrono::milliseconds limit);

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// Makes a call on a new connection.
client_response call(std::uint16_t port, std::string_view method, std::string_view target,
                     std::string_view body = {});

/// A frame or event received on a WebSocket.
struct client_websocket_frame {
    enum class kind { binary, text, ping, close, end, nothing };

    kind what = kind::nothing;
    std::string payload;
    int code = 0;  ///< The code of a close frame; 0 if it has none.

    bool operator==(const client_websocket_frame&) const = default;
};

/// A WebSocket client.
class websocket_client {
public:
    /// Opens a WebSocket.
    /// @throws std::runtime_error when the server rejects it.
    websocket_client(client_target target, std::string_view path);
    websocket_client(std::uint16_t port, std::string_view path)
        : websocket_client(client_target{port, "127.0.0.1", {}}, path) {}
    ~websocket_client();
    websocket_client(websocket_client&&) noexcept;
    websocket_client& operator=(websocket_client&&) noexcept;

    void send_binary(std::string_view bytes);
    void send_text(std::string_view bytes);
    void ping(std::string_view payload);

    /// Returns the next message, ping or close, or that nothing has arrived in this time.
    client_websocket_frame receive(std::chrono::milliseconds limit = std::chrono::seconds(20));
    /// Sends a close frame, and waits for the response.
    client_websocket_frame close(int code, std::string_view reason = {});
    /// Closes TCP without a close frame.
    void drop();

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// Opens a server socket, authenticates, and subscribes to these events.
websocket_client open_server_socket(std::uint16_t port,
                                    const std::vector<unsigned>& event_types = {1},
                                    const std::string& path_prefix = {});

}  // namespace jellyfish::test
