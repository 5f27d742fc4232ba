#include "net/client_tls.hpp"

#include <jellyfish/error.hpp>

#include "async/key_file.hpp"
#include "async/log.hpp"
#include "async/read_file.hpp"

#include <array>
#include <climits>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace jellyfish::detail {
namespace {

[[noreturn]] void reject(const std::string& address, std::string detail) {
    throw error(errc::tls_configuration, {"connect", address, std::move(detail), 0, ""});
}

/// Adds all certificates of a PEM text. Returns false if there is none or one is invalid.
bool add_authorities(SSL_CTX* context, const std::string& pem) {
    ERR_clear_error();
    if (pem.size() > INT_MAX) return false;
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
    if (!text) return false;
    for (bool added = false;; added = true) {
        const std::unique_ptr<X509, decltype(&X509_free)> each(
            PEM_read_bio_X509(text.get(), nullptr, no_passphrase, nullptr), X509_free);
        if (!each) {
            const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            return added && at_end;
        }
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get()) != 1) return false;
    }
}

/// Returns the path where OpenSSL finds the system's CA certificates: a file, or a directory, which
/// has a modification time as well.
std::string system_path(const char* variable, const char* otherwise) {
    const char* set = std::getenv(variable);
    return set != nullptr ? set : otherwise;
}

/// Returns the files from which a context is constructed.
std::vector<std::string> files_of(const tls_options& options) {
    std::vector<std::string> files;
    for (const auto& each : {options.ca_file(), options.certificate_file(), options.key_file()}) {
        if (!each.empty()) files.push_back(each);
    }
    if (options.ca_file().empty() && options.ca_pem().empty() && options.verify()) {
        files.push_back(
            system_path(X509_get_default_cert_file_env(), X509_get_default_cert_file()));
        files.push_back(system_path(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()));
    }
    return files;
}

bool is_ip_address(const std::string& host) {
    error_code code;
    asio::ip::make_address(host, code);
    return !code;
}

}  // namespace

tls_context::tls_context(const client_options& options)
    : context_(asio::ssl::context::tls_client), verify_(options.tls().verify()) {
    SSL_CTX* native = context_.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    // No HTTP/2: neither for REST nor for the WebSocket.
    constexpr std::array<unsigned char, 9> protocols{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_CTX_set_alpn_protos(native, protocols.data(), protocols.size());
    SSL_CTX_set_default_passwd_cb(native, no_passphrase);
    trust(options.tls(), options.server_address());
    identify(options.tls(), options.server_address());
}

void tls_context::trust(const tls_options& options, const std::string& address) {
    context_.set_verify_mode(verify_ ? asio::ssl::verify_peer : asio::ssl::verify_none);
    error_code code;
    if (!options.ca_file().empty()) {
        const std::string pem = read_file(options.ca_file(), code);
        if (code) reject(address, "ca_file " + options.ca_file() + ": " + code.message());
        if (!add_authorities(context_.native_handle(), pem))
            reject(address, "ca_file " + options.ca_file() + ": " + take_tls_problem());
    }
    if (!options.ca_pem().empty()) {
        if (!add_authorities(context_.native_handle(), options.ca_pem()))
            reject(address, "ca_pem: " + take_tls_problem());
    }
    if (options.ca_file().empty() && options.ca_pem().empty() && verify_) {
        context_.set_default_verify_paths(code);
        if (code) reject(address, "cannot load the system's CA certificates: " + code.message());
    }
}

void tls_context::identify(const tls_options& options, const std::string& address) {
    if (options.certificate_file().empty() && options.key_file().empty()) return;
    std::string problem = load_certificate_file(context_, options.certificate_file());
    if (!problem.empty()) reject(address, std::move(problem));
    problem = load_key_file(context_.native_handle(), options.key_file(), options.key_passphrase(),
                            "set tls_options::key_passphrase");
    if (!problem.empty()) reject(address, std::move(problem));
}

void tls_context::prepare(SSL* connection, const std::string& host) const {
    const bool ip = is_ip_address(host);
    bool prepared = true;
    if (!ip) prepared = SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
    if (verify_ && prepared) {
        X509_VERIFY_PARAM* wanted = SSL_get0_param(connection);
        X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        prepared = (ip ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                       : X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size())) == 1;
    }
    if (prepared) return;
    ERR_clear_error();
    reject(host, "invalid host name for TLS (SNI)");
}

client_tls_ptr make_client_tls(const client_options& options, const std::string& part) {
    return std::make_shared<client_tls>(
        files_of(options.tls()), [options] { return std::make_shared<tls_context>(options); },
        [to = options.logger(), part](log_level level, const std::string& text) {
            write_log(to, level, part, text);
        });
}

error_code handshake_failure(SSL* connection, const error_code& code, std::string& detail) {
    const long verified = SSL_get_verify_result(connection);
    if (verified == X509_V_OK || SSL_get_verify_mode(connection) == SSL_VERIFY_NONE) {
        detail = code.message();
        return errc::tls_handshake_failed;
    }
    detail = X509_verify_cert_error_string(verified);
    switch (verified) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return errc::certificate_expired;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return errc::certificate_host_mismatch;
        default:
            return errc::certificate_untrusted;
    }
}

}  // namespace jellyfish::detail
