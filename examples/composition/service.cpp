// A service that owns a notifier, a room_api, a room_tracker and an HTTP endpoint of its own, and
// shuts down in order, at a signal as after a failure: first it takes no more requests, then it
// follows no more rooms, and then it leaves the server. Ask it: curl http://127.0.0.1:PORT/
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>
#include <csignal>
#include <exception>
#include <string>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

struct service {
    asio::any_io_executor executor;
    jellyfish::client_options options = jellyfish::client_options::from_environment();
    asio::ip::tcp::acceptor acceptor{executor, {asio::ip::address_v4::loopback(), 0}};
    asio::signal_set signals{executor, SIGINT, SIGTERM};
    jellyfish::notifier notifier{executor, options};
    jellyfish::room_api rooms{executor, options};
    jellyfish::room_tracker tracker{executor, options};
    int requests = 0, notifications = 0, changes = 0;
    std::exception_ptr failure{};

    asio::awaitable<void> run() {
        co_await notifier.connect();
        co_await tracker.start();
        std::cout << "Listening on 127.0.0.1:" << acceptor.local_endpoint().port() << '\n';
        co_await (count(notifier, notifications) && count(tracker, changes) && serve());
        std::cout << "Ended after " << requests << " requests, " << notifications
                  << " notifications and " << changes << " changes\n";
        rethrow(failure);
    }

    asio::awaitable<void> serve() {
        co_await (answer_requests() && wait_for_a_signal());
        std::cout << "No more requests\n";
        co_await tracker.close();   // Ends one count(),
        co_await notifier.close();  // and this the other.
    }

    asio::awaitable<void> wait_for_a_signal() {
        if (acceptor.is_open()) co_await signals.async_wait(as_tuple);
        acceptor.close();
    }

    template <class Stream>
    asio::awaitable<void> count(Stream& stream, int& taken) {
        try {
            while (const auto each = co_await stream.next())
                ++taken;
        } catch (...) {
            failure = std::current_exception();
            acceptor.close();
            signals.cancel();
        }
    }

    /// One after the other: each is given a room, which lives as long as it is used.
    asio::awaitable<void> answer_requests() {
        const auto config = jellyfish::room_config().peerless_purge_timeout(std::chrono::hours(1));
        for (;;) {
            auto accepted = co_await acceptor.async_accept(as_tuple);
            if (std::get<0>(accepted)) co_return;  // Closed.
            boost::beast::tcp_stream stream(std::move(std::get<1>(accepted)));
            stream.expires_after(std::chrono::seconds(30));
            boost::beast::flat_buffer buffer;
            http::request<http::string_body> request;
            const auto read = co_await http::async_read(stream, buffer, request, as_tuple);
            if (std::get<0>(read)) continue;  // The client has gone, or speaks no HTTP.

            ++requests;
            const auto result = co_await rooms.create_room(config, as_tuple);
            const auto& [code, created] = result;
            http::response<http::string_body> response(
                code ? http::status::bad_gateway : http::status::ok, 10);
            response.body() = (code ? code.message() : created.room.id) + '\n';
            response.prepare_payload();
            co_await http::async_write(stream, response, as_tuple);
        }
    }
};

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    service one{executor};
    co_await one.run();
}

int main() { return run_to_its_end(run()); }
