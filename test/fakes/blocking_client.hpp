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
/// Plain clients made of Beast, for tests of the test server: they share nothing with the library.
/// Each call blocks, for a bounded time.

namespace jellyfish::test {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// An HTTP response.
struct client_response {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
};

/// What a connection is made to, and how.
struct client_target {
    std::uint16_t port = 0;
    std::string host = "127.0.0.1";
    std::string ca_pem;  ///< Not empty: with TLS.
};

/// One kept HTTP connection.
class http_client {
public:
    /// @throws std::runtime_error when it cannot connect.
    explicit http_client(client_target target);
    explicit http_client(std::uint16_t port) : http_client(client_target{port, "127.0.0.1", {}}) {}
    ~http_client();

    /// A call with the token `development`; with a body, as JSON.
    /// @throws std::runtime_error when no response comes.
    client_response call(std::string_view method, std::string_view target,
                         std::string_view body = {}, const header_list& more = {});

    /// Sends bytes as they are.
    void send(std::string_view bytes);
    /// Reads one response to what was sent.
    client_response receive(bool to_header = false);
    /// Reads so many bytes as they are.
    std::string receive_bytes(std::size_t count);
    /// Whether the server ends the connection in that time.
    bool ends_within(std::chrono::milliseconds limit);

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// A call on a connection of its own.
client_response call(std::uint16_t port, std::string_view method, std::string_view target,
                     std::string_view body = {});

/// What comes on a WebSocket.
struct client_websocket_frame {
    enum class kind { binary, text, ping, close, end, nothing };

    kind what = kind::nothing;
    std::string payload;
    int code = 0;  ///< Of a close frame; 0 when it has none.

    bool operator==(const client_websocket_frame&) const = default;
};

/// A WebSocket.
class websocket_client {
public:
    /// Opens a WebSocket.
    /// @throws std::runtime_error when that is refused.
    websocket_client(client_target target, std::string_view path);
    websocket_client(std::uint16_t port, std::string_view path)
        : websocket_client(client_target{port, "127.0.0.1", {}}, path) {}
    ~websocket_client();
    websocket_client(websocket_client&&) noexcept;
    websocket_client& operator=(websocket_client&&) noexcept;

    void send_binary(std::string_view bytes);
    void send_text(std::string_view bytes);
    void ping(std::string_view payload);

    /// The next message, ping or close, or that nothing has come in that time.
    client_websocket_frame receive(std::chrono::milliseconds limit = std::chrono::seconds(20));
    /// Closes with a close frame, and waits for the answer.
    client_websocket_frame close(int code, std::string_view reason = {});
    /// Ends TCP without a close frame.
    void drop();

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// A server socket that has authenticated, and subscribed to what is given.
websocket_client open_server_socket(std::uint16_t port,
                                    const std::vector<unsigned>& event_types = {1});

}  // namespace jellyfish::test
