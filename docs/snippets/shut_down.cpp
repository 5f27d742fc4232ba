// The code blocks of docs/how_to/shut_down.md, run against an in-process server.
#include <jellyfish/jellyfish.hpp>
#include <jellyfish/testing/server.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

namespace {

int handled = 0;

asio::awaitable<void> handle(const jellyfish::notification& /*value*/) {
    ++handled;
    co_return;
}

// Close at a signal.

asio::awaitable<void> serve(jellyfish::notifier& notifier) {
    try {
        co_await notifier.connect();
    } catch (const jellyfish::error& failure) {
        if (failure.code() != jellyfish::errc::closed) throw;
        co_return;  // The signal came first.
    }
    while (auto notification = co_await notifier.next())
        co_await handle(*notification);
}

asio::awaitable<void> drain_at_signal(asio::signal_set& signals, jellyfish::notifier& notifier) {
    co_await signals.async_wait(asio::use_awaitable);
    co_await notifier.drain();
}

asio::awaitable<void> run(const jellyfish::client_options& options) {
    const auto executor = co_await asio::this_coro::executor;
    asio::signal_set signals{executor, SIGINT, SIGTERM};  // Before anything that takes time.
    jellyfish::notifier notifier{executor, options};
    co_await (serve(notifier) && drain_at_signal(signals, notifier));
}

// Limit the time.

asio::awaitable<void> drain_for(jellyfish::notifier& notifier, std::chrono::seconds limit) {
    asio::steady_timer timer{co_await asio::this_coro::executor, limit};
    co_await (notifier.drain() || timer.async_wait(asio::use_awaitable));
    if (notifier.stats().queued != 0) std::cerr << "Some notifications were not handled\n";
}

// Several sources.

asio::awaitable<void> drain_all(jellyfish::notifier& notifier,
                                jellyfish::webhook_receiver& receiver,
                                jellyfish::room_tracker& tracker) {
    co_await (notifier.drain() && receiver.drain() && tracker.drain());
}

void check(bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
}

/// Runs the program until its end.
void run_to_its_end(asio::io_context& context, asio::awaitable<void> what) {
    auto ended = asio::co_spawn(context, std::move(what), asio::use_future);
    context.run_for(std::chrono::seconds(60));
    check(ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready, "it does not end");
    ended.get();
}

void raise_before_connect() {
    jellyfish::testing::server server;
    asio::io_context context;
    const auto options = jellyfish::client_options().server_address(server.address());
    asio::signal_set kept{context, SIGTERM};  // Otherwise the signal would end the process.
    kept.cancel();
    auto ended = asio::co_spawn(context, run(options), asio::use_future);
    context.poll_one();  // Runs until connect() is pending.
    ::raise(SIGTERM);
    context.run_for(std::chrono::seconds(60));
    check(ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready, "it does not end");
    ended.get();
}

void raise_during_connect() {
    asio::io_context context;
    // Accepts connections, and never responds.
    asio::ip::tcp::acceptor silent{context, {asio::ip::address_v4::loopback(), 0}};
    const auto port = std::to_string(silent.local_endpoint().port());
    auto accepted = silent.async_accept(asio::use_future);
    asio::steady_timer connected{context, std::chrono::milliseconds(50)};
    connected.async_wait([](auto...) { ::raise(SIGTERM); });
    run_to_its_end(context, run(jellyfish::client_options().server_address("127.0.0.1:" + port)));
    (void)accepted.get();
}

void raise_after_connect() {
    jellyfish::testing::server server;
    asio::io_context context;
    auto ended =
        asio::co_spawn(context, run(jellyfish::client_options().server_address(server.address())),
                       asio::use_future);
    while (server.subscribed_sockets() == 0)
        context.run_one_for(std::chrono::milliseconds(10));
    for (int i = 0; i < 100; ++i)
        server.notify(jellyfish::room_created{std::to_string(i)});
    while (handled == 0)
        context.run_one_for(std::chrono::milliseconds(10));
    ::raise(SIGTERM);
    context.run_for(std::chrono::seconds(60));
    check(ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready, "it does not end");
    ended.get();
}

void stop_waiting() {
    jellyfish::testing::server server;
    asio::io_context context;
    jellyfish::notifier notifier{context,
                                 jellyfish::client_options().server_address(server.address())};
    run_to_its_end(
        context,
        [](jellyfish::notifier& n, jellyfish::testing::server& s) -> asio::awaitable<void> {
            co_await n.connect();
            s.notify(jellyfish::room_created{"a"});
            co_await n.wait();
            co_await drain_for(n, std::chrono::seconds(0));
        }(notifier, server));
    check(notifier.state() == jellyfish::session_state::closed, "it is not closed");
}

void close_several() {
    asio::io_context context;
    jellyfish::notifier notifier{context};
    jellyfish::webhook_receiver receiver{context,
                                         jellyfish::webhook_options().address("127.0.0.1").port(0)};
    jellyfish::room_tracker tracker{context};
    receiver.listen();
    run_to_its_end(context, drain_all(notifier, receiver, tracker));
    check(!receiver.is_listening(), "the receiver still listens");
}

}  // namespace

int main() {
    try {
        raise_before_connect();
        raise_during_connect();
        raise_after_connect();
        stop_waiting();
        close_several();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
