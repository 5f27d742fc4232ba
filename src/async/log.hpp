#pragma once

#include <jellyfish/logger.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace jellyfish::detail {

/// Writes the line `part: text` if there is a logger. `text` is a string, or a function that
/// returns one and is called only if there is a logger.
///
/// A logger is user code: it may use the object that logs, and even destroy it. So the caller must
/// keep the logging object alive, and must not rely on state that a public call could change;
/// public calls are posted. Exceptions from a logger are ignored.
template <class Text>
void write_log(const logger& to, log_level level, std::string_view part,
               const Text& text) noexcept {
    if (!to) return;
    try {
        std::string line(part);
        line += ": ";
        if constexpr (std::is_invocable_v<const Text&>) {
            line += text();
        } else {
            line += text;
        }
        to(level, line);
    } catch (...) {
        // There is nowhere to report it, and the operation that logs must not fail because of it.
    }
}

}  // namespace jellyfish::detail
