#include "protocol/json_index.hpp"

#include "protocol/find_byte.hpp"
#include "protocol/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace jellyfish::detail {
namespace {

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

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

/// What ends the part of a string that needs no look.
struct end_of_text {
    static bool is(char c) {
        return quote_or_backslash::is(c) || static_cast<unsigned char>(c) < 0x20;
    }
#if defined(__SSE2__)
    static byte_block in(byte_block of) {
        const byte_block last_control = _mm_set1_epi8(0x1f);
        const byte_block control = _mm_cmpeq_epi8(_mm_max_epu8(of, last_control), last_control);
        return _mm_or_si128(quote_or_backslash::in(of), control);
    }
#endif
};

/// Walks over any text that is UTF-8, and checks it. A value that is open keeps the one around it
/// where its count of places will be: so the text's length alone bounds the depth, no recursion and
/// no memory of its own.
class general_walk {
public:
    general_walk(std::string_view text, json_places& into) : text_(text), places_(into) {}

    bool document() {
        do {
            if (!value() || (whole_ && !what_follows())) return false;
        } while (!whole_ || inside_ != outermost);
        skip_spaces();
        return at_ == text_.size() || is_expected("the end");
    }

    /// What is wrong with a text that is no JSON.
    [[nodiscard]] std::string problem() const {
        return std::string("expected ").append(expected_) + " at byte " + std::to_string(at_);
    }

private:
    static constexpr std::uint32_t outermost = UINT32_MAX;

    bool is_expected(std::string_view what) {
        expected_ = what;
        return false;
    }

    [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    char skip_spaces() {
        while (is_space(next()))
            ++at_;
        return next();
    }

    bool take(char c) {
        if (next() != c) return false;
        ++at_;
        return true;
    }

    [[nodiscard]] bool in_object() const { return text_[places_[inside_].begin] == '{'; }

    /// A value; of one that holds others only the beginning, with the first key.
    bool value() {
        whole_ = true;
        switch (skip_spaces()) {
            case '{':
            case '[':
                return open();
            case '"':
                return string();
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

    bool open() {
        const auto opened = static_cast<std::uint32_t>(places_.size());
        places_.add(at_++, 0);
        places_[opened].places = std::exchange(inside_, opened);
        skip_spaces();
        if (take(in_object() ? '}' : ']')) {
            close();
            return true;
        }
        whole_ = false;
        return !in_object() || key();
    }

    void close() {
        const std::uint32_t around = places_[inside_].places;
        places_.close(inside_, at_);
        inside_ = around;
    }

    bool key() {
        if (skip_spaces() != '"') return is_expected("a key");
        if (!string()) return false;
        skip_spaces();
        return take(':') || is_expected("a colon");
    }

    /// What ends behind a whole value, and what leads to the next one.
    bool what_follows() {
        while (inside_ != outermost) {
            skip_spaces();
            if (take(',')) {
                whole_ = false;
                return !in_object() || key();
            }
            if (!take(in_object() ? '}' : ']')) return is_expected("a comma or a closing bracket");
            close();
        }
        return true;
    }

    bool string() {
        const std::size_t begin = at_++;
        bool escaped = false;
        for (;;) {
            at_ = find_byte<end_of_text>(text_, at_);
            if (next() == '"') break;
            if (next() != '\\') return is_expected("a printable character or the end of a string");
            ++at_;
            escaped = true;
            if (!escape()) return is_expected("an escape");
        }
        ++at_;
        places_.add(begin, at_ - begin, escaped);
        return true;
    }

    /// A surrogate may stand alone: the text is kept as it is.
    bool escape() {
        constexpr std::string_view single = "\"\\/bfnrt";
        if (next() != 'u') {
            if (at_ == text_.size() || single.find(next()) == std::string_view::npos) return false;
            ++at_;
            return true;
        }
        ++at_;
        for (int n = 0; n < 4; ++n, ++at_) {
            if (!is_hex_digit(next())) return false;
        }
        return true;
    }

    bool word(std::string_view expected) {
        if (!text_.substr(at_).starts_with(expected)) return is_expected(expected);
        places_.add(at_, expected.size());
        at_ += expected.size();
        return true;
    }

    bool number() {
        const std::size_t begin = at_;
        const bool negative = take('-');
        if (!take('0') && !digits()) return is_expected(negative ? "a digit" : "a value");
        if (take('.') && !digits()) return is_expected("a digit");
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digits()) return is_expected("a digit");
        }
        places_.add(begin, at_ - begin);
        return true;
    }

    bool digits() {
        const std::size_t begin = at_;
        while (is_digit(next()))
            ++at_;
        return at_ != begin;
    }

    const std::string_view text_;
    json_places& places_;
    std::size_t at_ = 0;
    std::uint32_t inside_ = outermost;  // The value that was opened last.
    bool whole_ = false;                // Whether a value has just ended.
    std::string_view expected_;
};

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

bool index_json(std::string_view text, json_places& into, std::string& problem) {
    if (!is_utf8(text)) {
        problem = "it is not UTF-8";
        return false;
    }
    general_walk walk(text, into);
    if (walk.document()) return true;
    problem = walk.problem();
    return false;
}

}  // namespace jellyfish::detail
