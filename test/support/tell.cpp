#include "support/tell.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

namespace jellyfish::test {

void log_text(std::string_view text) {
    static const bool on = std::getenv("JELLYFISH_TEST_LOG") != nullptr;  // NOLINT: set before.
    if (!on) return;
    // In one piece: others print as well.
    std::cerr << "told: " + std::string(text) + '\n';
}

logger test_logger() {
    return [](log_level level, std::string_view text) {
        log_text('[' + std::string(name_of(level)) + "] " + std::string(text));
    };
}

}  // namespace jellyfish::test
