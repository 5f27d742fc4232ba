#include <jellyfish/notifier.hpp>

#include "receivers.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;

void check(const notifier& source, std::size_t messages) {
    if (source.stats().received != messages) throw std::runtime_error("notifications are missing");
}

asio::awaitable<costs> run_next(std::string address, std::size_t messages) {
    const auto executor = co_await asio::this_coro::executor;
    notifier source{executor, client_options().server_address(address)};
    co_await source.connect();
    std::optional<meter> cost;
    for (std::size_t received = 0; received < messages; ++received) {
        const auto taken = co_await source.next();
        if (!taken) throw std::runtime_error("the session ended early");
        if (!cost) cost.emplace();
    }
    const costs total = cost->read(messages - 1);
    check(source, messages);
    co_return total;
}

asio::awaitable<costs> run_try_next(std::string address, std::size_t messages) {
    const auto executor = co_await asio::this_coro::executor;
    notifier source{executor, client_options().server_address(address)};
    co_await source.connect();
    std::optional<meter> cost;
    for (std::size_t received = 0; received < messages;) {
        co_await source.wait();
        if (!cost) cost.emplace();
        while (const auto taken = source.try_next())
            ++received;
    }
    const costs total = cost->read(messages - 1);
    check(source, messages);
    co_return total;
}

costs run(asio::awaitable<costs> receiver) {
    asio::io_context context(1);
    costs total;
    asio::co_spawn(context, std::move(receiver), [&](std::exception_ptr failure, costs result) {
        if (failure) std::rethrow_exception(failure);
        total = result;
    });
    context.run();
    return total;
}

}  // namespace

costs receive_with_next(const load_server& server) {
    return run(run_next(server.address(), server.messages()));
}

costs receive_with_try_next(const load_server& server) {
    return run(run_try_next(server.address(), server.messages()));
}

}  // namespace jellyfish::bench
