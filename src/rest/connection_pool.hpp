#pragma once

#include <jellyfish/error.hpp>
#include <jellyfish/retry_policy.hpp>

#include "model/names.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace jellyfish::detail {

/// The outcome of an exchange: a response with a status, or an error code.
struct exchange_result {
    error_code code;     ///< `errc::connection_lost`, or why the response is invalid.
    std::string detail;  ///< Of `code`.
    int status = 0;
    bool kept = false;  ///< Whether the connection can be used again. Otherwise it is closed.
    bool request_begun = false;   ///< Whether a byte of the request may have reached the server.
    bool response_begun = false;  ///< Whether a byte of a response was received.
};

struct pool_settings {
    std::size_t max_connections = 8;
    std::chrono::milliseconds request_timeout{10'000};
    /// How long a call may wait for a connection. 0: limited by `request_timeout` only.
    std::chrono::milliseconds queue_timeout{0};
    /// How long an idle connection may be used. Must be less than the 5.0 s after which the server
    /// closes it, or a call may be sent on a closing connection.
    std::chrono::milliseconds idle_timeout{4'000};
    retry_policy retry = retry_policy::never();
    /// Returns random bits, for the delays before retries.
    std::function<std::uint32_t()> random;
};

/// Decides which call is sent on which connection, and how it completes, without I/O: events and
/// the current time go in, actions come out.
///
/// A call uses the idle connection that was used last, or waits in order; connections are opened
/// for waiting calls. A call that fails on a reused connection before the first byte of a response
/// is retried at once, if that is safe: if it is idempotent, or none of it was sent. If a byte was
/// sent, this requires a fresh connection, so it happens once. The retry policy applies to
/// other failures, after a delay.
///
/// Idle connections need no timer: those past `idle_timeout` are closed by the next event.
class connection_pool {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Identifies a call until it is completed or cancelled.
    using call_id = std::size_t;
    /// Identifies a connection or an attempt to connect. Less than `max_connections`; reused.
    using connection_id = std::size_t;

    /// Connect, and report `connected()` or `connect_failed()`.
    struct connect {
        connection_id on;
    };
    /// Send a call, and report `finished()`.
    struct send {
        connection_id on;
        call_id call;
        bool check;  ///< The connection was idle: the server may have closed it meanwhile.
    };
    /// Close the stream under a pending exchange, and report `finished()` when it is known whether
    /// any byte was sent.
    struct abort {
        connection_id on;
    };
    /// Close a connection, or cancel an attempt to connect, which must still be reported.
    struct close {
        connection_id on;
    };
    struct complete {
        call_id call;
        error_code code;     ///< Not set if there is a response, with any status.
        std::string detail;  ///< Of `code`.
        bool perhaps_done;   ///< An earlier attempt has an unknown outcome.
    };
    /// Nothing is to be done: the call will be sent again.
    struct retry {
        call_id call;
        error_code code;     ///< The failure.
        std::string detail;  ///< Of `code`.
        std::chrono::milliseconds wait;
        std::uint32_t attempt;  ///< The number of the next attempt.
    };
    using action = std::variant<connect, send, abort, close, complete, retry>;

    explicit connection_pool(pool_settings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] const pool_settings& settings() const noexcept { return settings_; }

    /// Returns the next action, in order. Call until empty after each of the functions below.
    [[nodiscard]] std::optional<action> next_action();

    /// When to call `tick()`, at the latest. `time_point::max()` if there are no calls.
    [[nodiscard]] time_point deadline() const noexcept;

    /// @param timeout How long the call may take. 0: `request_timeout`.
    [[nodiscard]] call_id submit(bool idempotent, time_point now,
                                 std::chrono::milliseconds timeout = {});

    /// Forgets a call: it is not completed. Closes its connection if it is on one.
    void cancel(call_id id, time_point now);

    /// Completes all calls with `operation_aborted`.
    /// @param for_good Whether to do the same with all future calls, and to close all connections.
    void abort_all(bool for_good, time_point now);

    void connected(connection_id on, time_point now);
    void connect_failed(connection_id on, const error_code& code, std::string detail,
                        time_point now);
    void finished(connection_id on, exchange_result result, time_point now);
    void tick(time_point now);

private:
    enum class stage : std::uint8_t { none, delayed, waiting, sent, expired };

    struct call {
        stage at = stage::none;
        bool idempotent = true;
        bool reused = false;        // On a connection that was idle.
        bool needs_fresh = false;   // A byte of it was lost on a reused connection.
        bool was_sent = false;      // At least one byte was sent at some time.
        bool perhaps_done = false;  // An earlier attempt has an unknown outcome.
        bool renewed = false;       // Its timeout was restarted, see `time_limit`.
        std::uint32_t attempts = 1;
        connection_id on = 0;
        std::chrono::milliseconds timeout{0};
        time_point time = time_point::max();  // When to look at it again.
        time_point deadline;
        time_point queue_deadline;
    };

    enum class state : std::uint8_t { none, connecting, cancelled, idle, busy };

    struct connection {
        state is = state::none;
        call_id serves = 0;
        time_point idle_since;
    };

    void accept(call_id id, time_point now);
    void serve(time_point now);
    void assign(connection_id on, call_id id, bool reused, time_point now);
    [[nodiscard]] std::optional<call_id> next_waiting(bool fresh) const;
    void open();
    void keep(connection_id on, time_point now);
    void close_connection(connection_id on);
    void close_old_idle(time_point now);

    void finish(call_id id, const error_code& code, std::string detail, time_point now,
                int status = 0);
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry_delay(const call& of,
                                                                       const error_code& code,
                                                                       int status) const;
    void complete_call(call_id id, const error_code& code, std::string detail);
    void leave(call_id id);
    void expire(call_id id, time_point now);
    [[nodiscard]] std::string queue_timeout_text(const call& of) const;
    [[nodiscard]] std::string timeout_text(const call& of) const;

    void set_time(call_id id, time_point time);
    void clear_time(call_id id);
    void set_state(connection_id on, state to);
    [[nodiscard]] std::size_t count(state of) const noexcept {
        return counts_[static_cast<std::size_t>(of)];
    }

    const pool_settings settings_;
    std::vector<action> actions_;  // Those before `next_action_` were returned.
    std::size_t next_action_ = 0;

    std::vector<call> calls_;  // By id.
    std::vector<call_id> free_ids_;
    std::deque<call_id> waiting_;                     // For a connection.
    std::set<std::pair<time_point, call_id>> times_;  // Of calls.

    std::vector<connection> connections_;  // By id.
    std::array<std::size_t, 5> counts_{};  // Of connections, by state.
    std::vector<connection_id> idle_;      // Most recently used last.
    bool closed_ = false;
};

}  // namespace jellyfish::detail
