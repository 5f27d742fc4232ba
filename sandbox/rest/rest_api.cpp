#include "sandbox/rest/rest_api.hpp"

#include "sandbox/http/urls.hpp"
#include "sandbox/rest/rest_responses.hpp"
#include "sandbox/rest/routes.hpp"
#include "sandbox/rooms/component_options.hpp"
#include "sandbox/rooms/room_settings.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace jellyfish::testing::detail {

namespace http = boost::beast::http;

/// One call: all parameters, including those of the path.
struct rest_api::call {
    json_value params;

    /// Returns a parameter of the path.
    [[nodiscard]] const std::string& text(std::string_view name) const {
        return *params.find(name)->string();
    }
};

struct rest_api::route {
    std::string_view method;
    route_path segments;
    http_response (rest_api::*handle)(const call&);
    bool is_public = false;  ///< Requires no token.
};

const rest_api::route* rest_api::route_of(std::string_view method,
                                          const std::vector<std::string>& path,
                                          json_value& params) {
    static constexpr std::array<route, 16> routes{{
        {"GET", {"health"}, &rest_api::health},
        {"GET", {"room"}, &rest_api::list_rooms},
        {"POST", {"room"}, &rest_api::create_room},
        {"GET", {"room", ":room_id"}, &rest_api::show_room},
        {"DELETE", {"room", ":room_id"}, &rest_api::delete_room},
        {"POST", {"room", ":room_id", "peer"}, &rest_api::add_peer},
        {"DELETE", {"room", ":room_id", "peer", ":id"}, &rest_api::delete_peer},
        {"POST", {"room", ":room_id", "component"}, &rest_api::add_component},
        {"DELETE", {"room", ":room_id", "component", ":id"}, &rest_api::delete_component},
        {"POST",
         {"room", ":room_id", "component", ":component_id", "subscribe"},
         &rest_api::subscribe},
        {"POST", {"sip", ":room_id", ":component_id", "call"}, &rest_api::dial},
        {"DELETE", {"sip", ":room_id", ":component_id", "call"}, &rest_api::end_call},
        {"GET", {"recording"}, &rest_api::list_recordings},
        {"DELETE", {"recording", ":recording_id"}, &rest_api::delete_recording},
        {"GET", {"recording", ":recording_id", ":filename"}, &rest_api::recording_content, true},
        {"GET", {"hls", ":room_id", ":filename"}, &rest_api::hls_content, true},
    }};
    return find_route(routes, method, path, params);
}

namespace {

http_response rejected(const rejection& why) {
    return why.fails ? failure_response(500) : error_response(why.status, why.text);
}

http_response bad_structure() { return error_response(400, "Invalid request body structure"); }

http_response no_room(const std::string& id) {
    return error_response(404, "Room " + id + " does not exist");
}

http_response file_response(std::string content, const std::string& name) {
    http_response response = text_response(200, std::move(content));
    if (name.ends_with(".m3u8")) response.set("content-type", "application/vnd.apple.mpegurl");
    return response;
}

/// Adds the parameters of a request's body, which override others. Returns false if malformed.
bool add_body(json_value& params, const http_request& request) {
    const std::string_view type = request[http::field::content_type];
    if (is_media_type(type, {"application/x-www-form-urlencoded"}))
        return add_params(params, request.body());
    if (request.body().empty() || !is_media_type(type, {"application/json"})) return true;
    const auto body = parse_json(request.body());
    if (!body) return false;
    if (!body->is_object()) return true;  // It has no named parameters.
    for (const auto& [key, value] : *body->object())
        params.set(key, value);
    return true;
}

}  // namespace

http_response rest_api::handle(const http_request& request) {
    http_response response = respond_to_call(request);
    finish_response(response, host_.new_request_id());
    return response;
}

http_response rest_api::respond_to_call(const http_request& request) {
    if (!std::string_view(request.target()).starts_with(settings_.prefix))
        return failure_response(404);
    auto target = parse_target(request.target(), settings_.prefix);
    if (!target || !add_body(target->params, request)) return failure_response(400);
    const bool is_head = request.method() == http::verb::head;
    const route* found =
        route_of(is_head ? "GET" : request.method_string(), target->path, target->params);
    if (found == nullptr) return failure_response(404);
    if (!found->is_public) {
        if (auto rejection = check_access(request, settings_.token)) return std::move(*rejection);
    }
    return (this->*found->handle)({std::move(target->params)});
}

http_response rest_api::post(const std::vector<std::string>& path, json_value params) {
    const route* found = route_of("POST", path, params);
    return found == nullptr ? failure_response(404) : (this->*found->handle)({std::move(params)});
}

http_response rest_api::health(const call&) {
    const auto uptime =
        std::chrono::duration_cast<std::chrono::seconds>(events_.now() - settings_.started);
    const bool cluster = settings_.nodes > 1;
    const auto nodes = static_cast<std::int64_t>(cluster ? settings_.nodes : 0);
    return data_response(
        200, json_object{{"distribution", json_object{{"enabled", cluster},
                                                      {"nodeStatus", cluster ? "UP" : "DOWN"},
                                                      {"nodesInCluster", nodes}}},
                         {"gitCommit", "dev"},
                         {"status", "UP"},
                         {"uptime", std::int64_t{uptime.count()}},
                         {"version", settings_.version}});
}

http_response rest_api::list_rooms(const call&) {
    json_array rooms;
    for (const auto& [id, room] : registry_.rooms())
        rooms.push_back(room_json(room));
    return data_response(200, std::move(rooms));
}

http_response rest_api::create_room(const call& c) {
    auto checked = check_room_settings(c.params, events_.new_id());
    if (const auto* why = std::get_if<rejection>(&checked)) return rejected(*why);
    auto& settings = std::get<room_settings>(checked);
    const auto [place, address] = host_.place_for_room();
    const std::string id = settings.room_id;
    const room_state* room = place->create_room(std::move(settings));
    if (room == nullptr) {
        return error_response(400, "Cannot add room with id \"" + id + "\" - room already exists");
    }
    return data_response(201,
                         json_object{{"jellyfish_address", address}, {"room", room_json(*room)}});
}

http_response rest_api::show_room(const call& c) {
    const room_state* room = registry_.find(c.text("room_id"));
    return room == nullptr ? no_room(c.text("room_id")) : data_response(200, room_json(*room));
}

http_response rest_api::delete_room(const call& c) {
    const std::string& id = c.text("room_id");
    return registry_.end_room(id, room_end::deleted) ? text_response(204) : no_room(id);
}

/// Simulates a failure of the room's process during a call.
http_response rest_api::crash(const std::string& room_id) {
    registry_.end_room(room_id, room_end::exception);
    return failure_response(500);
}

http_response rest_api::add_peer(const call& c) {
    const std::string& room_id = c.text("room_id");
    const json_value* type = c.params.find("type");
    if (type == nullptr) return bad_structure();
    if (type->string() == nullptr || *type->string() != "webrtc") {
        return error_response(400, "Invalid peer type");
    }
    const room_state* room = registry_.find(room_id);
    if (room == nullptr) return no_room(room_id);
    const json_integer* limit = room->settings.max_peers.integer();
    if (limit != nullptr) {
        const auto most = to_int64(*limit);
        if (most && room->peers.size() >= static_cast<std::uint64_t>(*most)) {
            return error_response(503, "Reached peer limit in room " + room_id);
        }
    }
    const json_value none = json_object();
    const json_value* options = c.params.find("options");
    if (options == nullptr) options = &none;
    if (!options->is_object()) return crash(room_id);
    if (!are_peer_options(*options)) return bad_structure();
    const peer_state& peer = registry_.add_peer(room_id);
    return data_response(
        201, json_object{{"peer", peer_json(peer)},
                         {"peer_websocket_url", settings_.address + "/socket/peer/websocket"},
                         {"token", host_.make_peer_token(room_id, peer.id)}});
}

http_response rest_api::delete_peer(const call& c) {
    const std::string& room_id = c.text("room_id");
    const std::string& id = c.text("id");
    if (registry_.find(room_id) == nullptr) return no_room(room_id);
    if (registry_.delete_peer(room_id, id)) return text_response(204);
    return error_response(404, "Peer " + id + " does not exist");
}

http_response rest_api::add_component(const call& c) {
    const std::string& room_id = c.text("room_id");
    const json_value* type_value = c.params.find("type");
    if (type_value == nullptr) return bad_structure();
    if (type_value->string() == nullptr || !is_component_type(*type_value->string())) {
        return error_response(400, "Invalid component type");
    }
    const std::string& type = *type_value->string();
    const room_state* room = registry_.find(room_id);
    if (room == nullptr) return no_room(room_id);
    const json_value none = json_object();
    const json_value* options = c.params.find("options");
    if (options == nullptr) options = &none;
    if (!options->is_object()) return crash(room_id);

    const bool single = type == "hls" || type == "recording";
    if ((single || type == "rtsp") && room->settings.video_codec != "h264") {
        return error_response(400, "Incompatible video codec enforced in room " + room_id);
    }
    const auto is_same = [&](const auto& entry) { return entry.second.type == type; };
    if (single && std::any_of(room->components.begin(), room->components.end(), is_same)) {
        return error_response(
            400, "Reached " + type + " components limit for component in room " + room_id);
    }
    auto checked = check_component_options(
        type, *options, [this](const std::string& path) { return media_.find_source(path); });
    if (const auto* why = std::get_if<rejection>(&checked)) {
        return why->crashes_room ? crash(room_id) : rejected(*why);
    }
    auto& settings = std::get<component_settings>(checked);
    return data_response(201, component_json(registry_.add_component(
                                  room_id, type, std::move(settings.properties), settings.hls)));
}

http_response rest_api::delete_component(const call& c) {
    const std::string& room_id = c.text("room_id");
    const std::string& id = c.text("id");
    if (registry_.find(room_id) == nullptr) return no_room(room_id);
    if (registry_.delete_component(room_id, id)) return text_response(204);
    return error_response(404, "Component " + id + " does not exist");
}

/// Returns the component of a call, or null with the response that says what is missing.
const component_state* rest_api::find_component(const call& c, http_response& missing) const {
    const std::string& id = c.text("component_id");
    const room_state* room = registry_.find(c.text("room_id"));
    if (room == nullptr) {
        missing = no_room(c.text("room_id"));
        return nullptr;
    }
    const auto found = room->components.find(id);
    if (found != room->components.end()) return &found->second;
    missing = error_response(400, "Component " + id + " does not exist");
    return nullptr;
}

http_response rest_api::subscribe(const call& c) {
    if (c.params.find("origins") == nullptr) return bad_structure();
    http_response missing;
    const component_state* component = find_component(c, missing);
    if (component == nullptr) return missing;
    const json_value* mode = component->properties.find("subscribeMode");
    if (mode == nullptr) {
        return error_response(400,
                              "Subscribe mode is supported only for HLS and Recording components");
    }
    if (*mode->string() == "auto") {
        return error_response(
            400, "Component " + component->id + " option `subscribe_mode` is set to :auto");
    }
    return text_response(201, "Successfully subscribed for tracks");
}

http_response rest_api::dial(const call& c) {
    const json_value* number = c.params.find("phoneNumber");
    if (number == nullptr) return bad_structure();
    http_response missing;
    const component_state* component = find_component(c, missing);
    if (component == nullptr) return missing;
    if (component->type != "sip")
        return error_response(400, "Component " + component->id + " is not a SIP component");
    const auto text = to_elixir_text(*number);
    if (!text) return failure_response(500);
    return text_response(201, "Successfully schedule calling phone_number: " + *text);
}

http_response rest_api::end_call(const call& c) {
    http_response response;
    const component_state* component = find_component(c, response);
    if (component == nullptr) return response;
    if (component->type != "sip")
        return error_response(400, "Component " + component->id + " is not SIP component");
    response = text_response(204);
    response.set("content-type", "application/json; charset=utf-8");
    return response;
}

http_response rest_api::list_recordings(const call&) {
    json_array ids;
    for (std::string& id : media_.recordings())
        ids.emplace_back(std::move(id));
    return data_response(200, std::move(ids));
}

http_response rest_api::delete_recording(const call& c) {
    const std::string& id = c.text("recording_id");
    switch (media_.delete_recording(id)) {
        case media_store::outcome::found:
            return text_response(204);
        case media_store::outcome::missing:
            return error_response(404, "Recording not found");
        default:
            return error_response(400, "Invalid recording id, got: " + id);
    }
}

http_response rest_api::recording_content(const call& c) {
    const std::string& id = c.text("recording_id");
    const std::string& name = c.text("filename");
    media_store::file file = media_.read_recording(id, name);
    switch (file.result) {
        case media_store::outcome::found:
            return file_response(std::move(file.content), name);
        case media_store::outcome::missing:
            return error_response(404, "File not found");
        case media_store::outcome::bad_recording:
            return error_response(400, "Invalid recording, got: " + id);
        case media_store::outcome::bad_path:
            return error_response(400, "Invalid filename, got: " + name);
    }
    return failure_response(500);
}

http_response rest_api::hls_content(const call& c) {
    std::string name = c.text("filename");
    constexpr std::string_view suffix = ".m3u8";
    if (c.params.find("_HLS_skip") != nullptr && name.ends_with(suffix)) {
        name.replace(name.size() - suffix.size(), suffix.size(), "_delta.m3u8");
    }
    const json_value* segment = c.params.find("_HLS_msn");
    const json_value* part = c.params.find("_HLS_part");
    if (segment != nullptr && part != nullptr) {
        for (const json_value* number : {segment, part}) {
            if (number->string() == nullptr || !parse_integer(*number->string())) {
                return failure_response(500);
            }
        }
        return error_response(404, "File not found");  // Parts exist only while media flows.
    }
    if (name.ends_with("_part.m4s")) return error_response(404, "File not found");
    media_store::file file = media_.read_hls(c.text("room_id"), name);
    switch (file.result) {
        case media_store::outcome::found:
            return file_response(std::move(file.content), name);
        case media_store::outcome::bad_path:
            return error_response(400, "Invalid filename, got " + name);
        default:
            return error_response(404, "File not found");
    }
}

}  // namespace jellyfish::testing::detail
