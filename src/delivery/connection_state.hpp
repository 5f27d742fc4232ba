#pragma once

#include <jellyfish/session_state.hpp>

#include "async/wait_queue.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace jellyfish::detail {

/// Counts calls to `connect()`. Events of an earlier generation are ignored.
using generation = std::uint64_t;

/// The state of a connection that is established on request, may be lost and restored, and finally
/// is closed or fails, and the operations that wait for these changes. The mutex is that of the
/// `wait_group`, so that an owner can combine changes of several objects.
class connection_state {
public:
    /// @param everything_taken Returns whether consumers have taken everything. Called with the
    ///     mutex held.
    /// @param connect_operation The name of the operation that `begin()` adds.
    connection_state(std::shared_ptr<wait_group> waits, std::function<bool()> everything_taken,
                     const char* connect_operation = "connect");
    ~connection_state();
    connection_state(const connection_state&) = delete;
    connection_state& operator=(const connection_state&) = delete;

    // ---- with the mutex held

    [[nodiscard]] session_state state() const noexcept { return state_; }
    [[nodiscard]] bool is_current(generation of) const noexcept { return of == generation_; }
    [[nodiscard]] bool is_closing() const noexcept {
        return state_ == session_state::closing || state_ == session_state::closed;
    }

    /// Why the connection has failed. Not set in other states.
    [[nodiscard]] const error_code& failure() const noexcept { return failure_; }
    [[nodiscard]] const diagnostics_ptr& failure_info() const noexcept { return failure_info_; }

    /// The error of operations started after the connection was closed.
    [[nodiscard]] error_code closed_code() const noexcept;

    /// Moves from `idle` or `failed` to `connecting` and adds the waiting operation. In any other
    /// state completes the operation with `errc::already_connected` or `errc::closed` and returns
    /// nothing.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Called, with the mutex held, when the operation passed to `begin()` is cancelled.
    void on_connect_cancelled(std::function<void()> callback) {
        on_connect_cancelled_ = std::move(callback);
    }

    // These return whether they had an effect: not for an earlier generation, nor in a state in
    // which the event cannot happen.

    bool set_ready(generation of);

    /// The connection was lost and will be restored.
    bool set_lost(generation of);

    /// The connection is finished: closed if that was requested, failed otherwise.
    bool set_ended(generation of, const error_code& code, const diagnostics_ptr& info);

    /// `close()` was called. Returns true if a connection must be closed first. Otherwise the state
    /// is `closed`, or `closing` because of an earlier call.
    [[nodiscard]] bool set_closing();

    /// Completes the operations that wait for everything to be taken, once the connection is closed
    /// and `everything_taken` returns true. Call it when that may have changed.
    void check_drained() {
        if (!drained_.empty() && state_ == session_state::closed && everything_taken_())
            drained_.notify();
    }

    /// Completes all operations, now and later, with `operation_aborted`.
    void destroy();

    // ---- from any thread

    /// Completes when the connection is ready. Fails when it has failed or is closing.
    void wait_ready(operation_handler<> handler);
    void wait_closed(operation_handler<> handler);
    /// Completes when the connection is closed and everything was taken.
    void wait_drained(operation_handler<> handler);

    /// Completes an operation that need not wait, as if by `post`.
    void complete(operation_handler<> handler, const error_code& code) {
        connect_.complete(std::move(handler), code);
    }

private:
    [[nodiscard]] bool is_up(generation of) const noexcept;
    void end(session_state state);
    void notify_connecting(const error_code& code, const diagnostics_ptr& info);

    const std::shared_ptr<wait_group> waits_;
    const std::function<bool()> everything_taken_;
    wait_queue& connect_;
    wait_queue& ready_;
    wait_queue& closed_;
    wait_queue& drained_;

    // Guarded by the mutex.
    session_state state_ = session_state::idle;
    generation generation_ = 0;
    error_code failure_;
    diagnostics_ptr failure_info_;
    bool destroyed_ = false;
    std::function<void()> on_connect_cancelled_;
};

}  // namespace jellyfish::detail
