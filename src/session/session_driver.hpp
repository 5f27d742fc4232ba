#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>

#include "delivery/delivery_stream.hpp"
#include "net/connect.hpp"
#include "net/receive_buffer.hpp"
#include "net/strand_reads.hpp"
#include "net/stream.hpp"
#include "session/read_size.hpp"
#include "session/session_feed.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// Counters of sessions. Any thread may read them.
struct traffic {
    std::atomic<std::uint64_t> bytes_received{0};
    std::atomic<std::uint64_t> bytes_sent{0};
    std::atomic<std::uint64_t> ignored{0};
    std::atomic<std::chrono::steady_clock::rep> last_byte_at{0};
};

/// Names of the public object that keeps the sessions, for log and error messages.
struct session_names {
    const char* component;    ///< `notifier`, in the log.
    const char* items;        ///< The plural of the received items.
    const char* how_to_take;  ///< A hint for users if nothing takes the items.
};

/// The data that all sessions of a notifier or an agent share.
struct session_context {
    client_options client;
    notifier_options options;
    client_tls_ptr tls;  ///< Provides the TLS context; null without TLS.
    std::shared_ptr<delivery_stream> to;
    std::shared_ptr<traffic> counters;
    session_names names;
    std::optional<std::string> problem;  ///< The problem with the public object's other options.
};

using session_context_ptr = std::shared_ptr<const session_context>;

/// Drives one session over a connected stream: passes bytes, the time and requests to the state
/// machine, and does what it requires. Knows nothing about the protocol. Keeps itself alive until
/// the stream is closed.
class session_driver : public std::enable_shared_from_this<session_driver> {
public:
    using strand = asio::strand<asio::any_io_executor>;
    using time_point = session::time_point;

    /// @param id Identifies the session to the stream in the context.
    session_driver(strand executor, session_context_ptr context, generation id,
                   std::unique_ptr<stream> connection, std::unique_ptr<session_feed> feed);

    // Like all members, on the strand only. None of these resumes the coroutine that awaits
    // `ended()`.

    /// Decodes, sends and reads as far as possible. Call it to start the session, when the queue
    /// has free slots again, and when there is something to send.
    void step();

    /// Unless the session has completed, calls `change` with the feed, and then `step()`.
    void apply(const std::function<void(session_feed&)>& change);

    void close();  ///< Closes with the closing handshake.
    void stop();   ///< Closes immediately.

    /// Fails the session with `code`, after a close frame. Returns false if it is closed already.
    [[nodiscard]] bool abort(const error_code& code, const std::string& detail);

    /// Completes when the session has failed, or when the stream is closed after `close()` or
    /// `stop()`. The driver must outlive the wait.
    [[nodiscard]] asio::awaitable<void> ended();

    /// The state machine: after `ended()`, why the session was closed.
    [[nodiscard]] const session& state() const noexcept { return session_; }

    [[nodiscard]] std::optional<time_point> ready_since() const noexcept { return ready_since_; }

private:
    enum class stage : std::uint8_t {
        open,
        draining,  ///< The session is closed; the last bytes are being sent.
        closed,    ///< The stream is closed or performs its shutdown.
    };

    void decode();
    [[nodiscard]] std::size_t capacity_left() const;
    void pause(time_point now);
    void announce(time_point now);
    void deliver();
    void keep_what_was_read();
    void read();
    void on_read(const error_code& code, std::size_t bytes);
    void flush();
    void write();
    void on_write(const error_code& code, std::size_t bytes);
    void arm_timer();
    void drain();
    void finish();
    void report_end();
    template <class Text>
    void log(log_level level, const Text& text) const;

    strand executor_;
    strand_reads reads_;
    session_context_ptr context_;
    generation id_;
    std::unique_ptr<stream> stream_;
    std::unique_ptr<session_feed> feed_;
    session& session_;  // Of the feed.
    stage stage_ = stage::open;
    asio::steady_timer ended_;         // Expires when the session has ended.
    error_code ignored_;               // The result of waiting for it.
    std::uint64_t ignored_parts_ = 0;  // Messages counted as ignored so far.

    receive_buffer buffer_{read_size::idle};
    read_size read_size_;
    std::size_t offered_ = 0;   // The buffer size of the pending read.
    std::size_t messages_ = 0;  // Received since the previous read.
    bool reading_ = false;
    std::optional<time_point> ready_since_;

    std::string writing_;  // Not empty while a write is pending.
    std::size_t written_ = 0;
    bool write_failed_ = false;

    asio::steady_timer timer_;
    time_point armed_for_ = time_point::max();
};

}  // namespace jellyfish::detail
