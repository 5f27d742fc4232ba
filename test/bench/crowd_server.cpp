#include "crowd_server.hpp"

#include "fakes/wire.hpp"
#include "load_server.hpp"
#include "measure.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using socket_stream = beast::websocket::stream<tcp::socket>;

constexpr std::uint32_t messages_of_a_write = 100;

struct crowd {
    std::vector<std::shared_ptr<socket_stream>> all;
    std::string frames;  // The contents of one write.
};

asio::awaitable<void> serve_client(crowd& members, tcp::socket socket) {
    const auto ws = std::make_shared<socket_stream>(std::move(socket));
    beast::flat_buffer request;
    const std::string confirmation = test::subscribe_response_bytes(1);
    const std::string welcome = test::authenticated_bytes();
    co_await ws->async_accept(asio::use_awaitable);
    ws->binary(true);
    co_await ws->async_read(request, asio::use_awaitable);
    co_await ws->async_write(asio::buffer(welcome), asio::use_awaitable);
    co_await ws->async_read(request, asio::use_awaitable);
    co_await ws->async_write(asio::buffer(confirmation), asio::use_awaitable);
    members.all.push_back(ws);
    request.clear();
    co_await ws->async_read(request, asio::use_awaitable);  // Until the client closes.
}

asio::awaitable<void> accept_all(crowd& members, tcp::acceptor& acceptor) {
    for (;;) {
        tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        asio::co_spawn(acceptor.get_executor(), serve_client(members, std::move(socket)),
                       [](const std::exception_ptr&) {});
    }
}

asio::awaitable<void> send_to(std::shared_ptr<socket_stream> ws, const std::string& frames,
                              std::uint32_t messages) {
    const std::size_t size = frames.size() / messages_of_a_write;
    while (messages > 0) {
        const std::uint32_t some = std::min(messages, messages_of_a_write);
        co_await asio::async_write(ws->next_layer(), asio::buffer(frames.data(), some * size),
                                   asio::use_awaitable);
        messages -= some;
    }
}

asio::awaitable<void> obey(crowd& members, asio::posix::stream_descriptor& commands,
                           asio::io_context& context) {
    try {
        for (;;) {
            std::uint32_t messages = 0;
            co_await asio::async_read(commands, asio::buffer(&messages, sizeof messages),
                                      asio::use_awaitable);
            for (const auto& each : members.all) {
                if (each->next_layer().is_open())
                    asio::co_spawn(context, send_to(each, members.frames, messages),
                                   [](const std::exception_ptr&) {});
            }
        }
    } catch (const boost::system::system_error&) {
        context.stop();
    }
}

void serve(int command_pipe, int port_pipe) {
    use_processor(1);
    asio::io_context context(1);
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    crowd members;
    const load small = small_load();
    members.frames = small.frames.substr(0, small.frames.size() / small.messages * 100);
    asio::posix::stream_descriptor commands(context, command_pipe);
    asio::co_spawn(context, accept_all(members, acceptor), asio::detached);
    asio::co_spawn(context, obey(members, commands, context), asio::detached);
    const std::uint16_t port = acceptor.local_endpoint().port();
    if (::write(port_pipe, &port, sizeof port) != sizeof port) return;
    context.run();
}

}  // namespace

crowd_server::crowd_server() {
    std::array<int, 2> commands{};
    std::array<int, 2> responses{};
    if (::pipe(commands.data()) != 0 || ::pipe(responses.data()) != 0)
        throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
        ::close(commands[1]);
        ::close(responses[0]);
        serve(commands[0], responses[1]);
        ::_exit(0);
    }
    ::close(commands[0]);
    ::close(responses[1]);
    commands_ = commands[1];
    if (::read(responses[0], &port_, sizeof port_) != sizeof port_)
        throw std::runtime_error("the server does not start");
    ::close(responses[0]);
}

crowd_server::~crowd_server() {
    ::close(commands_);
    ::waitpid(process_, nullptr, 0);
}

void crowd_server::send(std::uint32_t messages) {
    if (::write(commands_, &messages, sizeof messages) != sizeof messages)
        throw std::runtime_error("the server is gone");
}

}  // namespace jellyfish::bench
