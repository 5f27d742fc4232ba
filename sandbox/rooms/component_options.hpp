#pragma once

#include "sandbox/json/json.hpp"
#include "sandbox/rooms/room_registry.hpp"
#include "sandbox/rooms/room_settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace jellyfish::testing::detail {

/// A component's validated options, with defaults.
struct component_settings {
    json_value properties;
    std::optional<hls_task> hls;  ///< For an HLS component.
};

/// Looks up a file in the folder of the file components' sources.
enum class source_file { outside, missing, found };
using find_source = std::function<source_file(const std::string& path)>;

/// Whether a component type exists.
[[nodiscard]] bool is_component_type(std::string_view type);

/// Validates the options of a component like the real server.
/// @param options An object.
[[nodiscard]] std::variant<component_settings, rejection> check_component_options(
    std::string_view type, const json_value& options, const find_source& find);

/// Whether a WebRTC peer's options are accepted.
/// @param options An object.
[[nodiscard]] bool are_peer_options(const json_value& options);

}  // namespace jellyfish::testing::detail
