// A service that owns a notifier, a room_api, a room_tracker and an HTTP endpoint of its own, and
// shuts down in order: first it takes no more requests, then it follows no more rooms, and then it
// leaves the server. Ask it: curl http://127.0.0.1:PORT/
#include <jellyfish/jellyfish.hpp>

#include "main.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace asio::experimental::awaitable_operators;
using asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

class service {
public:
    service(const asio::any_io_executor& executor, const jellyfish::client_options& options)
        : acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          notifier_(executor, options),
          rooms_(executor, options),
          tracker_(executor, options),
          signals_(executor, SIGINT, SIGTERM) {}

    asio::awaitable<void> run() {
        co_await (notifier_.connect() && tracker_.start());
        std::cout << "Listening on 127.0.0.1:" << acceptor_.local_endpoint().port() << '\n';
        co_await (serve() && count_notifications() && follow_rooms() && shut_down());
        std::cout << "Ended after " << requests_ << " requests and " << notifications_
                  << " notifications\n";
    }

private:
    asio::awaitable<void> shut_down() {
        co_await signals_.async_wait(asio::use_awaitable);
        acceptor_.close();
        std::cout << "No more requests\n";
        co_await tracker_.close();
        co_await notifier_.close();
    }

    asio::awaitable<void> count_notifications() {
        while (const auto notification = co_await notifier_.next())
            ++notifications_;
    }

    asio::awaitable<void> follow_rooms() {
        while (const auto change = co_await tracker_.next())
            continue;
    }

    /// One request after the other: each makes a room, to have something to tell.
    asio::awaitable<void> serve() {
        for (;;) {
            auto accepted = co_await acceptor_.async_accept(as_tuple);
            if (std::get<0>(accepted)) co_return;  // Closed.
            beast::tcp_stream stream(std::move(std::get<1>(accepted)));
            stream.expires_after(std::chrono::seconds(10));
            co_await answer(stream);
        }
    }

    asio::awaitable<void> answer(beast::tcp_stream& stream) {
        beast::flat_buffer buffer;
        http::request<http::string_body> request;
        const auto read = co_await http::async_read(stream, buffer, request, as_tuple);
        if (std::get<0>(read)) co_return;
        ++requests_;
        const auto created = co_await rooms_.create_room();
        http::response<http::string_body> response(http::status::ok, request.version());
        response.body() = "{\"created\":\"" + created.room.id + "\"}\n";
        response.keep_alive(false);
        response.prepare_payload();
        co_await http::async_write(stream, response, as_tuple);
        co_await rooms_.delete_room(created.room.id);
    }

    tcp::acceptor acceptor_;
    jellyfish::notifier notifier_;
    jellyfish::room_api rooms_;
    jellyfish::room_tracker tracker_;
    asio::signal_set signals_;
    std::uint64_t requests_ = 0;
    std::uint64_t notifications_ = 0;
};

asio::awaitable<void> run() {
    service one{co_await asio::this_coro::executor, jellyfish::client_options::from_environment()};
    co_await one.run();
}

int main() { return run_to_its_end(run()); }
