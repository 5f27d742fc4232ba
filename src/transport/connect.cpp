#include "transport/connect.hpp"

#include <jellyfish/error.hpp>

#include "transport/streams.hpp"
#include "transport/tls_context.hpp"
#include "unwrapped.hpp"

#include <algorithm>
#include <climits>
#include <exception>
#include <netinet/tcp.h>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {
namespace {

using asio::ip::tcp;
using clock = std::chrono::steady_clock;
using connect_handler =
    asio::any_completion_handler<void(std::exception_ptr, std::unique_ptr<stream>)>;

std::string text_of(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? '[' + host + ']' : host) + ':' +
           std::to_string(endpoint.port());
}

/// One attempt to connect. All on one executor; completes once, whatever is still under way then:
/// a name server that does not answer, for example, cannot be told to stop.
class connect_operation : public std::enable_shared_from_this<connect_operation> {
public:
    connect_operation(const asio::any_io_executor& executor, server_address address,
                      tls_context_ptr context, std::chrono::milliseconds timeout,
                      std::chrono::milliseconds silence_limit, connect_handler handler)
        : address_(std::move(address)),
          context_(std::move(context)),
          deadline_(clock::now() + timeout),
          silence_limit_(silence_limit),
          resolver_(executor),
          socket_(context_ ? executor : under_strand(executor)),
          timer_(executor),
          handler_(std::move(handler)) {}

    void start() {
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) {
            slot.assign([weak = weak_from_this()](asio::cancellation_type type) {
                const auto self = weak.lock();
                if (self && type != asio::cancellation_type::none)
                    self->fail(asio::error::operation_aborted, {});
            });
        }
        arm_timer(deadline_);
        // A literal address must not wait for name servers.
        error_code code;
        const auto literal = asio::ip::make_address(address_.host, code);
        if (!code) {
            endpoints_.emplace_back(literal, address_.port);
            connect_next();
            return;
        }
        resolver_.async_resolve(
            address_.host, std::to_string(address_.port), tcp::resolver::numeric_service,
            [self = shared_from_this()](error_code ec, const tcp::resolver::results_type& found) {
                self->resolved(ec, found);
            });
    }

private:
    void resolved(const error_code& code, const tcp::resolver::results_type& found) {
        if (done_) return;
        if (code) {
            fail(errc::resolve_failed, code.message());
            return;
        }
        for (const auto& entry : found)
            endpoints_.push_back(entry.endpoint());
        connect_next();
    }

    void connect_next() {
        if (next_ == endpoints_.size()) {
            fail(errc::connect_failed, refusals_.empty() ? "no address" : refusals_);
            return;
        }
        const tcp::endpoint& endpoint = endpoints_[next_++];
        error_code ignored;
        socket_.close(ignored);
        arm_timer(attempt_deadline());
        socket_.async_connect(
            endpoint, asio::bind_executor(timer_.get_executor(),
                                          [self = shared_from_this()](const error_code& code) {
                                              self->connected(code);
                                          }));
    }

    /// An address that does not answer leaves time for those that follow.
    [[nodiscard]] clock::time_point attempt_deadline() const {
        const auto tried_from_here = static_cast<int>(endpoints_.size() - next_) + 1;
        const auto now = clock::now();
        return std::min(deadline_, now + (deadline_ - now) / tried_from_here);
    }

    void connected(error_code code) {
        if (done_) return;
        // The time for this address ran out just when it answered.
        if (!code && !socket_.is_open()) code = asio::error::operation_aborted;
        if (code) {
            if (!refusals_.empty()) refusals_ += ", ";
            const bool silent = code == asio::error::operation_aborted;
            refusals_ += text_of(endpoints_[next_ - 1]) + ": " +
                         (silent ? std::string("no answer") : code.message());
            connect_next();
            return;
        }
        arm_timer(deadline_);
        error_code ignored;
        socket_.set_option(tcp::no_delay(true), ignored);
        limit_silence();
        if (context_) {
            shake_hands();
        } else {
            succeed(make_tcp_stream(std::move(socket_)));
        }
    }

    /// Bytes that are never acknowledged end the connection, also when nothing is read.
    void limit_silence() {
#ifdef TCP_USER_TIMEOUT
        if (silence_limit_.count() <= 0) return;
        const unsigned limit = static_cast<unsigned>(
            std::min<std::chrono::milliseconds::rep>(silence_limit_.count(), INT_MAX));
        (void)::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &limit,
                           sizeof limit);
#endif
    }

    void shake_hands() {
        tls_ = std::make_shared<tls_socket>(std::move(socket_), context_->native());
        try {
            context_->prepare(tls_->native_handle(), address_.host);
        } catch (...) {
            finish(std::current_exception(), nullptr);
            return;
        }
        tls_->async_handshake(
            tls_socket::client,
            [self = shared_from_this()](const error_code& code) { self->shaken_hands(code); });
    }

    void shaken_hands(const error_code& code) {
        if (done_) return;
        if (code) {
            std::string detail;
            const error_code why = handshake_failure(tls_->native_handle(), code, detail);
            fail(why, std::move(detail));
            return;
        }
        succeed(make_tls_stream(context_, std::move(tls_)));
    }

    void arm_timer(clock::time_point at) {
        timer_.expires_at(at);
        timer_.async_wait([self = shared_from_this()](const error_code& code) {
            if (!code && !self->done_) self->expired();
        });
    }

    void expired() {
        if (timer_.expiry() > clock::now()) return;  // Armed anew meanwhile.
        if (timer_.expiry() < deadline_) {
            error_code ignored;
            socket_.close(ignored);  // Ends this attempt; the next address is tried.
            return;
        }
        fail(errc::connect_timeout, step());
    }

    [[nodiscard]] std::string step() const {
        if (tls_) return "during the TLS handshake";
        return endpoints_.empty() ? "while resolving the name"
                                  : "while connecting to " + text_of(endpoints_[next_ - 1]);
    }

    void succeed(std::unique_ptr<stream> connection) { finish(nullptr, std::move(connection)); }

    void fail(const error_code& code, std::string detail) {
        diagnostics info;
        info.operation = "connect";
        info.address = address_.authority();
        info.detail = std::move(detail);
        finish(std::make_exception_ptr(error(code, std::move(info))), nullptr);
    }

    void finish(std::exception_ptr failure, std::unique_ptr<stream> connection) {
        done_ = true;
        timer_.cancel();
        resolver_.cancel();
        error_code ignored;
        socket_.close(ignored);
        if (tls_) tls_->next_layer().close(ignored);
        auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) slot.clear();
        // Cancellation must not call the handler from inside the emitting call.
        asio::post(timer_.get_executor(),
                   [handler = std::move(handler_), failure = std::move(failure),
                    connection = std::move(connection)]() mutable {
                       std::move(handler)(std::move(failure), std::move(connection));
                   });
    }

    server_address address_;
    tls_context_ptr context_;
    clock::time_point deadline_;
    std::chrono::milliseconds silence_limit_;
    tcp::resolver resolver_;
    tcp::socket socket_;
    std::shared_ptr<tls_socket> tls_;  // Shared: the handshake may outlive the operation's end.
    asio::steady_timer timer_;
    connect_handler handler_;
    std::vector<tcp::endpoint> endpoints_;
    std::size_t next_ = 0;
    std::string refusals_;
    bool done_ = false;
};

}  // namespace

asio::awaitable<std::unique_ptr<stream>> connect(server_address address, tls_context_ptr context,
                                                 std::chrono::milliseconds timeout,
                                                 std::chrono::milliseconds silence_limit) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const auto executor = co_await asio::this_coro::executor;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                            void(std::exception_ptr, std::unique_ptr<stream>)>(
        [](auto&& handler, const asio::any_io_executor& ex, server_address where,
           tls_context_ptr tls, std::chrono::milliseconds limit,
           std::chrono::milliseconds silence) {
            std::make_shared<connect_operation>(
                ex, std::move(where), std::move(tls), limit, silence,
                connect_handler(std::forward<decltype(handler)>(handler)))
                ->start();
        },
        asio::use_awaitable, executor, std::move(address), std::move(context), timeout,
        silence_limit);
}

}  // namespace jellyfish::detail
