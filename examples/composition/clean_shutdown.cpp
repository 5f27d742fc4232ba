// A clean shutdown: a signal closes the notifier, the loop hands out what was received before and
// ends by itself, and so does the program.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <csignal>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

asio::awaitable<void> close_at_a_signal(jellyfish::notifier& notifier) {
    asio::signal_set signals{co_await asio::this_coro::executor, SIGINT, SIGTERM};
    co_await signals.async_wait(asio::use_awaitable);
    co_await notifier.close();
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    jellyfish::notifier notifier{executor, jellyfish::client_options::from_environment()};
    co_await notifier.connect();
    asio::co_spawn(executor, close_at_a_signal(notifier), rethrow);

    std::cout << "Ready\n";
    while (const auto notification = co_await notifier.next())
        std::cout << "Received a notification: " << *notification << '\n';
    std::cout << "Closed, with " << notifier.stats().queued << " notifications left\n";
}

int main() { return run_to_its_end(run()); }
