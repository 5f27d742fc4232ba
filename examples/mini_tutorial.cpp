// The mini tutorial: a video file becomes an HLS stream. A room gets an HLS component that takes
// only what it is told to, and a component that plays a file; the first is subscribed to the
// second, and the stream can be played when the server says so. The server needs the file
// video.h264 in its file_component_sources.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await notifier.connect();

    const auto created = co_await rooms.create_room(
        jellyfish::room_config().video_codec(jellyfish::video_codec::h264));
    const std::string room_id = created.room.id;
    const auto hls = co_await rooms.add_component(
        room_id,
        jellyfish::component_options_hls().subscribe_mode(jellyfish::subscribe_mode::manual));
    const auto file =
        co_await rooms.add_component(room_id, jellyfish::component_options_file("video.h264"));

    const std::vector<std::string> origins{jellyfish::id_of(file)};
    co_await rooms.subscribe(room_id, jellyfish::id_of(hls), origins);

    while (const auto notification = co_await notifier.next()) {
        std::cout << jellyfish::name_of(*notification) << '\n';
        if (std::holds_alternative<jellyfish::hls_playable>(*notification)) break;
    }
    std::cout << "Play http://" << created.server_address << "/hls/" << room_id << "/index.m3u8\n";

    co_await rooms.delete_room(room_id);
    co_await notifier.close();
}

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
