#include "protocol/plain_answer.hpp"

#include "protocol/find_byte.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace jellyfish::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Of a usual name: letters, digits and hyphens.
constexpr auto name_characters = [] {
    std::array<bool, 256> all{};
    for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-")) {
        all[static_cast<unsigned char>(c)] = true;
    }
    return all;
}();

/// @param lower Of small letters and hyphens.
bool is_name(std::string_view name, std::string_view lower) {
    return std::ranges::equal(name, lower, [](char a, char b) { return (a | 0x20) == b; });
}

/// Takes lines off a text. Every line is printable, and ends with CR and LF.
class plain_lines {
public:
    explicit plain_lines(std::string_view text) : text_(text) {}

    std::optional<std::string_view> next() {
        const std::size_t end = find_byte<unprintable_byte>(text_, at_);
        if (!text_.substr(end).starts_with("\r\n")) return std::nullopt;
        const std::string_view line = text_.substr(at_, end - at_);
        at_ = end + 2;
        return line;
    }

    [[nodiscard]] std::size_t used() const { return at_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

/// The status, which says that there is a body; 0 for any other.
int status_of(std::string_view line) {
    constexpr std::string_view version = "HTTP/1.1 ";
    if (!line.starts_with(version) || line.size() < version.size() + 4) return 0;
    const std::string_view digits = line.substr(version.size(), 3);
    if (!std::ranges::all_of(digits, is_digit) || line[version.size() + 3] != ' ') return 0;
    const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    return status >= 200 && status != 204 && status != 304 ? status : 0;
}

/// What the fields of a head say.
class plain_fields {
public:
    explicit plain_fields(http_answer& into) : into_(into) {}

    /// False when it is for the general parser.
    bool add(std::string_view line) {
        std::size_t colon = 0;
        while (colon < line.size() && name_characters[static_cast<unsigned char>(line[colon])])
            ++colon;
        if (colon == 0 || colon == line.size() || line[colon] != ':') return false;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        switch (name.size()) {
            case 8:
                if (is_name(name, "location")) keep(into_.location, value);
                return true;
            case 12:
                if (is_name(name, "content-type")) keep(into_.content_type, value);
                return true;
            case 13:
                if (is_name(name, "content-range")) keep(into_.content_range, value);
                return true;
            case 14:
                return !is_name(name, "content-length") || set_length(value);
            default:
                return !changes_the_rules(name);
        }
    }

    [[nodiscard]] bool has_length() const { return has_length_; }
    [[nodiscard]] std::uint64_t length() const { return length_; }

private:
    /// Whether a field says how the connection, or the body, goes on.
    static bool changes_the_rules(std::string_view name) {
        constexpr std::array<std::string_view, 4> names{"connection", "proxy-connection",
                                                        "transfer-encoding", "upgrade"};
        return std::ranges::any_of(names, [&](auto each) { return is_name(name, each); });
    }

    static std::string_view trimmed(std::string_view value) {
        while (value.starts_with(' '))
            value.remove_prefix(1);
        while (value.ends_with(' '))
            value.remove_suffix(1);
        return value;
    }

    /// The first that says something counts.
    static void keep(std::string& to, std::string_view value) {
        if (to.empty()) to = value;
    }

    bool set_length(std::string_view value) {
        constexpr std::size_t most_digits = 18;
        if (has_length_ || value.empty() || value.size() > most_digits) return false;
        has_length_ = std::ranges::all_of(value, is_digit);
        for (const char digit : value)
            length_ = 10 * length_ + static_cast<std::uint64_t>(digit - '0');
        return has_length_;
    }

    http_answer& into_;
    std::uint64_t length_ = 0;
    bool has_length_ = false;
};

}  // namespace

std::size_t read_plain_answer(std::string_view input, std::uint64_t limit, http_answer& into) {
    constexpr std::size_t usual_head = 4'096;
    static_assert(usual_head < http_response_reader::head_limit);
    plain_lines lines(input.substr(0, usual_head));
    const auto first = lines.next();
    into.status = first ? status_of(*first) : 0;
    if (into.status == 0) return 0;
    plain_fields fields(into);
    for (auto line = lines.next(); !line || !line->empty(); line = lines.next()) {
        if (!line || !fields.add(*line)) return 0;
    }
    const std::size_t head = lines.used();
    const std::uint64_t length = fields.length();
    if (!fields.has_length() || length > limit || length > input.size() - head) return 0;
    into.body.assign(input, head, static_cast<std::size_t>(length));
    return head + static_cast<std::size_t>(length);
}

}  // namespace jellyfish::detail
