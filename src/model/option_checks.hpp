#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room_tracker_options.hpp>
#include <jellyfish/webhook_options.hpp>

#include <optional>
#include <string>

namespace jellyfish::detail {

// Validate all option values except addresses and files. Each function returns the first problem
// as "NAME must …", or nothing when all options are valid.

[[nodiscard]] std::optional<std::string> problem_of(const client_options& options);
[[nodiscard]] std::optional<std::string> problem_of(const notifier_options& options);
[[nodiscard]] std::optional<std::string> problem_of(const room_tracker_options& options);
[[nodiscard]] std::optional<std::string> problem_of(const webhook_options& options);

}  // namespace jellyfish::detail
