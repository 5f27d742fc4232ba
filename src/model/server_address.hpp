#pragma once

#include <jellyfish/client_options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// Returns the scheme of a URL, or nothing for an address without one.
[[nodiscard]] std::optional<std::string_view> scheme_of(std::string_view address) noexcept;

/// Whether a URL scheme, in any case, uses TLS.
[[nodiscard]] bool is_secure_scheme(std::string_view scheme) noexcept;

/// Returns the default port of a URL scheme: 443 for `https` and `wss`, otherwise 80.
[[nodiscard]] std::uint16_t default_port_of(std::string_view scheme) noexcept;

/// The address of a server, `host[:port][/prefix]` or a URL, split into its parts.
struct server_address {
    std::string host;           ///< A name, an IPv4 address, or an IPv6 address without brackets.
                                ///< Passed to the resolver; may be absolute (`media.example.`).
    std::uint16_t port = 5002;  ///< Default: 5002, or that of the URL's scheme.
    std::string prefix;         ///< Empty, or begins with `/` and does not end with `/`.

    /// Returns the host as used in headers and in TLS: without the trailing dot of an absolute
    /// name, which is for the resolver only.
    [[nodiscard]] std::string_view presented_host() const noexcept;

    /// Returns `host:port`, with brackets around an IPv6 address. For messages.
    [[nodiscard]] std::string authority() const;

    /// Returns the value of the `Host` header: `host:port`, or `host` if the port is the scheme's
    /// default. Proxies that match virtual hosts exactly require this form.
    [[nodiscard]] std::string host_header(std::string_view scheme) const;

    /// Returns the request target for a path that begins with `/`.
    [[nodiscard]] std::string target(std::string_view path) const;

    /// Returns the URL `scheme://host:port/prefix/path`. For messages.
    [[nodiscard]] std::string url(std::string_view scheme, std::string_view path) const;

    bool operator==(const server_address&) const = default;
};

/// Parses an address.
/// @param secure Whether TLS is used, if known; the scheme of a URL must not contradict it.
/// @throws jellyfish::error with `errc::invalid_address`; its detail describes the problem.
[[nodiscard]] server_address parse_server_address(std::string_view text,
                                                  std::optional<bool> secure = std::nullopt);

/// Returns the options for another server: the same options with this address. Keeps the use of
/// TLS, unless the address is a URL.
[[nodiscard]] client_options options_at(const client_options& options, std::string address);

}  // namespace jellyfish::detail
