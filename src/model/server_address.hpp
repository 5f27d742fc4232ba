#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// The port that a URL of this scheme has when it names none: 443 of `https` and `wss`, else 80.
[[nodiscard]] std::uint16_t default_port_of(std::string_view scheme) noexcept;

/// Where a server is: `host[:port][/prefix]` taken apart.
struct server_address {
    std::string host;           ///< A name, an IPv4 address, or an IPv6 address without brackets.
                                ///< For the resolver; a name may be absolute (`media.example.`).
    std::uint16_t port = 5002;  ///< 5002 when none was given.
    std::string prefix;         ///< Empty, or begins with `/` and does not end with one.

    /// The host as the server knows it, in headers and in TLS: the dot of an absolute name is for
    /// the resolver only.
    [[nodiscard]] std::string_view presented_host() const noexcept;

    /// For messages: `host:port`, with brackets around an IPv6 address.
    [[nodiscard]] std::string authority() const;

    /// The value of the `Host` header: `host:port`, without the port where it is the default of the
    /// scheme. Proxies that match virtual hosts exactly know no other form.
    [[nodiscard]] std::string host_header(std::string_view scheme) const;

    /// The request target for a path that begins with `/`.
    [[nodiscard]] std::string target(std::string_view path) const;

    /// For messages: `http://host:port/prefix/path`, with the given scheme.
    [[nodiscard]] std::string url(std::string_view scheme, std::string_view path) const;

    bool operator==(const server_address&) const = default;
};

/// Takes an address apart.
/// @throws jellyfish::error with `errc::invalid_address` that says what is wrong with it.
[[nodiscard]] server_address parse_server_address(std::string_view text);

}  // namespace jellyfish::detail
