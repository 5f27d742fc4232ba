#pragma once

#include "net/own_socket.hpp"
#include "net/stream.hpp"

#include <memory>

#include <boost/asio/ssl/stream.hpp>

namespace jellyfish::detail {

using tls_socket = asio::ssl::stream<tcp_socket>;

/// A stream over a connected socket.
[[nodiscard]] std::unique_ptr<stream> make_tcp_stream(tcp_socket socket);

/// A stream over a socket that has shaken hands. It keeps the context that the socket was made
/// with, a client's or a server's.
[[nodiscard]] std::unique_ptr<stream> make_tls_stream(std::shared_ptr<void> context,
                                                      std::shared_ptr<tls_socket> socket);

}  // namespace jellyfish::detail
