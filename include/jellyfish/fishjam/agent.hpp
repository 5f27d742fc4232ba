#pragma once

#include <jellyfish/basic_consumer.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/fishjam/agent_event.hpp>
#include <jellyfish/fishjam/agent_options.hpp>
#include <jellyfish/fishjam/agent_stats.hpp>
#include <jellyfish/session_state.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

namespace jellyfish {
namespace detail {

class agent_impl;

/// The part of `basic_agent` that does not depend on the type of its executor.
class JELLYFISH_DECL agent_base : public consumer_base<fishjam::agent_event> {
protected:
    agent_base(const boost::asio::any_io_executor& executor, const client_options& connection,
               std::string token, const std::string& peer_websocket_url,
               const fishjam::agent_options& options);

    [[nodiscard]] operation<> connect_operation() const;
    [[nodiscard]] operation<> wait_ready_operation() const;
    [[nodiscard]] operation<> send_operation(std::string_view track_id,
                                             boost::asio::const_buffer data) const;
    /// The fast path of `send()`.
    [[nodiscard]] boost::asio::awaitable<void> awaited_send(std::string_view track_id,
                                                            boost::asio::const_buffer data) const;
    [[nodiscard]] operation<fishjam::track_image> capture_image_operation(
        std::string track_id) const;
    [[nodiscard]] operation<> close_operation() const;
    [[nodiscard]] operation<> drain_operation() const;

    [[nodiscard]] std::string add_track(const fishjam::agent_track_options& options);
    void remove_track(std::string_view track_id);
    void interrupt(std::string_view track_id);
    void reload_tls();
    [[nodiscard]] session_state state() const;
    [[nodiscard]] fishjam::agent_stats stats() const;

private:
    explicit agent_base(std::shared_ptr<agent_impl> impl);

    std::shared_ptr<agent_impl> impl_;
};

}  // namespace detail

namespace fishjam {

/// Joins a room of Fishjam as a peer of the type agent, which receives the audio of other peers and
/// sends its own, without WebRTC (protocol: "Agents of Fishjam").
///
/// Lifecycle: add a peer of the type agent to a room, construct an agent with its token,
/// `connect()`, use, `close()`. A failed `connect()` may be retried. A lost session is restored,
/// subject to `agent_options::reconnect`, and the agent's tracks are added again. Media are live:
/// what is sent or would have been received meanwhile is lost. The stream of events marks each gap
/// with `disconnected` and `reconnected`.
///
/// Take events with `next()`, in a loop in a coroutine, and send with `send()`, in another one: it
/// waits while the send queue is full.
///
/// After its own arguments, every asynchronous operation takes an optional `diagnostics&` and an
/// optional completion token, as those of `jellyfish::notifier` do. The default token is that of
/// the executor's type, or `asio::use_awaitable`. An operation that is cancelled before its result
/// is known completes with `operation_aborted`.
///
/// `next()` fails with the failure of the session: the errors of `connect()`,
/// `errc::connection_lost`, `errc::closed_by_server`, `errc::idle_timeout`,
/// `errc::websocket_protocol`, `errc::message_too_big`, `errc::malformed_message`,
/// `errc::unexpected_message`, `errc::slow_consumer`.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All members except the constructor, the move operations and the destructor may be
///     called concurrently. Any number of operations may be pending.
/// @lifetime The agent may be destroyed at any time. Pending operations complete with
///     `operation_aborted`, and the connection is closed without a close frame. The executor's
///     context must outlive the agent, unless the agent lives in a coroutine of that context.
template <class Executor = boost::asio::any_io_executor>
class basic_agent : public basic_consumer<basic_agent, detail::agent_base, agent_event, Executor> {
public:
    using basic_consumer<fishjam::basic_agent, detail::agent_base, agent_event,
                         Executor>::basic_consumer;

    /// @param executor Runs the session, and completion handlers without an associated executor.
    ///     May be the executor of a thread pool.
    /// @param connection The connection options, copied. The agent does not use the API token.
    /// @param token The token of the peer, from the response that added it. Never printed.
    /// @param peer_websocket_url The URL of peers' sockets from the same response, which may be on
    ///     another host. Empty: the socket is at the server address of the connection options.
    ///     Without a scheme, `client_options::secure` decides whether TLS is used.
    /// @param options The agent options, copied.
    explicit basic_agent(const executor_source<Executor>& executor,
                         const client_options& connection, std::string token,
                         const std::string& peer_websocket_url = {},
                         const agent_options& options = agent_options())
        : basic_agent(std::in_place, executor.get(), executor.get(), connection, std::move(token),
                      peer_websocket_url, options) {}

    /// Connects and authenticates.
    ///
    /// Completes when the agent is in the room, or the attempt has failed.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of `notifier::connect()`. A token that is wrong, expired, or of a peer that
    ///     was deleted is reported as `errc::authentication_refused`.
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
    ///     meanwhile; `errc::closed` if the agent is closed.
    /// @cancellation Any type. Ends only the wait.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto wait_ready(Completion&&... completion) {
        return detail::initiate(this->wait_ready_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Adds an audio track to the room, and returns its id, a new UUID. May be called at any time:
    /// tracks are added whenever a session becomes ready.
    ///
    /// @throws jellyfish::error with `errc::invalid_argument` if an option has an invalid value.
    [[nodiscard]] std::string add_track(
        const agent_track_options& options = agent_track_options()) {
        return detail::agent_base::add_track(options);
    }

    /// Removes a track, after what `send()` has queued for it. Does nothing if there is no such
    /// track.
    void remove_track(std::string_view track_id) { detail::agent_base::remove_track(track_id); }

    /// Discards the audio of a track that has not been played yet: in the send queue and in the
    /// server. For agents that are interrupted while they speak.
    ///
    /// @throws jellyfish::error with `errc::invalid_argument` if there is no such track.
    void interrupt(std::string_view track_id) { detail::agent_base::interrupt(track_id); }

    /// Sends audio: `co_await agent.send(track, asio::buffer(samples))`.
    ///
    /// Completes when the data are in the send queue, which is immediately unless it is full (see
    /// `agent_options::send_limit`) or a session is being established or restored. Data are sent as
    /// one packet, without delay: the caller sets the pace, and the server buffers what it has not
    /// played. Calls that follow one another keep their order. Calls that wait at the same time may
    /// complete in any order.
    ///
    /// @param track_id An id that `add_track()` returned. Must be valid until the operation
    ///     completes.
    /// @param data The audio, in the encoding of the track. Must be valid until the operation
    ///     completes.
    /// @param completion The completion token and, before it, the diagnostics.
    ///
    /// @signature `void(error_code)`
    /// @errors `errc::invalid_argument` if there is no such track; `errc::not_connected` before
    ///     `connect()`; `errc::closed` after `close()`; one of the errors of `next()` if the
    ///     session has failed permanently, or does so meanwhile.
    /// @cancellation Any type. A call that completes with `operation_aborted` has sent nothing.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto send(std::string_view track_id, boost::asio::const_buffer data,
                            Completion&&... completion) {
        if constexpr (detail::simply_awaited<basic_agent, Completion...>)
            return this->awaited_send(track_id, data);
        else
            return detail::initiate(this->send_operation(track_id, data), *this,
                                    std::forward<Completion>(completion)...);
    }

    /// Requests an image of a video track of another peer.
    ///
    /// Completes with the image. Calls for the same track that wait at the same time receive the
    /// same image.
    ///
    /// @param track_id The id of the track, for example from `track_added`.
    /// @param completion The completion token and, before it, the diagnostics.
    ///
    /// @signature `void(error_code, track_image)`
    /// @errors `errc::timeout` if no image arrives within `agent_options::capture_timeout`, which
    ///     is also how the server rejects a track; `errc::not_connected` if no session is ready;
    ///     one of the errors of `next()` if the session is lost meanwhile; `errc::closed` if the
    ///     agent is closed.
    /// @cancellation Any type. An image that arrives later is an event.
    template <detail::completion<track_image>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto capture_image(std::string track_id, Completion&&... completion) {
        return detail::initiate(this->capture_image_operation(std::move(track_id)), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Leaves the room: sends what is in the send queue and a close frame, waits up to
    /// `close_timeout` for the server's close frame, and closes the socket.
    ///
    /// Completes when the socket is closed, immediately if it already is. Events received before
    /// remain readable; `wait_ready()`, `connect()` and `send()` complete with `errc::closed`.
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

    /// Closes like `close()`, and waits until every queued event has been taken.
    ///
    /// Completes when the socket is closed and the queue is empty. Waits indefinitely if nothing
    /// takes the events, so call it while consumers run.
    ///
    /// @signature `void(error_code)`
    /// @errors None. A failure that `next()` has not reported is discarded.
    /// @cancellation Any type. Ends only the wait; the session still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto drain(Completion&&... completion) {
        return detail::initiate(this->drain_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Reloads the files of `tls_options` for new connections; see `notifier::reload_tls`.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { detail::agent_base::reload_tls(); }

    /// Returns the state of the session. It may have changed by the time the caller uses it.
    [[nodiscard]] session_state state() const { return detail::agent_base::state(); }

    /// Returns whether the session is ready: connected and authenticated.
    [[nodiscard]] bool is_ready() const { return state() == session_state::ready; }

    /// Returns the statistics collected so far.
    [[nodiscard]] agent_stats stats() const { return detail::agent_base::stats(); }
};

/// A `basic_agent` for any executor, whose operations return awaitables by default.
using agent = basic_agent<>;

}  // namespace fishjam
}  // namespace jellyfish
