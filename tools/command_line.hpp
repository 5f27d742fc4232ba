#pragma once

#include "command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// A command line, read.
struct command_line {
    const command* what = nullptr;  ///< Nothing: help or version is all that is asked for.
    std::string topic;              ///< Of the help: a command, the begin of some, or empty.
    bool help = false;
    bool version = false;
    invocation args;
};

/// The options that every command takes.
[[nodiscard]] boost::program_options::options_description common_options();

/// The names of the options that only some commands take, and this one does, as `max-peers`.
[[nodiscard]] std::vector<std::string> own_options(const command& what);

/// @param topic Becomes the command's name as soon as that is known, for who explains a failure.
/// @throws usage_error
[[nodiscard]] command_line read_command_line(std::vector<std::string> arguments,
                                             std::string& topic);

/// The help about a topic.
/// @throws usage_error when there is no such command.
[[nodiscard]] std::string help_text(std::string_view topic);

}  // namespace tool
