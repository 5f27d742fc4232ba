#pragma once

#include <jellyfish/room.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace jellyfish::detail {

enum class http_method : std::uint8_t { get, head, post, delete_ };

[[nodiscard]] std::string_view name_of(http_method method) noexcept;

/// One REST call, before it meets an address and a token (protocol: "REST").
struct rest_request {
    http_method method = http_method::get;
    std::string target;  ///< Begins with `/`; the server's prefix comes before it.
    std::string body;    ///< JSON, or empty.

    /// For messages: `POST /room`.
    [[nodiscard]] std::string name() const;

    /// Whether the request may be sent again when nobody knows whether it was executed.
    [[nodiscard]] bool idempotent() const noexcept { return method != http_method::post; }

    bool operator==(const rest_request&) const = default;
};

// All throw jellyfish::error with errc::invalid_argument for what the server could not take.
[[nodiscard]] rest_request health_request();
[[nodiscard]] rest_request create_room_request(const room_config& config);
[[nodiscard]] rest_request get_room_request(std::string_view room_id);
[[nodiscard]] rest_request get_all_rooms_request();
[[nodiscard]] rest_request delete_room_request(std::string_view room_id);
[[nodiscard]] rest_request add_peer_request(std::string_view room_id,
                                            const peer_options_webrtc& options);
[[nodiscard]] rest_request delete_peer_request(std::string_view room_id, std::string_view peer_id);

}  // namespace jellyfish::detail
