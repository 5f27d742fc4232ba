#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace jellyfish::test {

/// Random numbers that are the same on every run and machine; tests print the seed when they fail.
class random_source {
public:
    explicit random_source(std::uint32_t seed) : engine_(seed) {}

    std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

    /// A number from 0 to `limit - 1`.
    std::size_t below(std::size_t limit) { return engine_() % limit; }

private:
    std::mt19937 engine_;
};

}  // namespace jellyfish::test
