#include "webhook_servers.hpp"

#include <jellyfish/webhook.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <iostream>
#include <string_view>
#include <tuple>
#include <unistd.h>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
}

void print_port(std::uint16_t port) { std::cout << "Listening on 127.0.0.1:" << port << std::endl; }

asio::awaitable<void> wait_for_end_of_input(asio::io_context& context) {
    asio::posix::stream_descriptor input(context, dup(STDIN_FILENO));
    std::array<char, 64> ignored{};
    for (;;) {
        const auto read = co_await input.async_read_some(asio::buffer(ignored),
                                                         asio::as_tuple(asio::use_awaitable));
        if (std::get<0>(read)) co_return;
    }
}

// ---- webhook_receiver

asio::awaitable<void> take_all(webhook_receiver& receiver, tally& all) {
    receiver.listen();
    print_port(receiver.port());
    while (auto received = co_await receiver.next())
        all.take(*received);
}

asio::awaitable<void> close_at_end(webhook_receiver& receiver, asio::io_context& context) {
    co_await wait_for_end_of_input(context);
    co_await receiver.close();
}

// ---- Beast

asio::awaitable<void> serve(tcp::socket socket, tally& all) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    for (bool kept = true; kept;) {
        stream.expires_after(std::chrono::seconds(30));
        http::request<http::string_body> request;
        co_await http::async_read(stream, buffer, request, asio::use_awaitable);
        all.take(receive_binary(request.body()));
        kept = request.keep_alive();
        http::response<http::empty_body> response(http::status::ok, request.version());
        response.keep_alive(kept);
        response.prepare_payload();
        co_await http::async_write(stream, response, asio::use_awaitable);
    }
}

asio::awaitable<void> accept(tcp::acceptor& from, tally& all) {
    const auto ignore_result = [](const std::exception_ptr&) {};  // The client is gone.
    for (;;) {
        tcp::socket socket = co_await from.async_accept(asio::use_awaitable);
        asio::co_spawn(from.get_executor(), serve(std::move(socket), all), ignore_result);
    }
}

}  // namespace

void tally::take(const notification& received) {
    constexpr std::string_view room = "fbf4190c-5c76-415c-8939-52c6ed20868b";
    constexpr std::string_view peer = "c7236587-5df8-4b41-b6e4-268e71133ee2";
    const auto* const connected = std::get_if<peer_connected>(&received);
    const bool right =
        connected != nullptr && connected->room_id == room && connected->peer_id == peer;
    ++(right ? right_ : wrong_);
}

void receive_with_receiver(tally& all) {
    asio::io_context context(1);
    webhook_receiver receiver(context.get_executor());
    asio::co_spawn(context, take_all(receiver, all), rethrow);
    asio::co_spawn(context, close_at_end(receiver, context), rethrow);
    context.run();
}

void receive_with_beast(tally& all) {
    asio::io_context context(1);
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    asio::co_spawn(context, accept(acceptor, all), rethrow);
    asio::co_spawn(context, wait_for_end_of_input(context), [&](const std::exception_ptr& failure) {
        context.stop();
        rethrow(failure);
    });
    print_port(acceptor.local_endpoint().port());
    context.run();
}

}  // namespace jellyfish::bench
