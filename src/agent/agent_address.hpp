#pragma once

#include <jellyfish/client_options.hpp>

#include <string_view>

namespace jellyfish::detail {

/// Returns the connection options of an agent: `options` with the address and the use of TLS of the
/// `peer_websocket_url` that the server sent, unless that is empty. An invalid URL results in an
/// invalid address.
[[nodiscard]] client_options at_peer_websocket_url(client_options options, std::string_view url);

}  // namespace jellyfish::detail
