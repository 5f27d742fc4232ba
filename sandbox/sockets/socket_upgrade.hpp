#pragma once

#include "sandbox/http/http_message.hpp"

#include <memory>
#include <string>

namespace jellyfish::testing::detail {

class connection;
class core;
class node;

/// The sockets that a server has.
enum class socket_kind { none, server, peer };

[[nodiscard]] socket_kind socket_kind_of(const http_request& request, const std::string& prefix);

/// The status that a request which cannot become a socket is rejected with; 0 when it can.
[[nodiscard]] int check_upgrade(const http_request& request);

/// Makes a socket of a connection.
void start_socket(core& server, node& place, socket_kind kind, const http_request& request,
                  std::shared_ptr<connection> client);

}  // namespace jellyfish::testing::detail
