#pragma once

#include <functional>
#include <string_view>

namespace jellyfish {

/// How much a log line matters.
enum class log_level { debug, info, warning, error };

/// The name of a level, in lower case.
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

/// Where log lines go. Called on any thread that runs operations, perhaps on several at once; must
/// not block. It may destroy the object that logs; a line at which it throws is lost. The text
/// holds no secret and no line break, and is valid during the call only.
using logger = std::function<void(log_level, std::string_view)>;

}  // namespace jellyfish
