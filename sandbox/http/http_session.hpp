#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::testing::detail {

class connection;
class core;
class node;

/// Serves a connection until it closes or becomes a WebSocket.
boost::asio::awaitable<void> serve_http(core& server, node& place,
                                        std::shared_ptr<connection> client);

}  // namespace jellyfish::testing::detail
