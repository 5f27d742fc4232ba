#include "data/certificates.hpp"

#include <atomic>
#include <memory>
#include <stdexcept>

#include <boost/asio/buffer.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace jellyfish::test {
namespace {

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using x509 = std::unique_ptr<X509, freed_by<X509_free>>;
using pkey = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using bio = std::unique_ptr<BIO, freed_by<BIO_free_all>>;
using extension = std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>>;

void check(bool good) {
    if (!good) throw std::runtime_error("OpenSSL cannot make a certificate");
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

certificate to_pem(X509* cert, EVP_PKEY* key) {
    const bio cert_text(BIO_new(BIO_s_mem()));
    const bio key_text(BIO_new(BIO_s_mem()));
    check(PEM_write_bio_X509(cert_text.get(), cert) == 1);
    check(PEM_write_bio_PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) ==
          1);
    return {text_of(cert_text.get()), text_of(key_text.get())};
}

x509 cert_from(const std::string& pem) {
    const bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return x509(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
}

pkey key_from(const std::string& pem) {
    const bio text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return pkey(PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr));
}

void extend(X509* cert, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    const extension made(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    check(made != nullptr && X509_add_ext(cert, made.get(), -1) == 1);
}

x509 begin(EVP_PKEY* key, const char* name, std::chrono::seconds from, std::chrono::seconds to) {
    static std::atomic<long> serial{1};
    x509 cert(X509_new());
    check(cert != nullptr);
    X509_set_version(cert.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), from.count());
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), to.count());
    check(X509_set_pubkey(cert.get(), key) == 1);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    return cert;
}

std::string alternative_names(const certificate_request& request) {
    std::string text;
    for (const std::string& each : request.names)
        text += (text.empty() ? "DNS:" : ",DNS:") + each;
    for (const std::string& each : request.addresses)
        text += (text.empty() ? "IP:" : ",IP:") + each;
    return text;
}

}  // namespace

certificate make_authority() {
    const pkey key(EVP_EC_gen("P-256"));
    check(key != nullptr);
    // Each has its own name: with equal names the wrong one might be used.
    static std::atomic<int> made{0};
    const std::string name = "a test's authority " + std::to_string(++made);
    const x509 cert =
        begin(key.get(), name.c_str(), std::chrono::hours(-240), std::chrono::hours(240));
    check(X509_set_issuer_name(cert.get(), X509_get_subject_name(cert.get())) == 1);
    extend(cert.get(), cert.get(), NID_basic_constraints, "critical,CA:TRUE");
    check(X509_sign(cert.get(), key.get(), EVP_sha256()) > 0);
    return to_pem(cert.get(), key.get());
}

certificate make_certificate(const certificate& authority, const certificate_request& request) {
    const x509 issuer = cert_from(authority.pem);
    const pkey issuer_key = key_from(authority.key);
    const pkey key(EVP_EC_gen("P-256"));
    check(issuer != nullptr && issuer_key != nullptr && key != nullptr);
    const x509 cert = begin(key.get(), "a test's server", request.valid_from, request.valid_to);
    check(X509_set_issuer_name(cert.get(), X509_get_subject_name(issuer.get())) == 1);
    extend(cert.get(), issuer.get(), NID_subject_alt_name, alternative_names(request));
    check(X509_sign(cert.get(), issuer_key.get(), EVP_sha256()) > 0);
    return to_pem(cert.get(), key.get());
}

std::string encrypted(const std::string& key, const std::string& passphrase, key_form form) {
    const pkey made = key_from(key);
    const bio text(BIO_new(BIO_s_mem()));
    const auto write =
        form == key_form::pkcs8 ? PEM_write_bio_PrivateKey : PEM_write_bio_PrivateKey_traditional;
    check(write(text.get(), made.get(), EVP_aes_256_cbc(),
                reinterpret_cast<const unsigned char*>(passphrase.data()),
                static_cast<int>(passphrase.size()), nullptr, nullptr) == 1);
    return text_of(text.get());
}

tls_server_context server_context(const certificate& identity,
                                  const certificate& client_authority) {
    namespace asio = boost::asio;
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    context->use_certificate_chain(asio::buffer(identity.pem));
    context->use_private_key(asio::buffer(identity.key), asio::ssl::context::pem);
    if (!client_authority.pem.empty()) {
        context->add_certificate_authority(asio::buffer(client_authority.pem));
        context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }
    return context;
}

}  // namespace jellyfish::test
