// Creates a room with a peer and an HLS stream of that peer, and cleans up after any exception.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <boost/asio.hpp>

namespace asio = boost::asio;

/// The work of the service in an existing room.
asio::awaitable<void> stream_from(jellyfish::room_api& rooms, const std::string& room_id) {
    const auto added = co_await rooms.add_peer(room_id);
    std::cout << "Added " << added.peer << '\n';

    const auto hls = co_await rooms.add_component(
        room_id,
        jellyfish::component_options_hls().subscribe_mode(jellyfish::subscribe_mode::manual));
    std::cout << "Added " << hls << '\n';

    const std::vector origins{added.peer.id};
    co_await rooms.subscribe(room_id, jellyfish::id_of(hls), origins);
    std::cout << "The stream subscribed to the tracks of peer " << added.peer.id << '\n';
}

asio::awaitable<void> run() {
    jellyfish::room_api rooms{co_await asio::this_coro::executor,
                              jellyfish::client_options::from_environment()};
    const auto created = co_await rooms.create_room(
        jellyfish::room_config().max_peers(10).video_codec(jellyfish::video_codec::h264));
    std::cout << "Created room " << created.room.id << " on " << created.server_address << '\n';

    std::exception_ptr failure;
    try {
        co_await stream_from(rooms, created.room.id);
    } catch (...) {
        failure = std::current_exception();  // A catch block cannot await.
    }
    if (failure) {  // Reported even when deleting the room fails too.
        co_await rooms.delete_room(created.room.id, asio::as_tuple(asio::use_awaitable));
        std::rethrow_exception(failure);
    }
    co_await rooms.delete_room(created.room.id);
    std::cout << "Deleted room " << created.room.id << '\n';
}

int main() {
    asio::io_context context;
    auto done = asio::co_spawn(context, run(), asio::use_future);
    context.run();
    try {
        done.get();  // Rethrows the exception of run().
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
