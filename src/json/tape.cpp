#include "json/tape.hpp"

#include "text/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace jellyfish::detail::json {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Whether a character of a string represents itself.
bool is_literal(char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; }

/// Returns the number of literal characters at the beginning of a text.
std::size_t count_literals(std::string_view text) {
    std::size_t n = 0;
    if constexpr (std::endian::native == std::endian::little) {
        // Eight characters at once: the lowest set top bit belongs to the first non-literal one.
        constexpr std::uint64_t each = 0x0101010101010101;
        for (std::uint64_t word = 0; text.size() - n >= sizeof word; n += sizeof word) {
            std::memcpy(&word, text.data() + n, sizeof word);
            const std::uint64_t control = word - each * 0x20;
            const std::uint64_t quote = (word ^ each * '"') - each;
            const std::uint64_t backslash = (word ^ each * '\\') - each;
            const std::uint64_t found = (control | quote | backslash) & ~word & each * 0x80;
            if (found != 0) return n + static_cast<std::size_t>(std::countr_zero(found)) / 8;
        }
    }
    while (n < text.size() && is_literal(text[n]))
        ++n;
    return n;
}

/// Validates a UTF-8 text and indexes its values. An open value stores the index of its enclosing
/// value in `places`, where its count is stored later. So nesting requires neither recursion nor
/// extra memory, and only the length of the text limits its depth.
class indexer {
public:
    indexer(std::string_view text, json::tape& into) : text_(text), places_(into) {}

    bool document() {
        do {
            if (!value() || (whole_ && !what_follows())) return false;
        } while (!whole_ || inside_ != outermost);
        skip_spaces();
        return at_ == text_.size() || is_expected("the end of the text");
    }

    /// Returns what is wrong with a text that is not JSON.
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

    /// Reads a value; of a non-empty array or object only the beginning, up to the first key.
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

    /// Reads what follows a complete value: the end of enclosing values, or the start of the next.
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
            at_ += count_literals(text_.substr(at_));
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

    /// Accepts lone surrogates, because the text is kept unchanged.
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
    json::tape& places_;
    std::size_t at_ = 0;
    std::uint32_t inside_ = outermost;  // The innermost open value.
    bool whole_ = false;                // Whether the last value is complete.
    std::string_view expected_;
};

}  // namespace

void tape::move_to_larger(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<json::token[]>(capacity);
    std::copy(begin(), end(), larger.get());
    all_ = std::move(larger);
    capacity_ = capacity;
}

bool build_tape(std::string_view text, json::tape& into, std::string& problem) {
    if (!is_utf8(text)) {
        problem = "the text is not UTF-8";
        return false;
    }
    indexer walk(text, into);
    if (walk.document()) return true;
    problem = walk.problem();
    return false;
}

}  // namespace jellyfish::detail::json
