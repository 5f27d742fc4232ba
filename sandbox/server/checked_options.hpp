#pragma once

#include <jellyfish/testing/server_options.hpp>

namespace jellyfish::testing::detail {

/// The options as the server uses them: times are bounded, so that they can be added to a clock.
/// @throws std::invalid_argument naming the first option that cannot be used.
[[nodiscard]] server_options checked(server_options options);

}  // namespace jellyfish::testing::detail
