// Joins a room of Fishjam as an agent and repeats what the other peers say, until Ctrl-C.
//
//   fishjam_agent [ROOM_ID]    default: a new room
#include <jellyfish/fishjam/fishjam.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;
namespace fishjam = jellyfish::fishjam;

asio::awaitable<void> run(std::string room_id) {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    fishjam::room_api rooms{executor, options};
    if (room_id.empty()) room_id = (co_await rooms.create_room()).id;
    const auto added = co_await rooms.add_peer(room_id, fishjam::agent_peer_options());
    // Shared with the signal handler, which may be called after run() returns.
    const auto agent =
        std::make_shared<fishjam::agent>(executor, options, added.token, added.peer_websocket_url);

    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([agent](auto...) { agent->close(asio::detached); });  // Ends the loop.

    co_await agent->connect();
    const std::string track = agent->add_track();
    std::cout << "Joined room " << room_id << std::endl;

    std::size_t packets = 0;
    while (const auto event = co_await agent->next()) {  // Ends when the agent is closed.
        if (const auto* audio = std::get_if<fishjam::track_data>(&*event)) {
            if (++packets == 1) std::cout << "Received " << *audio << std::endl;
            co_await agent->send(track, asio::buffer(audio->data));
        } else {
            std::cout << "Received " << *event << std::endl;
        }
    }
    co_await rooms.delete_peer(room_id, added.peer.id);
    std::cout << "Repeated " << packets << " packets" << std::endl;
}

int main(int count, char** arguments) {
    asio::io_context context;
    auto done = asio::co_spawn(context, run(count > 1 ? arguments[1] : ""), asio::use_future);
    context.run();
    try {
        done.get();  // Rethrows the exception of run().
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
