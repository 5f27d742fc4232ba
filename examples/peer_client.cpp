#include "peer_client.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

namespace {

/// Encodes a length-delimited protobuf field: a string or a message.
std::string field(unsigned number, std::string_view content) {
    std::string out(1, static_cast<char>(number << 3 | 2));
    std::size_t length = content.size();
    for (; length > 0x7f; length >>= 7)
        out.push_back(static_cast<char>(length | 0x80));
    out.push_back(static_cast<char>(length));
    return out.append(content);
}

// PeerMessage{authenticated = 1, auth_request{token = 1} = 2}
const std::string authenticated = field(1, "");
std::string auth_request(std::string_view token) { return field(2, field(1, token)); }

}  // namespace

class peer_client::impl {
public:
    explicit impl(asio::any_io_executor executor) : socket(std::move(executor)) {}

    websocket::stream<beast::tcp_stream> socket;
};

peer_client::peer_client(asio::any_io_executor executor)
    : impl_(std::make_unique<impl>(std::move(executor))) {}
peer_client::~peer_client() = default;

asio::awaitable<void> peer_client::join(std::string websocket_url, std::string token) {
    auto& socket = impl_->socket;
    const auto slash = websocket_url.find('/');
    const auto colon = websocket_url.rfind(':', slash);
    if (slash == std::string::npos || colon == std::string::npos)
        throw std::invalid_argument("invalid WebSocket URL: expected HOST:PORT/PATH, got " +
                                    websocket_url);
    const std::string authority = websocket_url.substr(0, slash);
    const std::string path = websocket_url.substr(slash);
    const std::string host = websocket_url.substr(0, colon);
    const std::string port = websocket_url.substr(colon + 1, slash - colon - 1);

    auto& tcp = beast::get_lowest_layer(socket);
    tcp.expires_after(std::chrono::seconds(5));
    asio::ip::tcp::resolver resolver{socket.get_executor()};
    const auto endpoints = co_await resolver.async_resolve(host, port, asio::use_awaitable);
    co_await tcp.async_connect(endpoints, asio::use_awaitable);
    tcp.expires_never();  // The WebSocket stream has its own timeouts.
    socket.set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
    co_await socket.async_handshake(authority, path, asio::use_awaitable);

    const std::string request = auth_request(token);
    socket.binary(true);
    co_await socket.async_write(asio::buffer(request), asio::use_awaitable);
    beast::flat_buffer response;
    co_await socket.async_read(response, asio::use_awaitable);
    if (beast::buffers_to_string(response.data()) != authenticated)
        throw std::runtime_error("the server did not authenticate the peer");
}

asio::awaitable<void> peer_client::leave() {
    co_await impl_->socket.async_close(websocket::close_code::normal, asio::use_awaitable);
}
