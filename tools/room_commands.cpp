#include <jellyfish/room_api.hpp>

#include "command.hpp"
#include "model_json.hpp"
#include "output.hpp"
#include "text/redact.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

#include <boost/asio/this_coro.hpp>
#include <boost/lexical_cast.hpp>

namespace tool {
namespace {

template <class T>
std::string printed(const std::optional<T>& value) {
    return value ? boost::lexical_cast<std::string>(*value) : "-";
}

std::string codec_of(const jellyfish::room_config& config) {
    return config.video_codec() ? shown(name_of(*config.video_codec())) : "-";
}

std::string connected_of(const jellyfish::room& room) {
    return std::to_string(std::ranges::count(room.peers, jellyfish::peer_status::connected,
                                             &jellyfish::peer::status));
}

void print_rooms(const std::vector<jellyfish::room>& rooms) {
    std::vector<std::vector<std::string>> rows{
        {"room", "peers", "connected", "components", "max peers", "video codec"}};
    for (const jellyfish::room& each : rooms) {
        rows.push_back({shown(each.id), std::to_string(each.peers.size()), connected_of(each),
                        std::to_string(each.components.size()), printed(each.config.max_peers()),
                        codec_of(each.config)});
    }
    print_table(rows);
}

std::string seconds_of(const std::optional<std::chrono::seconds>& value) {
    return value ? std::to_string(value->count()) + " s" : "-";
}

void print_peers(const jellyfish::room& room) {
    std::vector<std::vector<std::string>> rows{{"peer", "status", "tracks", "metadata"}};
    for (const jellyfish::peer& each : room.peers) {
        rows.push_back({shown(each.id), shown(name_of(each.status)),
                        std::to_string(each.tracks.size()), shown(each.metadata)});
    }
    print_table(rows);
}

void print_components(const jellyfish::room& room) {
    std::vector<std::vector<std::string>> rows{{"component", "type", "tracks"}};
    for (const jellyfish::component& each : room.components) {
        rows.push_back(
            {shown(id_of(each)), shown(type_of(each)), std::to_string(tracks_of(each).size())});
    }
    print_table(rows);
}

void print_room(const jellyfish::room& room) {
    const jellyfish::room_config& config = room.config;
    print_fields({{"room", shown(room.id)},
                  {"max peers", printed(config.max_peers())},
                  {"video codec", codec_of(config)},
                  {"webhook URL", shown(jellyfish::detail::webhook_url_without_secrets(
                                      config.webhook_url().value_or("")))},
                  {"peerless purge timeout", seconds_of(config.peerless_purge_timeout())},
                  {"peer disconnected timeout", seconds_of(config.peer_disconnected_timeout())}});
    if (!room.peers.empty()) {
        print_line("");
        print_peers(room);
    }
    if (!room.components.empty()) {
        print_line("");
        print_components(room);
    }
}

asio::awaitable<jellyfish::room> room_of(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_return co_await api.get_room(args.words[0]);
}

/// Prints members of a room with `--json`, one per line.
template <class T>
void print_lines(const std::string& room_id, const std::vector<T>& members) {
    for (const T& each : members)
        print_line(object_of(each).add("room_id", room_id).take());
}

jellyfish::room_config config_from(const invocation& args) {
    jellyfish::room_config config;
    if (const auto id = args.text("id")) config.room_id(*id);
    if (const auto most = args.number<std::uint32_t>("max-peers")) config.max_peers(*most);
    if (const auto codec = args.text("video-codec"))
        config.video_codec(*codec == "h264" ? jellyfish::video_codec::h264
                                            : jellyfish::video_codec::vp8);
    if (const auto url = args.text("webhook-url")) config.webhook_url(*url);
    if (const auto time = args.number<std::uint32_t>("peerless-purge-timeout", 1))
        config.peerless_purge_timeout(std::chrono::seconds(*time));
    if (const auto time = args.number<std::uint32_t>("peer-disconnected-timeout", 1))
        config.peer_disconnected_timeout(std::chrono::seconds(*time));
    return config;
}

}  // namespace

asio::awaitable<void> list_rooms(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto rooms = co_await api.get_all_rooms();
    if (!args.json) {
        print_rooms(rooms);
        co_return;
    }
    for (const jellyfish::room& each : rooms)
        print_line(object_of(each).take());
}

asio::awaitable<void> get_room(const invocation& args) {
    const auto room = co_await room_of(args);
    args.json ? print_line(object_of(room).take()) : print_room(room);
}

asio::awaitable<void> create_room(const invocation& args) {
    const jellyfish::room_config config = config_from(args);
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto created = co_await api.create_room(config);
    if (args.json) {
        print_line(object_of(created.room).add("server_address", created.server_address).take());
    } else {
        print_fields({{"room", shown(created.room.id)}, {"server", shown(created.server_address)}});
    }
}

asio::awaitable<void> delete_room(const invocation& args) {
    const std::string& id = args.words[0];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_room(id);
    print_result(args, json_object().add("deleted", "room").add("room_id", id),
                 "Deleted room " + id);
}

asio::awaitable<void> list_peers(const invocation& args) {
    const auto room = co_await room_of(args);
    args.json ? print_lines(room.id, room.peers) : print_peers(room);
}

asio::awaitable<void> add_peer(const invocation& args) {
    jellyfish::peer_options_webrtc options;
    if (args.has("no-simulcast")) options.enable_simulcast(false);
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.add_peer(args.words[0], options);
    if (args.json) {
        print_line(object_of(added.peer)
                       .add("room_id", args.words[0])
                       .add("token", added.token)
                       .add("peer_websocket_url", added.peer_websocket_url)
                       .take());
    } else {
        print_fields({{"peer", shown(added.peer.id)},
                      {"token", shown(added.token)},
                      {"WebSocket", shown(added.peer_websocket_url)}});
    }
}

asio::awaitable<void> delete_peer(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_peer(room, id);
    print_result(args, json_object().add("deleted", "peer").add("room_id", room).add("peer_id", id),
                 "Deleted peer " + id + " from room " + room);
}

asio::awaitable<void> list_components(const invocation& args) {
    const auto room = co_await room_of(args);
    args.json ? print_lines(room.id, room.components) : print_components(room);
}

}  // namespace tool
