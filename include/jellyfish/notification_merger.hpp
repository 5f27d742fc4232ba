#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace jellyfish {

/// The channel on which a notification arrived.
enum class notification_channel {
    socket,   ///< A `notifier`.
    webhook,  ///< A `webhook_receiver`, or a program's own HTTP server.
};

/// Merges the notifications that one server sends both over WebSocket and by webhook. Each
/// notification is passed on once, even if one of the channels loses it:
/// `if (merger.pass(notification_channel::webhook, *notification)) …`.
///
/// Notifications have no identity in the protocol, so the merger counts equal values. It passes on
/// the n-th occurrence of a value on one channel, unless the other channel has already delivered n
/// occurrences. As long as both channels deliver every notification, within `window` of each
/// other, each notification is passed on exactly once.
///
/// Limitations:
/// - Order: each notification is passed on at its first arrival, and webhooks are slower than the
///   socket. A notification that is lost on the socket therefore arrives late, after newer ones
///   from the socket.
/// - Two losses: if equal notifications (such as a second `peer_connected` of the same peer)
///   follow within `window`, and each channel loses a different one, the two are confused.
/// - Delay: a notification that arrives on the second channel more than `window` after the first
///   counts as new and is passed on again. A server that waits for another slow receiver delays
///   webhooks by up to 5 s per notification.
/// - Coverage: a notification that both channels lose is missing. Rooms without a webhook URL are
///   covered by the socket only.
/// - Several servers: use one merger per server, since rooms of different servers may have equal
///   ids. The nodes of a cluster count as one server.
///
/// Always passes on metrics, which arrive on the socket only, and the library's own `disconnected`
/// and `reconnected`.
///
/// Performs no I/O. Not thread-safe.
class JELLYFISH_DECL notification_merger {
public:
    /// The type of the time of arrival.
    using time_point = std::chrono::steady_clock::time_point;

    /// @param window How long the other channel may take to deliver a notification.
    /// @param limit The maximum number of notifications expected from the other channel; beyond
    ///     it, the oldest are forgotten. At least 1.
    explicit notification_merger(std::chrono::milliseconds window = std::chrono::seconds(30),
                                 std::size_t limit = 65'536);
    ~notification_merger();

    /// @{
    /// Moves. A moved-from object can only be assigned to or destroyed.
    notification_merger(notification_merger&&) noexcept;
    notification_merger& operator=(notification_merger&&) noexcept;
    /// @}

    /// Records the arrival of a notification.
    ///
    /// @param from The channel on which it arrived.
    /// @param value The notification.
    /// @param now The time of arrival. Must not decrease from call to call.
    /// @return Whether to pass it on: false if the other channel has already delivered it.
    [[nodiscard]] bool pass(notification_channel from, const notification& value,
                            time_point now = std::chrono::steady_clock::now());

    /// Returns the number of notifications now expected from the other channel.
    [[nodiscard]] std::size_t awaited() const noexcept;
    /// Returns the number of notifications for which `pass` has returned false.
    [[nodiscard]] std::uint64_t duplicates() const noexcept;
    /// Returns the number of notifications that the other channel did not deliver within `window`,
    /// or before `limit` was reached: it lost them, or never carried them.
    [[nodiscard]] std::uint64_t unmatched() const noexcept;

private:
    struct impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish
