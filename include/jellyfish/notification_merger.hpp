#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/notification.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace jellyfish {

/// How a notification came.
enum class notification_channel {
    socket,   ///< By a `notifier`.
    webhook,  ///< By a `webhook_receiver`, or a program's own HTTP server.
};

/// Merges what one server tells by WebSocket and by webhook into one stream in which each
/// notification stands once, so that what one channel loses still comes by the other:
/// `if (merger.pass(notification_channel::webhook, *notification)) …`.
///
/// Notifications have no identity in the protocol, so this counts: the n-th occurrence of a value
/// is passed on when it comes by the first of the two channels, and held back when the other
/// channel has told n of that value already. As long as each channel tells everything, within
/// `window` of the other, each notification is passed on exactly once.
///
/// What it cannot do:
/// - Order: each notification is passed on when it comes first, and webhooks are slower than the
///   socket. After a loss on the socket, what the webhook still brings comes late, behind what the
///   socket has told since.
/// - Two losses: when equal notifications follow each other within `window`, as a peer's second
///   `peer_connected`, and each channel loses another one of them, one is taken for the other.
/// - Delay: what comes by the second channel more than `window` after the first is taken for
///   something new and passed on again. A server that waits for another slow receiver delays
///   webhooks by up to 5 s a notification.
/// - Notifications that both channels lose, and those of rooms that have no webhook URL: they have
///   one channel only, or none.
/// - Several servers: use one for each server, since rooms of different servers may have equal ids.
///   The nodes of a cluster are one server.
///
/// Metrics, which come by the socket alone, and what the library itself tells (`disconnected`,
/// `reconnected`) are always passed on.
///
/// Pure: no I/O. Not for several threads at once.
class JELLYFISH_DECL notification_merger {
public:
    /// The time by which occurrences are matched.
    using time_point = std::chrono::steady_clock::time_point;

    /// @param window For how long the second occurrence of a notification is awaited.
    /// @param limit For how many notifications it is awaited at most; beyond that the oldest are
    ///     forgotten. At least 1.
    explicit notification_merger(std::chrono::milliseconds window = std::chrono::seconds(30),
                                 std::size_t limit = 65'536);
    ~notification_merger();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    notification_merger(notification_merger&&) noexcept;
    notification_merger& operator=(notification_merger&&) noexcept;
    /// @}

    /// Notes a notification.
    ///
    /// @param from The channel that it came by.
    /// @param value The notification.
    /// @param now Must not go back from call to call.
    /// @return Whether it is to be passed on: false when the other channel has told it already.
    [[nodiscard]] bool pass(notification_channel from, const notification& value,
                            time_point now = std::chrono::steady_clock::now());

    /// How many notifications are awaited from the other channel now.
    [[nodiscard]] std::size_t awaited() const noexcept;
    /// How many were held back since the other channel had told them.
    [[nodiscard]] std::uint64_t duplicates() const noexcept;
    /// How many came by one channel only, as far as could be awaited: what the other channel has
    /// lost, or never had.
    [[nodiscard]] std::uint64_t unmatched() const noexcept;

private:
    struct impl;

    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish
