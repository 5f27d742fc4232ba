#pragma once

#include "sandbox/http/http_message.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/rest/rest_server.hpp"
#include "sandbox/rooms/media_store.hpp"
#include "sandbox/rooms/room_registry.hpp"

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

/// The REST API of Jellyfish (protocol: "REST").
class rest_api final : public rest_server {
public:
    rest_api(rest_settings settings, room_registry& rooms, media_store& media,
             registry_host& events, rest_host& host)
        : settings_(std::move(settings)),
          registry_(rooms),
          media_(media),
          events_(events),
          host_(host) {}

    [[nodiscard]] http_response handle(const http_request& request) override;
    [[nodiscard]] http_response post(const std::vector<std::string>& path,
                                     json_value params) override;

private:
    struct call;
    struct route;

    /// Returns the route of a call, or null; adds the path's parameters to `params`.
    static const route* route_of(std::string_view method, const std::vector<std::string>& path,
                                 json_value& params);

    [[nodiscard]] http_response respond_to_call(const http_request& request);
    [[nodiscard]] const component_state* find_component(const call& c,
                                                        http_response& missing) const;

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
