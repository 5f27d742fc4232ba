#include "sandbox/server/digest.hpp"

#include "text/base64.hpp"

#include <algorithm>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace jellyfish::testing::detail {
namespace {

const unsigned char* bytes_of(std::string_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

unsigned char* bytes_of(std::string& data) { return reinterpret_cast<unsigned char*>(data.data()); }

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
         bytes_of(out), &size);
    return out;
}

std::string to_base64_url(std::string_view data) {
    std::string out = jellyfish::detail::base64(data);
    out.resize(std::min(out.find('='), out.size()));
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
    return out;
}

std::optional<std::string> from_base64_url(std::string_view text) {
    std::string padded(text);
    std::replace(padded.begin(), padded.end(), '-', '+');
    std::replace(padded.begin(), padded.end(), '_', '/');
    padded.append((4 - padded.size() % 4) % 4, '=');
    std::string out(padded.size() / 4 * 3, '\0');
    if (EVP_DecodeBlock(bytes_of(out), bytes_of(padded), static_cast<int>(padded.size())) < 0) {
        return std::nullopt;
    }
    out.resize(text.size() * 3 / 4);
    return out;
}

}  // namespace jellyfish::testing::detail
