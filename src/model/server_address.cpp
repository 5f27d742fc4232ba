#include "model/server_address.hpp"

#include <jellyfish/error.hpp>

#include "text/characters.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/url/authority_view.hpp>
#include <boost/url/host_type.hpp>
#include <boost/url/parse_path.hpp>

namespace jellyfish::detail {
namespace {

namespace urls = boost::urls;

constexpr std::size_t longest = 2'048;
constexpr std::string_view scheme_end = "://";

bool is_scheme(std::string_view text, std::string_view wanted) noexcept {
    return std::ranges::equal(text, wanted, {}, in_lower_case);
}

[[noreturn]] void reject(std::string_view text, std::string detail) {
    // The text before the last '@' may contain a password, and a query may contain a token.
    const auto at = text.rfind('@');
    if (at != std::string_view::npos) text.remove_prefix(at + 1);
    const auto query = text.find_first_of("?#");
    std::string shown(text.substr(0, std::min(query, longest)));
    if (query != std::string_view::npos) shown.append(text.substr(query, 1)).append("(hidden)");
    throw error(errc::invalid_address, {"", std::move(shown), std::move(detail), 0, ""});
}

void check_scheme(std::string_view text, std::string_view scheme, std::optional<bool> secure) {
    const bool uses_tls = is_secure_scheme(scheme);
    if (!uses_tls && !is_scheme(scheme, "http") && !is_scheme(scheme, "ws"))
        reject(text, "the scheme must be http, https, ws or wss");
    if (secure && uses_tls != *secure)
        reject(text, "the scheme contradicts client_options::secure; omit one of the two");
}

std::uint16_t port_of(std::string_view text, std::string_view digits) {
    unsigned port = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failure != std::errc() || end != digits.data() + digits.size() || port == 0 ||
        port > 65'535) {
        reject(text, "the port must be a number from 1 to 65535");
    }
    return static_cast<std::uint16_t>(port);
}

std::string prefix_of(std::string_view text, std::string_view path) {
    if (path.find_first_of("?#") != std::string_view::npos)
        reject(text, "a query or fragment is not allowed");
    if (!urls::parse_path(path)) reject(text, "the path prefix is malformed");
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return std::string(path);
}

/// Whether an IPv6 address without brackets, or with one only, was meant.
bool resembles_ipv6(std::string_view authority) {
    return std::ranges::count(authority, ':') >= 2 &&
           authority.find_first_not_of("0123456789abcdefABCDEF:.[]") == std::string_view::npos;
}

std::string in_brackets(std::string_view host) {
    const bool is_ipv6 = host.find(':') != std::string_view::npos;
    return is_ipv6 ? "[" + std::string(host) + "]" : std::string(host);
}

}  // namespace

std::optional<std::string_view> scheme_of(std::string_view address) noexcept {
    const auto end = address.find(scheme_end);
    // After a slash, it is part of the path.
    if (end == std::string_view::npos || address.find('/') < end) return std::nullopt;
    return address.substr(0, end);
}

bool is_secure_scheme(std::string_view scheme) noexcept {
    return is_scheme(scheme, "https") || is_scheme(scheme, "wss");
}

std::uint16_t default_port_of(std::string_view scheme) noexcept {
    return is_secure_scheme(scheme) ? 443 : 80;
}

std::string_view server_address::presented_host() const noexcept {
    std::string_view presented = host;
    if (presented.ends_with('.')) presented.remove_suffix(1);
    return presented;
}

std::string server_address::authority() const {
    return in_brackets(presented_host()) + ":" + std::to_string(port);
}

std::string server_address::host_header(std::string_view scheme) const {
    return port == default_port_of(scheme) ? in_brackets(presented_host()) : authority();
}

std::string server_address::target(std::string_view path) const {
    return prefix + std::string(path);
}

std::string server_address::url(std::string_view scheme, std::string_view path) const {
    return std::string(scheme).append("://").append(authority()).append(target(path));
}

server_address parse_server_address(std::string_view text, std::optional<bool> secure) {
    if (text.empty()) reject(text, "the address is empty");
    if (text.size() > longest) reject(text, "the address is longer than 2048 bytes");
    server_address address;
    std::string_view behind_scheme = text;
    if (const auto scheme = scheme_of(text)) {
        check_scheme(text, *scheme, secure);
        address.port = default_port_of(*scheme);
        behind_scheme.remove_prefix(scheme->size() + scheme_end.size());
    }
    const auto slash = std::min(behind_scheme.find('/'), behind_scheme.size());
    const std::string_view authority = behind_scheme.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) reject(text, "a user name is not allowed");
    const auto parsed = urls::parse_authority(authority);
    if (!parsed && resembles_ipv6(authority))
        reject(text, "an IPv6 address requires brackets, as in [::1]:5002");
    if (authority.starts_with(':') || authority.empty()) reject(text, "the host is missing");
    if (authority.find('%') != std::string_view::npos)
        reject(text, "the host must not be percent-encoded");
    if (!parsed) reject(text, "the host or port is malformed");
    switch (parsed->host_type()) {
        case urls::host_type::ipv6:
            address.host = parsed->host_address();
            break;
        case urls::host_type::ipv4:
        case urls::host_type::name:
            address.host = parsed->host();
            break;
        case urls::host_type::ipvfuture:
        case urls::host_type::none:
            reject(text, "the host is missing or has an unsupported form");
    }
    const std::string_view presented = address.presented_host();
    if (presented.empty()) reject(text, "the host is missing");
    if (presented.front() == '.' || presented.back() == '.' ||
        presented.find("..") != std::string_view::npos) {
        reject(text, "the host has an empty label; check its dots");
    }
    if (parsed->has_port()) address.port = port_of(text, parsed->port());
    address.prefix = prefix_of(text, behind_scheme.substr(slash));
    return address;
}

client_options options_at(const client_options& options, std::string address) {
    client_options other = options;
    if (!scheme_of(address)) other.secure(options.secure());
    return other.server_address(std::move(address));
}

}  // namespace jellyfish::detail
