#pragma once

#include <functional>
#include <string_view>

namespace jellyfish {

/// The severity of a log message.
enum class log_level { debug, info, warning, error };

/// Returns the name of a level, in lower case.
[[nodiscard]] constexpr std::string_view name_of(log_level level) noexcept {
    switch (level) {
        case log_level::debug:
            return "debug";
        case log_level::info:
            return "info";
        case log_level::warning:
            return "warning";
        case log_level::error:
            return "error";
    }
    return "?";
}

/// A function that receives log messages. Called on any thread that runs operations, possibly on
/// several concurrently; must not block. It may destroy the object that logs. If it throws, the
/// message is lost. The text contains no secrets and no line breaks, and is valid only during the
/// call.
using logger = std::function<void(log_level, std::string_view)>;

}  // namespace jellyfish
