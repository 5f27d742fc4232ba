#include <jellyfish/room.hpp>

#include "model/printing.hpp"
#include "model/wire_names.hpp"
#include "text/redact.hpp"

#include <ostream>
#include <string_view>

namespace jellyfish {
namespace {

using detail::fields;
using detail::print_list;
using detail::quoted;

}  // namespace

room_config::room_config() = default;
room_config::room_config(const room_config&) = default;
room_config::room_config(room_config&&) noexcept = default;
room_config& room_config::operator=(const room_config&) = default;
room_config& room_config::operator=(room_config&&) noexcept = default;
room_config::~room_config() = default;

std::ostream& operator<<(std::ostream& out, video_codec value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, const room_config& value) {
    const auto text = [&](const std::string& each) { out << quoted{each}; };
    const auto plain = [&](const auto& each) { out << each; };
    const auto time = [&](std::chrono::seconds each) { out << each.count() << " s"; };
    const auto url = [&](const std::string& each) {
        out << quoted{detail::webhook_url_without_secrets(each)};
    };
    out << "room_config{";
    fields set(out);
    set.print("room_id", value.room_id(), text);
    set.print("max_peers", value.max_peers(), plain);
    set.print("video_codec", value.video_codec(), plain);
    set.print("webhook_url", value.webhook_url(), url);
    set.print("peerless_purge_timeout", value.peerless_purge_timeout(), time);
    set.print("peer_disconnected_timeout", value.peer_disconnected_timeout(), time);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, peer_status value) {
    return detail::print_name(out, value);
}

std::ostream& operator<<(std::ostream& out, const peer& value) {
    out << "peer{id: " << quoted{value.id} << ", type: " << quoted{value.type}
        << ", status: " << value.status << ", tracks: ";
    print_list(out, value.tracks);
    return out << ", metadata: " << quoted{value.metadata} << '}';
}

std::ostream& operator<<(std::ostream& out, const room& value) {
    out << "room{id: " << quoted{value.id} << ", config: " << value.config << ", components: ";
    print_list(out, value.components);
    out << ", peers: ";
    print_list(out, value.peers);
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const peer_options_webrtc& value) {
    out << "peer_options_webrtc{";
    fields set(out);
    set.print("enable_simulcast", value.enable_simulcast(),
              [&](bool each) { out << (each ? "true" : "false"); });
    return out << '}';
}

std::ostream& operator<<(std::ostream& out, const create_room_result& value) {
    return out << "create_room_result{room: " << value.room
               << ", server_address: " << quoted{value.server_address} << '}';
}

std::ostream& operator<<(std::ostream& out, const add_peer_result& value) {
    return out << "add_peer_result{peer: " << value.peer
               << ", token: (hidden), peer_websocket_url: " << quoted{value.peer_websocket_url}
               << '}';
}

}  // namespace jellyfish
