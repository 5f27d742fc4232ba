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

using fields = std::vector<std::pair<std::string, std::string>>;

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
        std::vector<std::vector<std::string>> rows{{"peer", "status", "tracks", "metadata"}};
        for (const jellyfish::peer& each : room.peers) {
            rows.push_back({shown(each.id), shown(name_of(each.status)),
                            std::to_string(each.tracks.size()), shown(each.metadata)});
        }
        print_line("");
        print_table(rows);
    }
    if (!room.components.empty()) {
        std::vector<std::vector<std::string>> rows{{"component", "type", "tracks"}};
        for (const jellyfish::component& each : room.components) {
            rows.push_back(
                {shown(id_of(each)), shown(type_of(each)), std::to_string(tracks_of(each).size())});
        }
        print_line("");
        print_table(rows);
    }
}

asio::awaitable<void> run_rooms(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto rooms = co_await api.get_all_rooms();
    if (!args.json) {
        print_rooms(rooms);
        co_return;
    }
    for (const jellyfish::room& each : rooms)
        print_line(json_of(each));
}

asio::awaitable<void> run_get(const invocation& args) {
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto room = co_await api.get_room(args.words[0]);
    args.json ? print_line(json_of(room)) : print_room(room);
}

jellyfish::video_codec codec_from(const std::string& name) {
    if (name == "h264") return jellyfish::video_codec::h264;
    if (name == "vp8") return jellyfish::video_codec::vp8;
    throw usage_error("invalid --video-codec: expected h264 or vp8");
}

jellyfish::room_config config_from(const invocation& args) {
    jellyfish::room_config config;
    if (const auto id = args.text("id")) config.room_id(*id);
    if (const auto most = args.number<std::uint32_t>("max-peers")) config.max_peers(*most);
    if (const auto codec = args.text("video-codec")) config.video_codec(codec_from(*codec));
    if (const auto url = args.text("webhook-url")) config.webhook_url(*url);
    if (const auto time = args.number<std::uint32_t>("peerless-purge-timeout", 1))
        config.peerless_purge_timeout(std::chrono::seconds(*time));
    if (const auto time = args.number<std::uint32_t>("peer-disconnected-timeout", 1))
        config.peer_disconnected_timeout(std::chrono::seconds(*time));
    return config;
}

asio::awaitable<void> run_create(const invocation& args) {
    const jellyfish::room_config config = config_from(args);
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto created = co_await api.create_room(config);
    if (args.json) {
        print_line(json_object()
                       .add("room", json_of(created.room))
                       .add("server_address", created.server_address)
                       .take());
    } else {
        print_fields({{"room", shown(created.room.id)}, {"server", shown(created.server_address)}});
    }
}

asio::awaitable<void> run_delete(const invocation& args) {
    const std::string& id = args.words[0];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_room(id);
    args.json ? print_line(json_object().add("deleted", "room").add("room_id", id).take())
              : print_line("Deleted room " + id);
}

void create_options(boost::program_options::options_description& to) {
    add_text_option(to, "id", "ID", "letters, digits and hyphens (default: a new UUID)");
    add_text_option(to, "max-peers", "N", "the maximum number of peers");
    add_text_option(to, "video-codec", "CODEC",
                    "h264 or vp8; HLS, RTSP and recording components require h264");
    add_text_option(to, "webhook-url", "URL", "where the server posts the room's notifications");
    add_text_option(to, "peerless-purge-timeout", "SECONDS",
                    "delete the room after SECONDS without peers");
    add_text_option(to, "peer-disconnected-timeout", "SECONDS",
                    "delete a peer after it is disconnected for SECONDS");
}

asio::awaitable<void> run_add_peer(const invocation& args) {
    const auto options =
        jellyfish::peer_options_webrtc().enable_simulcast(!args.has("no-simulcast"));
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    const auto added = co_await api.add_peer(args.words[0], options);
    if (args.json) {
        print_line(json_object()
                       .add("peer", json_of(added.peer))
                       .add("token", added.token)
                       .add("peer_websocket_url", added.peer_websocket_url)
                       .take());
    } else {
        print_fields({{"peer", shown(added.peer.id)},
                      {"token", shown(added.token)},
                      {"WebSocket", shown(added.peer_websocket_url)}});
    }
}

asio::awaitable<void> run_delete_peer(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    jellyfish::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.delete_peer(room, id);
    args.json
        ? print_line(
              json_object().add("deleted", "peer").add("room_id", room).add("peer_id", id).take())
        : print_line("Deleted peer " + id + " from room " + room);
}

void add_peer_options(boost::program_options::options_description& to) {
    add_flag(to, "no-simulcast", "have the peer send its video in one quality only");
}

}  // namespace

const std::vector<command>& room_commands() {
    static const std::vector<command> all{
        {"rooms", "", 0, 0, "list all rooms", "Prints a row, or a JSON object, for each room.",
         "jellyfish rooms\n"
         "jellyfish rooms --json | jq -r .id\n",
         no_options, run_rooms},
        {"room get", "ROOM", 1, 1, "show a room with its peers and components",
         "Of the webhook URL, only the host is shown: the rest may contain secrets.",
         "jellyfish room get my-room\n"
         "jellyfish room get my-room --json | jq '.peers[].id'\n",
         no_options, run_get},
        {"room create", "", 0, 0, "create a room",
         "Prints the room's id and the address of the server that hosts it. In a cluster\n"
         "that may be another node; use its address as --address in commands on this room.",
         "jellyfish room create\n"
         "jellyfish room create --id my-room --max-peers 10 --video-codec h264\n"
         "room=$(jellyfish room create --json | jq -r .room.id)\n",
         create_options, run_create},
        {"room delete", "ROOM", 1, 1, "delete a room and everything in it", "",
         "jellyfish room delete my-room\n"
         "jellyfish rooms --json | jq -r .id | xargs -n 1 jellyfish room delete\n",
         no_options, run_delete},
    };
    return all;
}

const std::vector<command>& peer_commands() {
    static const std::vector<command> all{
        {"peer add", "ROOM", 1, 1, "add a peer to a room and print its token",
         "Prints the peer's id, the token that the peer authenticates with (a secret,\n"
         "valid for 24 hours), and the WebSocket URL that it connects to. No other command\n"
         "prints a secret.",
         "jellyfish peer add my-room\n"
         "token=$(jellyfish peer add my-room --json | jq -r .token)\n",
         add_peer_options, run_add_peer},
        {"peer delete", "ROOM PEER", 2, 2, "delete a peer and close its connection", "",
         "jellyfish peer delete my-room 3f6f8aa3-9e4b-4c1e-9a52-1f6f5f0f3a51\n", no_options,
         run_delete_peer},
    };
    return all;
}

}  // namespace tool
