// One coroutine for each room. The loop takes `room_created` and starts a coroutine with a view,
// which from then on takes all notifications about the room.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <exception>
#include <utility>
#include <variant>

#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

asio::awaitable<void> follow(jellyfish::notification_view room) {
    int count = 0;
    while (const auto notification = co_await room.next()) {
        ++count;
        if (std::holds_alternative<jellyfish::room_deleted>(*notification)) break;
        if (std::holds_alternative<jellyfish::room_crashed>(*notification)) break;
    }
    std::cout << "A room was deleted after " << count << " notifications\n";
}

asio::awaitable<void> create_and_delete_room(jellyfish::room_api& rooms) {
    const auto created = co_await rooms.create_room();
    co_await rooms.add_peer(created.room.id);
    co_await rooms.delete_room(created.room.id);
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await notifier.connect();
    co_await create_and_delete_room(rooms);
    co_await create_and_delete_room(rooms);

    int expected = 2;
    const auto on_end = [&](std::exception_ptr failure) {
        rethrow(failure);
        if (--expected == 0) notifier.close(asio::detached);  // Ends the loop. Reports no errors.
    };
    while (const auto notification = co_await notifier.next()) {
        if (const auto* created = std::get_if<jellyfish::room_created>(&*notification))
            asio::co_spawn(executor, follow(notifier.view_of_room(created->room_id)), on_end);
    }
}

int main() { return run_to_its_end(run()); }
