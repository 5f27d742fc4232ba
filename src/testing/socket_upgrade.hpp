#pragma once

#include "testing/http_message.hpp"

#include <memory>
#include <optional>
#include <string>

namespace jellyfish::testing::detail {

class connection;
class core;
class node;

/// The sockets that a server has. The last one exists, but takes nobody.
enum class socket_kind { none, server, peer, live };

[[nodiscard]] socket_kind socket_kind_of(const http_request& request, const std::string& prefix);
[[nodiscard]] inline bool is_socket_path(const http_request& request, const std::string& prefix) {
    return socket_kind_of(request, prefix) != socket_kind::none;
}

/// The answer to a request that cannot become a socket; nothing when it can.
[[nodiscard]] std::optional<http_answer> check_socket_request(const http_request& request,
                                                              socket_kind kind);

/// Makes a socket of a connection.
void start_socket(core& server, node& place, socket_kind kind, const http_request& request,
                  std::shared_ptr<connection> client);

}  // namespace jellyfish::testing::detail
