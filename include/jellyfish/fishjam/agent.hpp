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

/// A peer of type `agent` in a Fishjam room: receives the audio of other peers and sends its own,
/// without WebRTC (protocol: "Agents of Fishjam").
///
/// Lifecycle: add a peer with `agent_peer_options` to a room, construct an agent with its token,
/// `connect()`, use, `close()`. A failed `connect()` may be retried. A lost session is restored,
/// subject to `agent_options::reconnect`, and the agent's tracks are added again. The server does
/// not store media: audio of other peers during the gap is lost, and so is the audio in the send
/// queue. The stream of events marks each gap with `disconnected` and `reconnected`.
///
/// Call `next()` and `send()` in two coroutines, each in a loop: `send()` waits while the send
/// queue is full.
///
/// After its own arguments, every asynchronous operation takes an optional `diagnostics&` and an
/// optional completion token, like those of `jellyfish::notifier`. The default token is that of
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
    /// @param token The peer's token: `add_peer_result::token`. Never printed.
    /// @param peer_websocket_url The URL to connect to: `add_peer_result::peer_websocket_url`,
    /// which
    ///     may name another host. If empty, the server address of the connection options is used.
    ///     Without a scheme, `client_options::secure` determines whether TLS is used.
    /// @param options The agent options, copied.
    explicit basic_agent(const executor_source<Executor>& executor,
                         const client_options& connection, std::string token,
                         const std::string& peer_websocket_url = {},
                         const agent_options& options = agent_options())
        : basic_agent(std::in_place, executor.get(), executor.get(), connection, std::move(token),
                      peer_websocket_url, options) {}

    /// Connects and authenticates.
    ///
    /// Completes when the agent is in the room, or when the attempt has failed.
    ///
    /// @signature `void(error_code)`
    /// @errors Those of `notifier::connect()`; `errc::authentication_refused` if the token is wrong
    ///     or expired, or if its peer was deleted.
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

    /// Adds an audio track to the room. Returns its id, a new UUID. May be called at any time; the
    /// server receives the track as soon as a session is ready.
    ///
    /// @throws jellyfish::error with `errc::invalid_argument` if an option has an invalid value.
    [[nodiscard]] std::string add_track(
        const agent_track_options& options = agent_track_options()) {
        return detail::agent_base::add_track(options);
    }

    /// Removes a track once its queued audio is sent; discards that audio if the track itself has
    /// not been sent yet. Has no effect if there is no such track.
    void remove_track(std::string_view track_id) { detail::agent_base::remove_track(track_id); }

    /// Discards the audio of a track that has not been played yet, both in the send queue and on
    /// the server. Use it when a peer interrupts a speaking agent.
    ///
    /// @throws jellyfish::error with `errc::invalid_argument` if there is no such track.
    void interrupt(std::string_view track_id) { detail::agent_base::interrupt(track_id); }

    /// Sends audio: `co_await agent.send(track, asio::buffer(samples))`.
    ///
    /// Completes when the data is queued: immediately, unless the send queue is full (see
    /// `agent_options::send_limit`) or a session is being established or restored. The data is sent
    /// as one packet, without delay: the caller sets the pace, and the server buffers audio until
    /// it is played. Successive calls keep their order. Calls that wait at the same time may
    /// complete in any order.
    ///
    /// @param track_id An id that `add_track()` returned. Must remain valid until the operation
    ///     completes.
    /// @param data The audio, in the encoding of the track. Must remain valid until the operation
    ///     completes.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code)`
    /// @errors `errc::invalid_argument` if there is no such track; `errc::not_connected` before
    ///     `connect()`, and when that is cancelled; `errc::closed` after `close()`; one of the
    ///     errors of `next()` if the session has failed permanently, or does so meanwhile.
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
    /// Completes with the image. Concurrent calls for the same track share one request and receive
    /// the same image.
    ///
    /// @param track_id The id of the track, for example from `track_added`.
    /// @param completion An optional `diagnostics&` and an optional completion token.
    ///
    /// @signature `void(error_code, track_image)`
    /// @errors `errc::timeout` if no image arrives within `agent_options::capture_timeout` (the
    ///     server does not respond if it rejects a track); `errc::not_connected` if no session is
    ///     ready; one of the errors of `next()` if the session is lost meanwhile; `errc::closed` if
    ///     the agent is closed.
    /// @cancellation Any type. `next()` returns an image that arrives later.
    template <detail::completion<track_image>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto capture_image(std::string track_id, Completion&&... completion) {
        return detail::initiate(this->capture_image_operation(std::move(track_id)), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Leaves the room: sends the contents of the send queue and a close frame, waits for the
    /// server's close frame, and closes the socket. Takes up to `agent_options::close_timeout`.
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
