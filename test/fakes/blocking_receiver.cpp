#include "fakes/blocking_receiver.hpp"

#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace jellyfish::test {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

std::size_t content_length(std::string_view header) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const std::size_t at = header.find(name);
    return at == header.npos ? 0 : std::stoul(std::string(header.substr(at + name.size())));
}

}  // namespace

struct blocking_receiver::impl {
    explicit impl(behaviour how)
        : responder(std::move(how)), acceptor(io, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(io, accept(), asio::detached);
        thread = std::thread([this] { io.run(); });
    }

    ~impl() {
        io.stop();
        thread.join();
    }

    asio::awaitable<void> accept() {
        for (std::size_t connection = 1;; ++connection) {
            auto result = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
            if (std::get<0>(result)) co_return;
            asio::co_spawn(io, serve(std::move(std::get<1>(result)), connection), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket, std::size_t connection) {
        std::string data;
        socket.set_option(tcp::no_delay(true));
        auto token = asio::as_tuple(asio::use_awaitable);
        while (true) {
            const auto header = co_await asio::async_read_until(socket, asio::dynamic_buffer(data),
                                                                "\r\n\r\n", token);
            if (std::get<0>(header)) co_return;
            received_post post{data.substr(0, std::get<1>(header)), {}, connection};
            data.erase(0, post.header.size());
            const std::size_t size = content_length(post.header);
            while (data.size() < size) {
                const std::size_t begin = data.size();
                data.resize(size);
                const auto read = co_await socket.async_read_some(
                    asio::buffer(data.data() + begin, size - begin), token);
                if (std::get<0>(read)) co_return;
                data.resize(begin + std::get<1>(read));
            }
            post.body = data.substr(0, size);
            data.erase(0, size);
            const std::string response = keep(std::move(post));
            if (response.empty()) co_return;
            if (response == "hang") {
                asio::steady_timer never(io, asio::steady_timer::time_point::max());
                co_await never.async_wait(token);
            }
            for (const char& byte : response)
                co_await asio::async_write(socket, asio::buffer(&byte, 1), token);
        }
    }

    std::string keep(received_post post) {
        std::size_t number = 0;
        {
            const std::lock_guard lock(mutex);
            posts.push_back(std::move(post));
            number = posts.size();
        }
        changed.notify_all();
        return responder ? responder(number) : "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    }

    behaviour responder;
    asio::io_context io{1};
    tcp::acceptor acceptor;
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::vector<received_post> posts;
    std::thread thread;
};

blocking_receiver::blocking_receiver(behaviour responder)
    : impl_(std::make_unique<impl>(std::move(responder))) {}

blocking_receiver::~blocking_receiver() = default;

std::uint16_t blocking_receiver::port() const { return impl_->acceptor.local_endpoint().port(); }

std::string blocking_receiver::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
}

bool blocking_receiver::wait_for(std::size_t count, std::chrono::milliseconds limit) {
    std::unique_lock lock(impl_->mutex);
    return impl_->changed.wait_for(lock, limit, [&] { return impl_->posts.size() >= count; });
}

std::vector<received_post> blocking_receiver::requests() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->posts;
}

std::vector<std::string> blocking_receiver::bodies() const {
    std::vector<std::string> out;
    for (const received_post& post : requests())
        out.push_back(post.body);
    return out;
}

}  // namespace jellyfish::test
