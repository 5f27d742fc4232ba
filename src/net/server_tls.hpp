#pragma once

#include <jellyfish/webhook_options.hpp>

#include "net/tls_source.hpp"

#include <memory>

#include <boost/asio/ssl/context.hpp>

namespace jellyfish::detail {

/// What a receiver shakes hands with; null without TLS.
using tls_identity_ptr = std::shared_ptr<asio::ssl::context>;

/// Where the connections of a receiver get it.
using server_tls = tls_source<asio::ssl::context>;

/// Null without TLS. The files are read and checked when a context is asked for.
[[nodiscard]] std::shared_ptr<server_tls> make_server_tls(const webhook_options& options);

}  // namespace jellyfish::detail
