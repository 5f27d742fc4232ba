#include <jellyfish/jellyfish.hpp>

#include <exception>
#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    auto executor = co_await asio::this_coro::executor;
    jellyfish::client_options options;  // localhost:5002, token "development", no TLS
    jellyfish::notifier notifier{executor, options};
    notifier.on_metrics([](const jellyfish::metrics_report& report) {
        std::cout << "Received WebRTC metrics: " << report << std::endl;
    });

    co_await notifier.connect();

    jellyfish::room_api rooms{executor, options};
    auto created = co_await rooms.create_room(jellyfish::room_config().max_peers(10));
    std::cout << "Created " << created.room.id << " on " << created.server_address << std::endl;

    while (auto notification = co_await notifier.next())
        std::cout << "Received a notification: " << *notification << std::endl;
}

int main() {
    asio::io_context context;
    asio::co_spawn(context, run(), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    try {
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
