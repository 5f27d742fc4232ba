#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/webhook_options.hpp>

#include <string_view>

namespace jellyfish::test {

/// Prints what a user might read in a log, if JELLYFISH_TEST_LOG is set: so that a test over all
/// output finds a secret in it. May be called from any thread.
void log_text(std::string_view text);

/// A logger that tells.
[[nodiscard]] logger test_logger();

/// Options whose log is told.
[[nodiscard]] inline client_options logged_options() {
    return client_options().logger(test_logger());
}
[[nodiscard]] inline webhook_options logged_webhook_options() {
    return webhook_options().logger(test_logger());
}

}  // namespace jellyfish::test
