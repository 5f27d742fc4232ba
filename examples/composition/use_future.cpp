// Blocking code without coroutines: each operation returns a std::future, and a thread runs the
// io_context.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;

int main() {
    try {
        const auto options = jellyfish::client_options::from_environment();
        asio::thread_pool worker{1};
        jellyfish::notifier notifier{worker.get_executor(), options};
        jellyfish::room_api rooms{worker.get_executor(), options};

        notifier.connect(asio::use_future).get();
        const auto created = rooms.create_room(asio::use_future).get();
        if (const auto notification = notifier.next(asio::use_future).get())
            std::cout << "Received a notification: " << *notification << '\n';
        rooms.delete_room(created.room.id, asio::use_future).get();
        notifier.close(asio::use_future).get();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {  // get() throws jellyfish::error.
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
