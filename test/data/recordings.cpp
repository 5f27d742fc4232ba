#include "data/recordings.hpp"

#include "fakes/wire.hpp"

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace jellyfish::test {
namespace {

namespace boost_json = boost::json;

std::vector<boost_json::object> read_rows(const std::string& name) {
    const std::string path = std::string(JELLYFISH_TEST_DATA_DIR) + "/" + name;
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<boost_json::object> rows;
    for (std::string line; std::getline(file, line);) {
        rows.push_back(boost_json::parse(line).as_object());
    }
    return rows;
}

std::string text(const boost_json::object& from, std::string_view key) {
    const boost_json::value* value = from.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

unsigned opcode_of(const boost_json::value& value) {
    if (value.is_int64()) return static_cast<unsigned>(value.get_int64());
    static const std::map<std::string_view, unsigned> opcodes = {{"continuation", op_continuation},
                                                                 {"text", op_text},
                                                                 {"binary", op_binary},
                                                                 {"close", op_close},
                                                                 {"ping", op_ping},
                                                                 {"pong", op_pong}};
    return opcodes.at(value.as_string());
}

recorded_step step_of(const boost_json::object& from) {
    using kind = recorded_step::kind;
    recorded_step step;
    step.at = std::chrono::milliseconds(std::llround(from.at("t").to_number<double>() * 1'000));
    if (!from.contains("dir")) {
        step.what = text(from, "event") == "tcp eof" ? kind::end_of_tcp : kind::other;
        return step;
    }
    step.what = text(from, "dir") == "s>c" ? kind::server_frame : kind::client_frame;
    step.opcode = opcode_of(from.at("opcode"));
    step.fin = from.at("fin").as_bool();
    step.payload = from_hex(text(from, "hex"));
    return step;
}

recorded_session session_of(const boost_json::object& from) {
    recorded_session session;
    session.number = from.at("i").to_number<int>();
    session.name = text(from, "name");
    const boost_json::object& upgrade = from.at("upgrade").as_object();
    for (const boost_json::value& header : upgrade.at("request_headers").as_array()) {
        session.request_headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
    }
    session.upgrade_response = text(upgrade, "raw_response");
    session.body = text(upgrade, "body");
    for (const boost_json::value& step : from.at("frames").as_array()) {
        session.steps.push_back(step_of(step.as_object()));
    }
    return session;
}

template <class Kind>
notification with_room(const boost_json::object& from) {
    return Kind{text(from, "room_id")};
}

template <class Kind>
notification with_peer(const boost_json::object& from) {
    return Kind{text(from, "room_id"), text(from, "peer_id")};
}

template <class Kind>
notification with_component(const boost_json::object& from) {
    return Kind{text(from, "room_id"), text(from, "component_id")};
}

template <class Kind>
notification with_track(const boost_json::object& from) {
    const bool peer = from.contains("peer_id");
    const boost_json::object& track = from.at("track").as_object();
    const boost_json::value* type = track.if_contains("type");  // A default value is left out.
    return Kind{
        text(from, "room_id"),
        {peer ? endpoint_kind::peer : endpoint_kind::component,
         text(from, peer ? "peer_id" : "component_id")},
        {text(track, "id"), static_cast<track_type>(type != nullptr ? type->to_number<int>() : 0),
         text(track, "metadata")}};
}

notification expected_of(const boost_json::object& from) {
    static const std::map<std::string_view, std::function<notification(const boost_json::object&)>>
        kinds = {
            {"room_created", with_room<room_created>},
            {"room_deleted", with_room<room_deleted>},
            {"room_crashed", with_room<room_crashed>},
            {"hls_uploaded", with_room<hls_uploaded>},
            {"hls_upload_crashed", with_room<hls_upload_crashed>},
            {"peer_added", with_peer<peer_added>},
            {"peer_deleted", with_peer<peer_deleted>},
            {"peer_connected", with_peer<peer_connected>},
            {"peer_disconnected", with_peer<peer_disconnected>},
            {"component_crashed", with_component<component_crashed>},
            {"hls_playable", with_component<hls_playable>},
            {"track_added", with_track<track_added>},
            {"track_removed", with_track<track_removed>},
            {"track_metadata_updated", with_track<track_metadata_updated>},
            {"peer_crashed",
             [](const boost_json::object& v) -> notification {
                 return peer_crashed{text(v, "room_id"), text(v, "peer_id"), text(v, "reason")};
             }},
            {"peer_metadata_updated",
             [](const boost_json::object& v) -> notification {
                 return peer_metadata_updated{text(v, "room_id"), text(v, "peer_id"),
                                              text(v, "metadata")};
             }},
        };
    return kinds.at(text(from, "type"))(from);
}

/// The path of a URL, without query and fragment.
std::string path_of(const std::string& url) {
    const std::string path = url.substr(url.find('/', url.find("://") + 3));
    return path.substr(0, path.find_first_of("?#"));
}

}  // namespace

std::optional<std::string> recorded_session::request_header(std::string_view requested) const {
    for (const auto& [key, value] : request_headers) {
        if (key == requested) return value;
    }
    return std::nullopt;
}

const std::vector<recorded_session>& recorded_sessions() {
    static const std::vector<recorded_session> sessions = [] {
        std::vector<recorded_session> all;
        for (const boost_json::object& row : read_rows("ws_server.jsonl"))
            all.push_back(session_of(row));
        return all;
    }();
    return sessions;
}

const std::vector<recorded_notification>& recorded_notifications() {
    static const std::vector<recorded_notification> notifications = [] {
        std::vector<recorded_notification> all;
        for (const boost_json::object& row : read_rows("notifications.jsonl")) {
            for (const char* channel : {"websocket", "webhook"}) {
                for (const boost_json::value& value : row.at(channel).as_array()) {
                    const boost_json::object& from = value.as_object();
                    all.push_back({text(row, "scenario"), text(from, "type"),
                                   from_hex(text(from, "hex")), expected_of(from)});
                }
            }
        }
        return all;
    }();
    return notifications;
}

const std::vector<recorded_webhook>& recorded_webhooks() {
    static const std::vector<recorded_webhook> webhooks = [] {
        std::vector<recorded_webhook> all;
        for (const boost_json::object& row : read_rows("webhook.jsonl")) {
            for (const boost_json::value& value : row.at("requests").as_array()) {
                const boost_json::object& from = value.as_object();
                const std::string body = from_hex(text(from, "body_hex"));
                all.push_back({text(row, "name"), path_of(text(row, "webhookUrl")),
                               text(from, "request_head") + body, body,
                               expected_of(from.at("decoded").as_object())});
            }
        }
        return all;
    }();
    return webhooks;
}

}  // namespace jellyfish::test
