// How long a notification is on its way, from before it is written to when the consumer has it, at
// several rates. Naive loop and notifier run together, in one context on one processor, and get
// every other message, so that whatever happens to the machine happens to both; the sender has
// another processor. Prints a table; exits with 1 when a bar is missed.
//
//   bench_latency [rounds=N]
#include <jellyfish/notifier.hpp>
#include <jellyfish/server_notifications.pb.h>

#include "latency_server.hpp"
#include "measure.hpp"
#include "support/wire.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using namespace jellyfish;
using namespace jellyfish::bench;
using asio::ip::tcp;

using samples = std::vector<double>;  // Microseconds.

constexpr double bar = 0.9;

void add(samples& to, const std::string& stamp) {
    to.push_back(static_cast<double>(now_in_nanoseconds() - std::stoll(stamp)) / 1e3);
}

asio::awaitable<samples> receive_naively(const latency_server& server) {
    beast::websocket::stream<tcp::socket> ws(co_await asio::this_coro::executor);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server.port());
    co_await ws.next_layer().async_connect(endpoint, asio::use_awaitable);
    ws.next_layer().set_option(tcp::no_delay(true));
    co_await ws.async_handshake(server.address(), "/socket/server/websocket", asio::use_awaitable);
    ws.binary(true);
    const std::string token = test::auth_request_bytes("development");
    const std::string subscription = test::subscribe_request_bytes(1);
    beast::flat_buffer buffer;
    co_await ws.async_write(asio::buffer(token), asio::use_awaitable);
    co_await ws.async_read(buffer, asio::use_awaitable);
    co_await ws.async_write(asio::buffer(subscription), asio::use_awaitable);
    buffer.clear();
    co_await ws.async_read(buffer, asio::use_awaitable);
    samples all;
    all.reserve(server.messages());
    for (std::size_t received = 0; received < server.messages(); ++received) {
        buffer.clear();
        co_await ws.async_read(buffer, asio::use_awaitable);
        ServerMessage message;
        if (!message.ParseFromArray(buffer.data().data(), static_cast<int>(buffer.size())))
            throw std::runtime_error("no ServerMessage");
        add(all, message.peer_connected().room_id());
    }
    co_await ws.async_close(beast::websocket::close_code::normal, asio::use_awaitable);
    co_return all;
}

asio::awaitable<samples> receive_with_next(const latency_server& server) {
    notifier source(co_await asio::this_coro::executor,
                    client_options().server_address(server.address()));
    co_await source.connect();
    samples all;
    all.reserve(server.messages());
    for (std::size_t received = 0; received < server.messages(); ++received) {
        const auto taken = co_await source.next();
        if (!taken) throw std::runtime_error("the session ended early");
        add(all, std::get<peer_connected>(*taken).room_id);
    }
    co_await source.close();
    co_return all;
}

/// What both have seen, sorted: the naive loop first.
std::array<samples, 2> run(const latency_server& server) {
    asio::io_context context(1);
    std::array<samples, 2> both;
    for (const std::size_t ours : {0U, 1U}) {
        asio::co_spawn(context, ours == 0 ? receive_naively(server) : receive_with_next(server),
                       [&both, ours](std::exception_ptr failure, samples result) {
                           if (failure) std::rethrow_exception(failure);
                           both[ours] = std::move(result);
                       });
    }
    context.run();
    for (samples& each : both) {
        // While the first come, caches are cold.
        each.erase(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(each.size() / 10));
        std::ranges::sort(each);
    }
    return both;
}

double quantile(const samples& sorted, double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

double median_of(samples values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool compare(std::size_t rate, int rounds) {
    const latency_server server(rate, std::min<std::size_t>(rate, 30'000));
    std::array<samples, 2> p50;
    std::array<samples, 2> p99;
    for (int round = 0; round < rounds; ++round) {
        const std::array<samples, 2> both = run(server);
        for (const std::size_t ours : {0U, 1U}) {
            p50[ours].push_back(quantile(both[ours], 0.5));
            p99[ours].push_back(quantile(both[ours], 0.99));
        }
    }
    bool good = true;
    for (const auto& [name, both] : {std::pair("p50", p50), std::pair("p99", p99)}) {
        const double naive = median_of(both[0]);
        const double next = median_of(both[1]);
        const bool met = next <= bar * naive;
        std::cout << std::setw(9) << rate << std::setw(6) << name << std::setw(12) << naive
                  << std::setw(12) << next << std::setw(9) << next / naive << std::setw(7) << bar
                  << (met ? "\n" : "  missed\n");
        good = good && met;
    }
    return good;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const int rounds = std::stoi(argument(count, arguments, "rounds", "5"));
        use_processor(0);
        std::cout << std::fixed << std::setprecision(2)
                  << "microseconds on the way\n  rate, /s           naive      next()    ratio"
                     "    bar\n";
        bool good = true;
        for (const std::size_t rate : {1'000, 10'000, 100'000})
            good = compare(rate, rounds) && good;
        return good ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
