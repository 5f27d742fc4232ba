// asio::deferred: composes operations first, and starts them later as one.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <utility>

#include <boost/asio/deferred.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace asio = boost::asio;
using boost::system::error_code;

/// Returns an operation that creates and deletes a room; its signature is `void(error_code)`.
auto create_and_delete(jellyfish::room_api& rooms) {
    return rooms.create_room(
        jellyfish::room_config(),
        asio::deferred([&rooms](error_code code, const jellyfish::create_room_result& made) {
            return asio::deferred.when(!code)
                .then(rooms.delete_room(made.room.id, asio::deferred))
                .otherwise(asio::deferred.values(code));
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
