#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

namespace jellyfish::testing::detail {

class connection;
class core;
class node;

/// Serves one connection of a client until it ends, or until it has become a WebSocket.
boost::asio::awaitable<void> serve_http(core& server, node& place,
                                        std::shared_ptr<connection> client);

}  // namespace jellyfish::testing::detail
