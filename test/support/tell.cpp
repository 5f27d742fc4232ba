#include "support/tell.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

namespace jellyfish::test {

void tell(std::string_view text) {
    static const bool on = std::getenv("JELLYFISH_TEST_TELL") != nullptr;  // NOLINT: set before.
    if (!on) return;
    // In one piece: others print as well.
    std::cerr << "told: " + std::string(text) + '\n';
}

logger telling() {
    return [](log_level level, std::string_view text) {
        tell('[' + std::string(name_of(level)) + "] " + std::string(text));
    };
}

}  // namespace jellyfish::test
