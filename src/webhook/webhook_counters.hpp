#pragma once

#include <jellyfish/webhook_receiver.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace jellyfish::detail {

/// The counters of a receiver, accumulated over all calls of `listen()`. Written on one strand at a
/// time, read by any thread.
class webhook_counters {
public:
    using time_point = std::chrono::steady_clock::time_point;

    void count_received(std::size_t bytes) noexcept { add(bytes_received_, bytes); }
    void count_sent(std::size_t bytes) noexcept { add(bytes_sent_, bytes); }
    void count_dropped(std::size_t notifications) noexcept { add(dropped_, notifications); }
    void count_ignored(std::size_t parts) noexcept { add(ignored_, parts); }
    void count_rejected(std::size_t requests) noexcept { add(rejected_, requests); }
    void count_invalid_signatures(std::size_t requests) noexcept {
        add(invalid_signatures_, requests);
    }
    void count_accepted() noexcept { add(accepted_, 1); }
    void count_rejected_connection() noexcept { add(rejected_connections_, 1); }
    void count_timed_out() noexcept { add(timed_out_, 1); }
    void count_failed_handshake() noexcept { add(failed_handshakes_, 1); }
    void set_connections(std::size_t open) noexcept {
        connections_.store(open, std::memory_order_relaxed);
    }
    void set_last_notification(time_point at) noexcept {
        last_notification_at_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
    }

    void read_into(webhook_stats& stats) const noexcept {
        constexpr auto order = std::memory_order_relaxed;
        stats.dropped = dropped_.load(order);
        stats.ignored = ignored_.load(order);
        stats.rejected = rejected_.load(order);
        stats.invalid_signatures = invalid_signatures_.load(order);
        stats.connections = connections_.load(order);
        stats.accepted = accepted_.load(order);
        stats.rejected_connections = rejected_connections_.load(order);
        stats.timed_out = timed_out_.load(order);
        stats.failed_handshakes = failed_handshakes_.load(order);
        stats.bytes_received = bytes_received_.load(order);
        stats.bytes_sent = bytes_sent_.load(order);
        stats.last_notification_at =
            time_point(time_point::duration(last_notification_at_.load(order)));
    }

private:
    using counter = std::atomic<std::uint64_t>;

    /// A single writer needs no atomic read-modify-write instruction.
    static void add(counter& value, std::uint64_t more) noexcept {
        value.store(value.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }

    counter dropped_{0};
    counter ignored_{0};
    counter rejected_{0};
    counter invalid_signatures_{0};
    counter connections_{0};
    counter accepted_{0};
    counter rejected_connections_{0};
    counter timed_out_{0};
    counter failed_handshakes_{0};
    counter bytes_received_{0};
    counter bytes_sent_{0};
    std::atomic<time_point::rep> last_notification_at_{0};
};

}  // namespace jellyfish::detail
