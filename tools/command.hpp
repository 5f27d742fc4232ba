#pragma once

#include <jellyfish/client_options.hpp>

#include "exit_status.hpp"

#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

namespace tool {

namespace asio = boost::asio;

/// What a command was given.
struct invocation {
    jellyfish::client_options client;
    boost::program_options::variables_map options;
    std::vector<std::string> words;  ///< What stands behind the command and is no option.
    bool json = false;
    bool color = false;

    [[nodiscard]] bool has(const char* option) const { return options.count(option) != 0; }

    [[nodiscard]] std::optional<std::string> text(const char* option) const {
        if (!has(option)) return std::nullopt;
        return options[option].as<std::string>();
    }

    /// @throws usage_error when it is no whole number from `least` to what `Number` holds.
    template <class Number>
    [[nodiscard]] std::optional<Number> number(const char* option, Number least = 0) const {
        const auto args = text(option);
        if (!args) return std::nullopt;
        Number value = 0;
        const char* const end = args->data() + args->size();
        const auto read = std::from_chars(args->data(), end, value);
        if (read.ec != std::errc() || read.ptr != end || value < least) {
            throw usage_error(std::string("--") + option + " must be a whole number from " +
                              std::to_string(least) + " to " +
                              std::to_string(std::numeric_limits<Number>::max()));
        }
        return value;
    }
};

/// A thing that the program does.
struct command {
    std::string_view name;       ///< As `room create`.
    std::string_view arguments;  ///< What comes behind it, as `ROOM [ORIGIN...]`.
    std::size_t least;           ///< How many words come behind it.
    std::size_t most;
    std::string_view summary;   ///< In a few words.
    std::string_view details;   ///< What else there is to know, in lines of at most 80 characters.
    std::string_view examples;  ///< Each in a line of its own, indented.
    void (*add_options)(boost::program_options::options_description& to);
    asio::awaitable<void> (*run)(const invocation& args);
};

inline void no_options(boost::program_options::options_description&) {}

/// Adds an option that takes a text.
void add_text_option(boost::program_options::options_description& to, const char* name,
                     const char* value_name, const char* help);
void add_flag(boost::program_options::options_description& to, const char* name, const char* help);

// The commands, by what they are about. Valid for ever.
[[nodiscard]] const std::vector<command>& room_commands();
[[nodiscard]] const std::vector<command>& peer_commands();
[[nodiscard]] const std::vector<command>& component_commands();
[[nodiscard]] const std::vector<command>& sip_commands();
[[nodiscard]] const std::vector<command>& recording_commands();
[[nodiscard]] const std::vector<command>& health_commands();
[[nodiscard]] const std::vector<command>& live_commands();

/// All of them, in the order in which `--help` tells of them.
[[nodiscard]] const std::vector<command>& all_commands();

}  // namespace tool
