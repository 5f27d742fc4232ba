#pragma once

#include "net/own_socket.hpp"
#include "net/stream.hpp"

#include <memory>

#include <boost/asio/ssl/stream.hpp>

namespace jellyfish::detail {

using tls_socket = asio::ssl::stream<tcp_socket>;

/// Returns a stream over a connected socket.
[[nodiscard]] std::unique_ptr<stream> make_tcp_stream(tcp_socket socket);

/// Returns a stream over a socket whose handshake is complete. It keeps the context with which the
/// socket was constructed, a client's or a server's.
[[nodiscard]] std::unique_ptr<stream> make_tls_stream(std::shared_ptr<void> context,
                                                      std::shared_ptr<tls_socket> socket);

}  // namespace jellyfish::detail
