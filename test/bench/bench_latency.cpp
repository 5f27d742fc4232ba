// The latency of a notification, from just before it is written until the consumer has it, at
// several rates. All receivers run together, in one context on one processor, and get the messages
// in turn, so that disturbances of the machine affect all of them; the sender has another
// processor. Prints a table; exits with 1 when a bar is missed.
//
// The baseline is a receiver that only reads: the time that the system needs to resume a process.
// Where the baseline exceeds the bar, nothing can meet it, and the bar is ignored.
//
//   bench_latency [rounds=N] [spin=1]
//
// With spin=1 the context never waits; the rest is the programs' own time.
#include <jellyfish/notifier.hpp>
#include <jellyfish/server_notifications.pb.h>

#include "handshake.hpp"
#include "latency_server.hpp"
#include "measure.hpp"

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

using web_socket = beast::websocket::stream<tcp::socket>;

/// Runs until notifications arrive.
asio::awaitable<void> connect(web_socket& ws, const latency_server& server) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server.port());
    co_await ws.next_layer().async_connect(endpoint, asio::use_awaitable);
    ws.next_layer().set_option(tcp::no_delay(true));
    co_await subscribe(ws, server.address());
}

asio::awaitable<samples> read_only(const latency_server& server) {
    web_socket ws(co_await asio::this_coro::executor);
    co_await connect(ws, server);
    samples all;
    all.reserve(server.messages());
    std::string bytes(latency_server::frame_size * 100, '\0');
    std::size_t held = 0;
    while (all.size() < server.messages()) {
        held += co_await ws.next_layer().async_read_some(
            asio::buffer(bytes.data() + held, bytes.size() - held), asio::use_awaitable);
        std::size_t used = 0;
        for (; held - used >= latency_server::frame_size; used += latency_server::frame_size)
            add(all, bytes.substr(used + latency_server::stamp_offset, latency_server::stamp_size));
        bytes.erase(0, used).append(used, '\0');
        held -= used;
    }
    co_await ws.async_close(beast::websocket::close_code::normal, asio::use_awaitable);
    co_return all;
}

asio::awaitable<samples> receive_naively(const latency_server& server) {
    web_socket ws(co_await asio::this_coro::executor);
    co_await connect(ws, server);
    beast::flat_buffer buffer;
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
        const auto item = co_await source.next();
        if (!item) throw std::runtime_error("the session closed early");
        add(all, std::get<peer_connected>(*item).room_id);
    }
    co_await source.close();
    co_return all;
}

enum receiver : std::size_t { floor_of_all, naive, ours };

asio::awaitable<samples> receive(receiver what, const latency_server& server) {
    switch (what) {
        case floor_of_all:
            return read_only(server);
        case naive:
            return receive_naively(server);
        case ours:
            break;
    }
    return receive_with_next(server);
}

using samples_of_all = std::array<samples, latency_server::clients>;

/// The samples of all rounds, sorted.
samples_of_all run(const latency_server& server, bool spin) {
    asio::io_context context(1);
    samples_of_all all;
    for (const receiver each : {floor_of_all, naive, ours}) {
        asio::co_spawn(context, receive(each, server),
                       [&all, each](std::exception_ptr failure, samples result) {
                           if (failure) std::rethrow_exception(failure);
                           all[each] = std::move(result);
                       });
    }
    while (spin && !context.stopped())
        context.poll();
    context.run();
    for (samples& each : all) {
        // Caches are cold during the first ones.
        each.erase(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(each.size() / 10));
        std::ranges::sort(each);
    }
    return all;
}

double quantile(const samples& sorted, double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

double median_of(samples values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// Prints one line; returns false when the bar is missed.
bool report(std::size_t rate, const char* name, const samples_of_all& rounds) {
    const double lowest = median_of(rounds[floor_of_all]);
    const double theirs = median_of(rounds[naive]);
    const double next = median_of(rounds[ours]);
    const bool met = next <= bar * theirs;
    const bool possible = lowest <= bar * theirs;
    std::cout << std::setw(9) << rate << std::setw(6) << name << std::setw(12) << lowest
              << std::setw(12) << theirs << std::setw(12) << next << std::setw(9) << next / theirs
              << std::setw(7) << bar;
    std::cout << (met ? "\n" : possible ? "  missed\n" : "  (the floor is over it)\n");
    return met || !possible;
}

bool compare(std::size_t rate, int rounds, bool spin) {
    const latency_server server(rate, std::min<std::size_t>(rate, 30'000));
    samples_of_all p50;
    samples_of_all p99;
    for (int round = 0; round < rounds; ++round) {
        const samples_of_all all = run(server, spin);
        for (const receiver each : {floor_of_all, naive, ours}) {
            p50[each].push_back(quantile(all[each], 0.5));
            p99[each].push_back(quantile(all[each], 0.99));
        }
    }
    const bool good = report(rate, "p50", p50);
    return report(rate, "p99", p99) && good;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const int rounds = std::stoi(argument(count, arguments, "rounds", "5"));
        const bool spin = argument(count, arguments, "spin", "0") == "1";
        use_processor(0);
        std::cout << std::fixed << std::setprecision(2)
                  << "microseconds on the way\n  rate, /s           floor       naive      next()  "
                     "  ratio"
                     "    bar\n";
        bool good = true;
        for (const std::size_t rate : {1'000, 10'000, 100'000})
            good = compare(rate, rounds, spin) && good;
        return good ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
