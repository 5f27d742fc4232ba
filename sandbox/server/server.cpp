#include <jellyfish/testing/server.hpp>

#include "model/wire_names.hpp"
#include "sandbox/json/json.hpp"
#include "sandbox/server/node.hpp"
#include "sandbox/server/server_impl.hpp"
#include "sandbox/server/unknown_id.hpp"
#include "sandbox/sockets/sockets.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace jellyfish::testing {

using detail::core;
using detail::json_object;
using detail::json_value;
using detail::node;
using detail::or_null;

namespace {

[[noreturn]] void unknown(const std::string& what, const std::string& id) {
    throw detail::unknown_id("the test server has no " + what + " \"" + id + '"');
}

json_value json_of(const std::string& text) {
    auto value = detail::parse_json(text.empty() ? "null" : text);
    if (!value) throw std::invalid_argument("invalid JSON: " + text.substr(0, 100));
    return std::move(*value);
}

node& node_of(core& c, const std::string& room_id) {
    node* found = c.node_of(room_id);
    if (found == nullptr) unknown("room", room_id);
    return *found;
}

/// Returns the parameters of a call that creates a room.
json_value params_of(const room_config& config) {
    std::optional<std::string> codec;
    if (config.video_codec()) codec = jellyfish::detail::name_of(*config.video_codec());
    json_object out{{"roomId", or_null(config.room_id())},
                    {"maxPeers", or_null(config.max_peers())},
                    {"videoCodec", or_null(codec)},
                    {"webhookUrl", or_null(config.webhook_url())},
                    {"peerlessPurgeTimeout", or_null(config.peerless_purge_timeout())},
                    {"peerDisconnectedTimeout", or_null(config.peer_disconnected_timeout())}};
    std::erase_if(out, [](const auto& member) { return member.second.is_null(); });
    return out;
}

/// Returns the data of a response.
/// @throws std::invalid_argument with the server's text if the call failed.
json_value data_of(const detail::http_response& response) {
    const json_value body = detail::parse_json(response.body()).value_or(nullptr);
    if (const json_value* data = body.find("data")) return *data;
    const json_value* text = body.find("errors");
    throw std::invalid_argument(
        "the test server rejects this with status " + std::to_string(response.result_int()) + ": " +
        (text != nullptr && text->string() != nullptr ? *text->string() : response.body()));
}

/// Returns the id in the data of a response.
std::string id_of(const json_value& data) { return *data.find("id")->string(); }
std::string id_of(const json_value& data, std::string_view member) {
    return id_of(*data.find(member));
}

detail::frame_kind kind_of(frame_opcode opcode) {
    switch (opcode) {
        case frame_opcode::text:
            return detail::frame_kind::text;
        case frame_opcode::binary:
            return detail::frame_kind::binary;
        case frame_opcode::ping:
            return detail::frame_kind::ping;
        case frame_opcode::pong:
            return detail::frame_kind::pong;
    }
    throw std::invalid_argument("invalid opcode: expected text, binary, ping or pong");
}

}  // namespace

server::server(const server_options& options) : impl_(std::make_unique<impl>(options)) {}

server::~server() = default;

std::string server::address(std::size_t node) const { return impl_->addresses().at(node); }

std::uint16_t server::port(std::size_t node) const { return impl_->ports().at(node); }

void server::stop(server_stop how) {
    if (how == server_stop::abrupt) {
        impl_->stop();
    } else {
        impl_->call([](core& c) { c.stop_gracefully(); });
    }
}

void server::restart() { impl_->restart(); }

void server::stop_node(std::size_t node) {
    impl_->call([&](core& c) { c.stop_node(node); });
}

void server::restart_node(std::size_t node) {
    impl_->call([&](core& c) { c.restart_node(node); });
}

std::string server::create_room(const room_config& config) {
    return impl_->call([&](core& c) {
        node* place = c.stopping() ? nullptr : c.emptiest_node();
        if (place == nullptr) throw std::invalid_argument("the test server is stopped");
        return id_of(data_of(place->rest().post({"room"}, params_of(config))), "room");
    });
}

std::string server::add_peer(const std::string& room_id, const std::string& type) {
    return impl_->call([&](core& c) {
        return id_of(data_of(node_of(c, room_id)
                                 .rest()
                                 .post({"room", room_id, "peer"},
                                       json_object{{"type", type}, {"options", json_object()}})),
                     "peer");
    });
}

std::string server::add_component(const std::string& room_id, const std::string& type,
                                  const std::string& options) {
    json_object params{{"type", type}, {"options", json_of(options)}};
    if (!params.back().second.is_object())
        throw std::invalid_argument("invalid component options: expected a JSON object");
    return impl_->call([&](core& c) {
        return id_of(data_of(
            node_of(c, room_id).rest().post({"room", room_id, "component"}, std::move(params))));
    });
}

void server::crash_room(const std::string& room_id, room_crash how) {
    impl_->call([&](core& c) {
        node_of(c, room_id)
            .rooms()
            .end_room(room_id, how == room_crash::killed ? detail::room_end::killed
                                                         : detail::room_end::exception);
    });
}

void server::crash_peer(const std::string& room_id, const std::string& peer_id,
                        const std::string& reason) {
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().crash_peer(room_id, peer_id, reason)) {
            unknown("peer", peer_id);
        }
    });
}

void server::crash_component(const std::string& room_id, const std::string& component_id) {
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().crash_component(room_id, component_id)) {
            unknown("component", component_id);
        }
    });
}

void server::add_track(const std::string& room_id, const track_endpoint& endpoint,
                       const track& value) {
    track normal = value;
    normal.metadata = to_json(json_of(value.metadata)).value_or("null");
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().add_track(room_id, endpoint.id, normal)) {
            unknown("peer or component", endpoint.id);
        }
    });
}

void server::update_track(const std::string& room_id, const track_endpoint& endpoint,
                          const track& value) {
    const std::string metadata = to_json(json_of(value.metadata)).value_or("null");
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().update_track(room_id, endpoint.id, value.id, metadata)) {
            unknown("track", value.id);
        }
    });
}

void server::remove_track(const std::string& room_id, const std::string& track_id) {
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().remove_track(room_id, track_id)) {
            unknown("track", track_id);
        }
    });
}

void server::update_peer_metadata(const std::string& room_id, const std::string& peer_id,
                                  const std::string& metadata) {
    json_value value = json_of(metadata);
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().update_peer_metadata(room_id, peer_id, value)) {
            unknown("peer", peer_id);
        }
    });
}

void server::make_hls_playable(const std::string& room_id, const std::string& component_id) {
    impl_->call([&](core& c) {
        if (!node_of(c, room_id).rooms().make_hls_playable(room_id, component_id)) {
            unknown("HLS component", component_id);
        }
    });
}

void server::upload_hls(const std::string& room_id) { notify(hls_uploaded{room_id}); }

void server::crash_hls_upload(const std::string& room_id) { notify(hls_upload_crashed{room_id}); }

std::string server::make_peer_token(const std::string& room_id, const std::string& peer_id,
                                    std::chrono::seconds age) const {
    return impl_->call([&](core& c) {
        return c.tokens().make(room_id, peer_id, std::chrono::system_clock::now() - age);
    });
}

void server::send_media_event(const std::string& room_id, const std::string& peer_id,
                              const std::string& data) {
    impl_->call([&](core& c) {
        const auto* room = node_of(c, room_id).rooms().find(room_id);
        const auto peer = room->peers.find(peer_id);
        if (peer == room->peers.end() || !peer->second.socket) unknown("connected peer", peer_id);
        const auto socket = c.find_room_socket(*peer->second.socket);
        if (const auto user = std::dynamic_pointer_cast<detail::peer_socket>(socket))
            user->send_media_event(data);
    });
}

void server::notify(const notification& value) {
    impl_->call([&](core& c) { c.broadcast(value); });
}

void server::send_raw(std::string_view bytes) {
    impl_->call([&](core& c) {
        for (const auto& socket : c.server_sockets()) {
            if (socket->authenticated()) {
                socket->socket().send(detail::frame_kind::raw, std::string(bytes));
            }
        }
    });
}

void server::send_frame(frame_opcode opcode, std::string_view payload) {
    const detail::frame_kind kind = kind_of(opcode);
    impl_->call([&](core& c) {
        for (const auto& socket : c.server_sockets()) {
            if (socket->authenticated()) socket->socket().send(kind, std::string(payload));
        }
    });
}

void server::close_sockets(std::uint16_t code, std::string_view reason) {
    impl_->call([&](core& c) {
        for (const auto& socket : std::vector(c.server_sockets())) {
            socket->close_by_control(code, reason);
        }
    });
}

void server::drop_connections(bool reset) {
    impl_->call([&](core& c) { c.drop_connections(reset); });
}

void server::refuse_connections(bool on) {
    impl_->call([&](core& c) {
        for (const auto& each : c.nodes())
            each->reject(on);
    });
}

void server::hang_up_connections(bool on) {
    impl_->call([&](core& c) { c.controls().hang_up = on; });
}

void server::stall(bool on) {
    impl_->call([&](core& c) { c.stall(on); });
}

void server::delay_responses(std::chrono::milliseconds delay) {
    impl_->call([&](core& c) { c.controls().delay = delay; });
}

void server::fail_requests(const request_failure& failure) {
    impl_->call([&](core& c) { c.controls().failures.add(failure); });
}

void server::clear_request_failures() {
    impl_->call([](core& c) { c.controls().failures.clear(); });
}

void server::set_metrics(const std::string& json) {
    if (!json.empty()) json_of(json);
    impl_->call([&](core& c) { c.controls().metrics = json; });
}

void server::report_metrics() {
    impl_->call([&](core& c) {
        for (const auto& each : c.nodes())
            each->report_metrics();
    });
}

}  // namespace jellyfish::testing
