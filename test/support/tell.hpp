#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/logger.hpp>
#include <jellyfish/webhook_options.hpp>

#include <string_view>

namespace jellyfish::test {

/// Prints what a user might read in a log, if JELLYFISH_TEST_TELL is set: so that a test over all
/// output finds a secret in it. May be called from any thread.
void tell(std::string_view text);

/// A logger that tells.
[[nodiscard]] logger telling();

/// Options whose log is told.
[[nodiscard]] inline client_options told_options() { return client_options().logger(telling()); }
[[nodiscard]] inline webhook_options told_webhooks() { return webhook_options().logger(telling()); }

}  // namespace jellyfish::test
