#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

/// A minimal media client: joins its room over the peer WebSocket, and leaves. In a real service,
/// the client is a browser or a phone.
class peer_client {
public:
    explicit peer_client(boost::asio::any_io_executor executor);
    ~peer_client();

    /// Connects (without TLS) and authenticates, with the result of `room_api::add_peer`.
    boost::asio::awaitable<void> join(std::string websocket_url, std::string token);

    boost::asio::awaitable<void> leave();

private:
    class impl;
    std::unique_ptr<impl> impl_;
};
