#include <jellyfish/server_notifications.pb.h>

#include "receivers.hpp"
#include "support/wire.hpp"

#include <exception>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
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
        default:
            break;
    }
}

asio::awaitable<costs> run(tcp::endpoint server, std::string host, std::size_t messages) {
    beast::websocket::stream<tcp::socket> ws(co_await asio::this_coro::executor);
    co_await ws.next_layer().async_connect(server, asio::use_awaitable);
    ws.next_layer().set_option(tcp::no_delay(true));
    co_await ws.async_handshake(host, "/socket/server/websocket", asio::use_awaitable);
    ws.binary(true);
    const std::string token = test::auth_request_bytes("development");
    const std::string subscription = test::subscribe_request_bytes(1);
    beast::flat_buffer buffer;
    co_await ws.async_write(asio::buffer(token), asio::use_awaitable);
    co_await ws.async_read(buffer, asio::use_awaitable);
    co_await ws.async_write(asio::buffer(subscription), asio::use_awaitable);
    buffer.clear();
    co_await ws.async_read(buffer, asio::use_awaitable);

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

}  // namespace

costs receive_naively(const load_server& server) {
    asio::io_context context(1);
    costs total;
    asio::co_spawn(context,
                   run(tcp::endpoint(asio::ip::address_v4::loopback(), server.port()),
                       server.address(), server.messages()),
                   [&](std::exception_ptr failure, costs result) {
                       if (failure) std::rethrow_exception(failure);
                       total = result;
                   });
    context.run();
    return total;
}

}  // namespace jellyfish::bench
