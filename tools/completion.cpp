#include "command_line.hpp"

#include <algorithm>
#include <utility>

namespace tool {
namespace {

/// Undoes the splitting by bash: a value after `=` counts like one after a space.
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

/// Removes options and their values; returns the option whose value comes next, or null.
const option* take_options(std::vector<std::string>& arguments) {
    std::vector<std::string> words;
    const option* awaited = nullptr;
    for (const std::string& each : arguments) {
        if (std::exchange(awaited, nullptr) != nullptr) continue;
        if (!each.starts_with("--")) {
            words.push_back(each);
        } else if (const option* const known =
                       find_option(find_command(words).what, each.substr(2))) {
            awaited = known->value_name.empty() ? nullptr : known;
        }
    }
    arguments = std::move(words);
    return awaited;
}

}  // namespace

std::vector<std::string> completions(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = joined(arguments);
    const std::string current = words.back();
    words.pop_back();
    const option* const awaited = take_options(words);
    if (awaited != nullptr && awaited->value_name == "FILE") return {"FILE"};
    const bool first = words.empty();
    if (!first && words.front() == "help") words.erase(words.begin());
    const named_command found = find_command(words);
    const std::vector<std::string> values(words.begin() + static_cast<std::ptrdiff_t>(found.words),
                                          words.end());
    std::vector<std::string> out;
    if (awaited != nullptr) {
        out = values_of(awaited->value_name);
    } else if (current.starts_with('-')) {
        const auto type = found.what ? type_in(*found.what, values) : std::nullopt;
        for (const option* const each : options_of(found.what))
            if (!type || each->applies_to(*type)) out.push_back("--" + std::string(each->name));
    } else if (found.what != nullptr) {
        const auto names = words_of(found.what->arguments);
        if (values.size() < names.size()) out = values_of(names[values.size()]);
    } else {
        out = next_names(words);
        if (first) out.emplace_back("help");
    }
    std::erase_if(out, [&](const std::string& each) { return !each.starts_with(current); });
    return out;
}

}  // namespace tool
