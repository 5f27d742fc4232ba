#include "testing/form.hpp"

#include "protocol/utf8.hpp"
#include "testing/http_message.hpp"

#include <span>

namespace jellyfish::testing::detail {
namespace {

constexpr std::size_t max_nesting = 32;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// `a[b][]` as `a`, `b` and an empty text.
std::vector<std::string> key_parts(const std::string& key) {
    const std::size_t bracket = key.find('[');
    if (bracket == key.npos || bracket == 0 || !key.ends_with(']')) return {key};
    std::vector<std::string> parts{key.substr(0, bracket)};
    std::size_t at = bracket;
    while (at < key.size()) {
        const std::size_t end = key.find(']', at);
        if (key[at] != '[' || end == key.npos || parts.size() == max_nesting) return {key};
        parts.push_back(key.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return parts;
}

json_value with(const json_value* old, std::span<const std::string> path, json_value value) {
    if (path.empty()) return value;
    if (path.front().empty()) {
        const json_array* items = old == nullptr ? nullptr : old->array();
        json_array changed = items == nullptr ? json_array() : *items;
        changed.push_back(with(nullptr, path.subspan(1), std::move(value)));
        return changed;
    }
    json_value changed = old != nullptr && old->is_object() ? *old : json_value(json_object());
    const json_value* inner = changed.find(path.front());
    json_value next = with(inner, path.subspan(1), std::move(value));
    changed.set(path.front(), std::move(next));
    return changed;
}

void put(json_value& object, const std::string& key, json_value value) {
    const auto parts = key_parts(key);
    if (parts.size() == 1) {
        object.set(key, std::move(value));
    } else {
        object = with(&object, parts, std::move(value));
    }
}

/// A parameter of a header as `form-data; name="a"`.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
    std::size_t at = header.find(';');
    while (at != header.npos) {
        header.remove_prefix(at + 1);
        const std::size_t equals = header.find('=');
        if (equals == header.npos) return std::nullopt;
        const std::string key = to_lower(trimmed(header.substr(0, equals)));
        std::string_view value = trimmed(header.substr(equals + 1));
        if (value.starts_with('"')) {
            const std::size_t end = value.find('"', 1);
            if (end == value.npos) return std::nullopt;
            at = value.find(';', end);
            if (key == name) return std::string(value.substr(1, end - 1));
        } else {
            at = value.find(';');
            if (key == name) return std::string(trimmed(value.substr(0, at)));
        }
        header = value;
    }
    return std::nullopt;
}

/// One part of a multipart body: its headers, an empty line, its content.
bool put_part(json_value& object, std::string_view part) {
    std::string_view headers;
    const std::size_t end = part.find("\r\n\r\n");
    if (end == part.npos) return false;
    headers = part.substr(0, end);
    const std::string_view content = part.substr(end + 4);
    while (!headers.empty()) {
        const std::size_t line_end = headers.find("\r\n");
        const std::string_view line = headers.substr(0, line_end);
        headers.remove_prefix(line_end == headers.npos ? headers.size() : line_end + 2);
        const std::size_t colon = line.find(':');
        if (to_lower(trimmed(line.substr(0, colon))) != "content-disposition") continue;
        const auto name = parameter(line.substr(colon + 1), "name");
        const auto filename = parameter(line.substr(colon + 1), "filename");
        if (!name) return true;
        if (filename && filename->empty()) return true;
        if (filename) {
            put(object, *name, json_object{{"filename", json_value(*filename)}});
        } else if (!jellyfish::detail::is_utf8(content)) {
            return false;
        } else {
            put(object, *name, json_value(content));
        }
        return true;
    }
    return true;
}

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const int high = c == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += c == '+' && plus_is_space ? ' ' : c;
        }
    }
    return out;
}

std::vector<std::string> path_segments(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        if (!segment.empty()) out.push_back(percent_decode(segment, false));
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
    }
    return out;
}

std::optional<json_value> parse_query(std::string_view text) {
    json_value out = json_object();
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string key = percent_decode(pair.substr(0, equals), true);
        const std::string value =
            equals == pair.npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
        if (!jellyfish::detail::is_utf8(key) || !jellyfish::detail::is_utf8(value)) {
            return std::nullopt;
        }
        put(out, key, value);
    }
    return out;
}

std::optional<json_value> parse_multipart(std::string_view body, std::string_view content_type) {
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary) return std::nullopt;
    json_value out = json_object();
    const std::string mark = "--" + *boundary;
    std::size_t at = body.find(mark);
    if (at == body.npos) return std::nullopt;
    at += mark.size();
    while (!body.substr(at).starts_with("--")) {
        const std::size_t begin = body.find("\r\n", at);
        if (begin == body.npos) return std::nullopt;
        const std::size_t end = body.find("\r\n" + mark, begin);
        if (end == body.npos) return std::nullopt;
        if (!put_part(out, body.substr(begin + 2, end - begin - 2))) return std::nullopt;
        at = end + 2 + mark.size();
    }
    return out;
}

json_value merged(json_value below, const json_value& above) {
    if (const json_object* members = above.object()) {
        for (const auto& [key, value] : *members)
            below.set(key, value);
    }
    return below;
}

}  // namespace jellyfish::testing::detail
