#include "webhook/tls_identity.hpp"

#include <jellyfish/error.hpp>

#include <string>
#include <utility>

#include <openssl/ssl.h>

namespace jellyfish::detail {
namespace {

[[noreturn]] void refuse(const webhook_options& options, std::string detail) {
    throw error(errc::tls_configuration, {"listen", options.address(), std::move(detail), 0, ""});
}

}  // namespace

tls_identity_ptr make_tls_identity(const webhook_options& options) {
    if (!options.secure()) return nullptr;
    if (options.certificate_file().empty()) refuse(options, "a key without a certificate");
    if (options.key_file().empty()) refuse(options, "a certificate without a key");
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // Most connections are silent.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    error_code code;
    context->use_certificate_chain_file(options.certificate_file(), code);
    if (code) {
        refuse(options, "certificate file " + options.certificate_file() + ": " + code.message());
    }
    context->use_private_key_file(options.key_file(), asio::ssl::context::pem, code);
    if (code) refuse(options, "key file " + options.key_file() + ": " + code.message());
    return context;
}

}  // namespace jellyfish::detail
