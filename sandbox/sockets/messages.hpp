#pragma once

#include "wire/server_message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// Reads what a client says on a server socket; anything but the session's own messages comes out
/// as `no_content`. Nothing when the real server cannot decode it.
[[nodiscard]] std::optional<jellyfish::detail::wire::control_message> read_server_message(
    std::string_view bytes);

/// What a peer says on its socket: a token, a media event, or neither.
struct peer_message {
    std::optional<std::string> token;
    std::optional<std::string> media_event;
};
[[nodiscard]] std::optional<peer_message> read_peer_message(std::string_view bytes);

[[nodiscard]] std::string peer_authenticated_bytes();
[[nodiscard]] std::string media_event_bytes(const std::string& data);

}  // namespace jellyfish::testing::detail
