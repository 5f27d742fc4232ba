#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

namespace jellyfish::test {

/// A certificate and its private key, as PEM text.
struct certificate {
    std::string pem;
    std::string key;
};

/// The purpose of a certificate.
struct certificate_request {
    std::vector<std::string> names = {"localhost"};
    std::vector<std::string> addresses = {"127.0.0.1"};
    std::chrono::hours valid_from{-24};  ///< Relative to now.
    std::chrono::hours valid_to{24};     ///< Relative to now.
};

/// A new authority.
[[nodiscard]] certificate make_authority();

/// A new certificate, signed by an authority.
[[nodiscard]] certificate make_certificate(const certificate& authority,
                                           const certificate_request& request);

enum class key_form { pkcs8, traditional };

/// A private key, as PEM text, encrypted with a pass phrase.
[[nodiscard]] std::string encrypted(const std::string& key, const std::string& passphrase,
                                    key_form form = key_form::pkcs8);

using tls_server_context = std::shared_ptr<boost::asio::ssl::context>;

/// The TLS context of a server with this certificate. With `client_authority`, a client must have a
/// certificate from it.
[[nodiscard]] tls_server_context server_context(const certificate& identity,
                                                const certificate& client_authority = {});

}  // namespace jellyfish::test
