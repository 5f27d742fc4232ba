// Shows a live table of what a server's media engine counts: for each room, peer, component and
// track, renewed with each report, until it is interrupted. The server is the one named by
// JELLYFISH_SERVER_ADDRESS.
//
//   metrics [REPORTS]    ends after so many reports that had a row
#include <jellyfish/jellyfish.hpp>

#include "metrics_table.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <unistd.h>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace asio = boost::asio;

namespace {

asio::awaitable<void> run(jellyfish::notifier& notifier, unsigned long reports) {
    co_await notifier.connect();
    unsigned long shown = 0;
    while (auto notification = co_await notifier.next()) {
        if (auto* report = std::get_if<jellyfish::metrics_report>(&*notification)) {
            std::cout << (isatty(STDOUT_FILENO) ? "\033[H\033[2J" : "\n");
            if (print_metrics_table(std::cout, jellyfish::parse_metrics(*report)) > 0) ++shown;
            std::cout << std::flush;
            if (reports > 0 && shown >= reports) break;
        } else {
            std::cerr << *notification << '\n';  // The connection was lost, or restored.
        }
    }
    co_await notifier.close();
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const unsigned long reports = count > 1 ? std::stoul(arguments[1]) : 0;
        asio::io_context context;
        jellyfish::notifier notifier{context.get_executor(),
                                     jellyfish::client_options::from_environment(),
                                     jellyfish::notifier_options().events(false, true)};
        asio::signal_set signals{context, SIGINT, SIGTERM};
        bool interrupted = false;
        signals.async_wait([&](boost::system::error_code failure, int) {
            if (failure) return;
            interrupted = true;
            notifier.close([](boost::system::error_code) {});
        });
        asio::co_spawn(context, run(notifier, reports), [&](std::exception_ptr failure) {
            signals.cancel();
            if (failure && !interrupted) std::rethrow_exception(failure);
        });
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
