#pragma once

#include <jellyfish/testing/server_options.hpp>

#include <memory>

#include <boost/asio/ssl/context.hpp>

namespace jellyfish::testing::detail {

/// TLS as the real server speaks it: version 1.2, HTTP/1.1. Nothing when the options name no
/// certificate.
/// @throws boost::system::system_error when a file cannot be used.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> make_server_tls(
    const server_options& options);

}  // namespace jellyfish::testing::detail
