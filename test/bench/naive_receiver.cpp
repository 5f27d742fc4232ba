#include <jellyfish/server_notifications.pb.h>

#include "handshake.hpp"
#include "receivers.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

std::size_t seen = 0;

void use(const std::string& room_id, const std::string& peer_id) {
    seen += room_id.size() + peer_id.size();
}

void hand_out(const ServerMessage& message) {
    switch (message.content_case()) {
        case ServerMessage::kPeerConnected: {
            const std::string room_id = message.peer_connected().room_id();
            const std::string peer_id = message.peer_connected().peer_id();
            use(room_id, peer_id);
            break;
        }
        case ServerMessage::kTrackAdded: {
            const std::string room_id = message.track_added().room_id();
            const std::string peer_id = message.track_added().peer_id();
            use(room_id, peer_id);
            break;
        }
        case ServerMessage::kRoomCreated: {
            const std::string room_id = message.room_created().room_id();
            use(room_id, room_id);
            break;
        }
        case ServerMessage::kMetricsReport: {
            const std::string metrics = message.metrics_report().metrics();
            use(metrics, metrics);
            break;
        }
        default:
            break;
    }
}

template <class Stream>
asio::awaitable<costs> receive(Stream stream, std::string host, std::size_t messages) {
    beast::websocket::stream<Stream> ws(std::move(stream));
    co_await subscribe(ws, host);
    beast::flat_buffer buffer;

    std::optional<meter> cost;
    for (std::size_t received = 0; received < messages; ++received) {
        buffer.clear();
        co_await ws.async_read(buffer, asio::use_awaitable);
        if (!cost) cost.emplace();
        ServerMessage message;
        if (!message.ParseFromArray(buffer.data().data(), static_cast<int>(buffer.size())))
            throw std::runtime_error("no ServerMessage");
        hand_out(message);
    }
    const costs total = cost->read(messages - 1);
    co_await ws.async_close(beast::websocket::close_code::normal, asio::use_awaitable);
    co_return total;
}

asio::awaitable<costs> run(const load_server& server) {
    tcp::socket socket(co_await asio::this_coro::executor);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server.port());
    co_await socket.async_connect(endpoint, asio::use_awaitable);
    socket.set_option(tcp::no_delay(true));
    if (server.authority().empty())
        co_return co_await receive(std::move(socket), server.address(), server.messages());
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.add_certificate_authority(asio::buffer(server.authority()));
    tls.set_verify_mode(asio::ssl::verify_peer);
    asio::ssl::stream<tcp::socket> stream(std::move(socket), tls);
    co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    co_return co_await receive(std::move(stream), server.address(), server.messages());
}

}  // namespace

costs receive_naively(const load_server& server) {
    asio::io_context context(1);
    costs total;
    asio::co_spawn(context, run(server), [&](std::exception_ptr failure, costs result) {
        if (failure) std::rethrow_exception(failure);
        total = result;
    });
    context.run();
    return total;
}

}  // namespace jellyfish::bench
