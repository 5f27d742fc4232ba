// A service with a notifier, a room_api, a room_tracker and an HTTP endpoint. At a signal or after
// a failure it shuts down in order: it stops accepting requests, closes the tracker, and closes the
// notifier. Try it: curl http://127.0.0.1:PORT/
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>
#include <csignal>
#include <exception>
#include <list>
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
    std::list<boost::beast::tcp_stream> connections{};
    asio::steady_timer one_ended{executor, asio::steady_timer::time_point::max()};
    int requests = 0, notifications = 0, changes = 0;
    std::exception_ptr failure{};

    asio::awaitable<void> run() {
        co_await notifier.connect();
        co_await tracker.start();
        std::cout << "Listening on 127.0.0.1:" << acceptor.local_endpoint().port() << '\n';
        co_await (count(notifier, notifications) && count(tracker, changes) && serve());
        std::cout << "Served " << requests << " requests, " << notifications
                  << " notifications and " << changes << " changes\n";
        rethrow(failure);
    }

    asio::awaitable<void> serve() {
        co_await (accept() && wait_for_a_signal());
        boost::system::error_code ignored;
        for (auto& each : connections)  // Idle ones close; pending requests complete.
            each.socket().shutdown(asio::socket_base::shutdown_receive, ignored);
        while (!connections.empty())
            co_await one_ended.async_wait(as_tuple);
        std::cout << "No more requests\n";
        co_await tracker.close();   // Completes the count() of its changes.
        co_await notifier.close();  // Completes the count() of its notifications.
    }

    asio::awaitable<void> wait_for_a_signal() {
        if (acceptor.is_open()) co_await signals.async_wait(as_tuple);
        acceptor.close();
    }

    void end(std::exception_ptr why) {
        if (!failure) failure = why;
        acceptor.close();
        signals.cancel();
    }

    template <class Stream>
    asio::awaitable<void> count(Stream& stream, int& taken) {
        try {
            while (const auto each = co_await stream.next())
                ++taken;
        } catch (...) {
            end(std::current_exception());
        }
    }

    asio::awaitable<void> accept() {
        try {
            for (;;) {
                connections.emplace_front(co_await acceptor.async_accept(asio::use_awaitable));
                asio::co_spawn(executor, respond(connections.begin()), rethrow);
            }
        } catch (...) {
            if (acceptor.is_open()) end(std::current_exception());  // E.g. too many open files.
        }
    }

    /// Responds with the id of a new room, which the server purges after an hour without peers.
    asio::awaitable<void> respond(std::list<boost::beast::tcp_stream>::iterator stream) {
        const auto config = jellyfish::room_config().peerless_purge_timeout(std::chrono::hours(1));
        stream->expires_after(std::chrono::seconds(30));
        boost::beast::flat_buffer buffer;
        http::request<http::string_body> request;
        const auto read = co_await http::async_read(*stream, buffer, request, as_tuple);
        if (!std::get<0>(read)) {
            ++requests;
            const auto result = co_await rooms.create_room(config, as_tuple);
            const auto& [code, created] = result;
            http::response<http::string_body> response(
                code ? http::status::bad_gateway : http::status::ok, 10);
            response.body() = (code ? code.message() : created.room.id) + '\n';
            response.prepare_payload();
            co_await http::async_write(*stream, response, as_tuple);
        }
        connections.erase(stream);
        one_ended.cancel();
    }
};

asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    service one{executor};
    co_await one.run();
}

int main() { return run_to_its_end(run()); }
