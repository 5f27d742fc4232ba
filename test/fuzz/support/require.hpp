#pragma once

#include <cstdio>
#include <cstdlib>

namespace jellyfish::fuzz {

/// Ends the program, as a fuzzer wants it, when something that always holds does not.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace jellyfish::fuzz
