// Creates a livestream of Fishjam with a streamer and a viewer, waits until the streamer sends, and
// deletes the livestream. Ctrl-C ends the wait.
#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/jellyfish.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <variant>

#include <boost/asio.hpp>

namespace asio = boost::asio;
namespace fishjam = jellyfish::fishjam;

/// Waits for the streamer of a livestream, or until the notifier is closed. With the sandbox, the
/// control `connect_streamer` connects one: see docs/how_to/testing.md.
asio::awaitable<void> stream(jellyfish::notifier& notifier, fishjam::livestream_api& livestreams,
                             const std::string& id) {
    const auto streamer = co_await livestreams.create_streamer(id);
    const auto viewer = co_await livestreams.create_viewer(id);
    std::cout << "Token to send by WHIP: " << streamer.token << '\n'
              << "Token to watch by WHEP: " << viewer.token << std::endl;
    while (const auto notification = co_await notifier.next()) {
        const auto* connected = std::get_if<jellyfish::streamer_connected>(&*notification);
        if (connected == nullptr || connected->stream_id != id) continue;
        std::cout << "The streamer has connected" << std::endl;
        break;
    }
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    // Shared with the signal handler, which may be called after run() returns.
    const auto notifier = std::make_shared<jellyfish::notifier>(executor, options);
    co_await notifier->connect();
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    signals.async_wait([notifier](auto...) { notifier->close(asio::detached); });  // Ends the loop.

    fishjam::livestream_api livestreams{executor, options};
    const auto created =
        co_await livestreams.create_livestream(fishjam::livestream_config().audio_only(true));
    std::exception_ptr failure;
    try {
        co_await stream(*notifier, livestreams, created.id);
    } catch (...) {
        failure = std::current_exception();  // A catch block cannot await.
    }
    if (failure) {  // Reported even when deleting the livestream fails too.
        co_await livestreams.delete_livestream(created.id, asio::as_tuple(asio::use_awaitable));
        std::rethrow_exception(failure);
    }
    co_await livestreams.delete_livestream(created.id);
    std::cout << "Deleted the livestream" << std::endl;
    co_await notifier->close();
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
