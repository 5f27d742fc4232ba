#pragma once

#include "wire/server_message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::testing::detail {

/// Decodes a client's message on a server socket. Messages that are not part of the session become
/// `no_content`. Returns nothing when the real server cannot decode the message.
[[nodiscard]] std::optional<jellyfish::detail::wire::control_message> read_server_message(
    std::string_view bytes);

/// A peer's message on its socket: a token, a media event, or neither.
struct peer_message {
    std::optional<std::string> token;
    std::optional<std::string> media_event;
};
[[nodiscard]] std::optional<peer_message> read_peer_message(std::string_view bytes);

[[nodiscard]] std::string peer_authenticated_bytes();
[[nodiscard]] std::string media_event_bytes(const std::string& data);

}  // namespace jellyfish::testing::detail
