#pragma once

#include "sandbox/http/http_message.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/rooms/media_store.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::testing::detail {

/// What responses depend on besides the rooms.
struct rest_settings {
    std::string token;
    std::string version;
    std::string address;  ///< As in `jellyfish_address`.
    std::string prefix;
    std::size_t nodes = 1;
    time_point started;
};

/// The callbacks of the REST API.
class rest_host {
public:
    virtual ~rest_host() = default;

    /// Returns the registry of the node for a new room, and that node's address.
    virtual std::pair<room_registry*, std::string> place_for_room() = 0;
    virtual std::string make_peer_token(const std::string& room_id, const std::string& peer_id) = 0;
    virtual std::string new_request_id() = 0;
};

/// The REST API of one node: returns the response to a request (protocol: "REST").
class rest_api {
public:
    rest_api(rest_settings settings, room_registry& rooms, media_store& media,
             registry_host& events, rest_host& host)
        : settings_(std::move(settings)),
          registry_(rooms),
          media_(media),
          events_(events),
          host_(host) {}

    [[nodiscard]] http_response handle(const http_request& request);

    /// Executes a POST that needs no token. The response lacks the common header fields.
    [[nodiscard]] http_response post(const std::vector<std::string>& path, json_value params);

private:
    struct call;
    struct route;

    static const route* find_route(std::string_view method, const std::vector<std::string>& path,
                                   json_value& params);

    [[nodiscard]] http_response respond_to_call(const http_request& request);
    [[nodiscard]] const component_state* find_component(const call& c,
                                                        http_response& missing) const;
    [[nodiscard]] std::optional<http_response> check_access(const http_request& request) const;

    http_response health(const call& c);
    http_response list_rooms(const call& c);
    http_response create_room(const call& c);
    http_response show_room(const call& c);
    http_response delete_room(const call& c);
    http_response add_peer(const call& c);
    http_response delete_peer(const call& c);
    http_response add_component(const call& c);
    http_response delete_component(const call& c);
    http_response subscribe(const call& c);
    http_response dial(const call& c);
    http_response end_call(const call& c);
    http_response list_recordings(const call& c);
    http_response delete_recording(const call& c);
    http_response recording_content(const call& c);
    http_response hls_content(const call& c);
    http_response crash(const std::string& room_id);

    rest_settings settings_;
    room_registry& registry_;
    media_store& media_;
    registry_host& events_;
    rest_host& host_;
};

}  // namespace jellyfish::testing::detail
