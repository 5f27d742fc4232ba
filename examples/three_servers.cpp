// Manages a room and follows its notifications in the same way with each server: Jellyfish 0.5,
// Fishjam 0.6 and Fishjam Cloud. The environment selects the server.
#include <jellyfish/fishjam/room_api.hpp>
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <variant>

#include <boost/asio.hpp>

namespace asio = boost::asio;

/// Calls what only some servers have: HLS streams of Jellyfish, new tokens of Fishjam Cloud.
asio::awaitable<void> use_special_calls(const jellyfish::client& client, const std::string& room_id,
                                        const std::string& peer_id) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    jellyfish::room_api rooms{client};
    const auto hls =
        co_await rooms.add_component(room_id, jellyfish::component_options_hls(), token);
    jellyfish::fishjam::room_api fishjam_rooms{client};
    const auto refreshed = co_await fishjam_rooms.refresh_peer_token(room_id, peer_id, token);
    for (const auto& code : {std::get<0>(hls), std::get<0>(refreshed)}) {
        if (code && code != jellyfish::errc::not_supported) throw boost::system::system_error(code);
    }
    std::cout << (std::get<0>(hls) ? "No HLS streams" : "Added an HLS stream") << '\n'
              << (std::get<0>(refreshed) ? "No new tokens" : "Refreshed the peer's token") << '\n';
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    std::cout << "The API is that of " << options.server_api() << '\n';
    jellyfish::notifier notifier{executor, options};
    co_await notifier.connect();

    const jellyfish::client client{executor, options};
    jellyfish::room_api rooms{client};
    const auto created = co_await rooms.create_room(
        jellyfish::room_config().max_peers(10).video_codec(jellyfish::video_codec::h264));
    const std::string id = created.room.id;
    const auto added = co_await rooms.add_peer(id);
    co_await use_special_calls(client, id, added.peer.id);
    co_await rooms.delete_peer(id, added.peer.id);
    co_await rooms.delete_room(id);

    while (const auto notification = co_await notifier.next_for(std::chrono::seconds(10))) {
        if (jellyfish::room_id_of(*notification) != id) continue;
        std::cout << "Received a notification: " << jellyfish::name_of(*notification) << '\n';
        if (std::holds_alternative<jellyfish::room_deleted>(*notification)) break;
    }
    co_await notifier.close();
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
