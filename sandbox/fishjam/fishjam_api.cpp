#include "sandbox/fishjam/fishjam_api.hpp"

#include "sandbox/fishjam/fishjam_json.hpp"
#include "sandbox/fishjam/schema.hpp"
#include "sandbox/http/urls.hpp"
#include "sandbox/rest/rest_responses.hpp"
#include "sandbox/rest/routes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>

namespace jellyfish::testing::detail {

namespace http = boost::beast::http;

struct fishjam_api::call {
    json_value path;   ///< The parameters of the path.
    json_value query;  ///< The parameters of the query.
    json_value body;

    /// Returns a parameter of the path.
    [[nodiscard]] const std::string& text(std::string_view name) const {
        return *path.find(name)->string();
    }
};

struct fishjam_api::route {
    std::string_view method;
    route_path segments;
    http_response (fishjam_api::*handle)(const call&);
    const schema* body = nullptr;  ///< The body's schema; null to ignore the body.
    bool uses_quota = false;       ///< Whether it fails while the quota is exceeded.
    bool hides_access = false;     ///< Whether it responds with 404 to a wrong token.
};

const fishjam_api::route* fishjam_api::route_of(std::string_view method,
                                                const std::vector<std::string>& path,
                                                json_value& params) {
    using api = fishjam_api;
    constexpr stream_role streamer = stream_role::streamer;
    constexpr stream_role viewer = stream_role::viewer;
    static constexpr std::array<route, 27> routes{{
        {"GET", {"validate"}, &api::validate, nullptr, false, true},
        {"GET", {"room"}, &api::list_rooms},
        {"POST", {"room"}, &api::create_room, &room_config_schema, true},
        {"GET", {"room", ":room_id"}, &api::show_room},
        {"DELETE", {"room", ":room_id"}, &api::delete_room},
        {"POST", {"room", ":room_id", "peer"}, &api::add_peer, &peer_config_schema, true},
        {"DELETE", {"room", ":room_id", "peer", ":id"}, &api::delete_peer},
        {"POST", {"room", ":room_id", "peer", ":id", "refresh_token"}, &api::refresh_token},
        {"POST", {"room", ":room_id", "peer", ":id", "subscribe_peer"}, &api::subscribe_peer},
        {"POST",
         {"room", ":room_id", "peer", ":id", "subscribe_tracks"},
         &api::subscribe_tracks,
         &subscribe_tracks_schema},
        {"POST", {"room", ":room_id", "streamer"}, &api::add_room_member<streamer>},
        {"POST", {"room", ":room_id", "viewer"}, &api::add_room_member<viewer>},
        {"POST",
         {"room", ":room_id", "track_forwardings"},
         &api::forward_tracks,
         &track_forwarding_schema},
        {"GET", {"livestream"}, &api::list_streams},
        {"POST", {"livestream"}, &api::create_stream, &stream_config_schema, true},
        {"GET", {"livestream", ":stream_id"}, &api::show_stream},
        {"DELETE", {"livestream", ":stream_id"}, &api::delete_stream},
        {"POST", {"livestream", ":stream_id", "streamer"}, &api::add_member<streamer>},
        {"DELETE", {"livestream", ":stream_id", "streamer", ":id"}, &api::delete_member<streamer>},
        {"POST", {"livestream", ":stream_id", "viewer"}, &api::add_member<viewer>},
        {"DELETE", {"livestream", ":stream_id", "viewer", ":id"}, &api::delete_member<viewer>},
        {"POST", {"moq", "access"}, &api::moq_access, &moq_access_schema},
        {"GET", {"recordings"}, &api::list_recordings},
        {"POST", {"recordings"}, &api::create_recording, &recording_config_schema, true},
        {"GET", {"recordings", ":id"}, &api::show_recording},
        {"DELETE", {"recordings", ":id"}, &api::delete_recording},
        {"POST", {"recordings", ":id", "stop"}, &api::stop_recording},
    }};
    return find_route(routes, method, path, params);
}

namespace {

http_response missing(std::string_view what, const std::string& id) {
    return error_response(404, std::string(what) + ' ' + id + " does not exist");
}

http_response json_response(int status, const json_value& body) {
    http_response response = text_response(status, to_json(body).value_or("{}"));
    response.set(http::field::content_type, "application/json; charset=utf-8");
    return response;
}

/// Returns the body of a request: an empty object without a body, nothing if it is not JSON.
std::optional<json_value> body_of(const http_request& request) {
    if (request.body().empty()) return json_value(json_object());
    if (!is_media_type(request[http::field::content_type], {"application/json"}))
        return std::nullopt;
    return parse_json(request.body());
}

std::string hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 0xf];
    }
    return out;
}

/// Returns a room id, by which Fishjam routes requests: the end of a UUID, the Fishjam id and the
/// node.
std::string room_id_of(const std::string& uuid, std::string_view fishjam_id) {
    constexpr std::size_t version = 14;  // The position of the UUID's version.
    return uuid.substr(version + 1) + '-' + hex(fishjam_id) + '-' + hex("production") + '-' +
           hex("nonode@nohost");
}

bool is_livestream(std::string_view room_type) {
    return room_type == "livestream" || room_type == "audio_only_livestream" ||
           room_type == "broadcaster";  // The former name of livestream.
}

bool is_full(const room_state& room) {
    const auto limit = to_int64(*room.settings.max_peers.integer());
    return limit && *limit > 0 && room.peers.size() >= static_cast<std::uint64_t>(*limit);
}

/// Whether a recording has all the metadata that a query requires with `metadata[KEY]=TEXT`.
bool has_metadata(const recording_state& recording, const json_value& query) {
    constexpr std::string_view begin = "metadata[";
    const auto& params = *query.object();
    return std::all_of(params.begin(), params.end(), [&](const auto& each) {
        std::string_view key = each.first;
        if (!key.starts_with(begin) || !key.ends_with(']')) return true;
        key.remove_prefix(begin.size());
        key.remove_suffix(1);
        const json_value* found = recording.metadata.find(key);
        return found != nullptr && *found == each.second;
    });
}

}  // namespace

http_response fishjam_api::handle(const http_request& request) {
    http_response response = respond_to_call(request);
    finish_response(response, host_.new_request_id());
    return response;
}

http_response fishjam_api::respond_to_call(const http_request& request) {
    if (!std::string_view(request.target()).starts_with(settings_.prefix + '/'))
        return failure_response(404);
    auto target = parse_target(request.target(), settings_.prefix);
    auto body = body_of(request);
    if (!target || !body) return failure_response(400);
    const bool is_head = request.method() == http::verb::head;
    call c{json_object(), std::move(target->params), std::move(*body)};
    const route* found = route_of(is_head ? "GET" : request.method_string(), target->path, c.path);
    if (found == nullptr) return failure_response(404);
    if (auto rejection = check_access(request, settings_.token))
        return found->hides_access ? failure_response(404) : std::move(*rejection);
    return execute(*found, c);
}

http_response fishjam_api::post(const std::vector<std::string>& path, json_value params) {
    call c{json_object(), json_object(), std::move(params)};
    const route* found = route_of("POST", path, c.path);
    return found == nullptr ? failure_response(404) : execute(*found, c);
}

http_response fishjam_api::execute(const route& found, const call& c) {
    if (found.body != nullptr) {
        if (const auto wrong = mismatch(*found.body, c.body)) return error_response(400, *wrong);
    }
    if (found.uses_quota && host_.quota_exceeded())
        return error_response(402, "Usage quota exceeded for free tier");
    return (this->*found.handle)(c);
}

http_response fishjam_api::validate(const call&) { return text_response(200); }

http_response fishjam_api::list_rooms(const call&) {
    json_array rooms;
    for (const auto& [id, room] : registry_.rooms())
        rooms.push_back(fishjam_room_json(room));
    return data_response(200, std::move(rooms));
}

http_response fishjam_api::create_room(const call& c) {
    const std::string id = room_id_of(events_.new_id(), settings_.id);
    room_settings settings = room_settings_of(c.body, id);
    if (!settings.webhook_url && !settings_.webhook_url.empty())
        settings.webhook_url = settings_.webhook_url;
    if (is_livestream(settings.room_type)) {
        stream_settings stream;
        stream.of_room = true;
        streams_.create(id, std::move(stream));
    }
    const room_state& room = *registry_.create_room(std::move(settings));
    return data_response(201, json_object{{"room", fishjam_room_json(room)}});
}

http_response fishjam_api::show_room(const call& c) {
    const std::string& id = c.text("room_id");
    const room_state* room = registry_.find(id);
    return room == nullptr ? missing("Room", id) : data_response(200, fishjam_room_json(*room));
}

http_response fishjam_api::delete_room(const call& c) {
    const std::string& id = c.text("room_id");
    return registry_.end_room(id, room_end::deleted) ? text_response(204) : missing("Room", id);
}

http_response fishjam_api::add_peer(const call& c) {
    const schema& options = peer_options_schema(*c.body.find("type")->string());
    if (const auto wrong = mismatch(options, *c.body.find("options")))
        return error_response(400, *wrong);
    const std::string& room_id = c.text("room_id");
    const room_state* room = registry_.find(room_id);
    if (room == nullptr) return missing("Room", room_id);
    if (is_full(*room)) return error_response(409, "Reached peer limit in room " + room_id);
    const peer_state& peer = registry_.add_peer(room_id, peer_settings_of(c.body));
    return data_response(201, json_object{{"peer", fishjam_peer_json(peer)},
                                          {"peer_websocket_url", settings_.peer_socket_url},
                                          {"token", host_.make_peer_token(room_id, peer.id)}});
}

http_response fishjam_api::delete_peer(const call& c) {
    const std::string& room_id = c.text("room_id");
    if (registry_.find(room_id) == nullptr) return missing("Room", room_id);
    const std::string& id = c.text("id");
    return registry_.delete_peer(room_id, id) ? text_response(204) : missing("Peer", id);
}

std::optional<http_response> fishjam_api::check_peer(const call& c) const {
    const room_state* room = registry_.find(c.text("room_id"));
    if (room == nullptr) return missing("Room", c.text("room_id"));
    if (!room->peers.contains(c.text("id"))) return missing("Peer", c.text("id"));
    return std::nullopt;
}

http_response fishjam_api::refresh_token(const call& c) {
    if (auto rejection = check_peer(c)) return std::move(*rejection);
    return data_response(
        201, json_object{{"token", host_.make_peer_token(c.text("room_id"), c.text("id"))}});
}

http_response fishjam_api::subscribe_peer(const call& c) {
    const json_value* other = c.query.find("peer_id");
    if (other == nullptr) return error_response(400, "Missing field: peer_id");
    if (auto rejection = check_peer(c)) return std::move(*rejection);
    const std::string& room_id = c.text("room_id");
    if (!registry_.find(room_id)->peers.contains(*other->string()))
        return missing("Peer", *other->string());
    registry_.subscribe(room_id, c.text("id"), {*other->string()}, {});
    return text_response(200);
}

http_response fishjam_api::subscribe_tracks(const call& c) {
    if (auto rejection = check_peer(c)) return std::move(*rejection);
    const std::string& room_id = c.text("room_id");
    const auto& peers = registry_.find(room_id)->peers;
    std::set<std::string> tracks;
    for (const json_value& each : *c.body.find("track_ids")->array()) {
        const std::string& id = *each.string();
        const bool exists = std::any_of(peers.begin(), peers.end(), [&](const auto& peer) {
            return peer.second.tracks.contains(id);
        });
        if (!exists) return missing("Track", id);
        tracks.insert(id);
    }
    registry_.subscribe(room_id, c.text("id"), {}, tracks);
    return text_response(200);
}

http_response fishjam_api::forward_tracks(const call& c) {
    const std::string& room_id = c.text("room_id");
    if (registry_.find(room_id) == nullptr) return missing("Room", room_id);
    const std::string& url = *c.body.find("compositionURL")->string();
    const auto& rooms = registry_.rooms();
    const bool is_taken = std::any_of(rooms.begin(), rooms.end(), [&](const auto& each) {
        return each.second.composition_url == url;
    });
    if (is_taken) return error_response(409, "The composition is already receiving tracks");
    registry_.forward_tracks(room_id, url);
    return text_response(201);
}

const stream_state* fishjam_api::find_stream(const std::string& id) const {
    const stream_state* found = streams_.find(id);
    return found == nullptr || found->settings.of_room ? nullptr : found;
}

http_response fishjam_api::list_streams(const call&) {
    json_array streams;
    for (const auto& [id, stream] : streams_.streams()) {
        if (!stream.settings.of_room) streams.push_back(stream_json(stream));
    }
    return data_response(200, std::move(streams));
}

http_response fishjam_api::create_stream(const call& c) {
    const std::string id = room_id_of(events_.new_id(), settings_.id);
    return data_response(201, stream_json(streams_.create(id, stream_settings_of(c.body))));
}

http_response fishjam_api::show_stream(const call& c) {
    const std::string& id = c.text("stream_id");
    const stream_state* stream = find_stream(id);
    return stream == nullptr ? missing("Livestream", id) : data_response(200, stream_json(*stream));
}

http_response fishjam_api::delete_stream(const call& c) {
    if (find_stream(c.text("stream_id")) != nullptr) streams_.remove(c.text("stream_id"));
    return text_response(204);
}

template <stream_role Role>
http_response fishjam_api::add_room_member(const call& c) {
    const std::string& id = c.text("room_id");
    const stream_state* stream = streams_.find(id);
    if (stream == nullptr || !stream->settings.of_room) return missing("Livestream room", id);
    return json_response(201, json_object{{"token", streams_.add(id, Role).token}});
}

template <stream_role Role>
http_response fishjam_api::add_member(const call& c) {
    const std::string& id = c.text("stream_id");
    if (find_stream(id) == nullptr) return missing("Livestream", id);
    const stream_member& member = streams_.add(id, Role);
    return data_response(
        201, Role == stream_role::streamer ? streamer_json(member) : viewer_json(member));
}

template <stream_role Role>
http_response fishjam_api::delete_member(const call& c) {
    const std::string& id = c.text("stream_id");
    if (find_stream(id) != nullptr) streams_.remove(id, Role, c.text("id"));
    return text_response(204);
}

http_response fishjam_api::moq_access(const call& c) {
    const auto has = [&](std::string_view key) {
        const json_value* path = c.body.find(key);
        return path != nullptr && !path->is_null();
    };
    if (!has("publishPath") && !has("subscribePath"))
        return error_response(400, "Missing field: publishPath or subscribePath");
    const std::string token = events_.new_id();
    // There is no relay here, and clients must not reach the real one.
    return json_response(200, json_object{{"connection_url", "https://relay.invalid/" +
                                                                 settings_.id + "?jwt=" + token},
                                          {"token", token}});
}

http_response fishjam_api::list_recordings(const call& c) {
    json_array recordings;
    for (const auto& [id, recording] : recordings_.recordings()) {
        if (has_metadata(recording, c.query)) recordings.push_back(recording_json(recording));
    }
    return data_response(200, std::move(recordings));
}

http_response fishjam_api::create_recording(const call& c) {
    const json_value* metadata = c.body.find("metadata");
    return data_response(
        201, recording_json(recordings_.create(*c.body.find("source"),
                                               metadata == nullptr ? json_value() : *metadata)));
}

http_response fishjam_api::show_recording(const call& c) {
    const recording_state* recording = recordings_.find(c.text("id"));
    return recording == nullptr ? missing("Recording", c.text("id"))
                                : data_response(200, recording_json(*recording));
}

http_response fishjam_api::delete_recording(const call& c) {
    const recording_state* recording = recordings_.find(c.text("id"));
    if (recording != nullptr && recording->status == recording_status::active)
        return error_response(409, "Recording " + recording->id + " is active");
    recordings_.remove(c.text("id"));
    return text_response(204);
}

http_response fishjam_api::stop_recording(const call& c) {
    const std::string& id = c.text("id");
    const recording_state* recording = recordings_.find(id);
    if (recording == nullptr) return missing("Recording", id);
    if (recording->status == recording_status::active)
        recordings_.set_status(id, recording_status::finished);
    return data_response(200, recording_json(*recording));
}

}  // namespace jellyfish::testing::detail
