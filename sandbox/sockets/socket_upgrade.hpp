#pragma once

#include "sandbox/http/http_message.hpp"

#include <memory>
#include <string>

namespace jellyfish::testing::detail {

class connection;
class core;
class node;

/// The kinds of socket.
enum class socket_kind { none, server, peer, agent };

[[nodiscard]] socket_kind socket_kind_of(const http_request& request, const std::string& prefix);

/// Returns the status that rejects an upgrade request, or 0 for a valid one.
[[nodiscard]] int check_upgrade(const http_request& request);

/// Turns a connection into a socket.
void start_socket(core& server, node& place, socket_kind kind, const http_request& request,
                  std::shared_ptr<connection> client);

}  // namespace jellyfish::testing::detail
