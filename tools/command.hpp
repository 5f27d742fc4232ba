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

/// The options and arguments of a command.
struct invocation {
    jellyfish::client_options client;
    boost::program_options::variables_map options;
    std::vector<std::string> words;  ///< The positional arguments.
    bool json = false;
    bool color = false;

    [[nodiscard]] bool has(const char* option) const { return options.count(option) != 0; }

    [[nodiscard]] std::optional<std::string> text(const char* option) const {
        if (!has(option)) return std::nullopt;
        return options[option].as<std::string>();
    }

    /// @throws usage_error unless the value is an integer from `least` to the maximum of `Number`.
    template <class Number>
    [[nodiscard]] std::optional<Number> number(const char* option, Number least = 0) const {
        const auto args = text(option);
        if (!args) return std::nullopt;
        Number value = 0;
        const char* const end = args->data() + args->size();
        const auto read = std::from_chars(args->data(), end, value);
        if (read.ec != std::errc() || read.ptr != end || value < least) {
            throw usage_error(std::string("invalid --") + option + ": expected an integer from " +
                              std::to_string(least) + " to " +
                              std::to_string(std::numeric_limits<Number>::max()));
        }
        return value;
    }
};

/// A command of the program.
struct command {
    std::string_view name;       ///< Such as `room create`.
    std::string_view arguments;  ///< As in the usage text, such as `ROOM [ORIGIN...]`.
    std::size_t least;           ///< The minimum number of positional arguments.
    std::size_t most;            ///< The maximum number.
    std::string_view summary;    ///< A few words.
    std::string_view details;    ///< Further help, in lines of at most 80 characters.
    std::string_view examples;   ///< One per line, indented when printed.
    void (*add_options)(boost::program_options::options_description& to);
    asio::awaitable<void> (*run)(const invocation& args);
};

inline void no_options(boost::program_options::options_description&) {}

/// Adds an option with a string value.
void add_text_option(boost::program_options::options_description& to, const char* name,
                     const char* value_name, const char* help);
void add_flag(boost::program_options::options_description& to, const char* name, const char* help);

// The commands by subject. The references never become invalid.
[[nodiscard]] const std::vector<command>& room_commands();
[[nodiscard]] const std::vector<command>& peer_commands();
[[nodiscard]] const std::vector<command>& component_commands();
[[nodiscard]] const std::vector<command>& sip_commands();
[[nodiscard]] const std::vector<command>& recording_commands();
[[nodiscard]] const std::vector<command>& health_commands();
[[nodiscard]] const std::vector<command>& live_commands();

/// All commands, in the order in which `--help` lists them.
[[nodiscard]] const std::vector<command>& all_commands();

}  // namespace tool
