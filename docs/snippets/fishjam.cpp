// The code blocks of docs/how_to/fishjam.md and servers.md, run against an in-process server.
#include <jellyfish/fishjam/fishjam.hpp>
#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;
namespace fishjam = jellyfish::fishjam;

namespace {

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// Servers

asio::awaitable<bool> has_hls(jellyfish::room_api& rooms, std::string room_id) {
    const auto result =
        co_await rooms.add_component(room_id, jellyfish::component_options_hls(), as_tuple);
    const auto code = std::get<0>(result);
    if (code && code != jellyfish::errc::not_supported) throw boost::system::system_error(code);
    co_return !code;
}

// Fishjam

jellyfish::client_options fishjam_cloud(std::string id, std::string management_token) {
    return jellyfish::client_options()
        .fishjam_id(std::move(id))
        .server_api_token(std::move(management_token));
}

asio::awaitable<void> run(jellyfish::client_options options) {
    const auto executor = co_await asio::this_coro::executor;
    fishjam::room_api rooms{executor, options};
    co_await rooms.validate();

    jellyfish::notifier notifier{executor, options};
    co_await notifier.connect();

    const auto room = co_await rooms.create_room(
        fishjam::room_config().room_type(fishjam::room_type::conference).max_peers(10));
    const auto added = co_await rooms.add_peer(
        room.id, fishjam::webrtc_peer_options().metadata(R"({"name":"Ann"})"));
    std::cout << "Created " << room.id << " with peer " << added.peer.id << '\n';

    while (const auto notification = co_await notifier.next()) {
        std::cout << "Received a notification: " << *notification << '\n';
        if (std::holds_alternative<jellyfish::room_deleted>(*notification)) break;
    }
    co_await notifier.close();
}

/// Waits until a room has a peer, and deletes it.
asio::awaitable<void> delete_rooms_with_peers(jellyfish::client_options options) {
    fishjam::room_api rooms{co_await asio::this_coro::executor, options};
    for (;;) {
        const auto all = co_await rooms.get_all_rooms();
        if (all.empty() || all.front().peers.empty()) continue;
        co_await rooms.delete_room(all.front().id);
        break;
    }
}

void test_with_fishjam() {
    jellyfish::testing::server server(
        jellyfish::testing::server_options().api(jellyfish::server_api::fishjam));
    asio::io_context context;
    auto done = asio::co_spawn(context, run(server.options()), asio::use_future);
    asio::co_spawn(context, delete_rooms_with_peers(server.options()), asio::detached);
    context.run();
    done.get();
}

asio::awaitable<void> expect_hls(jellyfish::client_options options, bool expected) {
    jellyfish::room_api rooms{co_await asio::this_coro::executor, options};
    const auto created = co_await rooms.create_room(
        jellyfish::room_config().video_codec(jellyfish::video_codec::h264));
    const bool found = co_await has_hls(rooms, created.room.id);
    if (found != expected) throw std::runtime_error("unexpected support of HLS");
}

asio::awaitable<void> expect_tracked(jellyfish::client_options options) {
    const auto executor = co_await asio::this_coro::executor;
    jellyfish::room_tracker tracker{executor, options};
    co_await tracker.start();
    jellyfish::room_api rooms{executor, options};
    const auto created = co_await rooms.create_room();
    co_await rooms.add_peer(created.room.id);
    for (;;) {  // Throws after 10 s without a change.
        const auto change = co_await tracker.next_for(std::chrono::seconds(10));
        if (change && change->room && change->room->peers.size() == 1) break;
    }
}

void test_servers() {
    for (const auto api : {jellyfish::server_api::jellyfish, jellyfish::server_api::fishjam}) {
        jellyfish::testing::server server(jellyfish::testing::server_options().api(api));
        asio::io_context context;
        const bool expected = api == jellyfish::server_api::jellyfish;
        auto streamed =
            asio::co_spawn(context, expect_hls(server.options(), expected), asio::use_future);
        context.run();
        streamed.get();
        auto tracked = asio::co_spawn(context, expect_tracked(server.options()), asio::use_future);
        context.restart();
        context.run();
        tracked.get();
    }
    if (fishjam_cloud("id", "token").server_api() != jellyfish::server_api::fishjam)
        throw std::runtime_error("the options are not those of Fishjam");
}

}  // namespace

int main() {
    try {
        test_with_fishjam();
        test_servers();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
