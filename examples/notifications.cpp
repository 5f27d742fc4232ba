// Receives a server's notifications and metrics while a peer joins a room, stays for two metrics
// reports, and leaves. If the program is interrupted, the server purges the room.
#include <jellyfish/jellyfish.hpp>

#include "peer_client.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{
        executor, options,
        jellyfish::notifier_options().events(
            {jellyfish::event_type::server_notification, jellyfish::event_type::metrics})};
    co_await notifier.connect();

    jellyfish::room_api rooms{executor, options};
    const auto created = co_await rooms.create_room(
        jellyfish::room_config().peerless_purge_timeout(std::chrono::minutes(1)));
    const auto added = co_await rooms.add_peer(created.room.id);
    peer_client peer{executor};  // In a real service: a browser or a phone.
    co_await peer.join(added.peer_websocket_url, added.token);

    int reports = 0;
    while (const auto notification = co_await notifier.next_for(std::chrono::seconds(30))) {
        if (const auto* report = std::get_if<jellyfish::metrics_report>(&*notification)) {
            std::cout << "Received WebRTC metrics: " << *report << std::endl;
            if (++reports == 2) co_await peer.leave();
            continue;
        }
        std::cout << "Received a notification: " << *notification << std::endl;
        if (jellyfish::room_id_of(*notification) != created.room.id) continue;
        if (std::holds_alternative<jellyfish::peer_disconnected>(*notification))
            co_await rooms.delete_room(created.room.id);
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
