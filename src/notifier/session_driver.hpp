#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>

#include "async/time_limit.hpp"
#include "delivery/inbox.hpp"
#include "net/connect.hpp"
#include "net/receive_buffer.hpp"
#include "net/strand_reads.hpp"
#include "net/stream.hpp"
#include "notifier/session.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// Counters of a notifier's sessions. Written by the session, read by any thread.
struct traffic {
    std::atomic<std::uint64_t> bytes_received{0};
    std::atomic<std::uint64_t> bytes_sent{0};
    std::atomic<std::uint64_t> ignored{0};
    std::atomic<std::chrono::steady_clock::rep> last_byte_at{0};
};

/// The configuration of a session.
struct session_config {
    generation id = 0;
    client_options client;
    notifier_options options;
    bool was_ready = false;     ///< Whether an earlier session was ready.
    known_addresses_ptr known;  ///< Shared by all sessions of a notifier.
    client_tls_ptr tls;         ///< Provides the TLS context; null without TLS.
};

/// Receives the events of a session, on its strand.
class session_events {
public:
    /// The session is ready. Called once.
    virtual void on_ready() = 0;
    /// The server confirmed a subscription. May be called more than once.
    virtual void on_subscribed(event_type type) = 0;
    /// The connection is broken, but notifications already received wait for free slots.
    virtual void on_unready() = 0;
    /// The session is closed; `code` is not set after `close()`. Called once, as the last event.
    virtual void on_end(const error_code& code, diagnostics info) = 0;

protected:
    ~session_events() = default;
};

/// Connects one session's stream, state machine and inbox. Knows nothing about the protocol. Keeps
/// itself alive until the stream is closed.
class session_driver : public std::enable_shared_from_this<session_driver> {
public:
    using strand = asio::strand<asio::any_io_executor>;

    session_driver(strand executor, session_config plan, std::shared_ptr<inbox> to,
                   std::shared_ptr<traffic> counters, std::weak_ptr<session_events> owner);

    // Like all members, on the strand only. None of these calls the owner before returning.
    void start();
    void close();  ///< Closes with the closing handshake.
    void stop();   ///< Closes immediately, without calling the owner.
    void subscribe(event_type type);
    /// Closes the session with `code`, after a close frame. Returns false if there is no session.
    [[nodiscard]] bool abort(error_code code, std::string detail);

private:
    using time_point = session::time_point;

    static constexpr std::size_t idle_buffer_size = 4'096;
    static constexpr std::size_t large_buffer_size = 262'144;
    static constexpr std::uint32_t small_reads_of_an_idle_session = 16;
    static constexpr std::size_t large_message = 4'096;

    static asio::awaitable<std::unique_ptr<stream>> connect_stream(const session_config& plan);

    void connected(std::exception_ptr failure, std::unique_ptr<stream> connection);
    void step();
    void decode();
    void deliver();
    void keep_what_was_read();
    void announce();
    void read();
    void flush();
    void arm_timer();
    void on_read(error_code code, std::size_t bytes);
    void choose_buffer_size(std::size_t read) noexcept;
    void on_write(error_code code, std::size_t bytes);
    void on_writable();
    void report_unready();
    void drain();
    void finish();
    void report_end(const error_code& code, diagnostics info);
    template <class Text>
    void log(log_level level, const Text& text) const;

    [[nodiscard]] static session_parameters settings_of(const session_config& plan,
                                                        time_point deadline, time_point now);

    strand executor_;
    strand_reads reads_;
    session_config plan_;
    std::shared_ptr<inbox> inbox_;
    std::shared_ptr<traffic> traffic_;
    std::weak_ptr<session_events> owner_;
    time_limit connect_limit_;  // For TCP, TLS and the upgrade together.

    asio::cancellation_signal cancel_connect_;
    std::unique_ptr<stream> stream_;
    std::optional<session> session_;
    receive_buffer buffer_{idle_buffer_size};
    std::size_t offered_ = 0;           // The buffer size of the pending read.
    std::uint32_t small_reads_ = 0;     // Consecutive ones.
    std::size_t messages_of_read_ = 0;  // Messages in the previous read.
    notification_slots batch_;
    std::string writing_;
    std::size_t written_ = 0;
    asio::steady_timer timer_;
    time_point armed_for_ = time_point::max();
    bool large_messages_ = false;
    bool announced_ = false;  // on_ready() was called.
    std::optional<std::array<bool, 2>> announced_subscriptions_;
    bool end_reported_ = false;  // on_end() was called, or must not be.
    bool write_failed_ = false;
    bool reading_ = false;
    bool paused_ = false;
    bool closing_ = false;   // close() was called.
    bool leaving_ = false;   // The session is closed; the last bytes are being sent.
    bool finished_ = false;  // The stream is closed.
};

}  // namespace jellyfish::detail
