#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::test {

/// One recorded request to a real server's REST API, and its response.
struct recorded_exchange {
    int number = 0;
    std::string name;
    std::string method;
    std::string target;
    std::string request_body;
    int status = 0;
    std::string header_text;  ///< The header of the response, as on the wire except for its order.
    std::string body;
    bool closed_after = false;  ///< The server then closed the connection.

    [[nodiscard]] std::string response() const { return header_text + body; }
};

/// The recorded responses of a real server.
[[nodiscard]] const std::vector<recorded_exchange>& recorded_exchanges();

/// The one with this name.
/// @throws std::runtime_error when there is none.
[[nodiscard]] const recorded_exchange& recorded_exchange_named(std::string_view name);

}  // namespace jellyfish::test
