#pragma once

#include "model/server_rules.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::detail::http {

enum class method : std::uint8_t { get, head, post, delete_ };

[[nodiscard]] std::string_view name_of(http::method method) noexcept;

/// A REST request, independent of address and token (protocol: "REST").
struct request {
    http::method method = method::get;
    std::string target;  ///< Begins with `/`; follows the path prefix of the server.
    std::string body;    ///< JSON, or empty.

    /// Whether the request is for a file: any format, no token, possibly on another node.
    bool file = false;
    std::string range = {};  ///< The value of `Range` for a file, or empty.

    /// Whether the target's query is secret, like that of a signed URL.
    bool secret_query = false;

    /// Secrets in the body, which must not be printed if the server repeats them.
    std::vector<std::string> secrets = {};

    /// The features that the server must support.
    feature_set features = {};

    /// How long the call may take. 0: as long as the client permits.
    std::chrono::milliseconds timeout{0};

    /// Returns the target without a secret query. For messages.
    [[nodiscard]] std::string_view shown_target() const noexcept;

    /// Returns method and target, such as `POST /room`. For messages.
    [[nodiscard]] std::string name() const;

    /// Whether the request may be sent again if it is unknown whether it was executed.
    [[nodiscard]] bool idempotent() const noexcept { return method != method::post; }

    bool operator==(const http::request&) const = default;
};

}  // namespace jellyfish::detail::http
