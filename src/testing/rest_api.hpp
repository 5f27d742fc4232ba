#pragma once

#include "testing/http_message.hpp"
#include "testing/json.hpp"
#include "testing/media_store.hpp"
#include "testing/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jellyfish::testing::detail {

/// What answers need to know beside the rooms.
struct rest_settings {
    std::string token;
    std::string version;
    std::string address;  ///< As in `jellyfish_address`.
    std::string prefix;
    std::size_t nodes = 1;
    time_point started;
};

/// What the REST API asks of its surroundings.
class rest_host {
public:
    virtual ~rest_host() = default;

    /// The world of the node that a new room is to live on, and that node's address.
    virtual std::pair<world*, std::string> place_for_room() = 0;
    virtual std::string make_peer_token(const std::string& room_id, const std::string& peer_id) = 0;
    virtual std::string new_request_id() = 0;
};

/// The REST API of one node: a request in, an answer out (protocol: "REST").
class rest_api {
public:
    rest_api(rest_settings settings, world& rooms, media_store& media, world_host& events,
             rest_host& host)
        : settings_(std::move(settings)),
          world_(rooms),
          media_(media),
          events_(events),
          host_(host) {}

    [[nodiscard]] http_answer handle(const http_request& request);

private:
    struct call;
    enum class route;

    [[nodiscard]] http_answer answer_call(const http_request& request);
    [[nodiscard]] std::optional<http_answer> check_access(const http_request& request) const;
    [[nodiscard]] http_answer dispatch(const call& c);

    http_answer health();
    http_answer list_rooms();
    http_answer create_room(const call& c);
    http_answer show_room(const call& c);
    http_answer delete_room(const call& c);
    http_answer add_peer(const call& c);
    http_answer delete_peer(const call& c);
    http_answer add_component(const call& c);
    http_answer delete_component(const call& c);
    http_answer subscribe(const call& c);
    http_answer dial(const call& c);
    http_answer end_call(const call& c);
    http_answer list_recordings();
    http_answer delete_recording(const call& c);
    http_answer recording_content(const call& c);
    http_answer hls_content(const call& c);
    http_answer crash(const std::string& room_id);

    rest_settings settings_;
    world& world_;
    media_store& media_;
    world_host& events_;
    rest_host& host_;
};

}  // namespace jellyfish::testing::detail
