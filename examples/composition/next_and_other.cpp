// `next() && other`: waits for a notification and for the call that causes it, concurrently.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <tuple>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await notifier.connect();

    // Named first: some versions of g++ miscompile `auto [a, b] = co_await …`.
    const auto both = co_await (notifier.next() && rooms.create_room());
    const auto& [notification, created] = both;
    if (notification && jellyfish::room_id_of(*notification) == created.room.id)
        std::cout << "The notification is about the created room\n";

    co_await rooms.delete_room(created.room.id);
    co_await notifier.close();
}

int main() { return run_to_its_end(run()); }
