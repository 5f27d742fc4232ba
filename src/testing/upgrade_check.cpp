#include "testing/web_socket.hpp"

#include <algorithm>

namespace jellyfish::testing::detail {
namespace {

/// A header's values as Elixir prints the list of them.
std::string inspected(const std::string* value) {
    if (value == nullptr) return "[]";
    std::string out = "[\"";
    for (const char c : *value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"]";
}

bool contains(const std::string* value, std::string_view needle) {
    if (value == nullptr) return false;
    const auto elements = header_list(*value);
    return std::find(elements.begin(), elements.end(), needle) != elements.end();
}

}  // namespace

std::string check_upgrade(const http_request& request) {
    if (request.http_1_0) return "HTTP version HTTP/1.0 unsupported";
    if (request.header("host") == nullptr) return "'host' header is absent";
    for (const auto& [name, needle] :
         {std::pair{"connection", "upgrade"}, {"upgrade", "websocket"}}) {
        const std::string* value = request.header(name);
        if (contains(value, needle)) continue;
        return '\'' + std::string(name) + "' header must contain '" + needle + "', got " +
               inspected(value);
    }
    if (request.header("sec-websocket-key") == nullptr) {
        return "'sec-websocket-key' header is absent";
    }
    const std::string* version = request.header("sec-websocket-version");
    if (version == nullptr || *version != "13") {
        return "'sec-websocket-version' header must equal '13', got " + inspected(version);
    }
    return {};
}

}  // namespace jellyfish::testing::detail
