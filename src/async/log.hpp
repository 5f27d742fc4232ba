#pragma once

#include <jellyfish/logger.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace jellyfish::detail {

/// Writes the line `part: text`, if there is a logger. `text` is a string, or a function that
/// returns one and is called only then.
///
/// A logger is a user's code. It may do what any other function of the user may: use the object
/// that logs, and destroy it. So whoever logs is kept alive by its caller, and nothing that it
/// relies on afterwards changes meanwhile: public calls are posted. What a logger throws is lost.
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
        // There is nowhere to report it, and the operation that logs must not fail by that.
    }
}

}  // namespace jellyfish::detail
