#pragma once

#include <jellyfish/notification.hpp>

#include "async/wait_queue.hpp"
#include "delivery/connection_state.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace jellyfish::detail {

/// The path from a connection to the consumers of its items. `disconnected` and `reconnected` mark
/// where items may be missing. A derived class has the queues. Thread-safe.
class delivery_stream {
public:
    using time_point = wait_queue::time_point;

    delivery_stream(const delivery_stream&) = delete;
    delivery_stream& operator=(const delivery_stream&) = delete;

    // ---- for the session

    /// Returns how many items may be pushed now; `beyond` is added to the limit. If it is 0, the
    /// `on_writable` callback is called once enough slots are free.
    [[nodiscard]] virtual std::size_t capacity_left(std::size_t beyond) = 0;

    /// @param slots How many slots must be free; 0 means half of them.
    virtual void on_writable(std::function<void()> callback, std::size_t slots) = 0;
    void on_writable(std::function<void()> callback) { on_writable(std::move(callback), 0); }

    /// Whether anything consumes the queue.
    [[nodiscard]] virtual bool is_consumed() const = 0;

    void set_ready(generation session);

    /// The connection is known to be broken. The failure is reported once everything received so
    /// far is queued.
    void set_unready(generation session);

    /// The session was lost and will be restored: queues `disconnected`. Failed attempts to
    /// reconnect are not reported.
    /// @param since When the last byte was received.
    void set_lost(generation session, const error_code& code, const diagnostics_ptr& info,
                  time_point since);

    /// An attempt to connect has begun.
    /// @param attempts The number of attempts to restore the session, including this one.
    /// @param server The address it connects to.
    void begin_attempt(generation session, std::uint32_t attempts, std::string_view server);

    /// The session is finished: closed if that was requested, failed otherwise.
    void set_ended(generation session, const error_code& code, const diagnostics_ptr& info);

    // ---- for the public object

    [[nodiscard]] session_state state() const;

    /// The address of the most recent session that was ready.
    [[nodiscard]] std::string server_address() const;

    /// Same as `connection_state::begin()`.
    [[nodiscard]] std::optional<generation> begin(operation_handler<> handler);

    /// Whether this is the current connection: not cancelled, failed or closed.
    [[nodiscard]] bool is_current(generation session) const;

    /// Sets the address that operations report before the first attempt to connect.
    void set_address(std::string address);

    /// Called when `connect()` is cancelled, with the mutex held.
    void on_connect_cancelled(std::function<void()> callback);

    /// `close()` was called. Returns true if a session must be closed first.
    [[nodiscard]] bool set_closing();

    void destroy();  ///< Completes all operations with `operation_aborted`.

    /// For `wait_ready()`, `wait_closed()` and `wait_drained()`.
    [[nodiscard]] connection_state& connection() noexcept { return connection_; }

protected:
    explicit delivery_stream(asio::any_io_executor executor);
    ~delivery_stream() = default;

    [[nodiscard]] std::mutex& mutex() const noexcept { return waits_->mutex(); }
    [[nodiscard]] const std::shared_ptr<wait_group>& waits() const noexcept { return waits_; }

    // The mutex must be held while the functions below are called.

    /// Must be called before the first item of a session is queued: the session may be a restored
    /// one.
    void close_gap() {
        if (lost_) restore();
    }
    [[nodiscard]] std::uint64_t reconnects() const noexcept { return reconnects_; }

private:
    /// A session is ready.
    virtual void on_ready() {}
    /// The session was lost: marks the gap.
    virtual void on_lost(const disconnected& mark, const diagnostics_ptr& info,
                         time_point since) = 0;
    /// The session was restored: marks the end of the gap.
    virtual void on_restored(time_point now, std::uint32_t attempts) = 0;
    /// The first session begins: reopens the queues.
    virtual void on_begin() = 0;
    /// `connect()` was cancelled.
    virtual void on_cancelled() {}
    /// The session is about to close.
    virtual void on_closing() = 0;
    /// The connection has failed or is closed: ends the queues.
    virtual void on_end() = 0;
    virtual void on_destroy() = 0;
    [[nodiscard]] virtual bool everything_taken() const noexcept = 0;

    void restore();

    const std::shared_ptr<wait_group> waits_;

    // Guarded by the mutex.
    connection_state connection_;
    std::function<void()> stop_connecting_;
    bool lost_ = false;  // The session was lost and is not restored yet.
    std::string attempted_address_;
    std::string server_address_;
    std::uint32_t attempts_ = 0;
    std::uint64_t reconnects_ = 0;
};

}  // namespace jellyfish::detail
