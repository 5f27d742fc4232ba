#pragma once

#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <string>

namespace jellyfish::testing::detail {

/// Metrics of the rooms of one node, as a media engine without media would count them: they grow
/// evenly, so that reports look like the real server's (protocol: "Metrics report").
class metrics_source {
public:
    /// The next report, JSON text; `{}` when no peer is connected and nothing has a track.
    [[nodiscard]] std::string next(const room_registry& rooms);

private:
    std::int64_t ticks_ = 0;
};

}  // namespace jellyfish::testing::detail
