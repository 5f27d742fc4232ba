// Receives webhook notifications: has the server post those of one room here, while the room is
// created, gets a peer, and is deleted. The server is the one named by JELLYFISH_SERVER_ADDRESS.
//
// WEBHOOK_PORT is the port to listen on, by default any that is free. WEBHOOK_URL is what to give
// to the server when it reaches this program at another address: behind a proxy.
#include <jellyfish/jellyfish.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run(jellyfish::webhook_options options) {
    auto executor = co_await asio::this_coro::executor;
    jellyfish::webhook_receiver receiver{executor, options};
    co_await receiver.listen();

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

namespace {

jellyfish::webhook_options options_from_environment() {
    jellyfish::webhook_options options;
    if (const char* text = std::getenv("WEBHOOK_PORT")) {
        const std::string_view digits = text;
        std::uint16_t port = 0;
        const auto end = digits.data() + digits.size();
        if (const auto read = std::from_chars(digits.data(), end, port);
            read.ec != std::errc() || read.ptr != end)
            throw std::runtime_error("WEBHOOK_PORT is no port from 0 to 65535");
        options.port(port);
    }
    return options;
}

}  // namespace

int main() {
    try {
        asio::io_context context;
        asio::co_spawn(context, run(options_from_environment()), [](std::exception_ptr failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
