// Shows a live table of a server's rooms, until Ctrl-C.
#include <jellyfish/jellyfish.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

void print_table(const jellyfish::room_tracker& tracker) {
    std::cout << "\nroom                                 peers connected components\n";
    for (const jellyfish::room& room : tracker.rooms()) {
        const auto connected = std::ranges::count(room.peers, jellyfish::peer_status::connected,
                                                  &jellyfish::peer::status);
        std::cout << std::left << std::setw(36) << room.id << std::right << std::setw(6)
                  << room.peers.size() << std::setw(10) << connected << std::setw(11)
                  << room.components.size() << '\n';
    }
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    // Shared with the signal handler, which may be called after run() returns.
    const auto tracker = std::make_shared<jellyfish::room_tracker>(executor, options);
    co_await tracker->start();
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([tracker](auto...) { tracker->close(asio::detached); });  // Ends the loop.

    std::cout << std::unitbuf << "Following the rooms of " << options.server_address() << '\n';
    while (const auto change = co_await tracker->next()) {
        std::cout << *change << '\n';
        // Prints the table once all pending changes are handled.
        if (tracker->stats().queued == 0) print_table(*tracker);
    }
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
