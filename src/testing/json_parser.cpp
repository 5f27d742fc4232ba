#include "protocol/utf8.hpp"
#include "testing/json.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace jellyfish::testing::detail {
namespace {

constexpr std::size_t max_depth = 512;

/// Reads without recursion, so that no nesting ends the stack.
class parser {
public:
    explicit parser(std::string_view text) : text_(text) {}

    std::optional<json_value> parse() {
        do {
            whole_ = false;
            if (!read_value() || !read_what_follows()) return std::nullopt;
        } while (!whole_);
        skip_space();
        if (at_ != text_.size()) return std::nullopt;
        return std::move(result_);
    }

private:
    /// An array or object that is being read.
    struct open_value {
        bool is_object = false;
        json_array items;
        json_object members;
        std::string key;
        std::size_t begin = 0;
    };

    void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }

    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool take_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    /// Reads one scalar, or opens one array or object.
    bool read_value() {
        skip_space();
        if (at_ == text_.size()) return false;
        switch (text_[at_]) {
            case '{':
                ++at_;
                return open(true);
            case '[':
                ++at_;
                return open(false);
            case '"': {
                auto text = read_string();
                return text && put(std::move(*text));
            }
            case 't':
                return take_word("true") && put(true);
            case 'f':
                return take_word("false") && put(false);
            case 'n':
                return take_word("null") && put(nullptr);
            default:
                return read_number();
        }
    }

    bool open(bool is_object) {
        stack_.push_back({is_object, {}, {}, {}, at_ - 1});
        skip_space();
        if (take(is_object ? '}' : ']')) {
            close();
            return true;
        }
        return !is_object || read_key();
    }

    bool read_key() {
        skip_space();
        auto key = read_string();
        if (!key) return false;
        skip_space();
        stack_.back().key = std::move(*key);
        return take(':');
    }

    void close() {
        open_value value = std::move(stack_.back());
        stack_.pop_back();
        if (stack_.size() == max_depth) {
            put(json_raw{std::string(text_.substr(value.begin, at_ - value.begin))});
        } else if (value.is_object) {
            put(std::move(value.members));
        } else {
            put(std::move(value.items));
        }
    }

    /// Puts a whole value where it belongs. True, for `read_value`.
    bool put(json_value value) {
        whole_ = true;
        if (stack_.empty()) {
            result_ = std::move(value);
        } else if (stack_.size() > max_depth) {
            return true;
        } else if (open_value& parent = stack_.back(); parent.is_object) {
            parent.members.emplace_back(std::move(parent.key), std::move(value));
        } else {
            parent.items.push_back(std::move(value));
        }
        return true;
    }

    /// After a whole value: closes what ends here. On return the next value is awaited, or the
    /// outermost one is whole.
    bool read_what_follows() {
        while (whole_ && !stack_.empty()) {
            const bool is_object = stack_.back().is_object;
            skip_space();
            if (take(',')) {
                whole_ = false;
                return !is_object || read_key();
            }
            if (!take(is_object ? '}' : ']')) return false;
            close();
        }
        return true;
    }

    std::optional<std::string> read_string() {
        if (!take('"')) return std::nullopt;
        std::string out;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') {
                if (!jellyfish::detail::is_utf8(out)) return std::nullopt;
                return out;
            }
            if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
            if (c != '\\') {
                out += c;
            } else if (!read_escape(out)) {
                return std::nullopt;
            }
        }
        return std::nullopt;
    }

    bool read_escape(std::string& out) {
        constexpr std::string_view names = "\"\\/bfnrt";
        constexpr std::string_view values = "\"\\/\b\f\n\r\t";
        if (at_ == text_.size()) return false;
        const char c = text_[at_++];
        if (c == 'u') return read_code_point(out);
        const std::size_t found = names.find(c);
        if (found == std::string_view::npos) return false;
        out += values[found];
        return true;
    }

    bool read_code_point(std::string& out) {
        auto first = read_hex();
        if (!first) return false;
        if (*first >= 0xd800 && *first < 0xdc00) {
            if (!take_word("\\u")) return false;
            const auto second = read_hex();
            if (!second || *second < 0xdc00 || *second > 0xdfff) return false;
            *first = 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00);
        }
        return append_utf8(out, *first);
    }

    std::optional<std::uint32_t> read_hex() {
        std::uint32_t value = 0;
        const std::string_view digits = text_.substr(at_, 4);
        const char* end = digits.data() + digits.size();
        const auto result = std::from_chars(digits.data(), end, value, 16);
        if (digits.size() < 4 || digits[0] == '-' || result.ptr != end) return std::nullopt;
        at_ += 4;
        return value;
    }

    std::size_t skip_digits() {
        const std::size_t begin = at_;
        at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
        return at_ - begin;
    }

    bool read_number() {
        const std::size_t begin = at_;
        take('-');
        if (!take('0') && skip_digits() == 0) return false;
        bool whole = true;
        if (take('.')) {
            whole = false;
            if (skip_digits() == 0) return false;
        }
        if (take('e') || take('E')) {
            whole = false;
            if (!take('+')) take('-');
            if (skip_digits() == 0) return false;
        }
        const std::string_view digits = text_.substr(begin, at_ - begin);
        if (whole)
            return put(digits == "-0" ? json_integer{"0"} : json_integer{std::string(digits)});
        double value = 0;
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        // A float that is too large is an error there; one that is too small is zero.
        if (result.ec == std::errc::result_out_of_range) {
            if (digits.find("e-") == digits.npos && digits.find("E-") == digits.npos) return false;
            value = 0;
        }
        return std::isfinite(value) && put(value);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<open_value> stack_;
    json_value result_;
    bool whole_ = false;  ///< A value has just ended.
};

}  // namespace

std::optional<json_value> parse_json(std::string_view text) { return parser(text).parse(); }

}  // namespace jellyfish::testing::detail
