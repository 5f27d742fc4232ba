#include "command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

namespace tool {
namespace {

constexpr std::string_view introduction =
    "jellyfish: command-line client for the media servers Jellyfish and Fishjam\n"
    "\n"
    "Usage: jellyfish [OPTION...] COMMAND [ARGUMENT...] [OPTION...]\n"
    "\n"
    "Commands (run 'jellyfish COMMAND --help' for details and examples)\n";

constexpr std::string_view epilogue =
    "\n"
    "Exit status\n"
    "  0  success\n"
    "  1  the server rejected the request or failed, or the output cannot be written\n"
    "  2  the command line or a setting is invalid; nothing was sent\n"
    "  3  no Jellyfish server is reachable: no response in time, or another program\n"
    "     responded\n"
    "  4  the server rejected the token\n"
    "  5  a request was sent without a response: the server may have executed it\n"
    "\n"
    "Examples\n"
    "  export JELLYFISH_SERVER_ADDRESS=localhost:5002 JELLYFISH_SERVER_API_TOKEN=...\n"
    "  jellyfish health\n"
    "  jellyfish room create --id my-room --video-codec h264\n"
    "  jellyfish peer add my-room\n"
    "  jellyfish component add my-room hls\n"
    "  jellyfish watch\n"
    "  jellyfish rooms --json | jq -r .room_id\n"
    "  FISHJAM_ID=... FISHJAM_MANAGEMENT_TOKEN=... jellyfish validate\n"
    "\n"
    "These commands print secrets: 'peer add', 'peer refresh-token',\n"
    "'room streamer-token', 'room viewer-token', 'streamer add', 'viewer add' and\n"
    "'moq access'.\n";

std::string usage_of(const command& what) {
    std::string out(what.name);
    if (!what.arguments.empty()) out.append(" ").append(what.arguments);
    return out;
}

std::string summary_of(const command& what) {
    std::string out(what.summary);
    if (what.only == servers::jellyfish) out += " (Jellyfish)";
    if (what.only == servers::fishjam) out += " (Fishjam)";
    return out;
}

/// Returns the types and the servers to which an option applies, as the beginning of its help.
std::string condition_of(const option& of) {
    if (!of.types.empty()) return std::string(of.types) + ": ";
    if (of.only == servers::jellyfish) return "Jellyfish: ";
    if (of.only == servers::fishjam) return "Fishjam: ";
    return {};
}

/// Lists the commands of a topic, one per line.
std::string list_of(std::string_view topic) {
    std::size_t width = 0;
    std::string out;
    for (const command& each : all_commands())
        width = std::max(width, usage_of(each).size());
    for (const command& each : all_commands()) {
        if (!topic.empty() && each.name != topic &&
            !each.name.starts_with(std::string(topic) + ' '))
            continue;
        const std::string usage = usage_of(each);
        out.append("  ").append(usage).append(width - usage.size() + 2, ' ');
        out.append(summary_of(each)).append("\n");
    }
    return out;
}

std::string indented(std::string_view lines) {
    std::string out;
    std::istringstream in{std::string(lines)};
    for (std::string line; std::getline(in, line);)
        out.append("  ").append(line).append("\n");
    return out;
}

/// Lists options with their descriptions, in lines of at most 80 characters.
std::string list_of(std::string_view heading, std::span<const option> options) {
    constexpr std::size_t indent = 30;
    constexpr std::size_t columns = 80;
    std::string out = '\n' + std::string(heading) + '\n';
    for (const option& each : options) {
        std::string line = "  --" + std::string(each.name);
        if (!each.value_name.empty()) line.append(" ").append(each.value_name);
        if (line.size() + 1 > indent) {
            out += line + '\n';
            line.clear();
        }
        line.resize(indent - 1, ' ');
        for (const std::string& word : words_of(condition_of(each) + std::string(each.help))) {
            if (line.size() + 1 + word.size() > columns) {
                out += line + '\n';
                line.assign(indent - 1, ' ');
            }
            line += ' ' + word;
        }
        out += line + '\n';
    }
    return out;
}

std::string help_of(const command& what) {
    std::string out = "jellyfish " + std::string(what.name) + ": " + summary_of(what);
    out.append("\n\nUsage: jellyfish ").append(usage_of(what)).append(" [OPTION...]\n");
    if (!what.details.empty()) out.append("\n").append(what.details).append("\n");
    if (!what.options.empty()) out += list_of("Options", what.options);
    return out + list_of("Common options", common_options()) + "\nExamples\n" +
           indented(what.examples);
}

}  // namespace

std::string help_text(std::string_view topic) {
    if (topic.empty()) {
        return std::string(introduction) + list_of("") +
               list_of("Common options", common_options()) + std::string(epilogue);
    }
    for (const command& each : all_commands())
        if (each.name == topic) return help_of(each);
    return "jellyfish " + std::string(topic) + "\n\n" + list_of(topic) + "\nRun 'jellyfish " +
           std::string(topic) + " ... --help' for details of each.\n";
}

}  // namespace tool
