#include "fakes/bare_server.hpp"

#include "fakes/wire.hpp"
#include "fixtures/run.hpp"

#include <condition_variable>
#include <future>
#include <list>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>

#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace jellyfish::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using tls_socket = asio::ssl::stream<tcp::socket>;

/// Requests of a controlling thread to a connected socket.
class client {
public:
    virtual ~client() = default;
    virtual void send_message(std::string_view message) = 0;
    virtual void send_raw(std::string_view bytes) = 0;
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    virtual void drop() = 0;

    std::set<unsigned> subscriptions;
};

template <class Socket>
class connected_client : public client {
public:
    explicit connected_client(Socket socket) : ws(std::move(socket)) {}

    // Blocking writes: a test's server has nothing else to do.
    void send_message(std::string_view message) override {
        ws.binary(true);
        beast::error_code ignored;
        ws.write(asio::buffer(message), ignored);
    }
    void send_raw(std::string_view bytes) override {
        beast::error_code ignored;
        asio::write(ws.next_layer(), asio::buffer(bytes), ignored);
    }
    void close(std::uint16_t code, std::string_view reason) override {
        // Beast's blocking close would also read, at the same time as the client's coroutine.
        const std::string frame = test::frame(op_close, close_payload(code, reason));
        send_raw(frame);
    }
    void drop() override {
        beast::error_code ignored;
        beast::get_lowest_layer(ws).shutdown(tcp::socket::shutdown_both, ignored);
        beast::get_lowest_layer(ws).close(ignored);
    }

    websocket::stream<Socket> ws;
};

}  // namespace

class bare_server::impl {
public:
    impl(std::string token, tls_server_context tls)
        : token_(std::move(token)),
          tls_(std::move(tls)),
          acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        asio::co_spawn(context_, accept(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }

    ~impl() {
        do_now([this] {
            for (client* each : clients_)
                each->drop();
        });
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    /// Runs a function on the server's thread, and waits for it.
    template <class Action>
    void do_now(Action action) {
        std::promise<void> done;
        asio::post(context_, [&] {
            action();
            done.set_value();
        });
        done.get_future().get();
    }

    template <class Action>
    void for_each_client(Action action) {
        do_now([&] {
            for (client* each : clients_)
                action(*each);
        });
    }

    template <class Condition>
    void await(Condition condition) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, patience, condition))
            throw std::runtime_error("what the test waits for never happens");
    }

    void await_subscribed(std::size_t sockets, unsigned type) {
        await([&] { return subscribed_[type] >= sockets; });
    }

    void await_gone() {
        await([&] { return connected_ == 0; });
    }

private:
    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            if (tls_) {
                asio::co_spawn(context_, serve_tls(std::move(socket)), asio::detached);
            } else {
                asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
            }
        }
    }

    asio::awaitable<void> serve_tls(tcp::socket socket) {
        tls_socket secured(std::move(socket), *tls_);
        co_await secured.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
        co_await serve(std::move(secured));
    }

    template <class Socket>
    asio::awaitable<void> serve(Socket socket) {
        connected_client<Socket> self(std::move(socket));
        auto& ws = self.ws;
        co_await ws.async_accept(asio::use_awaitable);
        ws.binary(true);
        beast::flat_buffer buffer;
        co_await ws.async_read(buffer, asio::use_awaitable);
        if (beast::buffers_to_string(buffer.data()) != auth_request_bytes(token_)) {
            const websocket::close_reason rejection(websocket::close_code::normal, "invalid token");
            co_await ws.async_close(rejection, asio::use_awaitable);
            co_return;
        }
        const std::string welcome = authenticated_bytes();
        co_await ws.async_write(asio::buffer(welcome), asio::use_awaitable);
        enter(self);
        const std::shared_ptr<void> leaving(nullptr, [&](void*) { leave(self); });
        for (;;) {
            buffer.clear();
            co_await ws.async_read(buffer, asio::use_awaitable);
            for (const unsigned type : {1U, 2U}) {
                if (beast::buffers_to_string(buffer.data()) != subscribe_request_bytes(type))
                    continue;
                self.send_message(subscribe_response_bytes(type));
                const std::lock_guard lock(mutex_);
                if (self.subscriptions.insert(type).second) ++subscribed_[type];
                changed_.notify_all();
            }
        }
    }

    void enter(client& target) {
        clients_.push_back(&target);
        const std::lock_guard lock(mutex_);
        ++connected_;
    }

    void leave(client& target) {
        clients_.remove(&target);
        const std::lock_guard lock(mutex_);
        --connected_;
        for (const unsigned type : target.subscriptions)
            --subscribed_[type];
        changed_.notify_all();
    }

    std::string token_;
    tls_server_context tls_;
    std::list<client*> clients_;  // Used only on the server's thread.
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t connected_ = 0;
    std::size_t subscribed_[3] = {0, 0, 0};
    asio::io_context context_;  // Its coroutines use all of the above until they are destroyed.
    tcp::acceptor acceptor_;
    std::thread thread_;
};

bare_server::bare_server(std::string token, tls_server_context tls)
    : impl_(std::make_unique<impl>(std::move(token), std::move(tls))) {}

bare_server::~bare_server() = default;

std::uint16_t bare_server::port() const noexcept { return impl_->port(); }

void bare_server::await_subscribed(std::size_t sockets, unsigned type) {
    impl_->await_subscribed(sockets, type);
}

void bare_server::await_gone() { impl_->await_gone(); }

void bare_server::notify(const notification& value) {
    const unsigned type = std::holds_alternative<metrics_report>(value) ? 2 : 1;
    const std::string bytes = notification_bytes(value);
    impl_->for_each_client([&](client& each) {
        if (each.subscriptions.contains(type)) each.send_message(bytes);
    });
}

void bare_server::send_message(std::string_view message) {
    impl_->for_each_client([&](client& each) { each.send_message(message); });
}

void bare_server::send_raw(std::string_view bytes) {
    impl_->for_each_client([&](client& each) { each.send_raw(bytes); });
}

void bare_server::close_sockets(std::uint16_t code, std::string_view reason) {
    impl_->for_each_client([&](client& each) { each.close(code, reason); });
}

void bare_server::drop_connections() {
    impl_->for_each_client([](client& each) { each.drop(); });
}

}  // namespace jellyfish::test
