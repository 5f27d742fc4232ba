#include <jellyfish/fishjam/room_api.hpp>
#include <jellyfish/room_api.hpp>

#include "command.hpp"
#include "fishjam_json.hpp"
#include "model_json.hpp"
#include "output.hpp"
#include "text/redact.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <variant>

#include <boost/asio/this_coro.hpp>
#include <boost/lexical_cast.hpp>

namespace tool {
namespace {

namespace fishjam = jellyfish::fishjam;

template <class T>
std::string printed(const std::optional<T>& value) {
    return value ? boost::lexical_cast<std::string>(*value) : "-";
}

template <class Enum>
std::string name_in(const std::optional<jellyfish::open_enum<Enum>>& value) {
    return value ? shown(name_of(*value)) : "-";
}

const char* in_words(const std::optional<bool>& value) { return value && *value ? "yes" : "no"; }

template <class Peer>
std::string connected_of(const std::vector<Peer>& peers) {
    return std::to_string(std::ranges::count_if(
        peers, [](const Peer& each) { return each.status == jellyfish::peer_status::connected; }));
}

/// The column that only the rooms of one server have.
std::string column_of(const jellyfish::room& room) {
    return std::to_string(room.components.size());
}
std::string column_of(const fishjam::room& room) { return name_in(room.config.room_type()); }

template <class Room>
void print_rooms(const std::vector<Room>& rooms) {
    const bool components = std::is_same_v<Room, jellyfish::room>;
    std::vector<std::vector<std::string>> rows{{"room", "peers", "connected",
                                                components ? "components" : "type", "max peers",
                                                "video codec"}};
    for (const Room& each : rooms) {
        rows.push_back({shown(each.id), std::to_string(each.peers.size()), connected_of(each.peers),
                        column_of(each), printed(each.config.max_peers()),
                        name_in(each.config.video_codec())});
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

void print_peers(const fishjam::room& room) {
    std::vector<std::vector<std::string>> rows{
        {"peer", "type", "status", "tracks", "subscribes", "metadata"}};
    for (const fishjam::peer& each : room.peers) {
        const bool automatic = each.subscribe_mode == jellyfish::subscribe_mode::automatic;
        rows.push_back({shown(each.id), shown(each.type), shown(name_of(each.status)),
                        std::to_string(each.tracks.size()),
                        automatic ? "auto" : shown(name_of(each.subscribe_mode)),
                        shown(each.metadata)});
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
                  {"video codec", name_in(config.video_codec())},
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

void print_room(const fishjam::room& room) {
    const fishjam::room_config& config = room.config;
    print_fields({{"room", shown(room.id)},
                  {"type", name_in(config.room_type())},
                  {"max peers", printed(config.max_peers())},
                  {"video codec", name_in(config.video_codec())},
                  {"public", in_words(config.is_public())},
                  {"batched webhooks", in_words(config.batch_webhook_notifications())},
                  {"webhook URL", shown(jellyfish::detail::webhook_url_without_secrets(
                                      config.webhook_url().value_or("")))}});
    if (!room.peers.empty()) {
        print_line("");
        print_peers(room);
    }
}

/// Calls `use` with the room ROOM.
template <class Api, class Use>
asio::awaitable<void> with_room_of(const invocation& args, Use use) {
    Api api{co_await asio::this_coro::executor, args.client};
    const auto room = co_await api.get_room(args.words[0]);
    use(room);
}

template <class Use>
asio::awaitable<void> with_room(const invocation& args, Use use) {
    return args.is_fishjam() ? with_room_of<fishjam::room_api>(args, use)
                             : with_room_of<jellyfish::room_api>(args, use);
}

/// Prints members of a room with `--json`, one per line.
template <class T>
void print_lines(const std::string& room_id, const std::vector<T>& members) {
    for (const T& each : members)
        print_line(object_of(each).add("room_id", room_id).take());
}

/// Sets what the rooms of both servers have.
template <class Config>
void set_common(Config& config, const invocation& args) {
    if (const auto most = args.number<std::uint32_t>("max-peers")) config.max_peers(*most);
    if (const auto codec = args.text("video-codec"))
        config.video_codec(*codec == "h264" ? jellyfish::video_codec::h264
                                            : jellyfish::video_codec::vp8);
    if (const auto url = args.text("webhook-url")) config.webhook_url(*url);
}

jellyfish::room_config config_from(const invocation& args) {
    jellyfish::room_config config;
    set_common(config, args);
    if (const auto id = args.text("id")) config.room_id(*id);
    if (const auto time = args.number<std::uint32_t>("peerless-purge-timeout", 1))
        config.peerless_purge_timeout(std::chrono::seconds(*time));
    if (const auto time = args.number<std::uint32_t>("peer-disconnected-timeout", 1))
        config.peer_disconnected_timeout(std::chrono::seconds(*time));
    return config;
}

fishjam::room_config fishjam_config_from(const invocation& args) {
    fishjam::room_config config;
    set_common(config, args);
    if (const auto type = args.text("type")) {
        for (const auto each :
             {fishjam::room_type::conference, fishjam::room_type::audio_only,
              fishjam::room_type::livestream, fishjam::room_type::audio_only_livestream}) {
            if (boost::lexical_cast<std::string>(each) == *type) config.room_type(each);
        }
    }
    if (args.has("public")) config.is_public(true);
    if (args.has("batch-webhooks")) config.batch_webhook_notifications(true);
    return config;
}

asio::awaitable<void> create_fishjam_room(const invocation& args) {
    const fishjam::room_config config = fishjam_config_from(args);
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    const auto room = co_await api.create_room(config);
    args.json ? print_line(object_of(room).take()) : print_fields({{"room", shown(room.id)}});
}

template <class Api>
asio::awaitable<void> list_rooms_of(const invocation& args) {
    Api api{co_await asio::this_coro::executor, args.client};
    const auto rooms = co_await api.get_all_rooms();
    if (!args.json) {
        print_rooms(rooms);
        co_return;
    }
    for (const auto& each : rooms)
        print_line(object_of(each).take());
}

template <class Options>
Options with_subscribe_mode(Options options, const invocation& args) {
    if (const auto mode = args.text("subscribe-mode"))
        options.subscribe_mode(*mode == "manual" ? jellyfish::subscribe_mode::manual
                                                 : jellyfish::subscribe_mode::automatic);
    return options;
}

fishjam::webrtc_peer_options webrtc_from(const invocation& args) {
    fishjam::webrtc_peer_options options;
    if (const auto metadata = args.text("metadata")) options.metadata(*metadata);
    return with_subscribe_mode(options, args);
}

fishjam::agent_peer_options agent_from(const invocation& args) {
    fishjam::agent_peer_options options;
    if (const auto rate = args.number<std::uint32_t>("sample-rate"))
        options.audio_sample_rate(*rate);
    return with_subscribe_mode(options, args);
}

fishjam::vapi_peer_options vapi_from(const invocation& args) {
    const auto call_id = args.text("call-id");
    const char* const key = std::getenv("VAPI_API_KEY");
    if (!call_id) throw usage_error("type vapi requires --call-id");
    if (key == nullptr || *key == '\0') throw usage_error("set VAPI_API_KEY");
    return with_subscribe_mode(fishjam::vapi_peer_options(key, *call_id), args);
}

template <class Added>
void print_added(const invocation& args, const Added& added) {
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

template <class Api, class Options>
asio::awaitable<void> add_peer_to(const invocation& args, Options options) {
    Api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.add_peer(args.words[0], options);
    print_added(args, added);
}

}  // namespace

asio::awaitable<void> list_rooms(const invocation& args) {
    return args.is_fishjam() ? list_rooms_of<fishjam::room_api>(args)
                             : list_rooms_of<jellyfish::room_api>(args);
}

asio::awaitable<void> get_room(const invocation& args) {
    return with_room(args, [&args](const auto& room) {
        args.json ? print_line(object_of(room).take()) : print_room(room);
    });
}

asio::awaitable<void> create_room(const invocation& args) {
    if (args.is_fishjam()) {
        co_await create_fishjam_room(args);
        co_return;
    }
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
    return with_room(args, [&args](const auto& room) {
        args.json ? print_lines(room.id, room.peers) : print_peers(room);
    });
}

asio::awaitable<void> add_peer(const invocation& args) {
    const std::string type = args.text("type").value_or("webrtc");
    if (!args.is_fishjam()) {
        jellyfish::peer_options_webrtc options;
        if (args.has("no-simulcast")) options.enable_simulcast(false);
        return add_peer_to<jellyfish::room_api>(args, options);
    }
    if (type == "agent") return add_peer_to<fishjam::room_api>(args, agent_from(args));
    if (type == "vapi") return add_peer_to<fishjam::room_api>(args, vapi_from(args));
    return add_peer_to<fishjam::room_api>(args, webrtc_from(args));
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
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto room = co_await api.get_room(args.words[0]);
    args.json ? print_lines(room.id, room.components) : print_components(room);
}

}  // namespace tool
