#include "testing/digest.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

namespace jellyfish::testing::detail {
namespace {

constexpr std::string_view standard_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view data, std::string_view digits, bool padded) {
    std::string out;
    for (std::size_t i = 0; i < data.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            bits = bits << 8 | (i + k < data.size() ? static_cast<unsigned char>(data[i + k]) : 0U);
        }
        const std::size_t size = std::min<std::size_t>(3, data.size() - i) + 1;
        for (std::size_t k = 0; k < 4; ++k) {
            if (k < size) {
                out += digits[bits >> (18 - 6 * k) & 0x3f];
            } else if (padded) {
                out += '=';
            }
        }
    }
    return out;
}

const unsigned char* bytes_of(std::string_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

}  // namespace

std::string sha1(std::string_view data) {
    std::string out(SHA_DIGEST_LENGTH, '\0');
    SHA1(bytes_of(data), data.size(), reinterpret_cast<unsigned char*>(out.data()));
    return out;
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string out(SHA256_DIGEST_LENGTH, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
         reinterpret_cast<unsigned char*>(out.data()), &size);
    return out;
}

std::string to_base64(std::string_view data) { return encode(data, standard_digits, true); }
std::string to_base64_url(std::string_view data) { return encode(data, url_digits, false); }

std::optional<std::string> from_base64_url(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::size_t digit = url_digits.find(c);
        if (digit == url_digits.npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xff);
        }
    }
    // What is left over must be nothing, or else two texts would mean the same.
    if (count == 6 || (bits & ((1U << count) - 1)) != 0) return std::nullopt;
    return out;
}

}  // namespace jellyfish::testing::detail
