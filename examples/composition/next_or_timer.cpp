// `next() || timer`: waits for a notification for a limited time. Nothing is lost: a cancelled
// next() has not taken a notification. `||` waits for the first success: if the session fails,
// it completes only when the timer expires. `next_for()` reports that failure at once, and an
// expired limit as errc::timeout.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

asio::awaitable<std::optional<jellyfish::notification>> next_within(
    jellyfish::notifier& notifier, std::chrono::milliseconds limit) {
    asio::steady_timer timer{co_await asio::this_coro::executor, limit};
    auto first = co_await (notifier.next() || timer.async_wait(asio::use_awaitable));
    if (first.index() == 1) co_return std::nullopt;
    co_return std::get<0>(std::move(first));
}

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    co_await notifier.connect();

    const auto nothing = co_await next_within(notifier, std::chrono::milliseconds(50));
    if (!nothing) std::cout << "No notification within 50 ms\n";

    const auto created = co_await rooms.create_room();
    if (const auto notification = co_await next_within(notifier, std::chrono::seconds(10)))
        std::cout << "Received a notification: " << *notification << '\n';
    co_await rooms.delete_room(created.room.id);
    co_await notifier.close();
}

int main() { return run_to_its_end(run()); }
