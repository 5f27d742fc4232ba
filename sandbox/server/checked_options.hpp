#pragma once

#include <jellyfish/testing/server_options.hpp>

namespace jellyfish::testing::detail {

/// Returns the options with bounded times, which can be added to a clock.
/// @throws std::invalid_argument naming the first invalid option.
[[nodiscard]] server_options checked(server_options options);

}  // namespace jellyfish::testing::detail
