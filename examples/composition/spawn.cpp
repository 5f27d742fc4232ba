// Stackful coroutines: asio::spawn and yield_context, for code that cannot use co_await. Requires
// Boost.Context.
#include <jellyfish/jellyfish.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/spawn.hpp>

namespace asio = boost::asio;

void run(asio::io_context& context, const asio::yield_context& yield) {
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{context.get_executor(), options};
    jellyfish::room_api rooms{context.get_executor(), options};

    notifier.connect(yield);
    const auto created = rooms.create_room(yield);
    if (const auto notification = notifier.next(yield))
        std::cout << "Received a notification: " << *notification << '\n';
    rooms.delete_room(created.room.id, yield);
    notifier.close(yield);
}

int main() {
    try {
        asio::io_context context;
        asio::spawn(
            context, [&](const asio::yield_context& yield) { run(context, yield); },
            [](const std::exception_ptr& failure) {
                if (failure) std::rethrow_exception(failure);
            });
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
