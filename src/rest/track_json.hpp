#pragma once

#include <jellyfish/track.hpp>

#include "json/document.hpp"

namespace jellyfish::detail {

/// Reads a track from JSON (protocol: "REST", Track).
/// @throws jellyfish::error with `errc::malformed_response`.
[[nodiscard]] track track_of(json::value from);

}  // namespace jellyfish::detail
