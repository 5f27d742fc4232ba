#include "net/connect.hpp"

#include <jellyfish/error.hpp>

#include "async/executors.hpp"
#include "async/time_limit.hpp"
#include "net/client_tls.hpp"
#include "net/connect_race.hpp"
#include "net/make_stream.hpp"
#include "net/name_resolver.hpp"
#include "net/own_socket.hpp"

#include <algorithm>
#include <climits>
#include <exception>
#include <netinet/tcp.h>
#include <optional>
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

/// One connect operation. Runs on one executor and completes once, even if suboperations are still
/// pending: a lookup on a name server that does not respond, for example, cannot be cancelled.
class connect_operation : public std::enable_shared_from_this<connect_operation> {
public:
    connect_operation(const asio::any_io_executor& executor, server_address address,
                      tls_context_ptr context, std::chrono::milliseconds timeout,
                      std::chrono::milliseconds silence_limit, known_addresses_ptr known,
                      connect_handler handler)
        : address_(std::move(address)),
          context_(std::move(context)),
          known_(std::move(known)),
          timeout_(timeout),
          deadline_(clock::now() + timeout),
          silence_limit_(silence_limit),
          socket_executor_(context_ ? executor : under_strand(executor)),
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
        // A literal address does not wait for name servers.
        error_code code;
        const auto literal = asio::ip::make_address(address_.host, code);
        if (!code) {
            race({literal});
            return;
        }
        lookup_ = name_resolver::shared().start(address_.host, timer_.get_executor(),
                                                [weak = weak_from_this()](const auto& found) {
                                                    if (const auto self = weak.lock())
                                                        self->resolved(found);
                                                });
    }

private:
    void resolved(const resolved_name& found) {
        if (done_) return;
        if (found.code) {
            fail(errc::resolve_failed, found.code.message());
        } else if (found.addresses.empty()) {
            fail(errc::connect_failed, "the host has no address");
        } else {
            race(found.addresses);
        }
    }

    // ---- TCP: staggered attempts until one succeeds

    void race(const std::vector<asio::ip::address>& addresses) {
        std::optional<asio::ip::address> best;
        if (known_) {
            const auto found = known_->find(address_.host);
            if (found != known_->end()) best = found->second;
        }
        race_.emplace(addresses, address_.port, best, clock::now(), deadline_);
        sockets_.resize(race_->size());
        begin_attempts();
    }

    void begin_attempts() {
        while (const auto attempt = race_->begin(clock::now()))
            begin(*attempt);
        if (race_->lost()) {
            fail(errc::connect_failed, race_->report());
        } else {
            arm_timer(std::min(race_->due(), deadline_));
        }
    }

    void begin(std::size_t attempt) {
        const tcp::endpoint& endpoint = race_->at(attempt);
        tcp_socket& socket = sockets_[attempt].emplace(socket_executor_);
        error_code code;
        socket.open(endpoint.protocol(), code);
        if (code) {
            race_->fail(attempt, code.message());
            return;
        }
        socket.async_connect(
            endpoint, asio::bind_executor(timer_.get_executor(), [self = shared_from_this(),
                                                                  attempt](const error_code& ec) {
                self->connected(attempt, ec);
            }));
    }

    void connected(std::size_t attempt, const error_code& code) {
        if (done_ || winner_) return;
        if (code) {
            sockets_[attempt].reset();
            race_->fail(attempt, code.message());
            begin_attempts();
            return;
        }
        winner_ = race_->at(attempt).address();
        tcp_socket socket = std::move(*sockets_[attempt]);
        sockets_.clear();  // Cancels the other attempts.
        arm_timer(deadline_);
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        limit_silence(socket);
        if (context_) {
            start_handshake(std::move(socket));
        } else {
            succeed(make_tcp_stream(std::move(socket)));
        }
    }

    /// Fails the connection when written bytes are not acknowledged, even if nothing is read.
    void limit_silence(tcp_socket& socket) const {
#ifdef TCP_USER_TIMEOUT
        if (silence_limit_.count() <= 0) return;
        const unsigned limit = static_cast<unsigned>(
            std::min<std::chrono::milliseconds::rep>(silence_limit_.count(), INT_MAX));
        (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &limit,
                           sizeof limit);
#endif
    }

    // ---- TLS

    void start_handshake(tcp_socket socket) {
        try {
            tls_ = std::make_shared<tls_socket>(std::move(socket), context_->native());
            context_->prepare(tls_->native_handle(), std::string(address_.presented_host()));
        } catch (...) {
            finish(std::current_exception(), nullptr);
            return;
        }
        tls_->async_handshake(
            tls_socket::client,
            [self = shared_from_this()](const error_code& code) { self->on_handshake(code); });
    }

    void on_handshake(const error_code& code) {
        if (done_) return;
        if (code) {
            std::string detail;
            const error_code why = handshake_failure(tls_->native_handle(), code, detail);
            fail(why, std::move(detail));
            return;
        }
        succeed(make_tls_stream(context_, std::move(tls_)));
    }

    // ---- deadlines

    void arm_timer(clock::time_point at) {
        timer_.expires_at(at);
        timer_.async_wait([self = shared_from_this()](const error_code& code) {
            if (!code && !self->done_) self->expired();
        });
    }

    void expired() {
        if (timer_.expiry() > clock::now()) return;  // Rearmed meanwhile.
        if (timer_.expiry() < deadline_) {
            begin_attempts();
        } else if (was_missed(deadline_, clock::now()) && !std::exchange(renewed_, true)) {
            deadline_ = clock::now() + timeout_;
            arm_timer(deadline_);
        } else {
            fail(errc::connect_timeout, step());
        }
    }

    [[nodiscard]] std::string step() const {
        if (tls_) return "during the TLS handshake";
        if (race_) return "while connecting (" + race_->report() + ")";
        return lookup_.queued() ? "while waiting to resolve the name: too many look-ups of other "
                                  "names are pending"
                                : "while resolving the name";
    }

    // ---- completion

    void succeed(std::unique_ptr<stream> connection) {
        if (known_) known_->insert_or_assign(address_.host, *winner_);
        finish(nullptr, std::move(connection));
    }

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
        lookup_ = {};
        sockets_.clear();
        if (tls_) tls_->next_layer().close();
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
    known_addresses_ptr known_;
    std::chrono::milliseconds timeout_;
    clock::time_point deadline_;
    bool renewed_ = false;
    std::chrono::milliseconds silence_limit_;
    asio::any_io_executor socket_executor_;
    name_lookup lookup_;
    std::optional<connect_race> race_;
    std::vector<std::optional<tcp_socket>> sockets_;  // One for each attempt of the race.
    std::optional<asio::ip::address> winner_;         // The address that won the race.
    std::shared_ptr<tls_socket> tls_;  // Shared: the handshake may outlive the operation.
    asio::steady_timer timer_;
    connect_handler handler_;
    bool done_ = false;
};

}  // namespace

asio::awaitable<std::unique_ptr<stream>> connect(server_address address, tls_context_ptr context,
                                                 std::chrono::milliseconds timeout,
                                                 std::chrono::milliseconds silence_limit,
                                                 known_addresses_ptr known) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const auto executor = co_await asio::this_coro::executor;
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>,
                                            void(std::exception_ptr, std::unique_ptr<stream>)>(
        [](auto&& handler, const asio::any_io_executor& ex, server_address where,
           tls_context_ptr tls, std::chrono::milliseconds limit, std::chrono::milliseconds silence,
           known_addresses_ptr noted) {
            std::make_shared<connect_operation>(
                ex, std::move(where), std::move(tls), limit, silence, std::move(noted),
                connect_handler(std::forward<decltype(handler)>(handler)))
                ->start();
        },
        asio::use_awaitable, executor, std::move(address), std::move(context), timeout,
        silence_limit, std::move(known));
}

}  // namespace jellyfish::detail
