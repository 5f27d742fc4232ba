// Receives webhook notifications in a program's existing HTTP server, here a small one based on
// Beast: `handle_webhook` decides the response. Otherwise like examples/webhooks.cpp. If
// FISHJAM_WEBHOOK_SECRET is set, requests must be signed with it, as Fishjam does.
#include <jellyfish/jellyfish.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

/// Applies the rules of the webhook to a request.
jellyfish::webhook_response decide(const http::request<http::string_body>& from,
                                   const jellyfish::webhook_options& options) {
    jellyfish::webhook_request seen;
    seen.method = from.method_string();
    seen.target = from.target();
    seen.content_type = from[http::field::content_type];
    seen.content_encoding = from[http::field::content_encoding];
    seen.authorization = from[http::field::authorization];
    seen.signature = from["x-fishjam-signature-256"];
    seen.body = from.body();
    return jellyfish::handle_webhook(seen, options);
}

/// An HTTP server with a webhook.
struct server {
    asio::any_io_executor executor;
    jellyfish::webhook_options options{};
    tcp::acceptor acceptor{executor, {asio::ip::address_v4::loopback(), options.port()}};
    bool deleted = false;              ///< Whether `room_deleted` was posted.
    asio::steady_timer end{executor};  ///< The time limit for that.

    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
            asio::co_spawn(executor, serve(beast::tcp_stream(std::move(socket))), rethrow);
        }
    }

    asio::awaitable<void> serve(beast::tcp_stream stream) {
        beast::flat_buffer buffer;
        for (bool kept = true; kept;) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(options.body_limit());
            stream.expires_after(std::chrono::minutes(5));
            const auto read = co_await http::async_read(stream, buffer, parser, as_tuple);
            const bool too_long = std::get<0>(read) == http::error::body_limit;
            if (std::get<0>(read) && !too_long) co_return;  // Closed, timed out, or not HTTP.

            jellyfish::webhook_response decided;
            decided.status = 413;
            if (!too_long) decided = decide(parser.get(), options);
            // The server never repeats a notification: store it safely before responding with 200.
            for (const auto& each : decided.received)
                std::cout << "Received a notification: " << each << std::endl;
            kept = !too_long && parser.keep_alive();
            http::response<http::empty_body> response(static_cast<http::status>(decided.status),
                                                      11);
            if (!decided.header_name.empty())
                response.set(decided.header_name, decided.header_value);
            response.keep_alive(kept);
            response.prepare_payload();
            stream.expires_after(std::chrono::seconds(5));
            const auto written = co_await http::async_write(stream, response, as_tuple);
            if (std::get<0>(written)) co_return;
            for (const auto& each : decided.received)
                deleted |= std::holds_alternative<jellyfish::room_deleted>(each);
            if (deleted) end.cancel();
        }
        // Closing with unread data would reset the connection and lose the response.
        boost::system::error_code code;
        stream.socket().shutdown(tcp::socket::shutdown_send, code);
        for (char rest[4096]; !code;)
            code = std::get<0>(co_await stream.async_read_some(asio::buffer(rest), as_tuple));
    }
};

asio::awaitable<void> run(server& receiver) {
    jellyfish::room_api rooms{receiver.executor, jellyfish::client_options::from_environment()};
    const auto port = std::to_string(receiver.acceptor.local_endpoint().port());
    const auto created = co_await rooms.create_room(jellyfish::room_config().webhook_url(
        "http://127.0.0.1:" + port + receiver.options.target()));
    co_await rooms.add_peer(created.room.id);
    co_await rooms.delete_room(created.room.id);

    receiver.end.expires_after(std::chrono::seconds(10));
    if (!receiver.deleted) co_await receiver.end.async_wait(as_tuple);
    if (!receiver.deleted) throw std::runtime_error("no room_deleted was posted within 10 s");
}

int main() {
    try {
        asio::io_context context;
        server receiver{context.get_executor(), jellyfish::webhook_options::from_environment()};
        asio::co_spawn(context, receiver.accept(), rethrow);
        asio::co_spawn(context, run(receiver), [&](std::exception_ptr failure) {
            context.stop();
            rethrow(failure);
        });
        context.run();
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
