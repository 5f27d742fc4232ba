// asio::deferred: composes operations first, and starts them later as one.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <exception>
#include <utility>

#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

/// Returns an operation that creates and deletes a room; its signature is
/// `void(std::exception_ptr)`.
auto create_and_delete(jellyfish::room_api& rooms) {
    return rooms.create_room(asio::deferred(
        [&rooms](std::exception_ptr failure, const jellyfish::create_room_result& made) {
            return asio::deferred.when(!failure)
                .then(rooms.delete_room(made.room.id, asio::deferred))
                .otherwise(asio::deferred.values(failure));
        }));
}

asio::awaitable<void> run() {
    jellyfish::room_api rooms{co_await asio::this_coro::executor,
                              jellyfish::client_options::from_environment()};
    auto operation = create_and_delete(rooms);  // Not started yet.
    co_await std::move(operation)(asio::use_awaitable);
    std::cout << "Created and deleted a room\n";
}

int main() { return run_to_its_end(run()); }
