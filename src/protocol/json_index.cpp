#include "protocol/json_index.hpp"

#include "protocol/find_byte.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace jellyfish::detail {
namespace {

bool is_space(char c) {
    // Mostly it is none, and more than a space.
    return c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

/// What ends the part of a string that says just what stands there.
struct quote_or_backslash {
    static bool is(char c) { return c == '"' || c == '\\'; }
#if defined(__SSE2__)
    static byte_block in(byte_block of) {
        return _mm_or_si128(each_is(of, '"'), each_is(of, '\\'));
    }
#endif
};

/// The same, and control characters, and what is not ASCII.
struct end_of_plain {
    static bool is(char c) {
        const auto byte = static_cast<unsigned char>(c);
        return quote_or_backslash::is(c) || byte < 0x20 || byte >= 0x80;
    }
#if defined(__SSE2__)
    static byte_block in(byte_block of) {
        const byte_block less =
            _mm_cmplt_epi8(of, _mm_set1_epi8(0x20));  // Signed: from 0x80 on, too.
        return _mm_or_si128(quote_or_backslash::in(of), less);
    }
#endif
};

/// Walks over a plain text, which begins as a value that holds others, and ends as one. So there is
/// more behind whatever is not a closing bracket, and only behind those the end is looked for.
class plain_walk {
public:
    /// @param whole Where the places are counted from.
    plain_walk(const char* whole, std::string_view value, json_places& into)
        : whole_(whole), at_(value.data()), end_(at_ + value.size()), places_(into) {}

    /// Every step says whether it was plain.
    bool document() {
        for (;;) {
            // A value, or the first that is in it.
            const char c = *at_;
            if (c == '"') {
                if (!string()) return false;
            } else if (c == '{') {
                if (!open('}')) return false;
                if (*at_ != '}') {
                    if (!key()) return false;
                    continue;
                }
            } else if (c == '[') {
                if (!open(']')) return false;
                if (*at_ != ']') continue;
            } else if (!other(c)) {
                return false;
            }
            // What ends behind it, and what leads to the next.
            char next = skip_spaces();
            for (; next != ','; next = skip_spaces()) {
                if (next != closing_) return false;
                close();
                if (at_ == end_) return depth_ == 0;
                if (depth_ == 0) return false;
            }
            ++at_;
            next = skip_spaces();
            if (closing_ == '}' && !key()) return false;
        }
    }

private:
    static constexpr std::size_t max_depth = 32;
    static constexpr std::ptrdiff_t max_number = 24;  // So that a double holds it.

    struct opened {
        std::size_t place;
        char closing_before;
    };

    [[nodiscard]] std::size_t place_of(const char* at) const {
        return static_cast<std::size_t>(at - whole_);
    }

    /// Gives what is behind them.
    char skip_spaces() {
        while (is_space(*at_))
            ++at_;
        return *at_;
    }

    bool open(char closing) {
        if (depth_ == max_depth) return false;
        open_[depth_++] = {places_.size(), std::exchange(closing_, closing)};
        add(at_ + 1);
        skip_spaces();
        return true;
    }

    void close() {
        ++at_;
        const opened last = open_[--depth_];
        places_.close(last.place, place_of(at_));
        closing_ = last.closing_before;
    }

    bool key() {
        if (*at_ != '"' || !string()) return false;
        if (skip_spaces() != ':') return false;
        ++at_;
        skip_spaces();
        return true;
    }

    bool string() {
        const char* const end = find_byte<end_of_plain>(at_ + 1, end_);
        if (end == end_ || *end != '"') return false;
        add(end + 1);
        return true;
    }

    /// A number, or a word.
    bool other(char c) {
        switch (c) {
            case 't':
                return word("true");
            case 'f':
                return word("false");
            case 'n':
                return word("null");
            default:
                return number();
        }
    }

    bool word(std::string_view expected) {
        if (!std::string_view(at_, end_).starts_with(expected)) return false;
        add(at_ + expected.size());
        return true;
    }

    bool number() {
        const char* const whole = *at_ == '-' ? at_ + 1 : at_;
        const char* end = after_digits(whole);
        if (end == whole || (*whole == '0' && end != whole + 1)) return false;
        if (*end == '.') {
            const char* const fraction = end + 1;
            end = after_digits(fraction);
            if (end == fraction) return false;
        }
        if (*end == 'e' || *end == 'E' || end - at_ > max_number) return false;
        add(end);
        return true;
    }

    [[nodiscard]] static const char* after_digits(const char* at) {
        while (is_digit(*at))
            ++at;
        return at;
    }

    /// From here to there; what holds others has its length when it is closed.
    void add(const char* end) {
        places_.add(place_of(at_), static_cast<std::size_t>(end - at_));
        at_ = end;
    }

    const char* const whole_;
    const char* at_;
    const char* const end_;
    json_places& places_;
    std::array<opened, max_depth> open_;
    std::size_t depth_ = 0;
    char closing_ = '\0';  // What closes the last that was opened.
};

/// Without spaces around it.
std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

// What follows walks over text that is known to be valid.

/// Behind a string, whose first quote is at `at`.
std::size_t after_string(std::string_view text, std::size_t at, bool& escaped) {
    at = find_byte<quote_or_backslash>(text, at + 1);
    while (text[at] == '\\') {
        escaped = true;
        at = find_byte<quote_or_backslash>(text, at + 2);
    }
    return at + 1;
}

/// Behind a number, `true`, `false` or `null`.
std::size_t after_word(std::string_view text, std::size_t at) {
    const auto ends = [](char c) { return c == ',' || c == ']' || c == '}' || is_space(c); };
    while (at < text.size() && !ends(text[at]))
        ++at;
    return at;
}

}  // namespace

void json_places::move_to_larger(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<json_place[]>(capacity);
    std::copy(begin(), end(), larger.get());
    all_ = std::move(larger);
    capacity_ = capacity;
}

bool index_plain(std::string_view text, json_places& into) {
    const std::string_view value = trimmed(text);
    const bool holds_others = value.starts_with('{') || value.starts_with('[');
    const bool ends = value.ends_with('}') || value.ends_with(']');
    if (!holds_others || !ends) return false;
    return plain_walk(text.data(), value, into).document();
}

void index_checked(std::string_view text, json_places& into) {
    std::vector<std::size_t> open;
    open.reserve(16);
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at]) {
            case '{':
            case '[':
                open.push_back(into.size());
                into.add(at, 0);
                ++at;
                break;
            case '}':
            case ']':
                ++at;
                into.close(open.back(), at);
                open.pop_back();
                break;
            case ',':
            case ':':
            case ' ':
            case '\t':
            case '\r':
            case '\n':
                ++at;
                break;
            case '"': {
                bool escaped = false;
                const std::size_t end = after_string(text, at, escaped);
                into.add(at, end - at, escaped);
                at = end;
                break;
            }
            default: {
                const std::size_t end = after_word(text, at);
                into.add(at, end - at);
                at = end;
            }
        }
    }
}

}  // namespace jellyfish::detail
