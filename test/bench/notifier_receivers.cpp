#include <jellyfish/notifier.hpp>

#include "receivers.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;

client_options options_for(const load_server& server) {
    const bool secure = !server.authority().empty();
    return client_options()
        .server_address(server.address())
        .secure(secure)
        .tls(tls_options().ca_pem(server.authority()));
}

/// Everything arrived, followed by a close frame with code 1000.
asio::awaitable<void> check(notifier& source, std::size_t messages) {
    if (source.stats().received != messages) throw std::runtime_error("notifications are missing");
    const auto gap = co_await source.next();
    const auto* end = gap ? std::get_if<disconnected>(&*gap) : nullptr;
    if (end == nullptr || end->reason.find("1000") == std::string::npos)
        throw std::runtime_error("no close frame with 1000");
    co_await source.close();
}

asio::awaitable<costs> run_next(const load_server& server) {
    const std::size_t messages = server.messages();
    notifier source(co_await asio::this_coro::executor, options_for(server));
    co_await source.connect();
    std::optional<meter> cost;
    for (std::size_t received = 0; received < messages; ++received) {
        const auto item = co_await source.next();
        if (!item) throw std::runtime_error("the session closed early");
        if (!cost) cost.emplace();
    }
    const costs total = cost->read(messages - 1);
    co_await check(source, messages);
    co_return total;
}

asio::awaitable<costs> run_try_next(const load_server& server) {
    const std::size_t messages = server.messages();
    notifier source(co_await asio::this_coro::executor, options_for(server));
    co_await source.connect();
    std::optional<meter> cost;
    for (std::size_t received = 0; received < messages;) {
        co_await source.wait();
        if (!cost) cost.emplace();
        for (; received < messages; ++received) {
            const auto item = source.try_next();
            if (!item) break;
        }
    }
    const costs total = cost->read(messages - 1);
    co_await check(source, messages);
    co_return total;
}

asio::awaitable<costs> run_reused(const load_server& server) {
    const std::size_t messages = server.messages();
    notifier source(co_await asio::this_coro::executor, options_for(server));
    co_await source.connect();
    std::optional<meter> cost;
    notification reused;
    for (std::size_t received = 0; received < messages;) {
        co_await source.wait();
        if (!cost) cost.emplace();
        while (received < messages && source.try_next(reused))
            ++received;
    }
    const costs total = cost->read(messages - 1);
    co_await check(source, messages);
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

costs receive_with_next(const load_server& server) { return run(run_next(server)); }

costs receive_with_try_next(const load_server& server) { return run(run_try_next(server)); }

costs receive_reused(const load_server& server) { return run(run_reused(server)); }

}  // namespace jellyfish::bench
