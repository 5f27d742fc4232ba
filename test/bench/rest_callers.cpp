#include "rest_callers.hpp"

#include <jellyfish/room_api.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

const std::string room_id = "fbf4190c-5c76-415c-8939-52c6ed20868b";

void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> call_beast(std::string address, asio::ip::tcp::endpoint server,
                                 std::size_t calls) {
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    co_await stream.async_connect(server, asio::use_awaitable);
    stream.socket().set_option(asio::ip::tcp::no_delay(true));
    beast::flat_buffer buffer;
    for (std::size_t i = 0; i < calls; ++i) {
        stream.expires_after(std::chrono::seconds(10));
        http::request<http::empty_body> request(http::verb::get, "/room/" + room_id, 11);
        request.set(http::field::host, address);
        request.set(http::field::authorization, "Bearer development");
        request.set(http::field::accept, "application/json");
        co_await http::async_write(stream, request, asio::use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream, buffer, response, asio::use_awaitable);
        const auto parsed = boost::json::parse(response.body());
        if (parsed.at("data").at("id").as_string() != room_id)
            throw std::runtime_error("another room");
    }
}

asio::awaitable<void> call_ours(room_api& rooms, std::size_t calls, std::size_t& running) {
    for (std::size_t i = 0; i < calls; ++i) {
        const room got = co_await rooms.get_room(room_id);
        if (got.id != room_id) throw std::runtime_error("another room");
    }
    --running;
}

}  // namespace

costs call_with_beast(const rest_server& server, std::size_t callers, std::size_t calls) {
    asio::io_context context(1);
    const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server.port());
    for (std::size_t i = 0; i < callers; ++i)
        asio::co_spawn(context, call_beast(server.address(), endpoint, calls / callers), rethrow);
    const meter cost;
    context.run();
    return cost.read(calls / callers * callers);
}

costs call_with_room_api(const rest_server& server, std::size_t callers, std::size_t calls) {
    asio::io_context context(1);
    room_api rooms(context.get_executor(),
                   client_options().server_address(server.address()).max_connections(callers));
    std::size_t running = callers;
    for (std::size_t i = 0; i < callers; ++i)
        asio::co_spawn(context, call_ours(rooms, calls / callers, running), rethrow);
    const meter cost;
    while (running != 0)
        context.run_one();
    return cost.read(calls / callers * callers);
}

std::int64_t size_of_idle_room_api(const rest_server& server) {
    asio::io_context context(1);
    const auto call = [&](room_api& rooms) {
        std::size_t running = 1;
        asio::co_spawn(context, call_ours(rooms, 1, running), rethrow);
        while (running != 0)
            context.run_one();
    };
    const client_options options = client_options().server_address(server.address());
    room_api first(context.get_executor(), options);
    call(first);  // Allocates what the context and the libraries keep for all.
    const std::int64_t before = bytes_held();
    room_api rooms(context.get_executor(), options);
    call(rooms);
    return bytes_held() - before;
}

}  // namespace jellyfish::bench
