#pragma once

#include "delivery/delivery_stream.hpp"
#include "session/connection_loop.hpp"

#include <functional>
#include <memory>
#include <mutex>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish::detail {

/// Connects and closes a notifier or an agent, and owns the loop that runs its sessions.
/// Thread-safe.
class session_keeper {
public:
    session_keeper(const asio::any_io_executor& executor, session_context_ptr context);

    /// Starts a loop, unless one is running.
    /// @param make Returns the function that constructs the feeds of sessions, or throws `error`.
    /// @param on_start Called before the loop is started.
    void connect(
        operation_handler<> handler, const std::function<make_feed(generation)>& make,
        const std::function<void()>& on_start = [] {});

    void close(operation_handler<> handler);
    void drain(operation_handler<> handler);

    /// Completes all operations and closes the connection.
    void destroy();

    void reload_tls();

    /// Returns the current or most recent loop, or null.
    [[nodiscard]] std::shared_ptr<connection_loop> loop() const;

    /// Sets the counters of sessions in the statistics of the public object.
    template <class Stats>
    void count_into(Stats& stats) const;

private:
    void check_options() const;
    void begin_close();

    const session_context_ptr context_;
    const connection_loop::strand strand_;

    mutable std::mutex mutex_;
    std::shared_ptr<connection_loop> loop_;
};

template <class Stats>
void session_keeper::count_into(Stats& stats) const {
    const traffic& counters = *context_->counters;
    stats.bytes_received = counters.bytes_received.load(std::memory_order_relaxed);
    stats.bytes_sent = counters.bytes_sent.load(std::memory_order_relaxed);
    stats.ignored = counters.ignored.load(std::memory_order_relaxed);
    stats.last_byte_at = std::chrono::steady_clock::time_point(
        std::chrono::steady_clock::duration(counters.last_byte_at.load(std::memory_order_relaxed)));
}

}  // namespace jellyfish::detail
