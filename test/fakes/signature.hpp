#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace jellyfish::test {

/// The value of `x-fishjam-signature-256` for a body, as Fishjam sends it. Shares no code with the
/// library.
inline std::string signature_of(std::string_view body, std::string_view secret) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), bytes, &size);
    std::string text = "sha256=";
    for (unsigned i = 0; i < size; ++i) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
        text += digits;
    }
    return text;
}

/// The line of a request's header with that signature.
inline std::string signature_line(std::string_view body, std::string_view secret) {
    return "x-fishjam-signature-256: " + signature_of(body, secret) + "\r\n";
}

}  // namespace jellyfish::test
