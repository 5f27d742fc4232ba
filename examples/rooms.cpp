// Makes a room with a peer and an HLS stream of that peer, and cleans up, also when something goes
// wrong. The server is the one named by JELLYFISH_SERVER_ADDRESS.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

namespace {

/// What the service does in a room that exists.
asio::awaitable<void> stream_from(jellyfish::room_api& rooms, const std::string& room_id) {
    const auto added = co_await rooms.add_peer(room_id);
    std::cout << "Added " << added.peer << '\n';

    const auto options =
        jellyfish::component_options_hls().subscribe_mode(jellyfish::subscribe_mode::manual);
    const auto hls = co_await rooms.add_component(room_id, options);
    std::cout << "Added " << hls << '\n';

    const std::vector<std::string> origins{added.peer.id};
    co_await rooms.subscribe(room_id, id_of(hls), origins);
    std::cout << "The stream takes the tracks of peer " << added.peer.id << '\n';
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    jellyfish::room_api rooms{executor, jellyfish::client_options::from_environment()};

    const auto config =
        jellyfish::room_config().max_peers(10).video_codec(jellyfish::video_codec::h264);
    const auto created = co_await rooms.create_room(config);
    std::cout << "Created room " << created.room.id << " on " << created.server_address << '\n';

    // A catch block cannot await: what was thrown is kept until the room is gone.
    std::exception_ptr failure;
    try {
        co_await stream_from(rooms, created.room.id);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await rooms.delete_room(created.room.id);
    std::cout << "Deleted room " << created.room.id << '\n';
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

int main() {
    try {
        asio::io_context context;
        asio::co_spawn(context, run(), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
