// Receives the webhook notifications of a room that is created, gets a peer, and is deleted.
// WEBHOOK_PORT is the port to listen on (default: any free port). Behind a proxy, WEBHOOK_URL is
// the URL at which the server reaches this program. If FISHJAM_WEBHOOK_SECRET is set, requests must
// be signed with it, as Fishjam does.
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <variant>

#include <boost/asio.hpp>
#include <boost/lexical_cast/try_lexical_convert.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run(jellyfish::webhook_options options) {
    auto executor = co_await asio::this_coro::executor;
    jellyfish::webhook_receiver receiver{executor, options};
    receiver.listen();

    auto config = jellyfish::room_config().webhook_url(receiver.url("127.0.0.1"));
    if (const char* url = std::getenv("WEBHOOK_URL")) config.webhook_url(url);

    jellyfish::room_api rooms{executor, jellyfish::client_options::from_environment()};
    auto created = co_await rooms.create_room(config);
    co_await rooms.add_peer(created.room.id);
    co_await rooms.delete_room(created.room.id);

    while (auto notification = co_await receiver.next_for(std::chrono::seconds(10))) {
        std::cout << "Received a notification: " << *notification << '\n';
        if (std::holds_alternative<jellyfish::room_deleted>(*notification)) break;
    }
    co_await receiver.close();

    auto stats = receiver.stats();
    std::cout << stats.received << " notifications, connections: " << stats.accepted << '\n';
}

int main() {
    try {
        int port = 0;  // An unsigned type would read -1 as 65535.
        const char* text = std::getenv("WEBHOOK_PORT");
        const bool read = !text || boost::conversion::try_lexical_convert(text, port);
        if (!read || port < 0 || port > 65'535)
            throw std::invalid_argument("invalid WEBHOOK_PORT: expected a number from 0 to 65535");
        asio::io_context context;
        auto options = jellyfish::webhook_options::from_environment();
        options.port(static_cast<std::uint16_t>(port));
        auto done = asio::co_spawn(context, run(options), asio::use_future);
        context.run();
        done.get();  // Rethrows the exception of run().
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
