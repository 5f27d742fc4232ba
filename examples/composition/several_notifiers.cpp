// Several notifiers in one thread, for example for several servers: each has its own coroutine.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <string>
#include <variant>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

asio::awaitable<void> print_until_deleted(std::string name, jellyfish::notifier& notifier) {
    while (const auto notification = co_await notifier.next()) {
        std::cout << name << ": " << jellyfish::name_of(*notification) << '\n';
        if (std::holds_alternative<jellyfish::room_deleted>(*notification)) break;
    }
    co_await notifier.close();
}

asio::awaitable<void> create_and_delete_a_room(jellyfish::room_api& rooms) {
    const auto created = co_await rooms.create_room();
    co_await rooms.delete_room(created.room.id);
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier first{executor, options};
    jellyfish::notifier second{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await first.connect();
    co_await second.connect();
    co_await (print_until_deleted("first", first) && print_until_deleted("second", second) &&
              create_and_delete_a_room(rooms));
}

int main() { return run_to_its_end(run()); }
