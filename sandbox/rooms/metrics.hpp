#pragma once

#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <string>

namespace jellyfish::testing::detail {

/// Simulated metrics of the rooms of one node: they grow steadily, so that reports look like the
/// real server's (protocol: "Metrics report").
class metrics_source {
public:
    /// Returns the next report as JSON; `{}` without connected peers and tracks.
    [[nodiscard]] std::string next(const room_registry& rooms);

private:
    std::int64_t ticks_ = 0;
};

}  // namespace jellyfish::testing::detail
