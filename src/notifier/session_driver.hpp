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

/// What a notifier's sessions have counted. Written by the session, read by any thread.
struct traffic {
    std::atomic<std::uint64_t> bytes_received{0};
    std::atomic<std::uint64_t> bytes_sent{0};
    std::atomic<std::uint64_t> ignored{0};
    std::atomic<std::chrono::steady_clock::rep> last_byte_at{0};
};

/// What a session is made from.
struct session_config {
    generation id = 0;
    client_options client;
    notifier_options options;
    bool was_ready = false;     ///< Whether a session before this one was ready.
    known_addresses_ptr known;  ///< Of all sessions of a notifier.
    client_tls_ptr tls;         ///< Where attempts get their TLS context; null without TLS.
};

/// Who is told what becomes of a session, on its strand.
class session_events {
public:
    /// The session is ready. Told once.
    virtual void on_ready() = 0;
    /// The server has confirmed a subscription. May be told again.
    virtual void on_subscribed(event_type type) = 0;
    /// The connection is broken, but what has come must wait until there is room for it.
    virtual void on_unready() = 0;
    /// The session has ended: without a code when it was closed. Told once, as the last.
    virtual void on_end(const error_code& code, diagnostics info) = 0;

protected:
    ~session_events() = default;
};

/// Moves the bytes of one session between its stream, its state machine and the inbox. It decides
/// nothing about the protocol. Keeps itself alive until the stream is closed.
class session_driver : public std::enable_shared_from_this<session_driver> {
public:
    using strand = asio::strand<asio::any_io_executor>;

    session_driver(strand executor, session_config plan, std::shared_ptr<inbox> to,
                   std::shared_ptr<traffic> counters, std::weak_ptr<session_events> owner);

    // On the strand only, as everything here. None of these tells the owner anything at once.
    void start();
    void close();  ///< Ends with the closing handshake.
    void stop();   ///< Ends at once, and tells nothing.
    void subscribe(event_type type);
    /// Ends the session, telling the server so. False when there is none (yet).
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
    time_limit connect_limit_;  // Of TCP, TLS and the upgrade together.

    asio::cancellation_signal cancel_connect_;
    std::unique_ptr<stream> stream_;
    std::optional<session> session_;
    receive_buffer buffer_{idle_buffer_size};
    std::size_t offered_ = 0;           // How much the read under way may bring.
    std::uint32_t small_reads_ = 0;     // In a row.
    std::size_t messages_of_read_ = 0;  // Of the one before.
    notification_slots batch_;
    std::string writing_;
    std::size_t written_ = 0;
    asio::steady_timer timer_;
    time_point armed_for_ = time_point::max();
    bool large_messages_ = false;
    bool announced_ = false;  // That the session is ready.
    std::optional<std::array<bool, 2>> announced_subscriptions_;
    bool end_reported_ = false;  // To the owner.
    bool write_failed_ = false;
    bool reading_ = false;
    bool paused_ = false;
    bool closing_ = false;   // close() was called.
    bool leaving_ = false;   // The session has ended; the last bytes are being sent.
    bool finished_ = false;  // The stream is closed.
};

}  // namespace jellyfish::detail
