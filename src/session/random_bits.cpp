#include "session/random_bits.hpp"

#include <random>

#include <openssl/rand.h>

namespace jellyfish::detail {

std::uint32_t random_bits() {
    std::uint32_t bits = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof bits) == 1) return bits;
    return std::random_device()();  // Fall back to the system's source, which also seeds OpenSSL's.
}

std::uint32_t random_words::operator()() {
    if (left_ == 0) {
        if (RAND_bytes(reinterpret_cast<unsigned char*>(words_.data()), sizeof words_) != 1)
            return random_bits();
        left_ = words_.size();
    }
    return words_[--left_];
}

}  // namespace jellyfish::detail
