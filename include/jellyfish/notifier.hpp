#pragma once

#include <jellyfish/basic_consumer.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/detail/notification_callback.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notification_view.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/notifier_stats.hpp>
#include <jellyfish/session_state.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace detail {

class notifier_impl;

/// The part of `basic_notifier` that does not depend on the type of its executor.
class JELLYFISH_DECL notifier_base : public consumer_base<notification> {
protected:
    notifier_base(const boost::asio::any_io_executor& executor, const client_options& connection,
                  const notifier_options& options);

    void set_server_handler(notification_callback handler);
    void set_metrics_handler(notification_callback handler);
    [[nodiscard]] operation<> connect_operation() const;
    [[nodiscard]] operation<> wait_ready_operation() const;
    [[nodiscard]] operation<> subscribe_operation(event_type type) const;
    [[nodiscard]] operation<> close_operation() const;
    [[nodiscard]] operation<> drain_operation() const;

    void reload_tls();
    [[nodiscard]] std::shared_ptr<notification_view_impl> make_view(std::string room_id,
                                                                    std::uint64_t kinds) const;
    [[nodiscard]] session_state state() const;
    [[nodiscard]] std::string server_address() const;
    [[nodiscard]] notifier_stats stats() const;

private:
    explicit notifier_base(std::shared_ptr<notifier_impl> impl);

    std::shared_ptr<notifier_impl> impl_;
};

}  // namespace detail

/// Receives the notifications and metrics of a server, in order, over a WebSocket session
/// (protocol: "Server notifications over WebSocket").
///
/// Lifecycle: construct, `connect()`, use, `close()`. A failed `connect()` may be retried. A lost
/// session is restored with all its subscriptions, subject to `notifier_options::reconnect`. The
/// server does not replay missed notifications; fetch the current state over REST. The stream
/// marks each gap: `disconnected` follows the last notification of the lost session, `reconnected`
/// precedes the first one of the restored session. Between the two, `wait_ready()` waits.
///
/// A session that cannot or must not be restored has failed permanently. Notifications received
/// before remain readable, then `next()` reports the failure once. After that, `connect()` may
/// start a new session.
///
/// Consume notifications with `next()`, in a loop in a coroutine. The loop can await its own work,
/// can be cancelled, receives the error if the session fails, and ends with the session. Several
/// loops share the work. `view_of_room()` and `view_of()` provide a loop with its own part of the
/// stream. Use handlers in programs without coroutines, and for separate concerns such as metrics.
/// They are called one at a time, and are not notified when the session closes or fails.
///
/// After its own arguments, every asynchronous operation takes an optional `diagnostics&` and an
/// optional completion token. The diagnostics receive the details of a failure before the operation
/// completes, are reset by a success, and must exist until then. The default token is that of the
/// executor's type, or `asio::use_awaitable`. Completion handlers run on their associated executor,
/// by default the notifier's. A pending operation counts as outstanding work on that executor. An
/// operation that is cancelled before its result is known completes with `operation_aborted`.
///
/// `next()` fails with the failure of the session: the errors of `connect()`,
/// `errc::connection_lost`, `errc::closed_by_server`, `errc::idle_timeout`,
/// `errc::websocket_protocol`, `errc::message_too_big`, `errc::malformed_message`,
/// `errc::unexpected_message`, `errc::slow_consumer`, `errc::handler_failed`.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All members except the constructor, the move operations and the destructor may be
///     called concurrently. Any number of operations may be pending.
/// @lifetime The notifier may be destroyed at any time. Pending operations complete with
///     `operation_aborted`, and the connection is closed without a close frame. The executor's
///     context must outlive the notifier, unless the notifier lives in a coroutine of that context.
/// @processes Programs started with `exec` inherit nothing. A forked child may destroy or close its
///     copy without affecting the parent; see docs/reliability.md for the requirements.
template <class Executor = boost::asio::any_io_executor>
class basic_notifier
    : public basic_consumer<basic_notifier, detail::notifier_base, notification, Executor> {
public:
    using basic_consumer<basic_notifier, detail::notifier_base, notification,
                         Executor>::basic_consumer;

    /// @param executor Runs the session, the notification handlers, and completion handlers without
    ///     an associated executor. May be the executor of a thread pool.
    /// @param connection The connection options, copied.
    /// @param options The notifier options, copied.
    explicit basic_notifier(const executor_source<Executor>& executor,
                            const client_options& connection = client_options(),
                            const notifier_options& options = notifier_options())
        : basic_notifier(std::in_place, executor.get(), executor.get(), connection, options) {}

    /// Sets a handler for all notifications except metrics. Handled notifications are not returned
    /// by `next()`.
    ///
    /// @param handler Called as `handler(const notification&)`, in order, on the notifier's
    ///     executor, never concurrently. Returns `void`, or an `asio::awaitable<void>` that is
    ///     awaited before the next call. Must be copyable. If it throws, the session fails with
    ///     `errc::handler_failed`.
    /// @throws jellyfish::error with `errc::already_connected` after `connect()`.
    template <class Handler>
    void on_server_notification(Handler&& handler) {
        this->set_server_handler(
            detail::make_notification_callback(std::forward<Handler>(handler)));
    }

    /// Sets a handler for metrics reports, and makes `connect()` subscribe to them.
    ///
    /// The session remains subscribed to server notifications. Take them with `next()`, set a
    /// handler for them, or exclude them with `notifier_options().events({event_type::metrics})`.
    /// Otherwise they fill the queue; with `overflow_policy::pause` the notifier then stops
    /// reading, and metrics stop as well.
    ///
    /// @param handler Called as `handler(const metrics_report&)`. Otherwise, the requirements of
    ///     `on_server_notification` apply. All handlers are called in the order of arrival.
    /// @throws jellyfish::error with `errc::already_connected` after `connect()`.
    template <class Handler>
    void on_metrics(Handler&& handler) {
        this->set_metrics_handler(detail::make_notification_callback(
            [h = std::forward<Handler>(handler)](const notification& value) mutable
            -> decltype(auto) { return h(*std::get_if<metrics_report>(&value)); }));
    }

    /// Connects, authenticates and subscribes.
    ///
    /// Completes when the session is ready or the attempt has failed. Tries each address once,
    /// unless `reconnect_policy::retry_first_connect` is set.
    ///
    /// @signature `void(error_code)`
    /// @errors The error of the step that failed; with several addresses, of the last one tried:
    ///     `errc::invalid_address`, `errc::invalid_option`; `errc::not_supported` (metrics from a
    ///     server without them); `errc::resolve_failed`, `errc::connect_failed`,
    ///     `errc::connect_timeout`; `errc::tls_configuration`, `errc::tls_handshake_failed`,
    ///     `errc::certificate_untrusted`, `errc::certificate_expired`,
    ///     `errc::certificate_host_mismatch`; `errc::upgrade_refused`, `errc::malformed_upgrade`;
    ///     `errc::authentication_refused`, `errc::authentication_timeout`; those of `next()` if the
    ///     session fails meanwhile; `errc::already_connected` if a session exists or is being
    ///     established; `errc::closed` after `close()`.
    /// @cancellation Any type. Cancels the attempt; `connect()` may be called again.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto connect(Completion&&... completion) {
        return detail::initiate(this->connect_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Waits until the session is ready.
    ///
    /// Completes when the session is ready, immediately if it already is. May be called before
    /// `connect()`, and while a lost session is being restored.
    ///
    /// @signature `void(error_code)`
    /// @errors One of the errors of `next()` if the session has failed permanently, or does so
    ///     meanwhile; `errc::closed` if the notifier is closed.
    /// @cancellation Any type. Ends only the wait.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto wait_ready(Completion&&... completion) {
        return detail::initiate(this->wait_ready_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Constructs a view that takes the notifications about a room out of the stream, into its own
    /// queue; see `basic_notification_view`. May be called before `connect()` and at any time.
    [[nodiscard]] basic_notification_view<Executor> view_of_room(std::string room_id) {
        return make_view(std::move(room_id), 0);
    }

    /// Same as above, for all notifications of some kinds: `notifier.view_of<room_crashed,
    /// peer_crashed>()`. `metrics_report` also requires a subscription, see
    /// `notifier_options::events`.
    template <detail::server_kind... Kinds>
        requires(sizeof...(Kinds) > 0)
    [[nodiscard]] basic_notification_view<Executor> view_of() {
        return make_view({}, (detail::kind_bit<Kinds> | ...));
    }

    /// Adds a subscription to a live session.
    ///
    /// Completes when the server has confirmed the subscription, immediately if the session already
    /// has it. Restored sessions keep the subscription.
    ///
    /// @signature `void(error_code)`
    /// @errors `errc::not_supported` if the server lacks these events (Fishjam has no metrics);
    ///     `errc::not_connected` if no session is ready; `errc::closed` if the notifier is
    ///     closed; one of the errors of `next()` if the session is lost meanwhile
    ///     (`errc::authentication_timeout` if the server does not respond); `errc::timeout` if a
    ///     full queue keeps the response from being read for twice `authentication_timeout`, in
    ///     which case the subscription may still take effect.
    /// @cancellation Any type. The subscription may still take effect.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto subscribe(event_type type, Completion&&... completion) {
        return detail::initiate(this->subscribe_operation(type), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Closes the session: sends a close frame, waits up to `close_timeout` for the server's close
    /// frame, and closes the socket.
    ///
    /// Completes when the socket is closed, immediately if it already is. Notifications received
    /// before remain readable; `wait_ready()` and `connect()` complete with `errc::closed`.
    ///
    /// @signature `void(error_code)`
    /// @errors None.
    /// @cancellation Any type. The session still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto close(Completion&&... completion) {
        return detail::initiate(this->close_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Closes like `close()`, and waits until everything received so far has been processed.
    ///
    /// Completes when the socket is closed, every queued notification has been taken, including
    /// those in views, and every handler has returned; immediately if this is already so. Waits
    /// indefinitely if nothing takes them, so call it while consumers run, and not in a handler or
    /// instead of `next()`. To stop waiting, cancel it. `close()` does not wait for consumers.
    ///
    /// A consumer may still be processing the notification that it took last. To wait for that as
    /// well, await the consumer: its loop over `next()` ends.
    ///
    /// @signature `void(error_code)`
    /// @errors None. As with `close()`, a failure that `next()` has not reported is discarded.
    /// @cancellation Any type. Ends only the wait; the session still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto drain(Completion&&... completion) {
        return detail::initiate(this->drain_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Reloads the files of `tls_options` for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `client_options::secure`. May be called from any thread; reads the files in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { detail::notifier_base::reload_tls(); }

    /// Returns the state of the session, for example for a health check. It may have changed by the
    /// time the caller uses it; to wait for `ready`, use `wait_ready()`.
    [[nodiscard]] session_state state() const { return detail::notifier_base::state(); }

    /// Returns whether the session is ready: connected, authenticated and subscribed.
    [[nodiscard]] bool is_ready() const { return state() == session_state::ready; }

    /// Returns the server address of the current or most recent session: the one in the client
    /// options, or one of `notifier_options::other_addresses`. Empty before the first session.
    [[nodiscard]] std::string server_address() const {
        return detail::notifier_base::server_address();
    }

    /// Returns the statistics collected so far.
    [[nodiscard]] notifier_stats stats() const { return detail::notifier_base::stats(); }

private:
    [[nodiscard]] basic_notification_view<Executor> make_view(std::string room_id,
                                                              std::uint64_t kinds) {
        return {detail::notifier_base::make_view(std::move(room_id), kinds), this->get_executor()};
    }
};

/// A `basic_notifier` for any executor, whose operations return awaitables by default.
using notifier = basic_notifier<>;

}  // namespace jellyfish
