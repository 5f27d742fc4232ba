#include "protocol/json_index.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace jellyfish::detail {
namespace {

bool is_space(char c) {
    // Mostly it is none, and more than a space.
    return c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint32_t index(std::size_t at) { return static_cast<std::uint32_t>(at); }

#if defined(__SSE2__)
/// Of 16 bytes.
using block = __m128i;

block each_is(block of, char c) { return _mm_cmpeq_epi8(of, _mm_set1_epi8(c)); }
#endif

/// What ends the part of a string that says just what stands there.
struct quote_or_backslash {
    static bool is(char c) { return c == '"' || c == '\\'; }
#if defined(__SSE2__)
    static block in(block of) { return _mm_or_si128(each_is(of, '"'), each_is(of, '\\')); }
#endif
};

/// The same, and control characters, and what is not ASCII.
struct end_of_plain {
    static bool is(char c) {
        const auto byte = static_cast<unsigned char>(c);
        return quote_or_backslash::is(c) || byte < 0x20 || byte >= 0x80;
    }
#if defined(__SSE2__)
    static block in(block of) {
        const block less = _mm_cmplt_epi8(of, _mm_set1_epi8(0x20));  // Signed: from 0x80 on, too.
        return _mm_or_si128(quote_or_backslash::in(of), less);
    }
#endif
};

/// The place of the first such byte from `at` on; the text's size when there is none.
template <class Wanted>
std::size_t find(std::string_view text, std::size_t at) {
#if defined(__SSE2__)
    for (block of; text.size() - at >= sizeof of; at += sizeof of) {
        std::memcpy(&of, text.data() + at, sizeof of);
        const auto found = static_cast<unsigned>(_mm_movemask_epi8(Wanted::in(of)));
        if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
    }
#endif
    while (at < text.size() && !Wanted::is(text[at]))
        ++at;
    return at;
}

/// Walks over a plain text. Every step says whether it was one.
class plain_walk {
public:
    plain_walk(std::string_view text, json_places& into) : text_(text), places_(into) {}

    bool document() {
        skip_spaces();
        do {
            if (!value()) return false;
            if (!closing()) return false;
        } while (depth_ != 0);
        return at_ == text_.size();
    }

private:
    static constexpr std::size_t max_depth = 32;
    static constexpr std::size_t max_number = 24;  // So that a double holds it.

    struct opened {
        std::size_t place;
        char end;  ///< What closes it.
    };

    [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_spaces() {
        while (is_space(here()))
            ++at_;
    }

    bool take(char c) {
        if (here() != c) return false;
        ++at_;
        return true;
    }

    /// A value; of one that is not empty, all up to the first that holds no others.
    bool value() {
        for (;;) {
            switch (here()) {
                case '"':
                    return string();
                case '{':
                    if (!open('}')) return false;
                    if (here() == '}') return true;
                    if (!key()) return false;
                    break;
                case '[':
                    if (!open(']')) return false;
                    if (here() == ']') return true;
                    break;
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
    }

    /// What ends behind a value, and what leads to the next.
    bool closing() {
        for (skip_spaces(); depth_ != 0; skip_spaces()) {
            const char end = open_[depth_ - 1].end;
            if (take(',')) {
                skip_spaces();
                return end == ']' || key();
            }
            if (!take(end)) return false;
            close();
        }
        return true;
    }

    bool open(char end) {
        if (depth_ == max_depth) return false;
        open_[depth_++] = {places_.size(), end};
        places_.push_back({index(at_), 0, 1, false});
        ++at_;
        skip_spaces();
        return true;
    }

    void close() {
        const std::size_t at = open_[--depth_].place;
        json_place& closed = places_[at];
        closed.places = index(places_.size() - at);
        closed.length = index(at_) - closed.begin;
    }

    bool key() {
        if (here() != '"' || !string()) return false;
        skip_spaces();
        if (!take(':')) return false;
        skip_spaces();
        return true;
    }

    bool string() {
        const std::size_t end = find<end_of_plain>(text_, at_ + 1);
        if (end == text_.size() || text_[end] != '"') return false;
        add(end + 1);
        return true;
    }

    bool word(std::string_view expected) {
        if (!text_.substr(at_).starts_with(expected)) return false;
        add(at_ + expected.size());
        return true;
    }

    bool number() {
        const std::size_t begin = at_;
        take('-');
        const bool zero = here() == '0';
        const std::size_t whole = digits();
        bool plain = whole == 1 || (whole != 0 && !zero);
        if (plain && take('.')) plain = digits() != 0;
        const std::size_t end = at_;
        if (!plain || end - begin > max_number || here() == 'e' || here() == 'E') return false;
        at_ = begin;
        add(end);
        return true;
    }

    /// How many there were.
    std::size_t digits() {
        const std::size_t begin = at_;
        while (is_digit(here()))
            ++at_;
        return at_ - begin;
    }

    /// What holds no others, from here to there.
    void add(std::size_t end) {
        places_.push_back({index(at_), index(end - at_), 1, false});
        at_ = end;
    }

    std::string_view text_;
    json_places& places_;
    std::size_t at_ = 0;
    std::array<opened, max_depth> open_;
    std::size_t depth_ = 0;
};

// What follows walks over text that is known to be valid.

/// Behind a string, whose first quote is at `at`.
std::size_t after_string(std::string_view text, std::size_t at, bool& escaped) {
    at = find<quote_or_backslash>(text, at + 1);
    while (text[at] == '\\') {
        escaped = true;
        at = find<quote_or_backslash>(text, at + 2);
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

bool index_plain(std::string_view text, json_places& into) {
    return plain_walk(text, into).document();
}

void index_checked(std::string_view text, json_places& into) {
    std::vector<std::size_t> open;
    open.reserve(16);
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at]) {
            case '{':
            case '[':
                open.push_back(into.size());
                into.push_back({index(at), 0, 1, false});
                ++at;
                break;
            case '}':
            case ']': {
                json_place& closed = into[open.back()];
                closed.places = index(into.size() - open.back());
                open.pop_back();
                ++at;
                closed.length = index(at) - closed.begin;
                break;
            }
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
                into.push_back({index(at), index(end - at), 1, escaped});
                at = end;
                break;
            }
            default: {
                const std::size_t end = after_word(text, at);
                into.push_back({index(at), index(end - at), 1, false});
                at = end;
            }
        }
    }
}

}  // namespace jellyfish::detail
