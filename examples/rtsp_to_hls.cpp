// Serves a camera as an HLS stream, until Ctrl-C: rtsp_to_hls URI, where URI is the camera's RTSP
// URI.
#include <jellyfish/jellyfish.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include <boost/asio.hpp>

namespace asio = boost::asio;

asio::awaitable<void> stream(jellyfish::notifier& notifier, jellyfish::room_api& rooms,
                             const jellyfish::create_room_result& in, std::string uri) {
    const auto hls = co_await rooms.add_component(in.room.id, jellyfish::component_options_hls());
    co_await rooms.add_component(in.room.id, jellyfish::component_options_rtsp(uri));

    const jellyfish::notification playable = jellyfish::hls_playable{in.room.id, id_of(hls)};
    const auto url = "http://" + in.server_address + "/hls/" + in.room.id + "/index.m3u8";
    while (const auto notification = co_await notifier.next()) {
        std::cout << jellyfish::name_of(*notification) << std::endl;
        if (*notification == playable) std::cout << "Play " << url << std::endl;
    }
}

asio::awaitable<void> run(std::string uri) {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::room_api rooms{executor, options};
    const auto notifier = std::make_shared<jellyfish::notifier>(executor, options);
    co_await notifier->connect();
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([notifier](auto...) { notifier->close(asio::detached); });  // Ends the loop.
    const auto created = co_await rooms.create_room(
        jellyfish::room_config().video_codec(jellyfish::video_codec::h264));
    const auto ended = co_await asio::co_spawn(executor, stream(*notifier, rooms, created, uri),
                                               asio::as_tuple(asio::use_awaitable));
    const auto deleted = co_await asio::co_spawn(executor, rooms.delete_room(created.room.id),
                                                 asio::as_tuple(asio::use_awaitable));
    for (const auto& failure : {std::get<0>(ended), std::get<0>(deleted)})
        if (failure) std::rethrow_exception(failure);  // The first one.
}

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: rtsp_to_hls URI\n";
        return 1;
    }
    asio::io_context context;
    auto done = asio::co_spawn(context, run(arguments[1]), asio::use_future);
    context.run();
    try {
        done.get();  // Rethrows the exception of run().
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
