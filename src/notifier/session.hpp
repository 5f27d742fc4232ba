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

/// What a session needs to know.
struct session_parameters {
    server_address address;
    std::string scheme = "ws";  ///< Or `wss`.
    std::string token;
    std::string user_agent;  ///< The value of the header; it must be printable ASCII.
    std::vector<event_type> events{event_type::server_notification};
    /// An earlier session was ready: the options are right, whatever the server says now.
    bool known_server = false;
    std::size_t max_message_size = std::size_t{16} * 1024 * 1024;
    std::chrono::steady_clock::duration upgrade_timeout = std::chrono::seconds(5);
    std::chrono::steady_clock::duration authentication_timeout = std::chrono::seconds(5);
    std::chrono::steady_clock::duration idle_timeout = std::chrono::seconds(75);
    std::chrono::steady_clock::duration close_timeout = std::chrono::seconds(2);
    /// Random bits, for masks and the upgrade's key.
    std::function<std::uint32_t()> random;
};

/// How far a session is.
enum class session_phase : std::uint8_t {
    upgrading,       ///< The upgrade request was sent.
    authenticating,  ///< The token was sent.
    subscribing,     ///< The subscriptions were sent.
    ready,
    closing,  ///< Our close frame was sent.
    closed,   ///< See `end_code()`. What is in `outbound()` may still be sent.
};

/// One session with a server, from the upgrade request to the end, without any I/O: bytes and the
/// time go in, notifications and bytes come out (protocol: "Server notifications over WebSocket").
///
/// Once ended, it stays so.
class session {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::string_view path = "/socket/server/websocket";

    /// How often a paused session speaks up: the server gives up a client that it has not heard for
    /// 60 s, and pings are not seen while nothing is read.
    static constexpr std::chrono::seconds keep_alive_interval{20};

    /// How long a silent server may take to answer a ping, or `idle_timeout` if that is shorter.
    static constexpr std::chrono::seconds probe_timeout{5};

    /// When so many bytes wait to be sent, of all further pings only the latest is answered.
    static constexpr std::size_t outbound_limit = 16'384;

    /// Begins: `outbound()` then holds the upgrade request.
    session(session_parameters settings, time_point now);

    /// Takes bytes that the server sent, and appends the notifications in them to `out`, until
    /// it holds `limit`. Returns how many bytes were used up: the rest begins with something not
    /// whole (see `needed()`), or is more than `limit` allowed, and must be given again.
    [[nodiscard]] std::size_t receive(std::string_view bytes, time_point now,
                                      notification_slots& out, std::size_t limit);

    /// How many bytes `receive` must be given, at least, to get on.
    [[nodiscard]] std::size_t needed() const noexcept { return needed_; }

    /// The server's bytes have ended; `cause` is what the transport said, if anything.
    void receive_end(const error_code& cause);

    /// Lets time pass: ends the session when a limit has run out. One that has run out while the
    /// process itself stood still begins anew, see `time_limit`.
    void tick(time_point now);

    /// When `tick` is to be called next, at the latest.
    [[nodiscard]] time_point deadline() const noexcept;

    /// Asks for one more subscription; has an effect in the phase `ready` only. `subscribed()`
    /// tells when it is confirmed.
    void subscribe(event_type type, time_point now);

    /// Begins the closing handshake, or ends at once when there is no WebSocket yet.
    void close(time_point now);

    /// Ends at once with the given code, telling the server so.
    void abort(error_code code, std::string detail);

    /// Tells that reading has stopped, or goes on: while it has stopped nothing can be expected to
    /// arrive, but the server must hear something.
    void set_paused(bool paused, time_point now);

    /// Bytes to send, to be taken and cleared by the caller.
    [[nodiscard]] std::string& outbound();

    [[nodiscard]] session_phase phase() const noexcept { return phase_; }
    /// Whether the session is ready, or has been: it may have ended with the same bytes.
    [[nodiscard]] bool was_ready() const noexcept { return was_ready_; }
    [[nodiscard]] bool subscribed(event_type type) const noexcept {
        return confirmed_[index(type)];
    }

    /// Why the session ended: no error after `close()`.
    [[nodiscard]] const error_code& end_code() const noexcept { return end_code_; }
    [[nodiscard]] const diagnostics& end_info() const noexcept { return end_info_; }

    /// How many messages without content have come.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

private:
    [[nodiscard]] static std::size_t index(event_type type) noexcept {
        return type == event_type::metrics ? 1 : 0;
    }
    [[nodiscard]] static const char* operation_of(session_phase phase) noexcept;

    [[nodiscard]] std::size_t read_upgrade(std::string_view bytes, time_point now);
    void handle(const ws::frame_result& frame, time_point now, notification_slots& out);
    void handle_message(std::string_view bytes, time_point now, notification_slots& out);
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
    void fail(error_code code, std::string detail, ws::close_code tell);
    [[nodiscard]] std::string question(const error_code& code) const;
    void end(error_code code, std::string detail);

    session_parameters settings_;
    session_phase phase_ = session_phase::upgrading;
    bool was_ready_ = false;
    ws::handshake_response response_;
    ws::frame_decoder frames_;
    wire::control_message control_;
    std::string outbound_;
    std::optional<std::string> late_pong_;  // The payload of one that waits for `outbound_`.
    std::size_t needed_ = 1;
    std::size_t unused_ = 0;  // How many bytes will be given again.
    std::uint64_t ignored_ = 0;

    bool requested_[2] = {false, false};  // Subscriptions that were asked for …
    bool confirmed_[2] = {false, false};  // … and those that the server has confirmed.

    time_limit step_limit_;       // Of the phases before `ready`, and of `closing`.
    time_limit subscribe_limit_;  // Of a subscription asked for later.
    time_limit probe_limit_;      // Of the answer to a ping.
    time_point last_received_;
    time_point next_keep_alive_;
    bool paused_ = false;
    bool probing_ = false;  // The server was silent for `idle_timeout`, and was sent a ping.

    error_code end_code_;
    diagnostics end_info_;
};

}  // namespace jellyfish::detail
