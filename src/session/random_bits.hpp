#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace jellyfish::detail {

/// Returns unpredictable bits, as masking keys require (RFC 6455, section 10.3).
[[nodiscard]] std::uint32_t random_bits();

/// A source of such bits for a session. Fetches several words at a time: fetching one costs more
/// than sending the packet of an agent.
class random_words {
public:
    [[nodiscard]] std::uint32_t operator()();

private:
    std::array<std::uint32_t, 16> words_{};
    std::size_t left_ = 0;
};

}  // namespace jellyfish::detail
