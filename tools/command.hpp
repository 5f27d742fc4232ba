#pragma once

#include <jellyfish/client_options.hpp>

#include "exit_status.hpp"
#include "json_line.hpp"

#include <charconv>
#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace tool {

namespace asio = boost::asio;

/// The options and arguments of a command.
struct invocation {
    jellyfish::client_options client;
    std::map<std::string_view, std::string> options;  ///< The values by name, empty for flags.
    std::vector<std::string> words;                   ///< The positional arguments.
    bool json = false;
    bool color = false;

    [[nodiscard]] bool has(std::string_view option) const { return options.contains(option); }

    [[nodiscard]] bool is_fishjam() const {
        return client.server_api() == jellyfish::server_api::fishjam;
    }

    [[nodiscard]] std::optional<std::string> text(std::string_view option) const {
        const auto found = options.find(option);
        return found == options.end() ? std::nullopt : std::optional(found->second);
    }

    /// @throws usage_error unless the value is an integer from `least` to the maximum of `Number`.
    template <class Number>
    [[nodiscard]] std::optional<Number> number(std::string_view option, Number least = 0) const {
        const auto digits = text(option);
        if (!digits) return std::nullopt;
        Number value = 0;
        const char* const end = digits->data() + digits->size();
        const auto read = std::from_chars(digits->data(), end, value);
        if (read.ec != std::errc() || read.ptr != end || value < least) {
            throw usage_error(invalid("--" + std::string(option), *digits,
                                      "an integer from " + std::to_string(least) + " to " +
                                          std::to_string(std::numeric_limits<Number>::max())));
        }
        return value;
    }
};

/// The servers that have a command or an option.
enum class servers {
    all,
    jellyfish,
    fishjam,
};

/// An option of the program or of a command.
struct option {
    std::string_view name;        ///< Such as `max-peers`.
    std::string_view value_name;  ///< As in the help, such as `SECONDS`; empty for a flag.
    std::string_view help;
    std::string_view types = {};  ///< The types that it applies to; empty: all.
    servers only = servers::all;

    [[nodiscard]] bool applies_to(std::string_view type) const;
};

/// A command of the program.
struct command {
    std::string_view name;       ///< Such as `room create`.
    std::string_view arguments;  ///< As in the help; `...` permits several: `ROOM ORIGIN...`.
    std::string_view summary;    ///< A few words.
    std::string_view details;    ///< Further help, in lines of at most 80 characters.
    std::string_view examples;   ///< One per line, indented when printed.
    std::span<const option> options;
    asio::awaitable<void> (*run)(const invocation& args);
    servers only = servers::all;
};

/// All commands, in the order in which the help lists them. Parsing, help, suggestions and bash
/// completion follow from this table and from those of the options.
[[nodiscard]] std::span<const command> all_commands();
/// The options of every command.
[[nodiscard]] std::span<const option> common_options();
/// Returns the values that a name in the help stands for, such as `auto` and `manual` for `MODE`;
/// empty if it stands for any value.
[[nodiscard]] std::vector<std::string> values_of(std::string_view value_name);

/// Returns the words of a text.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// Prints the result of a modifying command: an object with `--json`, otherwise a sentence.
void print_result(const invocation& args, const json_object& object, std::string_view sentence);

// What the commands do.
asio::awaitable<void> list_rooms(const invocation& args);
asio::awaitable<void> get_room(const invocation& args);
asio::awaitable<void> create_room(const invocation& args);
asio::awaitable<void> delete_room(const invocation& args);
asio::awaitable<void> create_streamer_token(const invocation& args);
asio::awaitable<void> create_viewer_token(const invocation& args);
asio::awaitable<void> forward_tracks(const invocation& args);
asio::awaitable<void> list_peers(const invocation& args);
asio::awaitable<void> add_peer(const invocation& args);
asio::awaitable<void> delete_peer(const invocation& args);
asio::awaitable<void> refresh_peer_token(const invocation& args);
asio::awaitable<void> subscribe_peer(const invocation& args);
asio::awaitable<void> subscribe_tracks(const invocation& args);
asio::awaitable<void> list_components(const invocation& args);
asio::awaitable<void> add_component(const invocation& args);
asio::awaitable<void> delete_component(const invocation& args);
asio::awaitable<void> subscribe(const invocation& args);
asio::awaitable<void> dial(const invocation& args);
asio::awaitable<void> end_call(const invocation& args);
asio::awaitable<void> list_livestreams(const invocation& args);
asio::awaitable<void> get_livestream(const invocation& args);
asio::awaitable<void> create_livestream(const invocation& args);
asio::awaitable<void> delete_livestream(const invocation& args);
asio::awaitable<void> add_streamer(const invocation& args);
asio::awaitable<void> delete_streamer(const invocation& args);
asio::awaitable<void> add_viewer(const invocation& args);
asio::awaitable<void> delete_viewer(const invocation& args);
asio::awaitable<void> list_recordings(const invocation& args);
asio::awaitable<void> get_recording(const invocation& args);
asio::awaitable<void> delete_recording(const invocation& args);
asio::awaitable<void> show_recording(const invocation& args);
asio::awaitable<void> create_recording(const invocation& args);
asio::awaitable<void> stop_recording(const invocation& args);
asio::awaitable<void> create_moq_access(const invocation& args);
asio::awaitable<void> validate(const invocation& args);
asio::awaitable<void> check_health(const invocation& args);
asio::awaitable<void> watch(const invocation& args);
asio::awaitable<void> show_metrics(const invocation& args);

}  // namespace tool
