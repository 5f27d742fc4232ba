// Uses the SDK's compiled parts without a server: a connection that is refused must be reported.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>

namespace asio = boost::asio;

namespace {

bool rejected = false;

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;

    // Bound, but not listening: nobody else gets this port, and connections are refused.
    asio::ip::tcp::acceptor silent{executor};
    silent.open(asio::ip::tcp::v4());
    silent.bind({asio::ip::address_v4::loopback(), 0});
    const auto port = std::to_string(silent.local_endpoint().port());

    jellyfish::notifier notifier{executor,
                                 jellyfish::client_options().server_address("127.0.0.1:" + port)};
    try {
        co_await notifier.connect();
    } catch (const jellyfish::error& failure) {
        std::cout << failure.what() << '\n';
        rejected = failure.code() == jellyfish::errc::connect_failed;
    }
    co_await notifier.close();
}

}  // namespace

int main() {
    asio::io_context context;
    asio::co_spawn(context, run(), [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    });
    context.run();
    std::cout << jellyfish::room_created{"a room"} << '\n';
    return rejected ? EXIT_SUCCESS : EXIT_FAILURE;
}
