#pragma once

#include <jellyfish/client_options.hpp>

#include <string_view>

namespace jellyfish::detail {

/// Returns the connection options of an agent: the address and the use of TLS are those of the URL
/// of peers' sockets that the server has sent, unless it is empty. An invalid URL results in an
/// invalid address.
[[nodiscard]] client_options at_peer_websocket_url(client_options options, std::string_view url);

}  // namespace jellyfish::detail
