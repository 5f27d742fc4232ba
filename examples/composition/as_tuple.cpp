// Without exceptions: as_tuple gives the error code as a part of the result.
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> run() {
    jellyfish::room_api rooms{co_await asio::this_coro::executor,
                              jellyfish::client_options::from_environment()};

    // Named first: `auto [a, b] = co_await …` is miscompiled by some g++.
    const auto response = co_await rooms.get_room("no-such-room", as_tuple);
    const auto& [code, room] = response;
    if (code == jellyfish::condition::not_found)
        std::cout << "There is no such room\n";
    else if (code)
        std::cerr << code.message() << '\n';
    else
        std::cout << room << '\n';
}

int main() { return run_to_its_end(run()); }
