// Receives webhook notifications with an HTTP server that a program has already, here a small one
// made of Beast: `answer_webhook` decides what to answer. As examples/webhooks.cpp otherwise.
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

using request = http::request<http::string_body>;
using response = http::response<http::empty_body>;

void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

/// Has the rules of the webhook answer a request.
jellyfish::webhook_answer decide(const request& from, const jellyfish::webhook_options& options) {
    jellyfish::webhook_request seen;
    seen.method = from.method_string();
    seen.target = from.target();
    seen.content_type = from[http::field::content_type];
    seen.content_encoding = from[http::field::content_encoding];
    seen.authorization = from[http::field::authorization];
    seen.body = from.body();
    return jellyfish::answer_webhook(seen, options);
}

response make_response(const jellyfish::webhook_answer& answer, bool kept) {
    response made(static_cast<http::status>(answer.status), 11);
    if (!answer.header_name.empty()) made.set(answer.header_name, answer.header_value);
    made.keep_alive(kept);
    made.prepare_payload();
    return made;
}

/// An HTTP server with a webhook.
class server {
public:
    server(const asio::any_io_executor& executor, jellyfish::webhook_options options)
        : acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), options.port())),
          done_(executor),
          options_(std::move(options)) {}

    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) +
               options_.target();
    }

    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(acceptor_.get_executor(), serve(beast::tcp_stream(std::move(socket))),
                           rethrow);
        }
    }

    /// Waits until the room has been deleted. False when that takes longer.
    asio::awaitable<bool> wait_for_end(std::chrono::seconds limit) {
        done_.expires_after(limit);
        if (!ended_) co_await done_.async_wait(use_tuple);
        co_return ended_;
    }

private:
    asio::awaitable<void> serve(beast::tcp_stream stream) {
        beast::flat_buffer buffer;
        for (bool kept = true; kept;) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(options_.body_limit());
            stream.expires_after(std::chrono::minutes(5));
            const auto read = co_await http::async_read(stream, buffer, parser, use_tuple);
            const beast::error_code code = std::get<0>(read);
            const bool too_large = code == http::error::body_limit;
            if (code && !too_large) co_return;  // The other side has gone, or speaks no HTTP.

            jellyfish::webhook_answer answer;
            answer.status = 413;
            if (!too_large) answer = decide(parser.get(), options_);
            // What is answered with 200 does not come again: it must be safe before.
            if (answer.accepted())
                std::cout << "Received a notification: " << *answer.received << '\n';

            kept = parser.get().keep_alive() && !too_large;  // Such a body is not read on.
            const response answered = make_response(answer, kept);
            stream.expires_after(std::chrono::seconds(5));
            const auto written = co_await http::async_write(stream, answered, use_tuple);
            if (std::get<0>(written)) co_return;
            if (answer.accepted()) end_after(*answer.received);
        }
    }

    void end_after(const jellyfish::notification& notification) {
        if (!std::holds_alternative<jellyfish::room_deleted>(notification)) return;
        ended_ = true;
        done_.cancel();
    }

    tcp::acceptor acceptor_;
    asio::steady_timer done_;
    jellyfish::webhook_options options_;
    bool ended_ = false;
};

asio::awaitable<void> run(server& receiver) {
    const auto executor = co_await asio::this_coro::executor;
    jellyfish::room_api rooms{executor, jellyfish::client_options::from_environment()};
    const auto config = jellyfish::room_config().webhook_url(receiver.url());
    const auto created = co_await rooms.create_room(config);
    co_await rooms.add_peer(created.room.id);
    co_await rooms.delete_room(created.room.id);

    const bool ended = co_await receiver.wait_for_end(std::chrono::seconds(10));
    if (!ended) throw std::runtime_error("no room_deleted was posted within 10 s");
}

}  // namespace

int main() {
    try {
        asio::io_context context(1);
        server receiver(context.get_executor(), jellyfish::webhook_options());
        asio::co_spawn(context, receiver.accept(), rethrow);
        asio::co_spawn(context, run(receiver), [&](std::exception_ptr failure) {
            context.stop();
            rethrow(failure);
        });
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
