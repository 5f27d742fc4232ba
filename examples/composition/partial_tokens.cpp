// Adapters without an inner token: newer versions of Boost use the executor's default token, which
// is asio::deferred. Requires Boost 1.86.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await notifier.connect(asio::cancel_after(std::chrono::seconds(10)));

    const auto limited =
        co_await notifier.next(asio::cancel_after(std::chrono::milliseconds(50), asio::as_tuple));
    if (std::get<0>(limited) == asio::error::operation_aborted)
        std::cout << "No notification within 50 ms\n";

    const auto missing = co_await rooms.get_room("no-such-room", asio::as_tuple);
    if (std::get<0>(missing) == jellyfish::condition::not_found) std::cout << "No such room\n";

    // A timer without a token returns a deferred operation, too.
    const auto created = co_await rooms.create_room();
    asio::steady_timer timer{executor, std::chrono::seconds(10)};
    auto first = co_await asio::experimental::make_parallel_group(notifier.next(asio::deferred),
                                                                  timer.async_wait())
                     .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (const auto notification = std::get<2>(std::move(first)))
        std::cout << "Received a notification: " << *notification << '\n';
    co_await rooms.delete_room(created.room.id);
    co_await notifier.close();
}

int main() { return run_to_its_end(run()); }
