#pragma once

#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/detail/notification_callback.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/webhook_options.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace jellyfish {
namespace detail {

class webhook_receiver_impl;

}  // namespace detail

/// What a webhook receiver has counted since it was made.
struct webhook_stats {
    std::uint64_t received = 0;     ///< Notifications queued and answered, those for the handler
                                    ///< included.
    std::uint64_t queued = 0;       ///< Notifications that wait now, for `next()` or the handler.
    std::uint64_t dropped = 0;      ///< Notifications refused with 503, since the queue was full.
    std::uint64_t rejected = 0;     ///< Requests refused with any other status.
    std::uint64_t connections = 0;  ///< Connections open now.
    std::uint64_t accepted = 0;     ///< Connections accepted.
    std::uint64_t rejected_connections = 0;  ///< Connections closed for `max_connections`.
    std::uint64_t timed_out = 0;             ///< Connections closed since they took too long.
    std::uint64_t failed_handshakes = 0;     ///< Connections that came to no TLS session.
    std::uint64_t bytes_received = 0;        ///< Bytes read from connections (inside TLS).
    std::uint64_t bytes_sent = 0;            ///< Bytes written to connections (inside TLS).
    /// When the last notification came; the clock's epoch before the first.
    std::chrono::steady_clock::time_point last_notification_at{};
};

/// One HTTP endpoint to which servers post their notifications (protocol: "Webhooks"), for programs
/// that cannot hold a WebSocket.
///
/// Life: made, `listen()`, used, `close()`. A failed `listen()` may be repeated. A notification is
/// answered with 200 as soon as it is queued, since a server posts one at a time, for all its
/// rooms. Notifications of one room come in order as long as the server uses one connection at a
/// time, which it does; those of several servers come as they do.
///
/// What is posted may be lost before it gets here: the server does not repeat a request that
/// failed. What happens while nothing listens is not told afterwards: only REST tells the state.
///
/// Every asynchronous operation takes a completion token as its last argument,
/// `asio::use_awaitable` when there is none. Handlers run on their associated executor, and
/// otherwise on the receiver's. An operation that has not completed counts as work there, and so
/// does listening. An operation that is cancelled before its outcome is known completes with
/// `operation_aborted`.
///
/// @exceptions An awaited operation throws a `jellyfish::error`.
/// @threads All members but constructor, move and destructor may be used from several threads at
///     once. Any number of operations may be under way.
/// @lifetime The destructor may run at any time; operations under way complete with
///     `operation_aborted`, and connections are closed. The executor's context must outlive the
///     receiver, except for a receiver that lives in a coroutine of that context.
/// @processes Executed programs inherit nothing; a forked child may destroy or close its copy,
///     which changes nothing for the parent (see docs/reliability.md for what to observe).
class JELLYFISH_DECL webhook_receiver {
public:
    /// The type of the executor.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the connections, the handler set here, and completion handlers that
    ///     have no executor of their own. May be that of a thread pool.
    /// @param options The options of the receiver, copied.
    explicit webhook_receiver(executor_type executor,
                              const webhook_options& options = webhook_options());
    ~webhook_receiver();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    webhook_receiver(webhook_receiver&&) noexcept;
    webhook_receiver& operator=(webhook_receiver&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Sets the handler of all notifications, which `next()` then does not give.
    ///
    /// @param handler Called as `handler(const notification&)`, in order, on the receiver's
    ///     executor, never twice at once; returns `void`, or an `asio::awaitable<void>` that is
    ///     awaited before the next call. Copyable. If it throws, the receiver stops listening, with
    ///     `errc::handler_failed`.
    /// @throws jellyfish::error with `errc::already_listening` after `listen()`.
    template <class Handler>
    void on_server_notification(Handler&& handler) {
        set_handler(detail::make_notification_callback(std::forward<Handler>(handler)));
    }

    /// Begins to listen.
    ///
    /// Completes when connections are accepted, or it has failed. It waits for nothing: once
    /// initiated, it listens or has failed.
    ///
    /// @signature `void(error_code)`
    /// @errors `errc::invalid_option`, `errc::tls_configuration` (certificate or key cannot be
    ///     used), `errc::address_in_use`, `errc::listen_failed` (any other refusal of the system:
    ///     the address is not one of this machine's, or the port needs rights);
    ///     `errc::already_listening` when it listens already; `errc::closed` after `close()`.
    /// @cancellation Has no effect.
    template <class Token = asio::use_awaitable_t<>>
    auto listen(Token&& token = Token()) {
        return detail::operation<>::initiate(start_listen(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// The port that is listened on, since the last successful `listen()`; 0 before.
    [[nodiscard]] std::uint16_t port() const noexcept;

    /// The URL for `room_config::webhook_url`, with port, path, secret and credentials: a secret
    /// itself when they are. Its port is `port()`: so ask for it after `listen()`. A port that is
    /// the default of the URL's scheme is left out.
    ///
    /// @param host By which the server reaches this machine: a name or an IP address. The
    ///     certificate must be valid for it.
    [[nodiscard]] std::string url(std::string_view host) const;

    /// Takes the next notification: `while (auto notification = co_await receiver.next()) …`.
    ///
    /// Completes with the notification that was received first among those still queued; empty when
    /// the receiver is closed and everything has been taken. When listening has failed and
    /// everything has been taken, one call ends with the failure, the following ones with an empty
    /// optional. Before `listen()` it waits.
    ///
    /// @signature `void(error_code, std::optional<notification>)`
    /// @errors The failure of listening: the codes of `listen()`, and `errc::handler_failed`.
    /// @cancellation Any type. Never loses a notification, also in `next() || timer`: a call that
    ///     ends with `operation_aborted` has taken nothing.
    template <class Token = asio::use_awaitable_t<>>
    auto next(Token&& token = Token()) {
        return detail::operation<std::optional<notification>>::initiate(
            start_next(), *this, std::forward<Token>(token), impl_);
    }

    /// Takes the next notification, as `next()`, but waits for `limit` at most.
    ///
    /// Completes as `next()`, or when the time is over.
    ///
    /// @signature `void(error_code, std::optional<notification>)`
    /// @errors As `next()`, and `errc::timeout` when nothing came for `limit`; nothing is lost
    ///     then.
    /// @cancellation As `next()`.
    template <class Token = asio::use_awaitable_t<>>
    auto next_for(std::chrono::steady_clock::duration limit, Token&& token = Token()) {
        return detail::operation<std::optional<notification>>::initiate(
            start_next_for(), *this, std::forward<Token>(token), impl_, limit);
    }

    /// Takes the next notification if there is one, without waiting. Empty as well when the
    /// receiver has ended: `next()` and `wait()` tell.
    [[nodiscard]] std::optional<notification> try_next();

    /// Waits until `try_next()` has something to give, and takes nothing.
    ///
    /// Completes when something is queued, at once when it is so already. With several takers
    /// somebody else may be faster.
    ///
    /// @signature `void(error_code)`
    /// @errors When nothing is queued, the failure of listening, one of those of `next()`, and
    ///     `errc::closed` when the receiver is closed.
    /// @cancellation Any type. Has no other effect.
    template <class Token = asio::use_awaitable_t<>>
    auto wait(Token&& token = Token()) {
        return detail::operation<>::initiate(start_wait(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// Reads certificate and key now, for connections that are accepted from here on. Files that
    /// have changed are read anyway for the next connection; this is for who must not wait for it,
    /// or wants to know whether they can be used. Connections that are open stay as they are. Has
    /// no effect without `webhook_options::certificate`. Any thread may call it; it reads in that
    /// thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` when a file cannot be used; what was
    ///     read before stays in use.
    void reload_tls();

    /// Closes: stops listening, answers what clients have sent, and closes all connections.
    ///
    /// A request that has come to this machine when `close()` is called is answered, also on a
    /// connection that was not accepted yet: with 200 when its notification is queued, and with 503
    /// when the queue stays full. A request of which a part has come is completed. The last
    /// response on a connection carries `Connection: close`; then the receiver ends its side, and
    /// closes the connection when the client has ended the other one. A request that comes later is
    /// not answered, except the first one after a TLS handshake that is under way. A connection on
    /// which nothing ever came is closed at once.
    ///
    /// Connections that were not accepted yet are served as others send their last response, at
    /// most `max_connections` at a time, and up to 16 times as many in all. Those beyond that, and
    /// those that are not served in time, are closed, and counted in
    /// `webhook_stats::rejected_connections`.
    ///
    /// All of that takes `close_timeout` at most, which passes only when a client neither sends the
    /// rest of its request nor ends its side, or when nobody takes from a full queue.
    ///
    /// Completes when all connections are closed, at once when they are so already. What was
    /// received stays to be taken.
    ///
    /// @signature `void(error_code)`
    /// @errors None.
    /// @cancellation Any type. The closing goes on.
    template <class Token = asio::use_awaitable_t<>>
    auto close(Token&& token = Token()) {
        return detail::operation<>::initiate(start_close(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// What has been counted so far.
    [[nodiscard]] webhook_stats stats() const;

private:
    using impl_ptr = std::shared_ptr<detail::webhook_receiver_impl>;
    using next_handler = detail::operation_handler<std::optional<notification>>;

    struct JELLYFISH_DECL start_listen {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_next {
        void operator()(next_handler handler, const impl_ptr& impl) const;
        static asio::awaitable<std::optional<notification>> awaited(const impl_ptr& impl);
    };
    struct JELLYFISH_DECL start_next_for {
        void operator()(next_handler handler, const impl_ptr& impl,
                        std::chrono::steady_clock::duration limit) const;
        static asio::awaitable<std::optional<notification>> awaited(
            impl_ptr impl, std::chrono::steady_clock::duration limit);
    };
    struct JELLYFISH_DECL start_wait {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_close {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };

    void set_handler(detail::notification_callback handler);

    impl_ptr impl_;
};

}  // namespace jellyfish
