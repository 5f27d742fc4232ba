#include "command_line.hpp"

#include <jellyfish/version.hpp>

#include "output.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

namespace tool {
namespace {

const command* command_named(std::string_view name) {
    const auto found = std::ranges::find(all_commands(), name, &command::name);
    return found == all_commands().end() ? nullptr : &*found;
}

bool is_topic(const std::string& name) {
    return std::ranges::any_of(all_commands(), [&](const command& each) {
        return each.name == name || each.name.starts_with(name + ' ');
    });
}

bool is_help(const std::string& argument) { return argument == "--help" || argument == "-h"; }

/// Reads an option; `at` is moved to its value.
void read_option(const std::vector<std::string>& arguments, std::size_t& at, command_line& out) {
    const std::string& argument = arguments[at];
    const auto equals = argument.find('=');
    // Messages omit the value, which may be a secret.
    const std::string name = is_help(argument) ? "--help" : argument.substr(0, equals);
    const command* const what = find_command(out.args.words).what;
    const option* const known =
        name.starts_with("--") ? find_option(what, name.substr(2)) : nullptr;
    if (known == nullptr)
        throw usage_error("unknown option " + name + option_suggestion(what, name));
    std::string value;
    if (known->value_name.empty()) {
        if (equals != std::string::npos) throw usage_error(name + " does not take a value");
    } else if (equals != std::string::npos) {
        value = argument.substr(equals + 1);
    } else if (++at < arguments.size()) {
        value = arguments[at];
    } else {
        throw usage_error(name + " requires a value: " + name + ' ' +
                          std::string(known->value_name));
    }
    if (!out.args.options.emplace(known->name, std::move(value)).second)
        throw usage_error(name + " was specified more than once");
}

/// Separates the words from the options, which may precede the command.
void read_arguments(const std::vector<std::string>& arguments, command_line& out) {
    bool only_words = false;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string& each = arguments[at];
        if (only_words || !each.starts_with('-') || each == "-") {
            out.args.words.push_back(each);
        } else if (each == "--") {
            only_words = true;
        } else {
            read_option(arguments, at, out);
        }
    }
}

/// Moves the command from the words to `what` and `topic`.
void take_command(command_line& out) {
    std::vector<std::string>& words = out.args.words;
    if (!words.empty() && words.front() == "help") {
        out.help = true;
        words.erase(words.begin());
    }
    const named_command found = find_command(words);
    out.what = found.what;
    if (out.what != nullptr) {
        out.topic = out.what->name;
    } else if (!words.empty() && is_topic(words.front())) {
        out.topic = words.front();
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found.words));
}

[[noreturn]] void reject_command(const std::vector<std::string>& words) {
    if (words.empty()) throw usage_error("missing command");
    const std::string& first = words.front();
    if (is_topic(first) && words.size() == 1)
        throw usage_error("'" + first + "' requires a subcommand");
    const std::string second = words.size() > 1 ? ' ' + words[1] : "";
    throw usage_error("unknown command '" + shown(first + second) + "'" +
                      command_suggestion(words));
}

void check_count(const command& what, std::size_t count) {
    const std::size_t least = words_of(what.arguments).size();
    if (count == least || (count > least && what.arguments.ends_with("..."))) return;
    const std::string expected(what.arguments.empty() ? "no arguments" : what.arguments);
    throw usage_error("wrong number of arguments for '" + std::string(what.name) + "': expected " +
                      expected + ", got " + (count == 0 ? "none" : std::to_string(count)));
}

/// Throws unless a value is one of those that its name in the help stands for.
void check_value(const std::string& name, std::string_view value_name, const std::string& value) {
    const auto valid = values_of(value_name);
    if (valid.empty() || std::ranges::find(valid, value) != valid.end()) return;
    std::string expected = valid.front();
    for (std::size_t i = 1; i < valid.size(); ++i)
        expected.append(i + 1 == valid.size() ? " or " : ", ").append(valid[i]);
    throw usage_error(invalid(name, value, expected));
}

void check_values(const command& what, const invocation& args) {
    const auto names = words_of(what.arguments);
    for (std::size_t i = 0; i < names.size(); ++i)
        check_value(names[i], names[i], args.words[i]);
    auto type = type_in(what, args.words);
    if (const option* const named = find_option(&what, "type"))
        type = args.text("type").value_or(values_of(named->value_name).front());
    for (const auto& [name, value] : args.options) {
        const option& known = *find_option(&what, name);
        const std::string flag = "--" + std::string(name);
        check_value(flag, known.value_name, value);
        if (type && !known.applies_to(*type))
            throw usage_error(flag + " does not apply to type " + *type);
    }
}

/// Throws if the server lacks a command or an option.
void check_server(const std::string& name, servers only, bool is_fishjam) {
    if (only == servers::all || (only == servers::fishjam) == is_fishjam) return;
    throw usage_error(is_fishjam ? "Fishjam does not support " + name +
                                       "; --address selects a Jellyfish server"
                                 : "Jellyfish does not support " + name +
                                       "; --fishjam-id or FISHJAM_ID selects Fishjam");
}

void check_servers(const command& what, const invocation& args) {
    check_server("'" + std::string(what.name) + "'", what.only, args.is_fishjam());
    for (const auto& [name, value] : args.options)
        check_server("--" + std::string(name), find_option(&what, name)->only, args.is_fishjam());
}

jellyfish::client_options client_from(const invocation& args) {
    jellyfish::client_options out = jellyfish::client_options::from_environment();
    out.user_agent("jellyfish-tool/" JELLYFISH_VERSION);
    const auto address = args.text("address");
    const auto id = args.text("fishjam-id");
    if (address && id) throw usage_error("--address and --fishjam-id contradict each other");
    if (address) out.server_address(*address).server_api(jellyfish::server_api::jellyfish);
    if (id) out.fishjam_id(*id);
    if (const auto token = args.text("token")) out.server_api_token(*token);
    if (args.has("secure")) out.secure(true);
    if (const auto file = args.text("ca-file"))
        out.secure(true).tls(jellyfish::tls_options(out.tls()).ca_file(*file));
    if (const auto seconds = args.number<std::uint32_t>("timeout", 1)) {
        const std::chrono::seconds limit(*seconds);
        out.request_timeout(limit).connect_timeout(
            std::min<std::chrono::milliseconds>(limit, out.connect_timeout()));
    }
    return out;
}

bool color_from(const invocation& args) {
    const std::string when = args.text("color").value_or("auto");
    const char* const unwanted = std::getenv("NO_COLOR");
    return when == "always" ||
           (when == "auto" && (unwanted == nullptr || *unwanted == '\0') && is_terminal());
}

}  // namespace

std::optional<std::string> type_in(const command& what, const std::vector<std::string>& arguments) {
    const auto names = words_of(what.arguments);
    for (std::size_t i = 0; i < std::min(names.size(), arguments.size()); ++i)
        if (names[i] == "TYPE") return arguments[i];
    return std::nullopt;
}

named_command find_command(const std::vector<std::string>& words) {
    if (words.empty()) return {};
    std::string noun = words.front();
    if (const command* const whole = command_named(noun)) return {whole, 1};
    const bool plural = noun.ends_with('s') && !is_topic(noun);
    if (plural) noun.pop_back();
    if (words.size() > 1) {
        if (const command* const found = command_named(noun + ' ' + words[1])) return {found, 2};
    }
    const command* const list = plural ? command_named(noun + " list") : nullptr;
    if (list == nullptr) return {};
    // Other words behind a plural are a mistyped verb.
    const std::size_t more = words.size() - 1;
    const bool fits = more == 0 || more == words_of(list->arguments).size();
    return fits ? named_command{list, 1} : named_command{};
}

std::vector<const option*> options_of(const command* what) {
    std::vector<const option*> out;
    for (const auto options : {what ? what->options : std::span<const option>(), common_options()})
        for (const option& each : options)
            out.push_back(&each);
    return out;
}

const option* find_option(const command* what, std::string_view name) {
    const auto all = options_of(what);
    const auto found = std::ranges::find(all, name, &option::name);
    return found == all.end() ? nullptr : *found;
}

void read_command_line(const std::vector<std::string>& arguments, command_line& out) {
    // Errors in the other arguments do not suppress the help.
    out.help = std::ranges::any_of(arguments, is_help);
    try {
        read_arguments(arguments, out);
    } catch (const usage_error&) {
        take_command(out);
        if (out.help) return;
        throw;
    }
    take_command(out);
    invocation& args = out.args;
    out.version = args.has("version");
    const bool unknown = out.what == nullptr && !args.words.empty() && out.topic != args.words[0];
    if (out.help ? !unknown : out.version) return;
    if (out.what == nullptr) reject_command(args.words);
    check_count(*out.what, args.words.size());
    check_values(*out.what, args);
    args.json = args.has("json");
    args.color = color_from(args);
    args.client = client_from(args);
    check_servers(*out.what, args);
}

}  // namespace tool
