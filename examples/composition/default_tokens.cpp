// Default tokens: the executors of timers, sockets and the SDK's objects may carry one. Without it,
// the SDK's operations default to use_awaitable.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>
#include <exception>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

using awaitable_timer = asio::use_awaitable_t<>::as_default_on_t<asio::steady_timer>;
using deferred_timer = asio::deferred_t::as_default_on_t<asio::steady_timer>;
using tuple_room_api =
    asio::as_tuple_t<asio::use_awaitable_t<>>::as_default_on_t<jellyfish::room_api>;

/// Returns whether a notification arrives within `limit`: awaits two operations as one.
asio::awaitable<bool> comes_within(jellyfish::notifier& notifier, std::chrono::milliseconds limit) {
    deferred_timer timer{notifier.get_executor(), limit};
    const auto results = co_await asio::experimental::make_parallel_group(
                             notifier.wait(asio::deferred), timer.async_wait())
                             .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    const auto& [order, waited, timed] = results;
    if (order.front() != 0) co_return false;
    if (waited) std::rethrow_exception(waited);
    co_return true;
}

asio::awaitable<void> run() {
    awaitable_timer timer{co_await asio::this_coro::executor};
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{timer.get_executor(), options};
    tuple_room_api rooms{timer.get_executor(), options};
    co_await notifier.connect();

    timer.expires_after(std::chrono::milliseconds(50));
    const auto first = co_await (notifier.next() || timer.async_wait());
    if (first.index() == 1) std::cout << "No notification within 50 ms\n";

    const auto response = co_await rooms.create_room();  // The error code, and the result.
    const auto& [code, created] = response;
    if (code) throw boost::system::system_error(code, "create a room");
    const bool came = co_await comes_within(notifier, std::chrono::seconds(10));
    if (came) std::cout << "Received a notification: " << notifier.try_next().value() << '\n';
    co_await rooms.delete_room(created.room.id);
    co_await notifier.close();
}

int main() { return run_to_its_end(run()); }
