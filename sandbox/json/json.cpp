#include "sandbox/json/json.hpp"

#include "json/document.hpp"
#include "text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace jellyfish::testing::detail {
namespace {

bool less_key(const json_object::value_type& member, std::string_view key) {
    return member.first < key;
}

void write_string(std::string& out, const std::string& text) {
    out += boost::json::serialize(boost::json::string(text));
}

bool write(std::string& out, const json_value& value);

bool write_array(std::string& out, const json_array& items) {
    out += '[';
    for (const json_value& item : items) {
        if (&item != items.data()) out += ',';
        if (!write(out, item)) return false;
    }
    out += ']';
    return true;
}

bool write_object(std::string& out, const json_object& members) {
    out += '{';
    for (const auto& member : members) {
        if (&member != members.data()) out += ',';
        if (!jellyfish::detail::is_utf8(member.first)) return false;
        write_string(out, member.first);
        out += ':';
        if (!write(out, member.second)) return false;
    }
    out += '}';
    return true;
}

bool write(std::string& out, const json_value& value) {
    if (const auto* text = value.string()) {
        if (!jellyfish::detail::is_utf8(*text)) return false;
        write_string(out, *text);
    } else if (const auto* flag = value.boolean()) {
        out += *flag ? "true" : "false";
    } else if (const auto* number = value.integer()) {
        out += number->digits;
    } else if (const auto* real = value.floating()) {
        out += float_text(*real);
    } else if (const auto* raw = value.raw()) {
        out += raw->text;
    } else if (const auto* items = value.array()) {
        return write_array(out, *items);
    } else if (const auto* members = value.object()) {
        return write_object(out, *members);
    } else {
        out += "null";
    }
    return true;
}

/// Appends a code point as UTF-8. Returns false for surrogates and above U+10FFFF.
bool append_utf8(std::string& out, std::uint32_t code_point) {
    const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits & 0xff); };
    if (code_point < 0x80) {
        byte(code_point);
    } else if (code_point < 0x800) {
        byte(0xc0 | code_point >> 6);
        byte(0x80 | (code_point & 0x3f));
    } else if (code_point < 0x10000) {
        if (code_point >= 0xd800 && code_point < 0xe000) return false;
        byte(0xe0 | code_point >> 12);
        byte(0x80 | (code_point >> 6 & 0x3f));
        byte(0x80 | (code_point & 0x3f));
    } else if (code_point < 0x110000) {
        byte(0xf0 | code_point >> 18);
        byte(0x80 | (code_point >> 12 & 0x3f));
        byte(0x80 | (code_point >> 6 & 0x3f));
        byte(0x80 | (code_point & 0x3f));
    } else {
        return false;
    }
    return true;
}

/// Elixir's `List.to_string/1`: characters, strings and lists of these.
bool write_characters(std::string& out, const json_array& items) {
    for (const json_value& item : items) {
        if (const auto* text = item.string()) {
            out += *text;
        } else if (const auto* inner = item.array()) {
            if (!write_characters(out, *inner)) return false;
        } else if (const auto* number = item.integer()) {
            const auto code_point = to_int64(*number);
            if (!code_point || *code_point < 0 || *code_point > 0x10ffff) return false;
            if (!append_utf8(out, static_cast<std::uint32_t>(*code_point))) return false;
        } else {
            return false;
        }
    }
    return true;
}

/// Deeper values are kept as text, since functions on values are recursive.
constexpr int max_depth = 512;

json_value number_of(std::string_view text) {
    if (text.find_first_of(".eE") == text.npos) {
        return json_integer{std::string(text == "-0" ? "0" : text)};
    }
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    // Numbers beyond the range of a double are kept as text.
    if (result.ec != std::errc()) return json_raw{std::string(text)};
    return value;
}

json_value value_of(const jellyfish::detail::json::value& text, int depth) {
    namespace json = jellyfish::detail::json;
    switch (text.kind()) {
        case json::kind::null:
            return nullptr;
        case json::kind::boolean:
            return text.is_true();
        case json::kind::number:
            return number_of(text.text());
        case json::kind::string:
            return text.string();
        case json::kind::array:
        case json::kind::object:
            break;
    }
    if (depth == max_depth) return json_raw{std::string(text.text())};
    if (text.kind() == json::kind::array) {
        json_array items;
        for (const auto& item : text.elements())
            items.push_back(value_of(item, depth + 1));
        return items;
    }
    json_object members;
    for (const auto& member : text.members())
        members.emplace_back(member.key.string(), value_of(member.value, depth + 1));
    return members;
}

}  // namespace

std::optional<json_value> parse_json(std::string_view text) {
    std::string problem;
    const auto document = jellyfish::detail::json::document::parse(text, problem);
    if (!document) return std::nullopt;
    return value_of(document->root(), 0);
}

json_value::json_value(json_object value) {
    std::stable_sort(value.begin(), value.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    value.erase(std::unique(value.begin(), value.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }),
                value.end());
    value_ = std::move(value);
}

const json_value* json_value::find(std::string_view key) const noexcept {
    const json_object* members = object();
    if (members == nullptr) return nullptr;
    const auto found = std::lower_bound(members->begin(), members->end(), key, less_key);
    return found != members->end() && found->first == key ? &found->second : nullptr;
}

void json_value::set(std::string_view key, json_value value) {
    if (!is_object()) value_ = json_object();
    auto& members = std::get<json_object>(value_);
    const auto found = std::lower_bound(members.begin(), members.end(), key, less_key);
    if (found != members.end() && found->first == key) {
        found->second = std::move(value);
    } else {
        members.emplace(found, std::string(key), std::move(value));
    }
}

std::optional<std::string> to_json(const json_value& value) {
    std::string out;
    if (!write(out, value)) return std::nullopt;
    return out;
}

std::optional<std::string> to_elixir_text(const json_value& value) {
    if (value.is_null()) return std::string();
    if (const auto* text = value.string()) return *text;
    if (value.object() != nullptr) return std::nullopt;
    std::string out;
    if (const auto* items = value.array()) {
        if (!write_characters(out, *items)) return std::nullopt;
        return out;
    }
    write(out, value);
    return out;
}

std::string float_text(double value) {
    char buffer[64];
    const double size = std::fabs(value);
    // The longest form without an exponent has 22 characters.
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e22);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format).ptr;
    std::string text(buffer, end);
    const std::size_t exponent = std::min(text.find('e'), text.size());
    std::string mantissa = text.substr(0, exponent);
    if (mantissa.find('.') == std::string::npos) mantissa += ".0";
    std::string rest = text.substr(exponent);
    if (rest.starts_with("e+")) rest.erase(1, 1);
    if (const std::size_t zero = rest.find_first_not_of("e-"); zero != std::string::npos) {
        while (rest[zero] == '0' && zero + 1 < rest.size())
            rest.erase(zero, 1);
    }
    return mantissa + rest;
}

std::optional<json_integer> parse_integer(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
    return json_integer{(negative && text != "0" ? "-" : "") + std::string(text)};
}

std::optional<std::int64_t> to_int64(const json_integer& value) noexcept {
    std::int64_t number = 0;
    const char* end = value.digits.data() + value.digits.size();
    const auto result = std::from_chars(value.digits.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return number;
}

}  // namespace jellyfish::testing::detail
