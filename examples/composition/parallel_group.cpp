// A parallel group: several concurrent calls over several connections, with one combined result.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <tuple>

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    jellyfish::room_api rooms{co_await asio::this_coro::executor,
                              jellyfish::client_options::from_environment()};
    const auto first = co_await rooms.create_room();
    const auto second = co_await rooms.create_room();

    // The first element is the order of completion; then each result follows its exception, which
    // is null after a success.
    const auto results =
        co_await asio::experimental::make_parallel_group(
            rooms.get_room(first.room.id, asio::deferred),
            rooms.get_room(second.room.id, asio::deferred), rooms.get_all_rooms(asio::deferred))
            .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    const auto& [order, failure1, room1, failure2, room2, failure3, all] = results;
    if (!failure1 && !failure2 && !failure3)
        std::cout << "Got " << (room1.id == first.room.id) + (room2.id == second.room.id)
                  << " rooms and a list of them concurrently\n";

    co_await rooms.delete_room(first.room.id);
    co_await rooms.delete_room(second.room.id);
}

int main() { return run_to_its_end(run()); }
