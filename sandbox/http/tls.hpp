#pragma once

#include <jellyfish/testing/server_options.hpp>

#include <memory>

#include <boost/asio/ssl/context.hpp>

namespace jellyfish::testing::detail {

/// Returns a context with the real server's settings (TLS 1.2), or null if the options name no
/// certificate.
/// @throws boost::system::system_error when a file is missing or invalid.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_server_tls(
    const server_options& options);

/// Returns a context that verifies the receivers of webhooks.
/// @throws boost::system::system_error when the options name a CA file that is missing or invalid.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_webhook_tls(
    const server_options& options);

}  // namespace jellyfish::testing::detail
