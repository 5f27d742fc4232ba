// A clean shutdown: a signal closes the notifier. The loop handles the notifications received
// before and exits, and so does the program.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <csignal>
#include <memory>

#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    // Shared with the signal handler, which may be called after run() returns.
    const auto notifier = std::make_shared<jellyfish::notifier>(executor, options);
    co_await notifier->connect();
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([notifier](auto...) { notifier->close(asio::detached); });

    std::cout << "Ready\n";
    while (const auto notification = co_await notifier->next())
        std::cout << "Received a notification: " << *notification << '\n';
    std::cout << "Closed, with " << notifier->stats().queued << " notifications left\n";
}

int main() { return run_to_its_end(run()); }
