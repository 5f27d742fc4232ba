#include "command_line.hpp"

#include <jellyfish/version.hpp>

#include "output.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

namespace tool {
namespace {

namespace options = boost::program_options;

constexpr const char* words_option = "words";

const command* command_named(std::string_view name) {
    const auto found = std::ranges::find(all_commands(), name, &command::name);
    return found == all_commands().end() ? nullptr : &*found;
}

bool is_topic(const std::string& name) {
    return std::ranges::any_of(all_commands(), [&](const command& each) {
        return each.name == name || each.name.starts_with(name + ' ');
    });
}

/// Whether an option before the command has its value in the next argument.
bool has_separate_value(const std::string& argument) {
    if (!argument.starts_with("--") || argument.find('=') != std::string::npos) return false;
    const auto common = common_options();
    const auto* const known = common.find_nothrow(argument.substr(2), false);
    return known != nullptr && known->semantic()->max_tokens() > 0;
}

/// Removes and returns the next argument that is not an option; empty if there is none.
std::string take_word(std::vector<std::string>& arguments, std::size_t& at) {
    while (at < arguments.size() && arguments[at].starts_with('-')) {
        if (arguments[at] == "--") return {};
        at += has_separate_value(arguments[at]) ? 2 : 1;
    }
    if (at >= arguments.size()) return {};
    std::string word = std::move(arguments[at]);
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
    return word;
}

/// Removes and returns a command's name, which is one word or two.
std::string take_name(std::vector<std::string>& arguments) {
    std::size_t at = 0;
    std::string name = take_word(arguments, at);
    if (name.empty() || !is_topic(name)) return name;
    std::string second = take_word(arguments, at);
    if (second.empty()) return name;
    if (is_topic(name + ' ' + second)) return name + ' ' + second;
    // Either an argument or a mistake: parsing the rest decides.
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(at), std::move(second));
    return name;
}

options::variables_map parsed(const command* what, const std::vector<std::string>& arguments) {
    options::options_description known = common_options();
    if (what != nullptr) what->add_options(known);
    known.add_options()(words_option, options::value<std::vector<std::string>>());
    options::positional_options_description words;
    words.add(words_option, -1);
    const int style =
        options::command_line_style::default_style & ~options::command_line_style::allow_guessing;
    options::variables_map out;
    try {
        options::store(options::command_line_parser(arguments)
                           .options(known)
                           .positional(words)
                           .style(style)
                           .run(),
                       out);
    } catch (const options::unknown_option& failure) {
        // Omits the value, which may be a secret.
        const std::string name = failure.get_option_name();
        throw usage_error("unknown option " + name.substr(0, name.find('=')));
    } catch (const options::error& failure) {
        throw usage_error(failure.what());
    }
    return out;
}

void check_count(const command& what, std::size_t count) {
    if (count >= what.least && count <= what.most) return;
    std::string text(what.arguments.empty() ? "no arguments" : what.arguments);
    const std::string args = count == 0 ? "none" : std::to_string(count);
    throw usage_error("wrong number of arguments for '" + std::string(what.name) + "': expected " +
                      text + ", got " + args);
}

jellyfish::client_options client_from(const invocation& args) {
    jellyfish::client_options out = jellyfish::client_options::from_environment();
    out.user_agent("jellyfish-tool/" JELLYFISH_VERSION);
    if (const auto address = args.text("address")) out.server_address(*address);
    if (const auto token = args.text("token")) out.server_api_token(*token);
    if (args.has("secure")) out.secure(true);
    if (const auto file = args.text("ca-file"))
        out.tls(jellyfish::tls_options(out.tls()).ca_file(*file));
    if (const auto seconds = args.number<std::uint32_t>("timeout", 1)) {
        const std::chrono::seconds limit(*seconds);
        out.request_timeout(limit).connect_timeout(
            std::min<std::chrono::milliseconds>(limit, out.connect_timeout()));
    }
    return out;
}

bool color_from(const invocation& args) {
    const std::string when = args.text("color").value_or("auto");
    if (when == "always") return true;
    if (when == "never") return false;
    if (when != "auto") throw usage_error("invalid --color: expected auto, always or never");
    const char* const unwanted = std::getenv("NO_COLOR");
    return (unwanted == nullptr || *unwanted == '\0') && is_terminal();
}

}  // namespace

options::options_description common_options() {
    options::options_description out("Common options");
    add_text_option(out, "address", "ADDRESS",
                    "the server's address: host, host:port or [v6]:port, optionally with a "
                    "/prefix (default: JELLYFISH_SERVER_ADDRESS, or localhost:5002)");
    add_text_option(out, "token", "TOKEN",
                    "the server's API token (default: JELLYFISH_SERVER_API_TOKEN, or development); "
                    "prefer the variable: other users of this machine can see command lines");
    add_flag(out, "secure", "use TLS (default: JELLYFISH_SECURE)");
    add_text_option(out, "ca-file", "FILE",
                    "a PEM file of trusted CA certificates (default: JELLYFISH_CA_FILE, or the "
                    "system's)");
    add_text_option(out, "timeout", "SECONDS", "the time limit of a call (default: 10)");
    add_flag(out, "json", "print JSON, one object per line");
    add_text_option(out, "color", "WHEN",
                    "auto (color on a terminal unless NO_COLOR is set), always or never");
    add_flag(out, "help", "print this help and exit");
    add_flag(out, "version", "print the version and exit");
    return out;
}

std::vector<std::string> own_options(const command& what) {
    options::options_description own;
    what.add_options(own);
    std::vector<std::string> names;
    for (const auto& each : own.options())
        names.push_back(each->long_name());
    return names;
}

command_line read_command_line(std::vector<std::string> arguments, std::string& topic) {
    command_line out;
    topic = take_name(arguments);
    if (topic == "help") {
        topic = take_name(arguments);
        out.help = true;
    }
    out.topic = topic;
    out.what = command_named(out.topic);
    invocation& args = out.args;
    // Errors in the other arguments do not suppress the help.
    if (std::ranges::find(arguments, "--help") != arguments.end()) out.help = true;
    if (out.help) return out;
    args.options = parsed(out.what, arguments);
    out.version = args.has("version");
    if (out.version) return out;
    if (args.has(words_option))
        args.words = args.options[words_option].as<std::vector<std::string>>();
    if (out.what == nullptr) {
        if (out.topic.empty()) throw usage_error("missing command");
        if (is_topic(out.topic) && args.words.empty())
            throw usage_error("'" + out.topic + "' requires a subcommand");
        std::string meant = out.topic;
        if (is_topic(meant)) meant += ' ' + args.words.front();
        throw usage_error("unknown command '" + shown(meant) + "'");
    }
    check_count(*out.what, args.words.size());
    args.json = args.has("json");
    args.color = color_from(args);
    args.client = client_from(args);
    return out;
}

}  // namespace tool
