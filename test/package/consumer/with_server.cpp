// A test as a user of the SDK would write it: connects to its own server, creates a room, receives
// the notification, closes.
#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

namespace {

asio::awaitable<std::vector<jellyfish::notification>> run(jellyfish::client_options options,
                                                          std::string& room_id) {
    const auto executor = co_await asio::this_coro::executor;
    jellyfish::notifier notifier{executor, options};
    co_await notifier.connect();

    jellyfish::room_api rooms{executor, options};
    const auto created = co_await rooms.create_room(jellyfish::room_config().max_peers(10));
    room_id = created.room.id;

    std::vector<jellyfish::notification> received;
    while (auto notification = co_await notifier.next()) {
        received.push_back(*notification);
        co_await notifier.close();
    }
    co_return received;
}

}  // namespace

int main() {
    const jellyfish::testing::server server;
    std::string room_id;
    std::vector<jellyfish::notification> received;

    asio::io_context context;
    asio::co_spawn(
        context, run(jellyfish::client_options().server_address(server.address()), room_id),
        [&received](std::exception_ptr failure, std::vector<jellyfish::notification> result) {
            if (failure) std::rethrow_exception(failure);
            received = std::move(result);
        });
    context.run();

    for (const auto& notification : received)
        std::cout << notification << '\n';
    const std::vector<jellyfish::notification> expected{jellyfish::room_created{room_id}};
    return received == expected ? EXIT_SUCCESS : EXIT_FAILURE;
}
