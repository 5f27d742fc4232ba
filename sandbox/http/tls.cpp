#include "sandbox/http/tls.hpp"

#include "async/key_file.hpp"

#include <string>
#include <string_view>

#include <boost/system/system_error.hpp>
#include <openssl/ssl.h>

namespace jellyfish::testing::detail {
namespace {

namespace ssl = boost::asio::ssl;

/// ALPN callback: selects HTTP/1.1 if the client offers it.
int choose_http_1_1(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
    constexpr std::string_view wanted = "http/1.1";
    for (unsigned at = 0; at < offered_size;) {
        const unsigned char size = offered[at++];
        if (size > offered_size - at) break;
        if (std::string_view(reinterpret_cast<const char*>(offered + at), size) == wanted) {
            *out = offered + at;
            *out_size = size;
            return SSL_TLSEXT_ERR_OK;
        }
        at += size;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

[[noreturn]] void reject(const std::string& problem) {
    throw boost::system::system_error(make_error_code(boost::system::errc::invalid_argument),
                                      "the test server's " + problem);
}

}  // namespace

std::shared_ptr<ssl::context> make_server_tls(const server_options& options) {
    if (options.certificate_file().empty() && options.key_file().empty()) return nullptr;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_alpn_select_cb(native, choose_http_1_1, nullptr);
    SSL_CTX_set_default_passwd_cb(native, jellyfish::detail::no_passphrase);
    std::string problem =
        jellyfish::detail::load_certificate_file(*context, options.certificate_file());
    if (problem.empty())
        problem = jellyfish::detail::load_key_file(native, options.key_file(), "",
                                                   "use a key without a pass phrase");
    if (!problem.empty()) reject(problem);
    return context;
}

std::shared_ptr<ssl::context> make_webhook_tls(const server_options& options) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    context->set_verify_mode(ssl::verify_peer);
    boost::system::error_code code;
    const std::string& file = options.webhook_ca_file();
    if (file.empty()) {
        context->set_default_verify_paths(code);
        return context;  // Without the system's certificates, each webhook fails by itself.
    }
    const std::string pem = jellyfish::detail::read_file(file, code);
    if (!code) context->add_certificate_authority(boost::asio::buffer(pem), code);
    if (code) reject("CA file for webhooks " + file + ": " + code.message());
    return context;
}

}  // namespace jellyfish::testing::detail
