// A thread pool: several coroutines on several threads consume one notifier; each notification is
// taken once.
#include <jellyfish/jellyfish.hpp>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <future>
#include <iostream>
#include <vector>

#include <boost/asio.hpp>

namespace asio = boost::asio;

constexpr int workers = 4, requested = 20;

asio::awaitable<int> take(jellyfish::notifier& notifier, std::atomic<int>& received) {
    int taken = 0;
    while (const auto notification = co_await notifier.next()) {
        ++taken;
        if (++received == requested) co_await notifier.close();  // Completes all loops.
    }
    co_return taken;
}

asio::awaitable<void> create_and_delete_rooms(jellyfish::room_api& rooms) {
    for (int i = 0; i < requested / 2; ++i) {
        const auto created = co_await rooms.create_room();
        co_await rooms.delete_room(created.room.id);
    }
}

int main() {
    try {
        const auto options = jellyfish::client_options::from_environment();
        asio::thread_pool pool{workers};
        jellyfish::notifier notifier{pool.get_executor(), options};
        jellyfish::room_api rooms{pool.get_executor(), options};
        notifier.connect(asio::use_future).get();

        std::atomic<int> received{0};
        std::vector<std::future<int>> consumers;
        try {
            for (int i = 0; i < workers; ++i)
                consumers.push_back(
                    asio::co_spawn(pool, take(notifier, received), asio::use_future));
            asio::co_spawn(pool, create_and_delete_rooms(rooms), asio::use_future).get();
            int sum = 0;
            for (std::future<int>& each : consumers)
                sum += each.get();
            std::cout << workers << " coroutines took " << sum << " notifications\n";
        } catch (...) {
            pool.stop();  // No consumer may outlive the objects that it uses.
            pool.join();
            throw;
        }
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
