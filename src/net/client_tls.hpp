#pragma once

#include <jellyfish/client_options.hpp>

#include "net/connect.hpp"

#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace jellyfish::detail {

/// The TLS settings of client connections.
class tls_context {
public:
    /// @throws jellyfish::error with `errc::tls_configuration`.
    explicit tls_context(const client_options& options);

    [[nodiscard]] asio::ssl::context& native() noexcept { return context_; }

    /// Prepares one connection: sets the server name (SNI) and the name that the certificate must
    /// contain.
    /// @throws jellyfish::error with `errc::tls_configuration`.
    void prepare(SSL* connection, const std::string& host) const;

private:
    void trust(const tls_options& options, const std::string& address);
    void identify(const tls_options& options, const std::string& address);

    asio::ssl::context context_;
    bool verify_;
};

/// Returns the error code for a handshake that failed with `code`, based on OpenSSL's verification
/// of the server's certificate. Sets `detail` to the text of the failure.
[[nodiscard]] error_code handshake_failure(SSL* connection, const error_code& code,
                                           std::string& detail);

}  // namespace jellyfish::detail
