#include <jellyfish/fishjam/moq_api.hpp>
#include <jellyfish/fishjam/room_api.hpp>

#include "command.hpp"
#include "json_line.hpp"
#include "output.hpp"

#include <boost/asio/this_coro.hpp>

namespace tool {
namespace {

namespace fishjam = jellyfish::fishjam;

/// Prints a token, which is the last member of the object.
void print_token(const invocation& args, json_object object, const std::string& token) {
    args.json ? print_line(object.add("token", token).take())
              : print_fields({{"token", shown(token)}});
}

}  // namespace

asio::awaitable<void> validate(const invocation& args) {
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.validate();
    print_result(args, json_object().add("valid", true), "The Fishjam id and the token are valid");
}

asio::awaitable<void> create_streamer_token(const invocation& args) {
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    const auto token = co_await api.create_streamer_token(args.words[0]);
    print_token(args, json_object().add("room_id", args.words[0]), token);
}

asio::awaitable<void> create_viewer_token(const invocation& args) {
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    const auto token = co_await api.create_viewer_token(args.words[0]);
    print_token(args, json_object().add("room_id", args.words[0]), token);
}

asio::awaitable<void> forward_tracks(const invocation& args) {
    const std::string& room = args.words[0];
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.forward_tracks(room, args.words[1]);
    print_result(args, json_object().add("forwarded", "tracks").add("room_id", room),
                 "The tracks of room " + room + " are forwarded");
}

asio::awaitable<void> refresh_peer_token(const invocation& args) {
    const std::string& room = args.words[0];
    const std::string& id = args.words[1];
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    const auto token = co_await api.refresh_peer_token(room, id);
    print_token(args, json_object().add("room_id", room).add("peer_id", id), token);
}

asio::awaitable<void> subscribe_peer(const invocation& args) {
    const std::string& id = args.words[1];
    const std::string& other = args.words[2];
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.subscribe_peer(args.words[0], id, other);
    print_result(
        args,
        json_object().add("room_id", args.words[0]).add("peer_id", id).add("other_peer_id", other),
        "Peer " + id + " subscribed to peer " + other);
}

asio::awaitable<void> subscribe_tracks(const invocation& args) {
    const std::string& id = args.words[1];
    const std::vector<std::string> tracks(args.words.begin() + 2, args.words.end());
    fishjam::room_api api{co_await asio::this_coro::executor, args.client};
    co_await api.subscribe_tracks(args.words[0], id, tracks);
    print_result(
        args,
        json_object()
            .add("room_id", args.words[0])
            .add("peer_id", id)
            .add("track_ids",
                 json_array(tracks, [](const std::string& each) { return json_of(each); })),
        "Peer " + id + " subscribed to " + std::to_string(tracks.size()) +
            (tracks.size() == 1 ? " track" : " tracks"));
}

asio::awaitable<void> create_moq_access(const invocation& args) {
    fishjam::moq_access_config config;
    if (const auto path = args.text("publish-path")) config.publish_path(*path);
    if (const auto path = args.text("subscribe-path")) config.subscribe_path(*path);
    if (!config.publish_path() && !config.subscribe_path())
        throw usage_error("moq access requires --publish-path or --subscribe-path");
    fishjam::moq_api api{co_await asio::this_coro::executor, args.client};
    const auto access = co_await api.create_access(config);
    if (args.json) {
        print_line(json_object()
                       .add("connection_url", access.connection_url)
                       .add("token", access.token)
                       .take());
    } else {
        print_fields(
            {{"connection URL", shown(access.connection_url)}, {"token", shown(access.token)}});
    }
}

}  // namespace tool
