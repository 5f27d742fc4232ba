// Boost.Cobalt: its coroutines await every operation with `cobalt::use_op`, and a generator yields
// the notifications. Requires Boost 1.84.
#include <jellyfish/jellyfish.hpp>

#include <iostream>
#include <optional>
#include <utility>

#include <boost/cobalt/generator.hpp>
#include <boost/cobalt/main.hpp>
#include <boost/cobalt/op.hpp>
#include <boost/cobalt/this_coro.hpp>

namespace cobalt = boost::cobalt;

cobalt::generator<std::optional<jellyfish::notification>> notifications_of(
    jellyfish::notifier& notifier) {
    for (;;) {
        auto notification = co_await notifier.next(cobalt::use_op);
        if (!notification) break;
        co_yield std::move(notification);
    }
    co_return std::nullopt;
}

cobalt::main co_main(int, char*[]) {
    const auto executor = co_await cobalt::this_coro::executor;
    const auto options = jellyfish::client_options::from_environment();
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};

    co_await notifier.connect(cobalt::use_op);
    const auto created = co_await rooms.create_room(cobalt::use_op);
    co_await rooms.delete_room(created.room.id, cobalt::use_op);

    auto notifications = notifications_of(notifier);
    while (const auto notification = co_await notifications) {
        std::cout << "Received a notification: " << *notification << '\n';
        if (std::holds_alternative<jellyfish::room_deleted>(*notification))
            co_await notifier.close(cobalt::use_op);
    }
    co_return 0;
}
