#include "fakes/fault_relay.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <list>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace jellyfish::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Two sockets, and what happens to the bytes between them.
struct link {
    link(tcp::socket from, asio::io_context& context, fault planned, std::atomic<std::size_t>& all)
        : client(std::move(from)), server(context), pause(context), injected(planned), total(all) {}

    void close() {
        boost::system::error_code ignored;
        client.close(ignored);
        server.close(ignored);
        pause.cancel();
    }

    tcp::socket client;
    tcp::socket server;
    asio::steady_timer pause;
    fault injected;
    std::size_t sent = 0;  // Bytes sent to the client.
    std::atomic<std::size_t>& total;
};

using link_ptr = std::shared_ptr<link>;

/// Makes bytes invalid as text, number and frame; TCP protects against other damage.
void garble(char* data, std::size_t size) { std::fill_n(data, size, '\xff'); }

asio::awaitable<void> to_server(link_ptr of) {
    std::array<char, 4096> chunk{};
    for (;;) {
        const std::size_t n =
            co_await of->client.async_read_some(asio::buffer(chunk), asio::use_awaitable);
        co_await asio::async_write(of->server, asio::buffer(chunk, n), asio::use_awaitable);
    }
}

asio::awaitable<void> send(link_ptr of, char* data, std::size_t size) {
    of->total += size;  // First, since a client that has the bytes may check at once.
    const bool begun = of->sent >= of->injected.after;
    if (begun && of->injected.what == fault::kind::garbage) garble(data, size);
    if (begun && of->injected.what == fault::kind::drip) {
        for (std::size_t n = 0; n < size; ++n) {
            co_await asio::async_write(of->client, asio::buffer(data + n, 1), asio::use_awaitable);
            of->pause.expires_after(std::chrono::microseconds(200));
            co_await of->pause.async_wait(asio::use_awaitable);
        }
    } else {
        co_await asio::async_write(of->client, asio::buffer(data, size), asio::use_awaitable);
    }
    of->sent += size;
}

/// Whether a link is still used after its fault.
asio::awaitable<bool> inject_fault(link_ptr of) {
    switch (of->injected.what) {
        case fault::kind::none:
        case fault::kind::garbage:
        case fault::kind::drip:
            break;
        case fault::kind::end:
            of->close();
            co_return false;
        case fault::kind::reset:
            of->client.set_option(tcp::socket::linger(true, 0));
            of->close();
            co_return false;
        case fault::kind::stall:
            of->pause.expires_at(std::chrono::steady_clock::time_point::max());
            co_await of->pause.async_wait(asio::use_awaitable);  // Until it is closed.
    }
    co_return true;
}

asio::awaitable<void> to_client(link_ptr of) {
    std::array<char, 4096> chunk{};
    for (;;) {
        if (of->injected.what != fault::kind::none && of->sent == of->injected.after) {
            const bool continues = co_await inject_fault(of);
            if (!continues) co_return;
        }
        std::size_t most = chunk.size();
        if (of->sent < of->injected.after) most = std::min(most, of->injected.after - of->sent);
        const std::size_t n =
            co_await of->server.async_read_some(asio::buffer(chunk, most), asio::use_awaitable);
        co_await send(of, chunk.data(), n);
    }
}

}  // namespace

class fault_relay::impl : public std::enable_shared_from_this<impl> {
public:
    impl(std::uint16_t server_port, plan faults)
        : server_(asio::ip::address_v4::loopback(), server_port),
          plan_(std::move(faults)),
          acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          port_(acceptor_.local_endpoint().port()) {}

    void start() {
        asio::co_spawn(context_, accept(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }

    void stop() {
        context_.stop();
        thread_.join();
    }

    void restore() {
        asio::post(context_, [this] {
            plan_ = [](std::size_t) { return fault(); };
            for (const auto& each : links_) {
                const auto alive = each.lock();
                if (alive && alive->injected.what == fault::kind::stall) alive->close();
            }
        });
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::size_t connections() const noexcept { return accepted_; }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            const auto made = std::make_shared<link>(std::move(socket), context_,
                                                     plan_(accepted_.fetch_add(1)), bytes_);
            std::erase_if(links_, [](const auto& each) { return each.expired(); });
            links_.push_back(made);
            asio::co_spawn(context_, serve(made), asio::detached);
        }
    }

    asio::awaitable<void> serve(link_ptr of) {
        try {
            co_await of->server.async_connect(server_, asio::use_awaitable);
            of->client.set_option(tcp::no_delay(true));
            of->server.set_option(tcp::no_delay(true));
            asio::co_spawn(context_, to_server(of),
                           [of](const std::exception_ptr&) { of->close(); });
            co_await to_client(of);
        } catch (const boost::system::system_error&) {
            of->close();  // One end has been closed.
        }
    }

    const tcp::endpoint server_;
    plan plan_;
    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    const std::uint16_t port_;
    std::atomic<std::size_t> accepted_{0};
    std::atomic<std::size_t> bytes_{0};
    std::list<std::weak_ptr<link>> links_;
    std::thread thread_;
};

fault_relay::fault_relay(std::uint16_t server_port, plan faults)
    : impl_(std::make_shared<impl>(server_port, std::move(faults))) {
    impl_->start();
}

fault_relay::~fault_relay() { impl_->stop(); }

std::string fault_relay::address() const { return "127.0.0.1:" + std::to_string(impl_->port()); }

std::size_t fault_relay::connections() const { return impl_->connections(); }

std::size_t fault_relay::bytes_to_clients() const { return impl_->bytes(); }

void fault_relay::restore() { impl_->restore(); }

}  // namespace jellyfish::test
