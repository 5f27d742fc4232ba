#include "rest_server.hpp"

#include <array>
#include <exception>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string response() {
    const std::string body =
        R"({"data":{"components":[],"config":{"maxPeers":10,"peerDisconnectedTimeout":null,)"
        R"("peerlessPurgeTimeout":null,"roomId":"fbf4190c-5c76-415c-8939-52c6ed20868b",)"
        R"("videoCodec":"h264","webhookUrl":null},"id":"fbf4190c-5c76-415c-8939-52c6ed20868b",)"
        R"("peers":[{"id":"c7236587-5df8-4b41-b6e4-268e71133ee2","metadata":{"name":"one"},)"
        R"("status":"connected","tracks":[{"id":"a:1","metadata":{"source":"camera"},)"
        R"("type":"video"}],"type":"webrtc"},{"id":"d7236587-5df8-4b41-b6e4-268e71133ee2",)"
        R"("metadata":null,"status":"disconnected","tracks":[],"type":"webrtc"}]}})";
    return "HTTP/1.1 200 OK\r\ncache-control: max-age=0, private, must-revalidate\r\n"
           "content-type: application/json; charset=utf-8\r\nserver: bench\r\ncontent-length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

asio::awaitable<void> serve(tcp::socket socket) {
    const std::string whole = response();
    socket.set_option(tcp::no_delay(true));
    std::string unread;
    std::array<char, 4096> chunk{};
    for (;;) {
        const std::size_t n =
            co_await socket.async_read_some(asio::buffer(chunk), asio::use_awaitable);
        unread.append(chunk.data(), n);
        for (auto end = unread.find("\r\n\r\n"); end != std::string::npos;
             end = unread.find("\r\n\r\n")) {
            unread.erase(0, end + 4);
            co_await asio::async_write(socket, asio::buffer(whole), asio::use_awaitable);
        }
    }
}

asio::awaitable<void> accept(tcp::acceptor& from) {
    const auto ignore_result = [](const std::exception_ptr&) {};  // The client is gone.
    for (;;) {
        tcp::socket socket = co_await from.async_accept(asio::use_awaitable);
        asio::co_spawn(from.get_executor(), serve(std::move(socket)), ignore_result);
    }
}

}  // namespace

rest_server::rest_server()
    : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context_, accept(acceptor_), [](const std::exception_ptr&) {});
    thread_ = std::thread([this] { context_.run(); });
}

rest_server::~rest_server() {
    context_.stop();
    thread_.join();
}

}  // namespace jellyfish::bench
