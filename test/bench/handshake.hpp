#pragma once

#include "fakes/wire.hpp"

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::bench {

/// The server's part, up to the first notification.
template <class Stream>
void welcome(boost::beast::websocket::stream<Stream>& ws) {
    namespace asio = boost::asio;
    boost::beast::flat_buffer request;
    ws.accept();
    ws.read(request);  // The token.
    ws.binary(true);
    ws.write(asio::buffer(test::authenticated_bytes()));
    request.clear();
    ws.read(request);  // The subscription.
    ws.write(asio::buffer(test::subscribe_response_bytes(1)));
}

/// A textbook client's part, over a connected stream.
template <class Stream>
boost::asio::awaitable<void> subscribe(boost::beast::websocket::stream<Stream>& ws,
                                       std::string host) {
    namespace asio = boost::asio;
    const std::string token = test::auth_request_bytes("development");
    const std::string subscription = test::subscribe_request_bytes(1);
    boost::beast::flat_buffer buffer;
    co_await ws.async_handshake(host, "/socket/server/websocket", asio::use_awaitable);
    ws.binary(true);
    co_await ws.async_write(asio::buffer(token), asio::use_awaitable);
    co_await ws.async_read(buffer, asio::use_awaitable);
    co_await ws.async_write(asio::buffer(subscription), asio::use_awaitable);
    buffer.clear();
    co_await ws.async_read(buffer, asio::use_awaitable);
}

}  // namespace jellyfish::bench
