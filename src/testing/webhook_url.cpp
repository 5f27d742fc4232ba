#include "testing/webhook_url.hpp"

#include "testing/http_message.hpp"

#include <charconv>
#include <system_error>

namespace jellyfish::testing::detail {
namespace {

std::optional<int> parse_port(std::string_view text) {
    int port = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || result.ptr != text.data() + text.size()) return std::nullopt;
    return result.ec == std::errc() ? port : 65'536;
}

/// Host and port. A port that is missing after its colon is none.
bool parse_netloc(std::string_view text, webhook_url& out) {
    out.port = out.secure ? 443 : 80;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        out.host = text.substr(1, end == text.npos ? text.npos : end - 1);
        if (end == text.npos || end + 1 == text.size()) return true;
        if (text[end + 1] != ':') return false;
        port = text.substr(end + 2);
        has_port = true;
    } else {
        const std::size_t colon = text.find(':');
        out.host = text.substr(0, colon);
        if (out.host.empty()) return false;
        has_port = colon != text.npos && colon + 1 < text.size();
        if (has_port) port = text.substr(colon + 1);
    }
    if (!has_port) return true;
    const auto number = parse_port(port);
    if (number) out.port = *number;
    return number.has_value();
}

/// Characters that may not be in a request target are percent-encoded.
std::string encoded_path(std::string_view path) {
    constexpr std::string_view marks = "-._~!$&'()*+,;=:@/%";
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || (c != '\0' && marks.find(c) != marks.npos);
        if (plain) {
            out += c;
        } else {
            out += {'%', digits[byte >> 4], digits[byte & 0x0f]};
        }
    }
    return out;
}

}  // namespace

std::optional<webhook_url> parse_webhook_url(std::string_view text) {
    webhook_url out;
    // Another scheme is not understood as one: it becomes the host.
    const std::string lower = to_lower(text.substr(0, 12));
    const bool known = lower.starts_with("http://") || lower.starts_with("https://");
    if (text.starts_with("https://")) {
        out.secure = true;
        text.remove_prefix(8);
    } else if (text.starts_with("http://") && known) {
        text.remove_prefix(7);
    }
    text = text.substr(0, text.find('#'));
    const std::size_t slash = text.find_first_of("/?");
    std::string_view netloc = text.substr(0, slash);
    std::string_view path = slash == text.npos ? std::string_view() : text.substr(slash);
    if (const std::size_t at = netloc.rfind('@'); at != netloc.npos) {
        out.credentials = std::string(netloc.substr(0, at));
        if (out.credentials->find(':') == out.credentials->npos) *out.credentials += ':';
        netloc.remove_prefix(at + 1);
    }
    if (!parse_netloc(netloc, out)) return std::nullopt;
    const std::size_t question = path.find('?');
    const std::string_view query = question == path.npos ? "" : path.substr(question);
    path = path.substr(0, question);
    out.target = (path.empty() ? "/" : encoded_path(path)) + std::string(query);
    const bool default_port = out.port == (out.secure ? 443 : 80);
    out.authority = out.host.find(':') == out.host.npos ? out.host : '[' + out.host + ']';
    if (!default_port) out.authority += ':' + std::to_string(out.port);
    return out;
}

}  // namespace jellyfish::testing::detail
