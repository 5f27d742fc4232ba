#include "command_line.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tool {
namespace {

/// Words that users of other programs may type, and this program's word for each.
constexpr std::pair<std::string_view, std::string_view> synonyms[] = {
    {"add", "create"},          {"new", "create"},   {"make", "create"},   {"remove", "delete"},
    {"rm", "delete"},           {"del", "delete"},   {"show", "get"},      {"info", "get"},
    {"describe", "get"},        {"fetch", "get"},    {"ls", "list"},       {"call", "dial"},
    {"hangup", "end"},          {"download", "get"}, {"status", "health"}, {"events", "watch"},
    {"notifications", "watch"},
};

/// Returns the form in which words are compared: singular, with synonyms replaced.
std::string comparable(std::string word) {
    for (const auto& [other, here] : synonyms)
        if (word == other) return std::string(here);
    if (word.size() > 3 && word.ends_with('s')) word.pop_back();
    return word;
}

std::string comparable(const std::string& first, const std::string& second) {
    return comparable(first) + ' ' + comparable(second);
}

/// Returns how many characters must be added, removed or replaced.
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

/// The most similar of some names: it differs in at most two characters, or is abbreviated.
class nearest {
public:
    void consider(std::string_view name, std::string_view form, std::string_view typed) {
        const std::size_t changes = distance(typed, form);
        const std::size_t found =
            form.starts_with(typed) ? std::min<std::size_t>(changes, 1) : changes;
        if (found >= least_ || 2 * found >= typed.size()) return;
        least_ = found;
        name_ = name;
    }

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::size_t least_ = 3;
    std::string name_;
};

}  // namespace

std::string command_suggestion(const std::vector<std::string>& words) {
    std::string text = words.front() + (words.size() > 1 ? ' ' + words[1] : "");
    std::ranges::replace_if(
        text, [](char c) { return c == '-' || c == '_'; }, ' ');
    const auto typed = words_of(text);
    nearest best;
    for (const command& each : all_commands()) {
        const auto name = words_of(each.name);
        if (typed.size() > 1 && name.size() > 1) {
            const std::string form = comparable(name[0], name[1]);
            best.consider(each.name, form, comparable(typed[0], typed[1]));
            best.consider(each.name, form, comparable(typed[1], typed[0]));
        } else if (!typed.empty() && (name.size() == 1 || typed.size() == 1)) {
            best.consider(name[0], comparable(name[0]), comparable(typed[0]));
        }
    }
    return best.name().empty() ? "" : ": did you mean '" + best.name() + "'?";
}

std::string option_suggestion(const command* what, std::string_view name) {
    nearest best;
    for (const option* const each : options_of(what)) {
        const std::string flag = "--" + std::string(each->name);
        best.consider(flag, flag, name);
    }
    return best.name().empty() ? "" : ": did you mean " + best.name() + "?";
}

}  // namespace tool
