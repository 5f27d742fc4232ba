#include "command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

namespace tool {
namespace {

namespace options = boost::program_options;

constexpr std::string_view introduction =
    "jellyfish: asks and tells a Jellyfish media server, from the command line\n"
    "\n"
    "Usage: jellyfish [OPTION...] COMMAND [ARGUMENT...] [OPTION...]\n"
    "\n"
    "Commands ('jellyfish COMMAND --help' tells more, with examples)\n";

constexpr std::string_view epilogue =
    "\n"
    "Exit status\n"
    "  0  done\n"
    "  1  the server refused, has no such thing, or failed; or the output was lost\n"
    "  2  the command line or a setting is wrong; nothing was sent\n"
    "  3  the server cannot be reached, did not answer in time, or is no such server\n"
    "  4  the server refuses the token\n"
    "  5  no response came to a request that was sent: it may have been executed\n"
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
    "No secret is printed, but for the token that 'jellyfish peer add' is there for.\n";

std::string usage_of(const command& what) {
    std::string out(what.name);
    if (!what.arguments.empty()) out.append(" ").append(what.arguments);
    return out;
}

/// The commands whose names begin so, each in a line.
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
    if (list.empty()) throw usage_error("there is no command '" + std::string(topic) + "'");
    return "jellyfish " + std::string(topic) + "\n\n" + list + "\n'jellyfish " +
           std::string(topic) + " ... --help' tells more of each.\n";
}

}  // namespace tool
