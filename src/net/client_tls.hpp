#pragma once

#include <jellyfish/client_options.hpp>

#include "net/connect.hpp"

#include <string>

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace jellyfish::detail {

/// The TLS settings of connections.
class tls_context {
public:
    /// @throws jellyfish::error with `errc::tls_configuration`.
    explicit tls_context(const client_options& options);

    [[nodiscard]] asio::ssl::context& native() noexcept { return context_; }

    /// Prepares one connection: the name that is asked for (SNI), and the one that the certificate
    /// must have.
    /// @throws jellyfish::error with `errc::tls_configuration`.
    void prepare(SSL* connection, const std::string& host) const;

private:
    void trust(const tls_options& options, const std::string& address);
    void identify(const tls_options& options, const std::string& address);

    asio::ssl::context context_;
    bool verify_;
};

/// The code for a handshake that failed with `code`, from what OpenSSL found out about the
/// server's certificate; `detail` is set to its words.
[[nodiscard]] error_code handshake_failure(SSL* connection, const error_code& code,
                                           std::string& detail);

}  // namespace jellyfish::detail
