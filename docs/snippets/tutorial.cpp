#include <jellyfish/jellyfish.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <memory>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

void print(const jellyfish::notification& value) {
    std::visit(jellyfish::overloaded{
                   [](const jellyfish::peer_added& added) {
                       std::cout << "peer " << added.peer_id << " was added\n";
                   },
                   [](const jellyfish::room_deleted& deleted) {
                       std::cout << "room " << deleted.room_id << " was deleted\n";
                   },
                   [](const auto& other) { std::cout << other << '\n'; },
               },
               value);
}

asio::awaitable<void> use_a_room(jellyfish::room_api& rooms) {
    const auto created = co_await rooms.create_room(jellyfish::room_config().max_peers(10));
    const auto added = co_await rooms.add_peer(created.room.id);
    std::cout << "The client connects to " << added.peer_websocket_url << " with its token\n";
    co_await rooms.delete_room(created.room.id);
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();

    const auto notifier = std::make_shared<jellyfish::notifier>(executor, options);
    co_await notifier->connect();
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([notifier](auto...) { notifier->close(asio::detached); });

    jellyfish::room_api rooms{executor, options};
    co_await use_a_room(rooms);

    while (auto notification = co_await notifier->next())
        print(*notification);
    std::cout << "Closed\n";
}

int main() {
    std::cout << std::unitbuf;
    asio::io_context context;
    auto done = asio::co_spawn(context, run(), asio::use_future);
    context.run();
    try {
        done.get();  // Rethrows the exception of run().
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
