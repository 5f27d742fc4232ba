// asio::cancel_after: a time limit for any operation. Requires Boost 1.86.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await notifier.connect(asio::cancel_after(std::chrono::seconds(10), asio::use_awaitable));

    // A cancelled call has not taken a notification.
    const auto limited = co_await notifier.next(
        asio::cancel_after(std::chrono::milliseconds(50), asio::as_tuple(asio::use_awaitable)));
    if (std::get<0>(limited) == asio::error::operation_aborted)
        std::cout << "No notification within 50 ms\n";

    const auto created = co_await rooms.create_room(asio::cancel_after(std::chrono::seconds(5)));
    // asio::deferred is the default token of newer versions of Boost.
    if (const auto notification = co_await notifier.next(asio::deferred))
        std::cout << "Received a notification: " << *notification << '\n';
    co_await rooms.delete_room(created.room.id);
    co_await notifier.close();
}

int main() { return run_to_its_end(run()); }
