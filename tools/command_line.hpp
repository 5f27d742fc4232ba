#pragma once

#include "command.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// A parsed command line.
struct command_line {
    const command* what = nullptr;  ///< Null when only help or the version is requested.
    std::string topic;              ///< Of the help: a command, a common first word, or empty.
    bool help = false;
    bool version = false;
    invocation args;
};

/// @param out Receives the topic as soon as it is known, for the message of a failure.
/// @throws usage_error
void read_command_line(const std::vector<std::string>& arguments, command_line& out);

/// Returns the help on a topic.
[[nodiscard]] std::string help_text(std::string_view topic);

/// Returns the words that can complete the last argument; `FILE` for the name of a file.
/// @param arguments As split by bash, which also splits at `=` and `:`.
[[nodiscard]] std::vector<std::string> completions(const std::vector<std::string>& arguments);

/// The command at the beginning of some words.
struct named_command {
    const command* what = nullptr;
    std::size_t words = 0;  ///< How many words are its name.
};

/// Finds `room get`, `health`, and plurals: `rooms` is `room list`, `rooms get` is `room get`.
[[nodiscard]] named_command find_command(const std::vector<std::string>& words);

/// Returns the options of a command (of no command, if null) and the common options.
[[nodiscard]] std::vector<const option*> options_of(const command* what);

/// Finds one of those options; returns null if there is none.
[[nodiscard]] const option* find_option(const command* what, std::string_view name);

/// Returns the argument TYPE, on which the valid options depend.
[[nodiscard]] std::optional<std::string> type_in(const command& what,
                                                 const std::vector<std::string>& arguments);

/// Returns `: did you mean 'room get'?` for `room show`, or nothing when no command is similar.
[[nodiscard]] std::string command_suggestion(const std::vector<std::string>& words);

/// Returns `: did you mean --address?` for `--adress`, or nothing when no option is similar.
[[nodiscard]] std::string option_suggestion(const command* what, std::string_view name);

}  // namespace tool
