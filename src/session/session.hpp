#pragma once

#include <jellyfish/error.hpp>

#include "async/time_limit.hpp"
#include "model/server_address.hpp"
#include "websocket/frame_decoder.hpp"
#include "websocket/handshake.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// The parameters of a session.
struct session_parameters {
    server_address address;
    std::string scheme = "ws";  ///< `ws` or `wss`.
    std::string token;
    std::string user_agent;  ///< The value of the header. Must be printable ASCII.
    /// An earlier session was ready, so the options are known to be correct.
    bool known_server = false;
    std::size_t max_message_size = std::size_t{16} * 1024 * 1024;
    std::chrono::steady_clock::duration upgrade_timeout = std::chrono::seconds(5);
    std::chrono::steady_clock::duration authentication_timeout = std::chrono::seconds(5);
    std::chrono::steady_clock::duration idle_timeout = std::chrono::seconds(75);
    std::chrono::steady_clock::duration close_timeout = std::chrono::seconds(2);
    /// Returns random bits, for masking keys and `Sec-WebSocket-Key`.
    std::function<std::uint32_t()> random;
};

/// What distinguishes the kinds of session, except for their messages.
struct session_kind {
    std::string_view path;  ///< The path of the socket.
    const char* purpose;    ///< The use of a ready session, for error messages.
    const char* server;     ///< The name of the server, for error messages.
};

/// The phase of a session.
enum class session_phase : std::uint8_t {
    upgrading,       ///< The upgrade request was sent.
    authenticating,  ///< The token was sent.
    subscribing,     ///< The subscriptions were sent; only in a session for notifications.
    ready,
    closing,  ///< Our close frame was sent.
    closed,   ///< See `end_code()`. The content of `outbound()` may still be sent.
};

/// One WebSocket session with a server, from the upgrade request until it is closed, as a state
/// machine without I/O: received bytes and the current time go in, messages and bytes to send come
/// out (protocol: "Server notifications over WebSocket"). A derived class exchanges the messages.
///
/// A closed session cannot be reused.
class session {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// How often a paused session sends an unsolicited pong: the server drops a client after 60 s
    /// of silence, and pings are not seen while reading is paused.
    static constexpr std::chrono::seconds keep_alive_interval{20};

    /// How long to wait for a reply to a ping, unless `idle_timeout` is shorter.
    static constexpr std::chrono::seconds probe_timeout{5};

    /// Once this many bytes are waiting to be sent, only the latest ping is replied to.
    static constexpr std::size_t outbound_limit = 16'384;

    /// The minimum number of bytes needed to make progress.
    [[nodiscard]] std::size_t needed() const noexcept { return needed_; }

    /// Reports the end of the stream. `cause` is the transport's error, if any.
    void receive_end(const error_code& cause);

    /// Handles timeouts: closes the session when one has expired. One that expired while the
    /// process was suspended is restarted, see `time_limit`.
    void tick(time_point now);

    /// When to call `tick()` next, at the latest.
    [[nodiscard]] time_point deadline() const noexcept;

    /// Starts the closing handshake, or closes immediately before the upgrade.
    void close(time_point now);

    /// Closes immediately with `code`, after a close frame to the server.
    void abort(error_code code, std::string detail);

    /// Reports that reading was paused or resumed. While paused, `idle_timeout` does not apply and
    /// keep-alive pongs are sent.
    void set_paused(bool paused, time_point now);
    [[nodiscard]] bool paused() const noexcept { return paused_; }

    /// The bytes to send. The caller takes and clears them.
    [[nodiscard]] std::string& outbound();

    [[nodiscard]] session_phase phase() const noexcept { return phase_; }
    /// Whether the session is or was ready. The same read may have made it ready and closed it.
    [[nodiscard]] bool was_ready() const noexcept { return was_ready_; }

    /// Why the session was closed. No error after `close()`.
    [[nodiscard]] const error_code& end_code() const noexcept { return end_code_; }
    [[nodiscard]] const diagnostics& end_info() const noexcept { return end_info_; }

    /// The number of messages, or parts of messages, that were valid but ignored.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

protected:
    /// Starts the session: `outbound()` then holds the upgrade request.
    /// @param kind Must outlive the session.
    /// @param first_message Sent after the upgrade; authenticates the client.
    session(session_parameters settings, const session_kind& kind, std::string first_message,
            time_point now);
    session(session&&) = default;
    ~session() = default;

    /// Parses bytes received from the server, and calls `handle(message)` for each message, as long
    /// as `more()` returns true. Returns the number of bytes consumed. The rest is incomplete (see
    /// `needed()`) or was not requested; pass it again.
    template <class More, class Handle>
    [[nodiscard]] std::size_t receive_messages(std::string_view bytes, time_point now, More more,
                                               Handle handle);

    /// Whether a close frame rejects the token. Called before the session is authenticated.
    [[nodiscard]] virtual bool is_rejection(const ws::frame_result& frame) const;

    void send_message(std::string_view bytes) { send_frame(ws::opcode::binary, bytes); }
    void enter(session_phase phase, time_point now);
    void count_ignored() noexcept { ++ignored_; }

    /// Requires a response to a message of a ready session within the time limit.
    void expect_response(time_point now);
    void response_received() noexcept { expects_response_ = false; }

    void fail(error_code code, std::string detail, ws::close_code close_with);

private:
    [[nodiscard]] const char* operation_of(session_phase phase) const noexcept;
    [[nodiscard]] std::size_t begin_receive(std::string_view bytes, time_point now);
    [[nodiscard]] std::size_t read_upgrade(std::string_view bytes, time_point now);
    void handle_frame(const ws::frame_result& frame);
    void handle_close(const ws::frame_result& frame);
    void reply_to_ping(std::string_view payload);
    void send_frame(ws::opcode kind, std::string_view payload);
    [[nodiscard]] time_point silence_deadline() const noexcept;
    void tick_ready(time_point now);
    [[nodiscard]] std::string hint(const error_code& code) const;
    void end(error_code code, std::string detail);

    session_parameters settings_;
    const session_kind* kind_;
    std::string first_message_;
    session_phase phase_ = session_phase::upgrading;
    bool was_ready_ = false;
    ws::handshake_response response_;
    ws::frame_decoder frames_;
    std::string outbound_;
    std::optional<std::string> late_pong_;  // The payload of a deferred pong.
    std::size_t needed_ = 1;
    std::size_t unused_ = 0;  // Bytes that the caller passes again.
    std::uint64_t ignored_ = 0;

    time_limit step_limit_;      // For the phases before `ready`, and for `closing`.
    time_limit response_limit_;  // For responses that a ready session expects.
    time_limit probe_limit_;     // For the reply to a ping.
    time_point last_received_;
    time_point next_keep_alive_;
    bool expects_response_ = false;
    bool paused_ = false;
    bool probing_ = false;  // The server was silent for `idle_timeout`, and was sent a ping.

    error_code end_code_;
    diagnostics end_info_;
};

template <class More, class Handle>
std::size_t session::receive_messages(std::string_view bytes, time_point now, More more,
                                      Handle handle) {
    std::size_t used = begin_receive(bytes, now);
    while (phase_ != session_phase::upgrading && phase_ != session_phase::closed && more()) {
        const std::string_view rest = bytes.substr(used);
        std::string_view message = frames_.whole_message(rest);
        if (message.data() != nullptr) {
            used += static_cast<std::size_t>(message.data() - rest.data()) + message.size();
        } else {
            const ws::frame_result frame = frames_.next(rest);
            if (frame.event == ws::frame_event::need_more) {
                needed_ = frame.needed;
                break;
            }
            used += frame.consumed;
            if (frame.event != ws::frame_event::binary) {
                needed_ = 1;
                handle_frame(frame);
                continue;
            }
            message = frame.payload;
        }
        needed_ = 1;
        handle(message);
    }
    unused_ = bytes.size() - used;
    return used;
}

}  // namespace jellyfish::detail
