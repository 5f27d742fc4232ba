// A sandbox server with the API of Fishjam, to which each streamer of a livestream connects as soon
// as it has a token, as by WHIP.
#include <jellyfish/fishjam/livestream_api.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;
using namespace jellyfish;

namespace {

asio::awaitable<void> watch(testing::server& server) {
    const auto executor = co_await asio::this_coro::executor;
    fishjam::livestream_api livestreams(executor, server.options());
    asio::steady_timer pause(executor);
    for (;;) {
        const auto all = co_await livestreams.get_all_livestreams();
        for (const fishjam::livestream& each : all) {
            for (const fishjam::streamer& sender : each.streamers)
                server.connect_streamer(sender.token);
        }
        pause.expires_after(std::chrono::milliseconds(20));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace

int main() {
    try {
        testing::server server(testing::server_options().api(server_api::fishjam));
        std::cout << "Listening on " << server.fishjam_url() << std::endl;
        asio::io_context context;
        asio::co_spawn(context, watch(server), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
