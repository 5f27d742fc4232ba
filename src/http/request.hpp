#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jellyfish::detail::http {

enum class method : std::uint8_t { get, head, post, delete_ };

[[nodiscard]] std::string_view name_of(http::method method) noexcept;

/// One REST call, before it meets an address and a token (protocol: "REST").
struct request {
    http::method method = method::get;
    std::string target;  ///< Begins with `/`; the server's prefix comes before it.
    std::string body;    ///< JSON, or empty.

    /// Whether a file is asked for: in any format, without the token, perhaps on another node.
    bool file = false;
    std::string range = {};  ///< Of a file: the value of `Range`, or empty.

    /// Whether the target's query is a secret, as that of a signed URL.
    bool secret_query = false;

    /// The target, for messages: without its query when that is a secret.
    [[nodiscard]] std::string_view shown_target() const noexcept;

    /// For messages: `POST /room`.
    [[nodiscard]] std::string name() const;

    /// Whether the request may be sent again when nobody knows whether it was executed.
    [[nodiscard]] bool idempotent() const noexcept { return method != method::post; }

    bool operator==(const http::request&) const = default;
};

}  // namespace jellyfish::detail::http
