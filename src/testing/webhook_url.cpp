#include "testing/webhook_url.hpp"

#include <charconv>
#include <system_error>
#include <utility>

namespace jellyfish::testing::detail {
namespace {

std::optional<int> parse_port(std::string_view text) {
    int port = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || result.ptr != text.data() + text.size()) return std::nullopt;
    return result.ec == std::errc() ? port : 65'536;
}

/// Host and port. False for what the client has no rule for. A colon without a port is passed over.
bool parse_netloc(std::string_view text, webhook_url& out) {
    out.port = out.secure ? 443 : 80;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        out.host = text.substr(1, end == text.npos ? text.npos : end - 1);
        if (end == text.npos || end + 1 == text.size()) return true;
        text.remove_prefix(end + 1);
        if (text.front() != ':') return false;
    } else {
        const std::size_t colon = text.find(':');
        if (text.empty() || text == ":") return false;
        out.host = text.substr(0, colon);
        if (colon == text.npos || colon + 1 == text.size()) return true;
        text.remove_prefix(colon);
    }
    const auto number = parse_port(text.substr(1));
    if (number) out.port = *number;
    return number.has_value();
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// A path with a plus for each space, and all that is not plain percent-encoded.
std::string encoded_path(std::string_view path) {
    constexpr std::string_view plain = "/;=,:@.-+~_";
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char c = path[i];
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || (c != '\0' && plain.find(c) != plain.npos);
        const bool is_encoded =
            c == '%' && i + 2 < path.size() && is_hex(path[i + 1]) && is_hex(path[i + 2]);
        if (is_plain || is_encoded) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += {'%', digits[byte >> 4], digits[byte & 0x0f]};
        }
    }
    return out;
}

}  // namespace

std::optional<webhook_url> parse_webhook_url(std::string_view text) {
    webhook_url out;
    // Another scheme, also one in capitals, is not understood: it becomes the host.
    if (text.starts_with("https://")) {
        out.secure = true;
        text.remove_prefix(8);
    } else if (text.starts_with("http://")) {
        text.remove_prefix(7);
    }
    const std::size_t slash = text.find('/');
    std::string_view netloc = text.substr(0, slash);
    std::string_view path = slash == text.npos ? std::string_view("/") : text.substr(slash);
    if (const std::size_t at = netloc.find('@'); at != netloc.npos) {
        std::string credentials(netloc.substr(0, at));
        if (credentials.find(':') == credentials.npos) credentials += ':';
        if (credentials[0] != ':') out.credentials = std::move(credentials);
        netloc.remove_prefix(at + 1);
    }
    if (!parse_netloc(netloc, out)) return std::nullopt;
    std::string_view query;
    if (const std::size_t question = path.find('?'); question != path.npos) {
        query = path.substr(question);
        query = query.substr(0, query.find('#'));
        path = path.substr(0, question);
    } else {
        path = path.substr(0, path.find('#'));
    }
    out.target = encoded_path(path) + (query.size() > 1 ? std::string(query) : std::string());
    const bool default_port = out.port == (out.secure ? 443 : 80);
    out.authority = out.host.find(':') == out.host.npos ? out.host : '[' + out.host + ']';
    if (!default_port) out.authority += ':' + std::to_string(out.port);
    return out;
}

}  // namespace jellyfish::testing::detail
