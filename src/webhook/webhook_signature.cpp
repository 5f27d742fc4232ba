#include "webhook/webhook_signature.hpp"

#include <jellyfish/error.hpp>
#include <jellyfish/webhook.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace jellyfish::detail {
namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";
constexpr std::string_view prefix = "sha256=";

const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

[[noreturn]] void reject(std::string detail) {
    throw error(errc::invalid_option, {"verify a webhook signature", "", std::move(detail), 0, ""});
}

}  // namespace

std::optional<signature_bytes> parse_signature(std::string_view value) noexcept {
    value.remove_prefix(std::min(value.find_first_not_of(white_space), value.size()));
    value = value.substr(0, value.find_last_not_of(white_space) + 1);
    if (value.starts_with(prefix)) value.remove_prefix(prefix.size());
    signature_bytes out;
    if (value.size() != 2 * out.size()) return std::nullopt;
    const char* at = value.data();
    for (unsigned char& each : out) {
        if (std::from_chars(at, at + 2, each, 16).ptr != at + 2) return std::nullopt;
        at += 2;
    }
    return out;
}

void signature_verifier::deleter::operator()(EVP_MAC_CTX* context) const noexcept {
    EVP_MAC_CTX_free(context);
}

signature_verifier::signature_verifier(const std::vector<std::string>& secrets) {
    if (secrets.empty()) return;
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    for (const std::string& secret : secrets) {
        if (secret.empty()) reject("signature_secret must not be empty");
        EVP_MAC_CTX* const context = hmac ? EVP_MAC_CTX_new(hmac.get()) : nullptr;
        keyed_.emplace_back(context);
        if (context == nullptr ||
            EVP_MAC_init(context, bytes_of(secret), secret.size(), parameters) != 1)
            reject("OpenSSL does not support HMAC-SHA256: check its configuration");
    }
}

bool signature_verifier::verify(std::string_view body, const signature_bytes& signature) const {
    bool same = false;
    for (const auto& each : keyed_) {
        const std::unique_ptr<EVP_MAC_CTX, deleter> context(EVP_MAC_CTX_dup(each.get()));
        signature_bytes computed;
        std::size_t size = 0;
        const bool done =
            context && EVP_MAC_update(context.get(), bytes_of(body), body.size()) == 1 &&
            EVP_MAC_final(context.get(), computed.data(), &size, computed.size()) == 1;
        // No early exit: the time must not reveal which secret matches.
        if (done && CRYPTO_memcmp(computed.data(), signature.data(), computed.size()) == 0)
            same = true;
    }
    return same;
}

bool verify_signature(const std::vector<std::string>& secrets, const void* data, std::size_t size,
                      std::string_view signature) {
    const signature_verifier verifier(secrets);
    const auto given = parse_signature(signature);
    return given && verifier.verify({static_cast<const char*>(data), size}, *given);
}

}  // namespace jellyfish::detail
