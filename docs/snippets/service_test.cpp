#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

/// The service under test: counts connected peers.
struct peer_counter {
    jellyfish::notifier notifier;
    std::atomic<int> connected{0};
    std::atomic<int> gaps{0};

    asio::awaitable<void> run() {
        co_await notifier.connect();
        while (auto notification = co_await notifier.next()) {
            if (std::holds_alternative<jellyfish::peer_connected>(*notification)) ++connected;
            if (std::holds_alternative<jellyfish::peer_disconnected>(*notification)) --connected;
            if (std::holds_alternative<jellyfish::reconnected>(*notification)) ++gaps;
        }
    }
};

void expect(bool holds, const char* what) {
    if (holds) return;
    std::cerr << "failed: " << what << '\n';
    std::exit(1);
}

int main() {
    jellyfish::testing::server server;
    const auto options = jellyfish::client_options().server_address(server.address());

    asio::thread_pool pool{1};
    peer_counter service{jellyfish::notifier{pool.get_executor(), options}};
    auto running = asio::co_spawn(pool, service.run(), asio::use_future);
    expect(server.wait_for([&] { return server.subscribed_sockets() == 1; }), "not subscribed");

    server.notify(jellyfish::peer_connected{"a-room", "a-peer"});
    expect(server.wait_for([&] { return service.connected == 1; }), "peer not counted");

    server.drop_connections();
    expect(server.wait_for([&] { return service.gaps == 1; }), "session not restored");

    service.notifier.close(asio::use_future).get();
    running.get();
}
