// A user's file: the example of README.md.
#include <jellyfish/jellyfish.hpp>

#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

asio::awaitable<void> print_notifications() {
    jellyfish::client_options options;
    jellyfish::notifier notifier(co_await asio::this_coro::executor, options);
    jellyfish::room_api rooms(co_await asio::this_coro::executor, options);
    co_await notifier.connect();
    const auto created = co_await rooms.create_room();
    co_await rooms.add_peer(created.room.id);
    while (const auto notification = co_await notifier.next())
        std::cout << *notification << '\n';
}

int main() {
    asio::io_context context;
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code&, int) { context.stop(); });
    asio::co_spawn(context, print_notifications(), asio::detached);
    context.run();
}
