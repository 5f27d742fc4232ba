#pragma once

#include <jellyfish/basic_consumer.hpp>
#include <jellyfish/detail/notification_callback.hpp>
#include <jellyfish/error.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/webhook_options.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/error_code.hpp>

namespace jellyfish {
namespace detail {

class webhook_receiver_impl;

}  // namespace detail

/// Statistics of a webhook receiver since its construction.
struct webhook_stats {
    std::uint64_t received = 0;  ///< Notifications queued and accepted with 200, including those
                                 ///< for the handler.
    std::uint64_t queued = 0;    ///< Notifications now queued for `next()` or the handler.
    std::uint64_t dropped = 0;   ///< Notifications rejected with 503 because the queue was full.
    std::uint64_t ignored = 0;   ///< Parts of batches that are not notifications.
    std::uint64_t rejected = 0;  ///< Requests rejected with any other status.
    /// Requests rejected because of a missing, malformed or wrong signature. Part of `rejected`.
    std::uint64_t invalid_signatures = 0;
    std::uint64_t connections = 0;           ///< Connections open now.
    std::uint64_t accepted = 0;              ///< Connections accepted.
    std::uint64_t rejected_connections = 0;  ///< Connections closed due to `max_connections`.
    std::uint64_t timed_out = 0;             ///< Connections closed by a timeout.
    std::uint64_t failed_handshakes = 0;     ///< Connections whose TLS handshake failed.
    std::uint64_t bytes_received = 0;        ///< Bytes read from connections (inside TLS).
    std::uint64_t bytes_sent = 0;            ///< Bytes written to connections (inside TLS).
    /// When the last notification was received; the clock's epoch before the first.
    std::chrono::steady_clock::time_point last_notification_at{};
};

namespace detail {

/// The part of `basic_webhook_receiver` that does not depend on the type of its executor.
class JELLYFISH_DECL webhook_receiver_base : public consumer_base<notification> {
protected:
    webhook_receiver_base(const boost::asio::any_io_executor& executor,
                          const webhook_options& options);

    void set_handler(notification_callback handler);
    void listen();
    void listen(boost::system::error_code& code);
    void listen(boost::system::error_code& code, diagnostics& info);
    [[nodiscard]] operation<> close_operation() const;
    [[nodiscard]] operation<> drain_operation() const;

    [[nodiscard]] bool is_listening() const;
    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::string url(std::string_view host) const;
    void reload_tls();
    [[nodiscard]] webhook_stats stats() const;

private:
    explicit webhook_receiver_base(std::shared_ptr<webhook_receiver_impl> impl);

    std::shared_ptr<webhook_receiver_impl> impl_;
};

}  // namespace detail

/// An HTTP endpoint to which servers post their notifications (protocol: "Webhooks"), for programs
/// that cannot keep a WebSocket open.
///
/// Lifecycle: construct, `listen()`, use, `close()`. A failed `listen()` may be retried. Each
/// notification is acknowledged with 200 as soon as it is queued, since a server posts the
/// notifications of all its rooms one at a time. Notifications of one room arrive in order, because
/// the server uses one connection at a time. Notifications of different servers have no order.
///
/// Notifications may be lost before they arrive: the server does not retry a failed request, and
/// does not replay notifications missed while nothing listens. Fetch the current state over REST.
///
/// Consume notifications with `next()`, in a loop in a coroutine. The loop can await its own work,
/// can be cancelled, receives the error if listening fails, and ends when the receiver is closed.
/// Several loops share the work. Use a handler in programs without coroutines. It is called for one
/// notification at a time, and is not notified when listening ends.
///
/// After its own arguments, every asynchronous operation takes an optional `diagnostics&` and an
/// optional completion token. The diagnostics receive the details of a failure before the operation
/// completes, are reset by a success, and must exist until then. The default token is that of the
/// executor's type, or `asio::use_awaitable`. Completion handlers run on their associated executor,
/// by default the receiver's. A pending operation counts as outstanding work on that executor, and
/// so does listening. An operation that is cancelled before its result is known completes with
/// `operation_aborted`.
///
/// `next()` fails when the receiver fails: with one of the errors of `listen()`, or with
/// `errc::handler_failed`.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All members except the constructor, the move operations and the destructor may be
///     called concurrently. Any number of operations may be pending.
/// @lifetime The receiver may be destroyed at any time. Pending operations complete with
///     `operation_aborted`, and connections are closed. The executor's context must outlive the
///     receiver, unless the receiver lives in a coroutine of that context.
/// @processes Programs started with `exec` inherit nothing. A forked child may destroy or close its
///     copy without affecting the parent; see docs/reliability.md for the requirements.
template <class Executor = boost::asio::any_io_executor>
class basic_webhook_receiver
    : public basic_consumer<basic_webhook_receiver, detail::webhook_receiver_base, notification,
                            Executor> {
public:
    using basic_consumer<basic_webhook_receiver, detail::webhook_receiver_base, notification,
                         Executor>::basic_consumer;

    /// @param executor Runs the connections, the notification handler, and completion handlers
    ///     without an associated executor. May be the executor of a thread pool.
    /// @param options The receiver options, copied.
    explicit basic_webhook_receiver(const executor_source<Executor>& executor,
                                    const webhook_options& options = webhook_options())
        : basic_webhook_receiver(std::in_place, executor.get(), executor.get(), options) {}

    /// Sets a handler for all notifications. Handled notifications are not returned by `next()`.
    ///
    /// @param handler Called as `handler(const notification&)`, in order, on the receiver's
    ///     executor, never concurrently. Returns `void`, or an `asio::awaitable<void>` that is
    ///     awaited before the next call. Must be copyable. If it throws, the receiver stops
    ///     listening and fails with `errc::handler_failed`.
    /// @throws jellyfish::error with `errc::already_listening` after `listen()`.
    template <class Handler>
    void on_server_notification(Handler&& handler) {
        this->set_handler(detail::make_notification_callback(std::forward<Handler>(handler)));
    }

    /// Starts listening, without waiting. `port()` and `url()` are valid afterwards.
    ///
    /// @throws jellyfish::error with `errc::invalid_option`, `errc::tls_configuration` (invalid
    ///     certificate or key), `errc::address_in_use`, `errc::listen_failed` (any other system
    ///     error: the address is not one of this machine's, or the port requires privileges);
    ///     `errc::already_listening` if the receiver is already listening; `errc::closed` after
    ///     `close()`.
    void listen() { detail::webhook_receiver_base::listen(); }

    /// Starts listening, and reports a failure instead of throwing it.
    ///
    /// @param code The error code; reset after a success.
    void listen(boost::system::error_code& code) { detail::webhook_receiver_base::listen(code); }

    /// Starts listening, and reports a failure instead of throwing it.
    ///
    /// @param code The error code; reset after a success.
    /// @param info The details of the failure; reset after a success.
    void listen(boost::system::error_code& code, diagnostics& info) {
        detail::webhook_receiver_base::listen(code, info);
    }

    /// Returns whether the receiver is listening: after `listen()`, until `close()` or a failure.
    [[nodiscard]] bool is_listening() const {
        return detail::webhook_receiver_base::is_listening();
    }

    /// Returns the port of the last successful `listen()`, also after `close()`; 0 before.
    [[nodiscard]] std::uint16_t port() const noexcept {
        return detail::webhook_receiver_base::port();
    }

    /// Returns the URL for `room_config::webhook_url`, with port, path, secret and credentials.
    /// Keep a URL that contains a secret or credentials out of logs. Before `listen()` its port is
    /// 0, like `port()`. Omits the default port of the URL's scheme.
    ///
    /// @param host The name or IP address by which the server reaches this machine. The
    ///     certificate must be valid for it.
    [[nodiscard]] std::string url(std::string_view host) const {
        return detail::webhook_receiver_base::url(host);
    }

    /// Reloads the certificate and key for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `webhook_options::certificate`. May be called from any thread; reads the files in that
    /// thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { detail::webhook_receiver_base::reload_tls(); }

    /// Stops listening, responds to the requests that have arrived, and closes all connections.
    ///
    /// Every request that has reached this machine when `close()` is called receives a response,
    /// even on a connection that was not yet accepted: 200 if its notification is queued, 503 if
    /// the queue stays full. Partially received requests may complete. The last response on a
    /// connection carries `Connection: close`; the receiver then shuts down its side, and closes
    /// the connection once the client has closed its side. Later requests receive no response,
    /// except the first one after a TLS handshake in progress. A connection on which nothing ever
    /// arrived is closed immediately.
    ///
    /// Connections that were not yet accepted are served as others send their last response, at
    /// most `max_connections` at a time, and 16 times `max_connections` in total. Connections
    /// beyond these limits, and those not served in time, are closed and counted in
    /// `webhook_stats::rejected_connections`.
    ///
    /// Closing takes at most `close_timeout`. It takes that long only if a client neither sends the
    /// rest of its request nor closes its side, or if no consumer takes from a full queue.
    ///
    /// Completes when all connections are closed, immediately if they already are. Notifications
    /// received before remain readable.
    ///
    /// @signature `void(error_code)`
    /// @errors None.
    /// @cancellation Any type. The receiver still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto close(Completion&&... completion) {
        return detail::initiate(this->close_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Closes like `close()`, and waits until everything received so far has been processed.
    ///
    /// Completes when all connections are closed, every queued notification has been taken, and
    /// every handler has returned; immediately if this is already so. Waits indefinitely if nothing
    /// consumes the queue, so call it while consumers run, and not in a handler or instead of
    /// `next()`. To stop waiting, cancel it. `close()` does not wait for consumers.
    ///
    /// A consumer may still be processing the notification that it took last. To wait for that as
    /// well, await the consumer: its loop over `next()` ends.
    ///
    /// @signature `void(error_code)`
    /// @errors None. As with `close()`, a failure that `next()` has not reported is discarded.
    /// @cancellation Any type. Ends only the wait; the receiver still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto drain(Completion&&... completion) {
        return detail::initiate(this->drain_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns the statistics collected so far.
    [[nodiscard]] webhook_stats stats() const { return detail::webhook_receiver_base::stats(); }
};

/// A `basic_webhook_receiver` for any executor, whose operations return awaitables by default.
using webhook_receiver = basic_webhook_receiver<>;

}  // namespace jellyfish
