// Receives a server's notifications and metrics while a room lives: it is created, a peer joins it
// and leaves, and it is deleted again. The server is the one named by JELLYFISH_SERVER_ADDRESS.
#include <jellyfish/jellyfish.hpp>

#include "peer_client.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

namespace {

void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

/// Creates a room and lets a peer join it over the peer's own socket and leave.
asio::awaitable<void> hold_meeting(jellyfish::room_api& rooms) {
    const auto created = co_await rooms.create_room(jellyfish::room_config().max_peers(10));
    const auto added = co_await rooms.add_peer(created.room.id);

    peer_client peer{co_await asio::this_coro::executor};
    co_await peer.join(added.peer_websocket_url, added.token);
    co_await peer.leave();
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();

    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};

    int reports = 0;
    asio::steady_timer two_reports{executor, std::chrono::seconds(10)};
    notifier.on_metrics([&](const jellyfish::metrics_report& report) {
        std::cout << "Received WebRTC metrics: " << report << '\n';
        if (++reports == 2) two_reports.cancel();
    });

    co_await notifier.connect();
    asio::co_spawn(executor, hold_meeting(rooms), rethrow);

    while (auto notification = co_await notifier.next()) {
        std::cout << "Received a notification: " << *notification << '\n';
        if (auto* left = std::get_if<jellyfish::peer_disconnected>(&*notification))
            co_await rooms.delete_room(left->room_id);
        if (std::holds_alternative<jellyfish::room_deleted>(*notification)) break;
    }

    if (reports < 2) co_await two_reports.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await notifier.close();
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
