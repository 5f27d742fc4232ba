// A sandbox server in which every HLS stream becomes playable as soon as its room has content, as
// on a server with media.
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <set>
#include <string>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace asio = boost::asio;
using namespace jellyfish;

namespace {

void make_playable(testing::server& server, const room& value, std::set<std::string>& playable) {
    if (value.components.size() < 2) return;
    for (const component& each : value.components) {
        if (std::holds_alternative<component_hls>(each) && playable.insert(id_of(each)).second)
            server.make_hls_playable(value.id, id_of(each));
    }
}

asio::awaitable<void> watch(testing::server& server) {
    const auto executor = co_await asio::this_coro::executor;
    room_api rooms(executor, client_options().server_address(server.address()));
    asio::steady_timer pause(executor);
    std::set<std::string> playable;
    for (;;) {
        const auto all = co_await rooms.get_all_rooms();
        for (const room& each : all)
            make_playable(server, each, playable);
        pause.expires_after(std::chrono::milliseconds(20));
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace

int main(int count, char** arguments) {
    try {
        testing::server_options options;
        for (int i = 1; i + 1 < count; ++i) {
            if (arguments[i] == std::string("--media-dir")) options.media_dir(arguments[i + 1]);
        }
        testing::server server(options);
        std::cout << "Listening on " << server.address() << std::endl;
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
