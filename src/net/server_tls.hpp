#pragma once

#include <jellyfish/webhook_options.hpp>

#include "model/names.hpp"
#include "net/tls_source.hpp"

#include <memory>

#include <boost/asio/ssl/context.hpp>

namespace jellyfish::detail {

/// The TLS context of a receiver; null without TLS.
using tls_identity_ptr = std::shared_ptr<asio::ssl::context>;

/// Provides the TLS context for the connections of a receiver.
using server_tls = tls_source<asio::ssl::context>;

/// Returns null without TLS. The files are loaded and validated when a context is requested.
[[nodiscard]] std::shared_ptr<server_tls> make_server_tls(const webhook_options& options);

}  // namespace jellyfish::detail
