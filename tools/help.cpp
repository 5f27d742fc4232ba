#include "command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

namespace tool {
namespace {

namespace options = boost::program_options;

constexpr std::string_view introduction =
    "jellyfish: command-line client for the Jellyfish media server\n"
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
    "  3  no Jellyfish server is reachable, or it did not respond in time\n"
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
    "  jellyfish rooms --json | jq -r .id\n"
    "\n"
    "Only 'jellyfish peer add' prints a secret: the peer's token.\n";

std::string usage_of(const command& what) {
    std::string out(what.name);
    if (!what.arguments.empty()) out.append(" ").append(what.arguments);
    return out;
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
        out.append(each.summary).append("\n");
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

std::string help_of(const command& what) {
    std::ostringstream out;
    out << "jellyfish " << what.name << ": " << what.summary << "\n\nUsage: jellyfish "
        << usage_of(what) << " [OPTION...]\n";
    if (!what.details.empty()) out << '\n' << what.details << '\n';
    options::options_description own("Options");
    what.add_options(own);
    if (!own.options().empty()) out << '\n' << own;
    out << '\n' << common_options() << "\nExamples\n" << indented(what.examples);
    return out.str();
}

}  // namespace

std::string help_text(std::string_view topic) {
    if (topic.empty()) {
        std::ostringstream out;
        out << introduction << list_of("") << '\n' << common_options() << epilogue;
        return out.str();
    }
    for (const command& each : all_commands())
        if (each.name == topic) return help_of(each);
    const std::string list = list_of(topic);
    if (list.empty()) throw usage_error("unknown command '" + std::string(topic) + "'");
    return "jellyfish " + std::string(topic) + "\n\n" + list + "\nRun 'jellyfish " +
           std::string(topic) + " ... --help' for details of each.\n";
}

}  // namespace tool
