#include "session/random_bits.hpp"

#include <random>

#include <openssl/rand.h>

namespace jellyfish::detail {

std::uint32_t random_bits() {
    std::uint32_t bits = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&bits), sizeof bits) == 1) return bits;
    return std::random_device()();  // Fall back to the system's source, which also seeds OpenSSL's.
}

}  // namespace jellyfish::detail
