// Without exceptions: as_tuple makes the error code a part of the result.
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

    // Named first: some versions of g++ miscompile `auto [a, b] = co_await …`.
    const auto response = co_await rooms.get_room("no-such-room", as_tuple);
    const auto& [code, room] = response;
    if (code == jellyfish::condition::not_found)
        std::cout << "No such room\n";
    else if (code)
        std::cerr << code.message() << '\n';
    else
        std::cout << room << '\n';
}

int main() { return run_to_its_end(run()); }
