#pragma once

#include "command.hpp"

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

/// The options of every command.
[[nodiscard]] boost::program_options::options_description common_options();

/// The names of the options specific to a command, such as `max-peers`.
[[nodiscard]] std::vector<std::string> own_options(const command& what);

/// @param topic Receives the command's name as soon as it is known, for the message of a failure.
/// @throws usage_error
[[nodiscard]] command_line read_command_line(std::vector<std::string> arguments,
                                             std::string& topic);

/// Returns the help on a topic.
/// @throws usage_error when no such command exists.
[[nodiscard]] std::string help_text(std::string_view topic);

}  // namespace tool
