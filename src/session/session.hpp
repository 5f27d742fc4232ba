#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/notification.hpp>
#include <jellyfish/notifier_options.hpp>

#include "async/time_limit.hpp"
#include "delivery/notification_slots.hpp"
#include "model/server_address.hpp"
#include "websocket/frame_decoder.hpp"
#include "websocket/handshake.hpp"
#include "wire/server_message.hpp"

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
    std::vector<event_type> events{event_type::server_notification};
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

/// The phase of a session.
enum class session_phase : std::uint8_t {
    upgrading,       ///< The upgrade request was sent.
    authenticating,  ///< The token was sent.
    subscribing,     ///< The subscriptions were sent.
    ready,
    closing,  ///< Our close frame was sent.
    closed,   ///< See `end_code()`. The content of `outbound()` may still be sent.
};

/// One session with a server, from the upgrade request until it is closed, as a state machine
/// without I/O: received bytes and the current time go in, notifications and bytes to send come out
/// (protocol: "Server notifications over WebSocket").
///
/// A closed session cannot be reused.
class session {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::string_view path = "/socket/server/websocket";

    /// How often a paused session sends an unsolicited pong: the server drops a client after 60 s
    /// of silence, and pings are not seen while reading is paused.
    static constexpr std::chrono::seconds keep_alive_interval{20};

    /// How long to wait for a reply to a ping, unless `idle_timeout` is shorter.
    static constexpr std::chrono::seconds probe_timeout{5};

    /// Once this many bytes are waiting to be sent, only the latest ping is replied to.
    static constexpr std::size_t outbound_limit = 16'384;

    /// Starts the session: `outbound()` then holds the upgrade request.
    session(session_parameters settings, time_point now);

    /// Parses bytes received from the server and appends notifications to `out` until it holds
    /// `limit`. Returns the number of bytes consumed. The rest is incomplete (see `needed()`) or
    /// exceeds `limit`; pass it again. The parts of a batch that exceed `limit` are kept for the
    /// next call.
    [[nodiscard]] std::size_t receive(std::string_view bytes, time_point now,
                                      notification_slots& out, std::size_t limit);

    /// The minimum number of bytes that `receive()` needs to make progress.
    [[nodiscard]] std::size_t needed() const noexcept { return needed_; }

    /// Reports the end of the stream. `cause` is the transport's error, if any.
    void receive_end(const error_code& cause);

    /// Handles timeouts: closes the session when one has expired. One that expired while the
    /// process was suspended is restarted, see `time_limit`.
    void tick(time_point now);

    /// When to call `tick()` next, at the latest.
    [[nodiscard]] time_point deadline() const noexcept;

    /// Requests another subscription. Has an effect in the phase `ready` only. `subscribed()`
    /// returns true once it is confirmed.
    void subscribe(event_type type, time_point now);

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
    [[nodiscard]] bool subscribed(event_type type) const noexcept {
        return confirmed_[index(type)];
    }

    /// Why the session was closed. No error after `close()`.
    [[nodiscard]] const error_code& end_code() const noexcept { return end_code_; }
    [[nodiscard]] const diagnostics& end_info() const noexcept { return end_info_; }

    /// The number of messages without content received, and of parts of batches that are not
    /// notifications.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

private:
    [[nodiscard]] static std::size_t index(event_type type) noexcept {
        return type == event_type::metrics ? 1 : 0;
    }
    [[nodiscard]] static const char* operation_of(session_phase phase) noexcept;

    [[nodiscard]] std::size_t read_upgrade(std::string_view bytes, time_point now);
    void handle(const ws::frame_result& frame, time_point now, notification_slots& out);
    void handle_message(std::string_view bytes, time_point now, notification_slots& out);
    [[nodiscard]] bool may_notify();
    void receive_part(notification_slots& out);
    void handle_control(time_point now);
    void handle_close(const ws::frame_result& frame);
    void handle_subscribed(int type);
    void reply_to_ping(std::string_view payload);
    void send_subscription(event_type type);
    void send_frame(ws::opcode kind, std::string_view payload);
    void enter(session_phase phase, time_point now);
    [[nodiscard]] time_point silence_deadline() const noexcept;
    [[nodiscard]] bool is_subscribing() const noexcept;
    void tick_ready(time_point now);
    void fail(error_code code, std::string detail, ws::close_code close_with);
    [[nodiscard]] std::string hint(const error_code& code) const;
    void end(error_code code, std::string detail);

    session_parameters settings_;
    session_phase phase_ = session_phase::upgrading;
    bool was_ready_ = false;
    ws::handshake_response response_;
    ws::frame_decoder frames_;
    wire::control_message control_;
    wire::notification_batch batch_;  // The parts that are still to be received.
    std::string outbound_;
    std::optional<std::string> late_pong_;  // The payload of a deferred pong.
    std::size_t needed_ = 1;
    std::size_t unused_ = 0;  // Bytes that the caller passes again.
    std::uint64_t ignored_ = 0;

    bool requested_[2] = {false, false};  // Subscriptions requested.
    bool confirmed_[2] = {false, false};  // Subscriptions confirmed by the server.

    time_limit step_limit_;       // For the phases before `ready`, and for `closing`.
    time_limit subscribe_limit_;  // For subscriptions requested once ready.
    time_limit probe_limit_;      // For the reply to a ping.
    time_point last_received_;
    time_point next_keep_alive_;
    bool paused_ = false;
    bool probing_ = false;  // The server was silent for `idle_timeout`, and was sent a ping.

    error_code end_code_;
    diagnostics end_info_;
};

}  // namespace jellyfish::detail
