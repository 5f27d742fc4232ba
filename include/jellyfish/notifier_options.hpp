#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/reconnect_policy.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace jellyfish {

/// The events that a session can subscribe to (protocol: "Protobuf", `EventType`).
enum class event_type {
    server_notification = 1,  ///< Events of rooms, peers, components and tracks.
    metrics = 2,              ///< A `metrics_report` every second.
};

/// What a notifier does when its queue is full.
enum class overflow_policy {
    pause,  ///< Stops reading from the socket until a slot is free. Nothing is lost.
    /// Drops the oldest notifications except `disconnected` and `reconnected`, counts them in
    /// `notifier_stats::dropped`, and puts a `dropped` notification in their place.
    drop_oldest,
    fail,  ///< Fails the session with `errc::slow_consumer`.
};

/// Settings of a notifier.
///
/// Setters return the object and can be chained. Each setter has a getter of the same name.
class JELLYFISH_DECL notifier_options {
public:
    // Out of line to keep users' compile times low. Not an aggregate: GCC 12 destroys aggregate
    // temporaries twice in co_await.
    notifier_options();
    /// @{
    /// Copies or moves. A moved-from object can only be assigned to or destroyed.
    notifier_options(const notifier_options&);
    notifier_options(notifier_options&&) noexcept;
    notifier_options& operator=(const notifier_options&);
    notifier_options& operator=(notifier_options&&) noexcept;
    /// @}
    ~notifier_options();

    /// The events that `connect()` subscribes to. `notifier::on_metrics` adds metrics. Default:
    /// server notifications, whether or not there is a handler for them, since `next()` may be
    /// called at any time. A notifier that is used only for metrics should not subscribe to them:
    /// `events({event_type::metrics})`. Otherwise they fill the queue; if it is full and nothing
    /// has been taken from it, a warning is logged.
    notifier_options& events(std::vector<event_type> value) {
        events_ = std::move(value);
        return *this;
    }
    /// Returns the events.
    [[nodiscard]] const std::vector<event_type>& events() const noexcept { return events_; }
    /// Adds an event to `events()` unless it is already there. Default: see `events`.
    notifier_options& add_event(event_type value);

    /// Whether and when a lost session is restored. Default: always; see `reconnect_policy`.
    notifier_options& reconnect(const reconnect_policy& value) {
        reconnect_ = value;
        return *this;
    }
    /// Returns the reconnect policy.
    [[nodiscard]] const reconnect_policy& reconnect() const noexcept { return reconnect_; }

    /// The addresses of additional servers, such as the other nodes of a cluster, in the form of
    /// `client_options::server_address`. `connect()` and reconnecting try them in this order after
    /// that address, with the same token and TLS options. Default: none.
    notifier_options& other_addresses(std::vector<std::string> value) {
        other_addresses_ = std::move(value);
        return *this;
    }
    /// Returns the other server addresses.
    [[nodiscard]] const std::vector<std::string>& other_addresses() const noexcept {
        return other_addresses_;
    }

    /// The capacity of the queue for `next()`, of the queue for the handlers, and of each view, in
    /// notifications. At least 1. Default: 65 536.
    notifier_options& queue_limit(std::size_t value) {
        queue_limit_ = value;
        return *this;
    }
    /// Returns the queue limit.
    [[nodiscard]] std::size_t queue_limit() const noexcept { return queue_limit_; }

    /// What happens when a queue is full. Default: `pause`.
    notifier_options& overflow(overflow_policy value) {
        overflow_ = value;
        return *this;
    }
    /// Returns the overflow policy.
    [[nodiscard]] overflow_policy overflow() const noexcept { return overflow_; }

    /// How long the server may be silent. Then the notifier sends a ping, and the session fails
    /// unless bytes arrive within another 5 s (or within this time again, if shorter). The server
    /// itself pings every 30 s. On systems that support `TCP_USER_TIMEOUT`, such as Linux, sent
    /// bytes must also be acknowledged within this time. Default: 75 s.
    notifier_options& idle_timeout(std::chrono::milliseconds value) {
        idle_timeout_ = value;
        return *this;
    }
    /// Returns the idle timeout.
    [[nodiscard]] std::chrono::milliseconds idle_timeout() const noexcept { return idle_timeout_; }

    /// How long the server may take to authenticate and to confirm subscriptions. Default: 5 s.
    notifier_options& authentication_timeout(std::chrono::milliseconds value) {
        authentication_timeout_ = value;
        return *this;
    }
    /// Returns the authentication timeout.
    [[nodiscard]] std::chrono::milliseconds authentication_timeout() const noexcept {
        return authentication_timeout_;
    }

    /// How long `close()` waits for the server's close frame. Default: 2 s.
    notifier_options& close_timeout(std::chrono::milliseconds value) {
        close_timeout_ = value;
        return *this;
    }
    /// Returns the close timeout.
    [[nodiscard]] std::chrono::milliseconds close_timeout() const noexcept {
        return close_timeout_;
    }

    /// The maximum size of a received message, in bytes. At least 125. Default: 16 MiB.
    notifier_options& max_message_size(std::size_t value) {
        max_message_size_ = value;
        return *this;
    }
    /// Returns the maximum message size.
    [[nodiscard]] std::size_t max_message_size() const noexcept { return max_message_size_; }

private:
    std::vector<event_type> events_{event_type::server_notification};
    reconnect_policy reconnect_;
    std::vector<std::string> other_addresses_;
    std::size_t queue_limit_ = 65'536;
    overflow_policy overflow_ = overflow_policy::pause;
    std::chrono::milliseconds idle_timeout_{75'000};
    std::chrono::milliseconds authentication_timeout_{5'000};
    std::chrono::milliseconds close_timeout_{2'000};
    std::size_t max_message_size_ = std::size_t{16} * 1024 * 1024;
};

}  // namespace jellyfish
