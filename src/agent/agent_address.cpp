#include "agent/agent_address.hpp"

#include "model/server_address.hpp"
#include "text/characters.hpp"

#include <algorithm>
#include <string>

namespace jellyfish::detail {
namespace {

/// Removes the path of a socket, which follows the prefix.
std::string_view without_socket(std::string_view address) noexcept {
    for (const std::string_view path : {"/socket/peer/websocket", "/socket/agent/websocket"}) {
        if (address.ends_with(path)) return address.substr(0, address.size() - path.size());
    }
    return address;
}

/// Adds the default port of the scheme to an address without a port: `client_options` would use
/// 5002.
std::string with_port(std::string_view address, std::string_view scheme) {
    const auto slash = std::min(address.find('/'), address.size());
    const std::string_view authority = address.substr(0, slash);
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    std::string result(authority);
    if (!has_port) result += ':' + std::to_string(default_port_of(scheme));
    return result.append(address.substr(slash));
}

}  // namespace

client_options at_peer_websocket_url(client_options options, std::string_view url) {
    if (url.empty()) return options;
    constexpr std::string_view scheme_end = "://";
    // Set explicitly, because the new address has no scheme.
    options.secure(options.secure());
    std::string scheme = options.secure() ? "wss" : "ws";
    if (const auto end = url.find(scheme_end); end != std::string_view::npos) {
        scheme = url.substr(0, end);
        std::ranges::transform(scheme, scheme.begin(), in_lower_case);
        const bool known =
            scheme == "ws" || scheme == "wss" || scheme == "http" || scheme == "https";
        if (!known) return options.server_address(std::string(url));  // connect() reports it.
        url.remove_prefix(end + scheme_end.size());
        options.secure(scheme.ends_with('s') && scheme != "ws");
    }
    return options.server_address(with_port(without_socket(url), scheme));
}

}  // namespace jellyfish::detail
