// Shows a live table of a server's rooms, until it is interrupted. The server is the one named by
// JELLYFISH_SERVER_ADDRESS.
#include <jellyfish/jellyfish.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace {

void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

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

asio::awaitable<void> close_when_interrupted(jellyfish::room_tracker& tracker) {
    asio::signal_set signals{co_await asio::this_coro::executor, SIGINT, SIGTERM};
    co_await signals.async_wait(asio::use_awaitable);
    co_await tracker.close();
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    jellyfish::room_tracker tracker{executor, jellyfish::client_options::from_environment()};
    asio::co_spawn(executor, close_when_interrupted(tracker), rethrow);

    co_await tracker.start();
    while (auto change = co_await tracker.next()) {
        std::cout << *change << '\n';
        // The table is shown when nothing more has changed for now.
        if (tracker.stats().queued == 0) print_table(tracker);
    }
}

}  // namespace

int main() {
    try {
        std::cout << std::unitbuf;  // Each line at once, also into a pipe.
        asio::io_context context;
        asio::co_spawn(context, run(), rethrow);
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
