#pragma once

#include <jellyfish/webhook_options.hpp>

#include <memory>

#include <boost/asio/ssl/context.hpp>

namespace jellyfish::detail {

using tls_identity_ptr = std::shared_ptr<asio::ssl::context>;

/// What a receiver shakes hands with; null without TLS.
/// @throws jellyfish::error with `errc::tls_configuration`.
[[nodiscard]] tls_identity_ptr make_tls_identity(const webhook_options& options);

}  // namespace jellyfish::detail
