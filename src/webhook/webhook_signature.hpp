#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

namespace jellyfish::detail {

/// The header that carries the signature of a webhook.
inline constexpr std::string_view signature_header = "x-fishjam-signature-256";

/// An HMAC-SHA256.
using signature_bytes = std::array<unsigned char, 32>;

/// Parses the value of the header, as `verify_webhook_signature` documents. Returns nothing if it
/// is malformed.
[[nodiscard]] std::optional<signature_bytes> parse_signature(std::string_view value) noexcept;

/// Computes and compares signatures.
class signature_verifier {
public:
    /// @throws jellyfish::error with `errc::invalid_option` if a secret is empty, or if OpenSSL
    ///     does not support HMAC-SHA256.
    explicit signature_verifier(const std::vector<std::string>& secrets);

    /// Whether there are any secrets.
    [[nodiscard]] bool has_secrets() const noexcept { return !keyed_.empty(); }

    /// Whether this is the signature of the body with any of the secrets. Takes a time that depends
    /// only on the number of secrets and the size of the body.
    [[nodiscard]] bool verify(std::string_view body, const signature_bytes& signature) const;

private:
    struct deleter {
        void operator()(EVP_MAC_CTX* context) const noexcept;
    };

    // One for each secret, copied for each body: faster than hashing the key again.
    std::vector<std::unique_ptr<EVP_MAC_CTX, deleter>> keyed_;
};

}  // namespace jellyfish::detail
