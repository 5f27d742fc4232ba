// The part of test/bench/peers/run.sh that uses this library: the servers for all peers, and the
// library's own receivers and caller, each in its own process.
//
//   bench_peers serve MESSAGES
//   bench_peers serve-rest
//   bench_peers receive ADDRESS MESSAGES        co_await notifier.next()
//   bench_peers receive-try ADDRESS MESSAGES    notifier.try_next()
//   bench_peers call-rest ADDRESS CALLS         co_await rooms.get_room(id)
//
// The servers print their addresses, and exit at the end of standard input. The others print `NAME
// messages N seconds S checksum C cpu S`, as each peer does, measured from the first message to the
// last. The checksum is the total length of all ids.
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>

#include "load_server.hpp"
#include "measure.hpp"
#include "rest_server.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::bench;

/// What has been received since the first message.
class count {
public:
    explicit count(std::size_t requested) : wanted_(requested) {}

    [[nodiscard]] bool whole() const { return received_ == wanted_; }

    void begin() {
        if (!cost_) cost_.emplace();
    }

    void take(const notification& received) {
        const auto* const connected = std::get_if<peer_connected>(&received);
        if (connected == nullptr) throw std::runtime_error("the session closed early");
        add(connected->room_id.size() + connected->peer_id.size());
    }

    void add(std::size_t length) {
        checksum_ += length;
        ++received_;
    }

    void end() { total_ = cost_.value().read(received_); }

    void print(std::string_view name) const {
        const auto seconds = [](std::chrono::nanoseconds time) {
            return std::chrono::duration<double>(time).count();
        };
        std::cout << std::fixed << std::setprecision(6) << name << " messages " << received_
                  << " seconds " << seconds(total_.elapsed) << " checksum " << checksum_ << " cpu "
                  << seconds(total_.cpu) << std::endl;
    }

private:
    std::size_t wanted_;
    std::size_t received_ = 0;
    std::size_t checksum_ = 0;
    std::optional<meter> cost_;
    costs total_;
};

/// The last frame must be a close frame with code 1000.
asio::awaitable<void> finish(notifier& source) {
    const auto gap = co_await source.next();
    const auto* const end = gap ? std::get_if<disconnected>(&*gap) : nullptr;
    if (end == nullptr || end->reason.find("1000") == std::string::npos)
        throw std::runtime_error("no close frame with 1000");
    co_await source.close();
}

asio::awaitable<void> receive(notifier& source, count& all) {
    co_await source.connect();
    while (!all.whole()) {
        const auto item = co_await source.next();
        if (!item) throw std::runtime_error("the session closed early");
        all.begin();
        all.take(*item);
    }
    all.end();
    co_await finish(source);
}

asio::awaitable<void> receive_by_trying(notifier& source, count& all) {
    co_await source.connect();
    while (!all.whole()) {
        co_await source.wait();
        all.begin();
        while (!all.whole()) {
            const auto item = source.try_next();
            if (!item) break;
            all.take(*item);
        }
    }
    all.end();
    co_await finish(source);
}

asio::awaitable<void> call(room_api& rooms, count& all) {
    const std::string id = "fbf4190c-5c76-415c-8939-52c6ed20868b";
    while (!all.whole()) {
        const room got = co_await rooms.get_room(id);
        all.begin();
        std::size_t length = got.id.size();
        for (const peer& each : got.peers)
            length += each.id.size();
        all.add(length);
    }
    all.end();
}

void run(std::string_view mode, const std::string& address, std::size_t messages) {
    asio::io_context context(1);
    const auto options = client_options().server_address(address);
    std::optional<notifier> source;
    std::optional<room_api> rooms;
    count all(messages);
    asio::awaitable<void> running;
    if (mode == "call-rest") {
        running = call(rooms.emplace(context.get_executor(), options), all);
    } else {
        notifier& from = source.emplace(context.get_executor(), options);
        running = mode == "receive" ? receive(from, all) : receive_by_trying(from, all);
    }
    asio::co_spawn(context, std::move(running), [&](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
        context.stop();  // A kept connection would keep the context running.
    });
    context.run();
    all.print(mode);
}

template <class Server>
void serve_until_end_of_input(const Server& server) {
    std::cout << "Listening on " << server.address() << std::endl;
    while (std::cin.get() != std::char_traits<char>::eof()) {
    }
}

void serve(std::size_t messages) {
    load what = small_load();
    if (messages == 0 || messages % what.messages != 0)
        throw std::runtime_error("MESSAGES must be a multiple of " + std::to_string(what.messages));
    const std::size_t batches = messages / what.messages;
    serve_until_end_of_input(load_server(std::move(what), batches));
}

int usage() {
    std::cerr << "usage: bench_peers serve MESSAGES | serve-rest | receive ADDRESS MESSAGES | "
                 "receive-try ADDRESS MESSAGES | call-rest ADDRESS CALLS\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::string mode = arguments.empty() ? "" : arguments[0];
    try {
        if (mode == "serve" && arguments.size() == 2) {
            serve(std::stoul(arguments[1]));
        } else if (mode == "serve-rest" && arguments.size() == 1) {
            serve_until_end_of_input(rest_server());
        } else if ((mode == "receive" || mode == "receive-try" || mode == "call-rest") &&
                   arguments.size() == 3) {
            run(mode, arguments[1], std::stoul(arguments[2]));
        } else {
            return usage();
        }
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
