// The cost of an agent with a hundred audio tracks: each sends and receives a packet of 640 bytes
// every 20 ms. Prints a table; exits with 1 when a bar is missed.
//
//   bench_agent [seconds=N] [tracks=N] [slack=F]    measures the agent
//   bench_agent serve=1                             only serves, for test/bench/peers/run.sh, and
//                                                   exits at the end of its input
//
// The server echoes on its own thread, made of Beast. All figures are of the agent's thread.
#include <jellyfish/fishjam/agent.hpp>

#include "fakes/wire.hpp"
#include "measure.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace fishjam = jellyfish::fishjam;
using namespace jellyfish::bench;
using asio::ip::tcp;

constexpr std::chrono::milliseconds packet_time{20};
constexpr std::size_t packet_size = 640;

/// The payload of field 4 of a request, which is media; otherwise nothing.
std::string_view media_of(std::string_view request) {
    // Tag, then a length of two bytes: such a packet is longer than 127 bytes.
    const bool is_media = request.size() > 128 && request[0] == 0x22;
    return is_media ? request.substr(3) : std::string_view();
}

/// Echoes the media of one agent: the track id and the data become those of a response.
void serve_client(tcp::socket socket) {
    beast::websocket::stream<tcp::socket> ws(std::move(socket));
    beast::flat_buffer buffer;
    ws.accept();
    ws.next_layer().set_option(tcp::no_delay(true));
    ws.read(buffer);  // The token.
    ws.binary(true);
    ws.write(asio::buffer(jellyfish::test::bytes_field(1, "")));
    for (;;) {
        buffer.clear();
        ws.read(buffer);
        const std::string_view request(static_cast<const char*>(buffer.data().data()),
                                       buffer.size());
        std::string_view media = media_of(request);
        if (media.empty()) continue;
        const std::size_t id_size = static_cast<unsigned char>(media[1]);
        const std::string_view id = media.substr(2, id_size);
        const std::string_view data = media.substr(2 + id_size + 3);  // Tag and length.
        using jellyfish::test::bytes_field;
        const std::string track = bytes_field(1, id) + jellyfish::test::varint_field(2, 2);
        const std::string response = bytes_field(1, "c7236587-5df8-4b41-b6e4-268e71133ee2") +
                                     bytes_field(2, track) + bytes_field(3, data);
        ws.write(asio::buffer(bytes_field(2, response)));
    }
}

class echo_server {
public:
    echo_server()
        : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          address_("127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())),
          thread_([this] { serve(); }) {}
    ~echo_server() {
        thread_.request_stop();
        tcp::socket last(context_);
        boost::system::error_code ignored;
        last.connect(acceptor_.local_endpoint(), ignored);
    }
    echo_server(const echo_server&) = delete;
    echo_server& operator=(const echo_server&) = delete;

    [[nodiscard]] const std::string& address() const noexcept { return address_; }

private:
    void serve() {
        for (;;) {
            tcp::socket socket = acceptor_.accept();
            if (thread_.get_stop_token().stop_requested()) return;
            try {
                serve_client(std::move(socket));
            } catch (const boost::system::system_error&) {
                // The client has closed.
            }
        }
    }

    asio::io_context context_;
    tcp::acceptor acceptor_;
    std::string address_;
    std::jthread thread_;
};

struct tally {
    std::size_t packets = 0;
    std::size_t bytes = 0;
};

/// Sends a packet of each track every 20 ms.
asio::awaitable<void> speak(fishjam::agent& agent, std::vector<std::string> tracks,
                            std::size_t packets) {
    const std::string packet(packet_size, '\x01');
    asio::steady_timer timer{co_await asio::this_coro::executor, std::chrono::steady_clock::now()};
    for (std::size_t n = 0; n < packets; ++n) {
        for (const std::string& each : tracks)
            co_await agent.send(each, asio::buffer(packet));
        timer.expires_at(timer.expiry() + packet_time);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> count(fishjam::agent& agent, std::size_t expected, tally& all) {
    fishjam::agent_event event;
    while (all.packets < expected) {
        co_await agent.wait();
        while (agent.try_next(event)) {
            const auto* audio = std::get_if<fishjam::track_data>(&event);
            if (audio == nullptr) throw std::runtime_error("another event than audio");
            ++all.packets;
            all.bytes += audio->data.size();
        }
    }
}

asio::awaitable<costs> measure(std::string address, std::size_t tracks, std::size_t seconds) {
    const auto executor = co_await asio::this_coro::executor;
    fishjam::agent agent{executor, jellyfish::client_options().server_address(address), "token"};
    co_await agent.connect();
    std::vector<std::string> ids(tracks);
    for (std::string& each : ids)
        each = agent.add_track();
    const std::size_t packets = seconds * 1'000 / packet_time.count();
    tally all;
    const meter began;
    asio::co_spawn(executor, speak(agent, ids, packets), asio::detached);
    co_await count(agent, tracks * packets, all);
    const costs found = began.read(all.packets);
    if (all.bytes != all.packets * packet_size) throw std::runtime_error("bytes are missing");
    co_await agent.close();
    co_return found;
}

bool run(int count, char** arguments) {
    const auto seconds = std::stoul(argument(count, arguments, "seconds", "5"));
    const auto tracks = std::stoul(argument(count, arguments, "tracks", "100"));
    const double slack = std::stod(argument(count, arguments, "slack", "1"));
    const echo_server server;
    asio::io_context context;
    auto done =
        asio::co_spawn(context, measure(server.address(), tracks, seconds), asio::use_future);
    context.run();
    const costs found = done.get();
    std::cout << std::fixed << std::setprecision(2) << "agent: " << tracks << " tracks, "
              << found.messages << " packets in and out\n"
              << "  us of CPU for each     " << found.cpu_seconds_per_million() << '\n'
              << "  allocations for each   " << found.allocations_per_message() << '\n'
              << "  system calls for each  " << found.system_calls_per_message() << '\n'
              << "  % of a processor       "
              << 100.0 * std::chrono::duration<double>(found.cpu).count() /
                     std::chrono::duration<double>(found.elapsed).count()
              << '\n';
    // Few packets share the cost of a resumption when they arrive one by one.
    constexpr double most_allocations = 1;
    const bool good = found.allocations_per_message() * slack <= most_allocations;
    if (!good) std::cout << "  missed: at most " << most_allocations << " allocations\n";
    return good;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        if (argument(count, arguments, "serve", "").empty())
            return run(count, arguments) ? EXIT_SUCCESS : EXIT_FAILURE;
        const echo_server server;
        std::cout << "Listening on " << server.address() << std::endl;
        std::cin.ignore(std::numeric_limits<std::streamsize>::max());
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
