#include "command_line.hpp"

#include <algorithm>
#include <utility>

namespace tool {
namespace {

/// Undoes the splitting by bash: the value after `=` is like one after a space.
std::vector<std::string> joined(const std::vector<std::string>& arguments) {
    std::vector<std::string> out;
    bool continues = false;
    for (const std::string& each : arguments) {
        if (each == "=") continue;
        if (!out.empty() && (continues || each == ":")) {
            out.back() += each;
        } else {
            out.push_back(each);
        }
        continues = each == ":";
    }
    if (arguments.empty() || arguments.back() == "=") out.emplace_back();
    return out;
}

std::vector<std::string> values_or_file(std::string_view value_name) {
    return value_name == "FILE" ? std::vector<std::string>{"FILE"} : values_of(value_name);
}

std::vector<std::string> options_of(const command* what,
                                    const std::vector<std::string>& arguments) {
    std::vector<std::string> out;
    const auto names = what != nullptr ? words_of(what->arguments) : std::vector<std::string>();
    const auto type = std::ranges::find(names, "TYPE") - names.begin();
    const bool typed = static_cast<std::size_t>(type) < std::min(names.size(), arguments.size());
    for (const auto options : {what ? what->options : std::span<const option>(), common_options()})
        for (const option& each : options)
            if (!typed || each.applies_to(arguments[static_cast<std::size_t>(type)]))
                out.push_back("--" + std::string(each.name));
    return out;
}

/// Returns the next words of the commands that begin with these words.
std::vector<std::string> next_names(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    for (const command& each : all_commands()) {
        const auto name = words_of(each.name);
        if (name.size() > words.size() && std::equal(words.begin(), words.end(), name.begin()) &&
            std::ranges::find(out, name[words.size()]) == out.end())
            out.push_back(name[words.size()]);
    }
    return out;
}

}  // namespace

std::vector<std::string> completions(const std::vector<std::string>& arguments) {
    std::vector<std::string> given = joined(arguments);
    const std::string current = given.back();
    given.pop_back();
    std::vector<std::string> words;
    const option* awaited = nullptr;  // The option whose value comes next.
    for (const std::string& each : given) {
        if (std::exchange(awaited, nullptr) != nullptr) continue;
        if (!each.starts_with("--")) {
            words.push_back(each);
        } else if (const option* const known =
                       find_option(find_command(words).what, each.substr(2))) {
            awaited = known->value_name.empty() ? nullptr : known;
        }
    }
    const bool first = words.empty();
    if (!first && words.front() == "help") words.erase(words.begin());
    const named_command found = find_command(words);
    std::vector<std::string> out;
    if (awaited != nullptr) {
        out = values_or_file(awaited->value_name);
        if (out == std::vector<std::string>{"FILE"}) return out;
    } else if (current.starts_with('-')) {
        words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found.words));
        out = options_of(found.what, words);
    } else if (found.what != nullptr) {
        const auto names = words_of(found.what->arguments);
        const std::size_t at = words.size() - found.words;
        if (at < names.size()) out = values_of(names[at]);
    } else {
        out = next_names(words);
        if (first) out.emplace_back("help");
    }
    std::erase_if(out, [&](const std::string& each) { return !each.starts_with(current); });
    return out;
}

}  // namespace tool
