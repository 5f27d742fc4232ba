#include "sandbox/control/controls.hpp"

#include "model/wire_names.hpp"
#include "sandbox/control/arguments.hpp"
#include "sandbox/control/notification_reader.hpp"
#include "sandbox/http/urls.hpp"
#include "sandbox/server/unknown_id.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace jellyfish::testing::detail {
namespace {

namespace http = boost::beast::http;

struct control {
    std::string_view name;
    std::vector<parameter> parameters;
    std::function<json_value(server&, const arguments&)> run;
};

/// Returns a row of the table. If the function returns nothing, the result is an empty object.
template <class Function>
control row(std::string_view name, std::vector<parameter> parameters, Function function) {
    return {name, std::move(parameters), [function](server& s, const arguments& a) {
                if constexpr (std::is_void_v<decltype(function(s, a))>) {
                    function(s, a);
                    return json_value(json_object());
                } else {
                    return json_value(function(s, a));
                }
            }};
}

constexpr parameter room_id = text("room_id");
constexpr parameter peer_id = text("peer_id");
constexpr parameter component_id = text("component_id");
constexpr parameter endpoint_id = text("endpoint_id");  ///< Of a peer or a component.
constexpr parameter track_id = text("track_id");
constexpr parameter token = text("token");
constexpr parameter track_kind = optional(choice("type", "unspecified or video or audio"));
constexpr parameter metadata = optional(json("metadata"));
constexpr parameter on = optional(flag("on"));

track_endpoint endpoint_of(const arguments& a) {
    return {endpoint_kind::unspecified, a.text("endpoint_id")};  // Only the id matters.
}

track track_of(const arguments& a) {
    return {a.text("track_id"), jellyfish::detail::named<track_type>(a.text("type", "unspecified")),
            a.json("metadata")};
}

room_config config_of(const arguments& a) {
    room_config out;
    if (a.has("room_id")) out.room_id(a.text("room_id"));
    if (a.has("max_peers")) out.max_peers(static_cast<std::uint32_t>(a.count("max_peers")));
    if (a.has("video_codec"))
        out.video_codec(jellyfish::detail::named<video_codec>(a.text("video_codec")));
    if (a.has("webhook_url")) out.webhook_url(a.text("webhook_url"));
    if (a.has("peerless_purge_timeout"))
        out.peerless_purge_timeout(std::chrono::seconds(a.count("peerless_purge_timeout")));
    if (a.has("peer_disconnected_timeout"))
        out.peer_disconnected_timeout(std::chrono::seconds(a.count("peer_disconnected_timeout")));
    return out;
}

request_failure failure_of(const arguments& a) {
    request_failure out(static_cast<int>(a.count("status")));
    out.method(a.text("method")).path(a.text("path"));
    if (a.has("times")) out.times(static_cast<std::size_t>(a.count("times")));
    if (a.has("text")) out.text(a.text("text"));
    if (a.has("body")) out.body(a.bytes("body"));
    return out;
}

frame_opcode opcode_of(const arguments& a) {
    const std::string name = a.text("opcode");
    if (name == "text") return frame_opcode::text;
    if (name == "binary") return frame_opcode::binary;
    return name == "ping" ? frame_opcode::ping : frame_opcode::pong;
}

void stop(server& s, const arguments& a) {
    if (a.has("node") && a.text("how") == "graceful")
        throw std::invalid_argument(
            "invalid parameter 'how': a single node can only stop abruptly");
    if (a.has("node")) return s.stop_node(static_cast<std::size_t>(a.count("node")));
    s.stop(a.text("how") == "graceful" ? server_stop::graceful : server_stop::abrupt);
}

void restart(server& s, const arguments& a) {
    if (a.has("node")) return s.restart_node(static_cast<std::size_t>(a.count("node")));
    s.restart();
}

json_array texts(const std::vector<std::string>& values) {
    json_array out;
    for (const std::string& each : values)
        out.push_back(json_of_bytes(each));
    return out;
}

json_value number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

json_object state_of(server& s) {
    return {{"rooms", texts(s.rooms())},
            {"subscribed_sockets", number(s.subscribed_sockets())},
            {"metrics_sockets", number(s.metrics_sockets())},
            {"authenticated_sockets", number(s.authenticated_sockets())},
            {"peer_sockets", number(s.peer_sockets())},
            {"agent_sockets", number(s.agent_sockets())},
            {"open_connections", number(s.open_connections())},
            {"accepted_connections", number(s.accepted_connections())},
            {"requests", number(s.requests())},
            {"pongs", number(s.pongs())},
            {"delivered_webhooks", number(s.delivered_webhooks())},
            {"failed_webhooks", number(s.failed_webhooks())}};
}

json_object seen_requests_of(server& s) {
    json_array out;
    for (const seen_request& each : s.seen_requests()) {
        json_object headers;
        for (const auto& [name, value] : each.headers)
            headers.emplace_back(name, json_of_bytes(value));
        out.push_back(json_object{{"node", number(each.node)},
                                  {"method", json_of_bytes(each.method)},
                                  {"target", json_of_bytes(each.target)},
                                  {"headers", std::move(headers)},
                                  {"body", json_of_bytes(each.body)},
                                  {"status", std::int64_t{each.status}}});
    }
    return {{"requests", std::move(out)}};
}

json_object seen_closes_of(server& s) {
    constexpr std::array sides{"client", "server", "connection"};
    json_array out;
    for (const seen_close& each : s.seen_closes()) {
        out.push_back(json_object{{"side", sides.at(static_cast<std::size_t>(each.side))},
                                  {"code", std::int64_t{each.code}},
                                  {"reason", json_of_bytes(each.reason)}});
    }
    return {{"closes", std::move(out)}};
}

json_object agent_of(const seen_agent& seen) {
    json_array tracks;
    for (const auto& each : seen.tracks) {
        tracks.push_back(json_object{{"track_id", json_of_bytes(each.value.id)},
                                     {"encoding", each.encoding},
                                     {"sample_rate", number(each.sample_rate)},
                                     {"channels", number(each.channels)},
                                     {"metadata", json_of_bytes(each.value.metadata)}});
    }
    json_array packets;
    for (const auto& each : seen.packets) {
        packets.push_back(json_object{{"track_id", json_of_bytes(each.track_id)},
                                      {"size", number(each.data.size())}});
    }
    return {{"tracks", std::move(tracks)},       {"packets", std::move(packets)},
            {"received", number(seen.received)}, {"removed_tracks", number(seen.removed_tracks)},
            {"captures", number(seen.captures)}, {"interrupted", texts(seen.interrupted)}};
}

/// All controls. A row is all that is needed to add one.
const std::vector<control>& controls() {
    using a = const arguments&;
    static const std::vector<control> all{
        row("stop", {optional(choice("how", "abrupt or graceful")), optional(count("node"))}, stop),
        row("restart", {optional(count("node"))}, restart),

        row("create_room",
            {optional(room_id), optional(count("max_peers")),
             optional(choice("video_codec", "h264 or vp8")), optional(text("webhook_url")),
             optional(count("peerless_purge_timeout")),
             optional(count("peer_disconnected_timeout"))},
            [](server& s, a v) {
                return json_object{{"room_id", s.create_room(config_of(v))}};
            }),
        row("add_peer", {room_id, optional(text("type"))},
            [](server& s, a v) {
                return json_object{
                    {"peer_id", s.add_peer(v.text("room_id"), v.text("type", "webrtc"))}};
            }),
        row("add_component", {room_id, text("type"), optional(json("options"))},
            [](server& s, a v) {
                return json_object{
                    {"component_id", s.add_component(v.text("room_id"), v.text("type"),
                                                     v.has("options") ? v.json("options") : "{}")}};
            }),

        row("crash_room", {room_id, optional(choice("how", "killed or exception"))},
            [](server& s, a v) {
                s.crash_room(v.text("room_id"), v.text("how") == "exception" ? room_crash::exception
                                                                             : room_crash::killed);
            }),
        row("crash_peer", {room_id, peer_id, optional(text("reason"))},
            [](server& s, a v) {
                s.crash_peer(v.text("room_id"), v.text("peer_id"), v.text("reason"));
            }),
        row("crash_component", {room_id, component_id},
            [](server& s, a v) { s.crash_component(v.text("room_id"), v.text("component_id")); }),
        row("add_track", {room_id, endpoint_id, track_id, track_kind, metadata},
            [](server& s, a v) { s.add_track(v.text("room_id"), endpoint_of(v), track_of(v)); }),
        row("update_track", {room_id, endpoint_id, track_id, metadata},
            [](server& s, a v) { s.update_track(v.text("room_id"), endpoint_of(v), track_of(v)); }),
        row("remove_track", {room_id, track_id},
            [](server& s, a v) { s.remove_track(v.text("room_id"), v.text("track_id")); }),
        row("update_peer_metadata", {room_id, peer_id, metadata},
            [](server& s, a v) {
                s.update_peer_metadata(v.text("room_id"), v.text("peer_id"), v.json("metadata"));
            }),
        row("make_hls_playable", {room_id, component_id},
            [](server& s, a v) { s.make_hls_playable(v.text("room_id"), v.text("component_id")); }),
        row("upload_hls", {room_id}, [](server& s, a v) { s.upload_hls(v.text("room_id")); }),
        row("crash_hls_upload", {room_id},
            [](server& s, a v) { s.crash_hls_upload(v.text("room_id")); }),
        row("make_peer_token", {room_id, peer_id, optional(count("age_seconds"))},
            [](server& s, a v) {
                return json_object{
                    {"token", s.make_peer_token(v.text("room_id"), v.text("peer_id"),
                                                std::chrono::seconds(v.count("age_seconds")))}};
            }),
        row("send_media_event", {room_id, peer_id, text("data")},
            [](server& s, a v) {
                s.send_media_event(v.text("room_id"), v.text("peer_id"), v.text("data"));
            }),

        row("connect_streamer", {token},
            [](server& s, a v) {
                return json_object{{"streamer_id", s.connect_streamer(v.text("token"))}};
            }),
        row("disconnect_streamer", {token},
            [](server& s, a v) { s.disconnect_streamer(v.text("token")); }),
        row("connect_viewer", {token},
            [](server& s, a v) {
                return json_object{{"viewer_id", s.connect_viewer(v.text("token"))}};
            }),
        row("disconnect_viewer", {token},
            [](server& s, a v) { s.disconnect_viewer(v.text("token")); }),
        row("set_recording_status",
            {text("recording_id"), choice("status", "active or finished or available or failed")},
            [](server& s, a v) {
                s.set_recording_status(
                    v.text("recording_id"),
                    jellyfish::detail::named<recording_status>(v.text("status")));
            }),
        row("exceed_quota", {on}, [](server& s, a v) { s.exceed_quota(v.flag("on", true)); }),

        row("send_track_data", {room_id, peer_id, track_id, track_kind, metadata, bytes("payload")},
            [](server& s, a v) {
                s.send_track_data(v.text("room_id"), v.text("peer_id"), track_of(v),
                                  v.bytes("payload"));
            }),
        row("play_tone", {room_id, peer_id, track_id, track_kind, metadata, count("milliseconds")},
            [](server& s, a v) {
                s.play_tone(v.text("room_id"), v.text("peer_id"), track_of(v),
                            std::chrono::milliseconds(v.count("milliseconds")));
            }),
        row("send_to_agents", {bytes("payload")},
            [](server& s, a v) { s.send_to_agents(v.bytes("payload")); }),
        row("echo_agents", {on}, [](server& s, a v) { s.echo_agents(v.flag("on", true)); }),
        row("set_image", {text("content_type"), bytes("payload")},
            [](server& s, a v) { s.set_image(v.text("content_type"), v.bytes("payload")); }),
        row("close_agents", {count("code", UINT16_MAX), optional(text("reason"))},
            [](server& s, a v) {
                s.close_agents(static_cast<std::uint16_t>(v.count("code")), v.text("reason"));
            }),

        row("notify", {json("notification")},
            [](server& s, a v) { s.notify(read_notification(v.value("notification"))); }),
        row("send_raw", {bytes("payload")}, [](server& s, a v) { s.send_raw(v.bytes("payload")); }),
        row("send_frame", {choice("opcode", "text or binary or ping or pong"), bytes("payload")},
            [](server& s, a v) { s.send_frame(opcode_of(v), v.bytes("payload")); }),
        row("close_sockets", {count("code", UINT16_MAX), optional(text("reason"))},
            [](server& s, a v) {
                s.close_sockets(static_cast<std::uint16_t>(v.count("code")), v.text("reason"));
            }),

        row("drop_connections", {optional(flag("reset"))},
            [](server& s, a v) { s.drop_connections(v.flag("reset", false)); }),
        row("refuse_connections", {on},
            [](server& s, a v) { s.refuse_connections(v.flag("on", true)); }),
        row("hang_up_connections", {on},
            [](server& s, a v) { s.hang_up_connections(v.flag("on", true)); }),
        row("stall", {on}, [](server& s, a v) { s.stall(v.flag("on", true)); }),
        row("delay_responses", {count("milliseconds")},
            [](server& s, a v) {
                s.delay_responses(std::chrono::milliseconds(v.count("milliseconds")));
            }),
        row("fail_requests",
            {count("status", 999), optional(text("method")), optional(text("path")),
             optional(count("times")), optional(text("text")), optional(bytes("body"))},
            [](server& s, a v) { s.fail_requests(failure_of(v)); }),
        row("clear_request_failures", {}, [](server& s, a) { s.clear_request_failures(); }),
        row("set_metrics", {optional(json("metrics"))},
            [](server& s, a v) { s.set_metrics(v.json("metrics")); }),
        row("report_metrics", {}, [](server& s, a) { s.report_metrics(); }),

        row("state", {}, [](server& s, a) { return state_of(s); }),
        row("seen_requests", {}, [](server& s, a) { return seen_requests_of(s); }),
        row("seen_closes", {}, [](server& s, a) { return seen_closes_of(s); }),
        row("media_events", {room_id, peer_id},
            [](server& s, a v) {
                return json_object{
                    {"events", texts(s.media_events(v.text("room_id"), v.text("peer_id")))}};
            }),
        row("agent", {peer_id},
            [](server& s, a v) { return agent_of(s.agent(v.text("peer_id"))); }),
    };
    return all;
}

json_object list_controls() {
    json_object out;
    for (const control& each : controls()) {
        json_object parameters;
        for (const parameter& one : each.parameters) {
            parameters.emplace_back(one.name,
                                    description_of(one) + (one.is_optional ? ", optional" : ""));
        }
        out.emplace_back(each.name, std::move(parameters));
    }
    return {{"controls", std::move(out)}};
}

http_response response_of(int status, json_value body) {
    http_response out = text_response(status, to_json(body).value_or("{}") + '\n');
    out.set("content-type", "application/json");
    return out;
}

http_response error_of(int status, std::string_view text) {
    return response_of(status, json_object{{"error", json_of_bytes(std::string(text))}});
}

http_response run(const control& what, server& controlled, const std::string& body) {
    try {
        auto values = parse_json(body.empty() ? "{}" : body);
        const arguments checked(what.parameters, values ? std::move(*values) : nullptr);
        return response_of(200, what.run(controlled, checked));
    } catch (const unknown_id& error) {
        return error_of(404, error.what());
    } catch (const std::out_of_range&) {
        return error_of(404, "the test server has no such node");
    } catch (const std::invalid_argument& error) {
        return error_of(400, error.what());
    } catch (const std::exception& error) {
        return error_of(500, error.what());  // Such as a port that is in use after a restart.
    }
}

}  // namespace

http_response run_control(server& controlled, const http_request& request) {
    if (request.count(http::field::origin) != 0)
        return error_of(403, "requests from web pages are rejected");
    const auto target = parse_target(request.target(), "");
    const auto& path = target ? target->path : std::vector<std::string>();
    const bool is_list = path == std::vector<std::string>{"control"};
    if (path.empty() || path.front() != "control" || path.size() > 2)
        return error_of(404, "unknown path: expected /control or /control/NAME");
    const auto allowed = is_list ? http::verb::get : http::verb::post;
    const auto found = std::find_if(controls().begin(), controls().end(),
                                    [&](const control& each) { return each.name == path.back(); });
    if (!is_list && found == controls().end())
        return error_of(404, "unknown control '" + path.back() + "': GET /control lists all");
    if (request.method() != allowed) {
        auto out = error_of(
            405, is_list ? "invalid method: expected GET" : "invalid method: expected POST");
        out.set(http::field::allow, http::to_string(allowed));
        return out;
    }
    return is_list ? response_of(200, list_controls()) : run(*found, controlled, request.body());
}

}  // namespace jellyfish::testing::detail
