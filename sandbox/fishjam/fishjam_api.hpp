#pragma once

#include "sandbox/fishjam/recording_registry.hpp"
#include "sandbox/fishjam/stream_registry.hpp"
#include "sandbox/http/http_message.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/rest/rest_server.hpp"
#include "sandbox/rooms/room_registry.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish::testing::detail {

/// Settings for the responses.
struct fishjam_settings {
    std::string token;
    std::string prefix;
    std::string id;  ///< The Fishjam id.
    std::string peer_socket_url;
    std::string webhook_url{};  ///< For rooms without a webhook URL.
};

/// The REST API of Fishjam.
///
/// Where Fishjam's documentation leaves a choice, this server is the stricter one: Fishjam accepts
/// every request that this server accepts.
class fishjam_api final : public rest_server {
public:
    fishjam_api(fishjam_settings settings, room_registry& rooms, stream_registry& streams,
                recording_registry& recordings, registry_host& events, rest_host& host)
        : settings_(std::move(settings)),
          registry_(rooms),
          streams_(streams),
          recordings_(recordings),
          events_(events),
          host_(host) {}

    [[nodiscard]] http_response handle(const http_request& request) override;
    [[nodiscard]] http_response post(const std::vector<std::string>& path,
                                     json_value params) override;

private:
    struct call;
    struct route;

    static const route* route_of(std::string_view method, const std::vector<std::string>& path,
                                 json_value& params);

    [[nodiscard]] http_response respond_to_call(const http_request& request);
    [[nodiscard]] http_response execute(const route& found, const call& c);

    http_response validate(const call& c);
    http_response list_rooms(const call& c);
    http_response create_room(const call& c);
    http_response show_room(const call& c);
    http_response delete_room(const call& c);
    http_response add_peer(const call& c);
    http_response delete_peer(const call& c);
    http_response refresh_token(const call& c);
    http_response subscribe_peer(const call& c);
    http_response subscribe_tracks(const call& c);
    http_response forward_tracks(const call& c);
    http_response list_streams(const call& c);
    http_response create_stream(const call& c);
    http_response show_stream(const call& c);
    http_response delete_stream(const call& c);
    template <stream_role Role>
    http_response add_room_member(const call& c);
    template <stream_role Role>
    http_response add_member(const call& c);
    template <stream_role Role>
    http_response delete_member(const call& c);
    http_response moq_access(const call& c);
    http_response list_recordings(const call& c);
    http_response create_recording(const call& c);
    http_response show_recording(const call& c);
    http_response delete_recording(const call& c);
    http_response stop_recording(const call& c);

    /// Returns the response to a call about a peer that does not exist.
    [[nodiscard]] std::optional<http_response> check_peer(const call& c) const;
    /// Returns a livestream that does not belong to a room, or null.
    [[nodiscard]] const stream_state* find_stream(const std::string& id) const;

    fishjam_settings settings_;
    room_registry& registry_;
    stream_registry& streams_;
    recording_registry& recordings_;
    registry_host& events_;
    rest_host& host_;
};

}  // namespace jellyfish::testing::detail
