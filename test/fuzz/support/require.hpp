#pragma once

#include <cstdio>
#include <cstdlib>

namespace jellyfish::fuzz {

/// Aborts the program, as a fuzzer expects, when an invariant does not hold.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace jellyfish::fuzz
