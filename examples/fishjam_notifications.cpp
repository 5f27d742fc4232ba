// Receives the notifications of Fishjam while an agent joins a room and leaves it.
#include <jellyfish/fishjam/fishjam.hpp>
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <variant>

#include <boost/asio.hpp>

namespace asio = boost::asio;
namespace fishjam = jellyfish::fishjam;

/// Prints the notifications about a room until its agent has left.
asio::awaitable<void> follow(jellyfish::notifier& notifier, fishjam::room_api& rooms,
                             const jellyfish::client_options& options, const std::string& room_id) {
    const auto added = co_await rooms.add_peer(room_id, fishjam::agent_peer_options());
    fishjam::agent agent{rooms.get_executor(), options, added.token, added.peer_websocket_url};
    co_await agent.connect();  // In a real service: a browser or a phone joins.

    while (const auto notification = co_await notifier.next_for(std::chrono::seconds(30))) {
        if (jellyfish::room_id_of(*notification) != room_id) continue;
        std::cout << "Received a notification: " << *notification << std::endl;
        if (std::holds_alternative<jellyfish::peer_connected>(*notification))
            co_await agent.close();
        if (std::holds_alternative<jellyfish::peer_disconnected>(*notification)) break;
    }
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    fishjam::room_api rooms{executor, options};
    co_await rooms.validate();
    std::cout << "The Fishjam id and the management token are valid" << std::endl;
    jellyfish::notifier notifier{executor, options};
    co_await notifier.connect();

    const auto room = co_await rooms.create_room(
        fishjam::room_config().room_type(fishjam::room_type::audio_only));
    std::exception_ptr failure;
    try {
        co_await follow(notifier, rooms, options, room.id);
    } catch (...) {
        failure = std::current_exception();  // A catch block cannot await.
    }
    if (failure) {  // Reported even when deleting the room fails too.
        co_await rooms.delete_room(room.id, asio::as_tuple(asio::use_awaitable));
        std::rethrow_exception(failure);
    }
    co_await rooms.delete_room(room.id);
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
