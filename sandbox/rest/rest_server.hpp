#pragma once

#include "sandbox/http/http_message.hpp"
#include "sandbox/json/json.hpp"

#include <string>
#include <utility>
#include <vector>

namespace jellyfish::testing::detail {

class room_registry;

/// The callbacks of a REST API.
class rest_host {
public:
    virtual ~rest_host() = default;

    /// Returns the registry of the node for a new room, and that node's address.
    virtual std::pair<room_registry*, std::string> place_for_room() = 0;
    virtual std::string make_peer_token(const std::string& room_id, const std::string& peer_id) = 0;
    virtual std::string new_request_id() = 0;
    /// Fishjam only.
    [[nodiscard]] virtual bool quota_exceeded() const = 0;
};

/// The REST API of one node: returns the response to a request.
class rest_server {
public:
    virtual ~rest_server() = default;

    [[nodiscard]] virtual http_response handle(const http_request& request) = 0;

    /// Executes a POST without requiring a token. The response lacks the common header fields.
    /// @param params The body.
    [[nodiscard]] virtual http_response post(const std::vector<std::string>& path,
                                             json_value params) = 0;
};

}  // namespace jellyfish::testing::detail
