#pragma once

#include "async/read_file.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/error_code.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace jellyfish::detail {

/// Returns the text of the first error in OpenSSL's error queue, and clears the queue.
[[nodiscard]] inline std::string take_tls_problem() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
#ifdef ERR_SYSTEM_ERROR  // Since OpenSSL 3.
    if (ERR_SYSTEM_ERROR(code)) {
        return boost::system::error_code(ERR_GET_REASON(code), boost::system::system_category())
            .message();
    }
#endif
    return boost::system::error_code(static_cast<int>(code), boost::asio::error::get_ssl_category())
        .message();
}

/// A passphrase callback that fails. Required wherever PEM is read: without a callback, OpenSSL
/// prompts on the terminal, which blocks the process.
inline int no_passphrase(char*, int, int, void*) { return -1; }

/// Loads a private key, encrypted or not, without prompting.
/// @param remedy What to do if the key is encrypted and the passphrase is missing or wrong.
/// @return What is wrong, or empty. Contains the file name, never the passphrase.
[[nodiscard]] inline std::string load_key_file(SSL_CTX* context, const std::string& file,
                                               const std::string& passphrase,
                                               const std::string& remedy) {
    struct question {
        const std::string& response;
        bool requested = false;
    } requested{passphrase};
    const auto reply = [](char* to, int size, int, void* data) {
        auto& of = *static_cast<question*>(data);
        of.requested = true;
        if (of.response.empty() || of.response.size() > static_cast<std::size_t>(size)) return -1;
        std::memcpy(to, of.response.data(), of.response.size());
        return static_cast<int>(of.response.size());
    };
    ERR_clear_error();
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> text(BIO_new_file(file.c_str(), "re"),
                                                             BIO_free_all);  // "e": close on exec.
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        text ? PEM_read_bio_PrivateKey(text.get(), nullptr, reply, &requested) : nullptr,
        EVP_PKEY_free);
    if (key && SSL_CTX_use_PrivateKey(context, key.get()) == 1) return {};
    const std::string problem = take_tls_problem();
    if (!key && requested.requested) {
        return "key file " + file + " is encrypted" +
               (passphrase.empty() ? ": " : ", and the passphrase is wrong: ") + remedy;
    }
    return "key file " + file + ": " + problem;
}

/// Loads a certificate chain.
/// @return What is wrong, or empty. Contains the file name.
[[nodiscard]] inline std::string load_certificate_file(boost::asio::ssl::context& context,
                                                       const std::string& file) {
    boost::system::error_code code;
    const std::string pem = read_file(file, code);
    if (!code) context.use_certificate_chain(boost::asio::buffer(pem), code);
    return code ? "certificate file " + file + ": " + code.message() : std::string();
}

}  // namespace jellyfish::detail
