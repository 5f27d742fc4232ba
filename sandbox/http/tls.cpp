#include "sandbox/http/tls.hpp"

#include "async/key_file.hpp"

#include <string>

#include <boost/system/system_error.hpp>
#include <openssl/ssl.h>

namespace jellyfish::testing::detail {
namespace {

namespace ssl = boost::asio::ssl;

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
        return context;  // Without the system's certificates, each webhook fails separately.
    }
    const std::string pem = jellyfish::detail::read_file(file, code);
    if (!code) context->add_certificate_authority(boost::asio::buffer(pem), code);
    if (code) reject("CA file for webhooks " + file + ": " + code.message());
    return context;
}

}  // namespace jellyfish::testing::detail
