// Shows a live table of a server's WebRTC metrics: one row for each peer, component and track,
// updated with each report, until Ctrl-C.
//
//   metrics [REPORTS]    exits after that many reports that contain a row
#include <jellyfish/jellyfish.hpp>

#include "metrics_table.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <variant>

#include <boost/asio.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run(unsigned long requested) {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    // Shared with the signal handler, which may be called after run() returns.
    const auto notifier = std::make_shared<jellyfish::notifier>(
        executor, options, jellyfish::notifier_options().events({jellyfish::event_type::metrics}));
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([notifier](auto...) { notifier->close(asio::detached); });  // Ends the loop.

    co_await notifier->connect();
    for (unsigned long shown = 0; requested == 0 || shown < requested;) {
        const auto notification = co_await notifier->next();
        if (!notification) break;
        if (const auto* report = std::get_if<jellyfish::metrics_report>(&*notification)) {
            std::cout << (isatty(STDOUT_FILENO) ? "\033[H\033[2J" : "\n");
            if (print_metrics_table(std::cout, jellyfish::parse_metrics(*report)) > 0) ++shown;
            std::cout << std::flush;
        } else {
            std::cerr << *notification << '\n';  // The connection was lost, or restored.
        }
    }
}

int main(int count, char** arguments) {
    try {
        asio::io_context context;
        const unsigned long requested = count > 1 ? std::stoul(arguments[1]) : 0;
        auto done = asio::co_spawn(context, run(requested), asio::use_future);
        context.run();
        done.get();  // Rethrows the exception of run().
        return EXIT_SUCCESS;
    } catch (const jellyfish::error& failure) {
        if (failure.code() == jellyfish::errc::closed) return EXIT_SUCCESS;  // While connecting.
        std::cerr << failure.what() << '\n';
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
    }
    return EXIT_FAILURE;
}
