#include "net/server_tls.hpp"

#include <jellyfish/error.hpp>

#include "async/key_file.hpp"
#include "async/log.hpp"

#include <string>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

namespace jellyfish::detail {
namespace {

[[noreturn]] void reject(const webhook_options& options, std::string detail) {
    throw error(errc::tls_configuration, {"listen", options.address(), std::move(detail), 0, ""});
}

tls_identity_ptr make_identity(const webhook_options& options) {
    if (options.certificate_file().empty()) reject(options, "a key requires a certificate file");
    if (options.key_file().empty()) reject(options, "a certificate requires a key file");
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // Most connections are idle.
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(native, no_passphrase);
    std::string problem = load_certificate_file(*context, options.certificate_file());
    if (!problem.empty()) reject(options, std::move(problem));
    problem = load_key_file(native, options.key_file(), options.key_passphrase(),
                            "set webhook_options::key_passphrase");
    if (!problem.empty()) reject(options, std::move(problem));
    return context;
}

}  // namespace

std::shared_ptr<server_tls> make_server_tls(const webhook_options& options) {
    if (!options.secure()) return nullptr;
    return std::make_shared<server_tls>(
        std::vector<std::string>{options.certificate_file(), options.key_file()},
        [options] { return make_identity(options); },
        [to = options.logger()](log_level level, const std::string& text) {
            write_log(to, level, "webhook", text);
        });
}

}  // namespace jellyfish::detail
