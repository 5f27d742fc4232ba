#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/detail/notification_callback.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/notifier_stats.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace jellyfish {
namespace detail {

class notifier_impl;

}  // namespace detail

/// A session with a server, kept up: its notifications and metrics, in order (protocol: "Server
/// notifications over WebSocket").
///
/// Life: made, `connect()`, used, `close()`. A failed `connect()` may be repeated. A session that
/// is lost is restored as `notifier_options::reconnect` says, with all its subscriptions. The
/// server does not tell afterwards what happened meanwhile: only REST tells the state. So the
/// stream of notifications shows the seam: `disconnected` behind the last that was received, and
/// `reconnected` before the first of the restored session. `wait_ready()` waits in between.
///
/// A session that cannot or must not be restored has failed for good: what was received can still
/// be taken, then `next()` reports the failure once; `connect()` may then begin anew.
///
/// Every asynchronous operation takes a completion token as its last argument,
/// `asio::use_awaitable` when there is none. Handlers run on their associated executor, and
/// otherwise on the notifier's. An operation that has not completed counts as work there; one that
/// is cancelled before its outcome is known completes with `operation_aborted`.
///
/// @exceptions An awaited operation throws a `jellyfish::error`.
/// @threads All members but constructor, move and destructor may be used from several threads at
///     once. Any number of operations may be under way.
/// @lifetime The destructor may run at any time; operations under way complete with
///     `operation_aborted`, and the connection is closed without a close frame. The executor's
///     context must outlive the notifier, except for a notifier that lives in a coroutine of that
///     context.
/// @processes Executed programs inherit nothing; a forked child may destroy or close its copy,
///     which changes nothing for the parent (see docs/reliability.md for what to observe).
class JELLYFISH_DECL notifier {
public:
    /// The type of the executor.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the session, the handlers set here, and completion handlers that have
    ///     no executor of their own. May be that of a thread pool.
    /// @param client The options of the connection, copied.
    /// @param options The options of the notifier, copied.
    explicit notifier(executor_type executor, const client_options& client = client_options(),
                      const notifier_options& options = notifier_options());
    ~notifier();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    notifier(notifier&&) noexcept;
    notifier& operator=(notifier&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Sets the handler of everything but metrics, which `next()` then does not give.
    ///
    /// @param handler Called as `handler(const notification&)`, in order, on the notifier's
    ///     executor, never twice at once; returns `void`, or an `asio::awaitable<void>` that is
    ///     awaited before the next call. Copyable. If it throws, the session ends with
    ///     `errc::handler_failed`.
    /// @throws jellyfish::error with `errc::already_connected` after `connect()`.
    template <class Handler>
    void on_server_notification(Handler&& handler) {
        set_server_handler(detail::make_notification_callback(std::forward<Handler>(handler)));
    }

    /// Sets the handler of metrics reports, and makes `connect()` subscribe to them.
    ///
    /// Server notifications stay subscribed to as well: take them with `next()`, set a handler of
    /// them, or leave them out with `notifier_options().events({event_type::metrics})`. Else they
    /// fill the queue, and with `overflow_policy::pause` nothing more is read then, metrics
    /// included.
    ///
    /// @param handler Called as `handler(const metrics_report&)`; otherwise as for
    ///     `on_server_notification`, and in one order with it.
    /// @throws jellyfish::error with `errc::already_connected` after `connect()`.
    template <class Handler>
    void on_metrics(Handler&& handler) {
        set_metrics_handler(detail::make_notification_callback(
            [h = std::forward<Handler>(handler)](const notification& value) mutable
            -> decltype(auto) { return h(*std::get_if<metrics_report>(&value)); }));
    }

    /// Connects, authenticates and subscribes.
    ///
    /// Completes when the session is ready, or the attempt has failed. Each address is tried once,
    /// unless `reconnect_policy::retry_first_connect` is set.
    ///
    /// @signature `void(error_code)`
    /// @errors The code of the step that failed, with several addresses that of the last:
    ///     `errc::invalid_address`, `errc::invalid_option`; `errc::resolve_failed`,
    ///     `errc::connect_failed`, `errc::connect_timeout`; `errc::tls_configuration`,
    ///     `errc::tls_handshake_failed`, `errc::certificate_untrusted`,
    ///     `errc::certificate_expired`, `errc::certificate_host_mismatch`; `errc::upgrade_refused`,
    ///     `errc::malformed_upgrade`; `errc::authentication_refused`,
    ///     `errc::authentication_timeout`; those of `next()` when the session ends meanwhile;
    ///     `errc::already_connected` when a session lives or is being made; `errc::closed` after
    ///     `close()`.
    /// @cancellation Any type. The attempt is given up, and `connect()` may be called again.
    template <class Token = asio::use_awaitable_t<>>
    auto connect(Token&& token = Token()) {
        return detail::operation<>::initiate(start_connect(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// Waits until the session is ready.
    ///
    /// Completes when the session is ready, at once when it is so already; before `connect()`, and
    /// while a lost session is being restored, it waits.
    ///
    /// @signature `void(error_code)`
    /// @errors When the session has failed for good, or does so meanwhile, its failure, one of
    ///     those of `next()`; `errc::closed` when the notifier is closed.
    /// @cancellation Any type. Has no other effect.
    template <class Token = asio::use_awaitable_t<>>
    auto wait_ready(Token&& token = Token()) {
        return detail::operation<>::initiate(start_wait_ready(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// Takes the next notification: `while (auto notification = co_await notifier.next()) …`.
    ///
    /// Completes with the notification that was received first among those still queued; empty when
    /// the notifier is closed and everything has been taken. When the session has failed for good
    /// and everything has been taken, one call ends with the failure, the following ones with an
    /// empty optional. Before `connect()` it waits.
    ///
    /// @signature `void(error_code, std::optional<notification>)`
    /// @errors The session's failure: the codes of `connect()`, `errc::connection_lost`,
    ///     `errc::closed_by_server`, `errc::idle_timeout`, `errc::websocket_protocol`,
    ///     `errc::message_too_big`, `errc::malformed_message`, `errc::unexpected_message`,
    ///     `errc::slow_consumer`, `errc::handler_failed`.
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
    /// session has ended: `next()` and `wait()` tell.
    [[nodiscard]] std::optional<notification> try_next();

    /// As `try_next()`, into a notification whose memory is used again: the fastest way to take
    /// many, as those of one kind need no memory of their own.
    ///
    /// @return Whether there was one. If not, `out` is as it was.
    [[nodiscard]] bool try_next(notification& out);

    /// Waits until `try_next()` has something to give, and takes nothing.
    ///
    /// Completes when something is queued, at once when it is so already. With several takers
    /// somebody else may be faster.
    ///
    /// @signature `void(error_code)`
    /// @errors When nothing is queued, the failure of a session that has failed, one of those of
    ///     `next()`, and `errc::closed` when the notifier is closed.
    /// @cancellation Any type. Has no other effect.
    template <class Token = asio::use_awaitable_t<>>
    auto wait(Token&& token = Token()) {
        return detail::operation<>::initiate(start_wait(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// Adds a subscription to a live session.
    ///
    /// Completes when the server has confirmed it, at once when the session has it already; a
    /// restored session has it, too.
    ///
    /// @signature `void(error_code)`
    /// @errors `errc::not_connected` when no session is ready, `errc::closed` when the notifier is
    ///     closed; when the session is lost meanwhile, the reason, one of those of `next()`
    ///     (`errc::authentication_timeout` when the server does not answer); `errc::timeout` when a
    ///     full queue has kept the answer from being read for twice `authentication_timeout`: the
    ///     subscription may come about nevertheless.
    /// @cancellation Any type. The subscription may come about nevertheless.
    template <class Token = asio::use_awaitable_t<>>
    auto subscribe(event_type type, Token&& token = Token()) {
        return detail::operation<>::initiate(start_subscribe(), *this, std::forward<Token>(token),
                                             impl_, type);
    }

    /// Closes: sends a close frame, waits for the server's for at most `close_timeout`, and closes
    /// the socket.
    ///
    /// Completes when the socket is closed, at once when it is so already. What was received before
    /// stays to be taken; `wait_ready()` and `connect()` end with `errc::closed`.
    ///
    /// @signature `void(error_code)`
    /// @errors None.
    /// @cancellation Any type. The closing goes on.
    template <class Token = asio::use_awaitable_t<>>
    auto close(Token&& token = Token()) {
        return detail::operation<>::initiate(start_close(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// Reads the files of `tls_options` now, for connections that are made from here on. Files that
    /// have changed are read anyway for the next connection; this is for who must not wait for it,
    /// or wants to know whether they can be used. Connections that are open stay as they are. Has
    /// no effect without `client_options::secure`. Any thread may call it; it reads in that thread.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` when a file cannot be used; what was
    ///     read before stays in use.
    void reload_tls();

    /// The address of the server that the session is with, or was with last: that of the client
    /// options, or one of `notifier_options::other_addresses`. Empty before the first session.
    [[nodiscard]] std::string server_address() const;

    /// What has been counted so far.
    [[nodiscard]] notifier_stats stats() const;

private:
    using impl_ptr = std::shared_ptr<detail::notifier_impl>;
    using next_handler = detail::operation_handler<std::optional<notification>>;

    struct JELLYFISH_DECL start_connect {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_wait_ready {
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
    struct JELLYFISH_DECL start_subscribe {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl,
                        event_type type) const;
        static asio::awaitable<void> awaited(impl_ptr impl, event_type type);
    };
    struct JELLYFISH_DECL start_close {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };

    void set_server_handler(detail::notification_callback handler);
    void set_metrics_handler(detail::notification_callback handler);

    impl_ptr impl_;
};

}  // namespace jellyfish
