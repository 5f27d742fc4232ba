#pragma once

#include <jellyfish/notification.hpp>

#include "delivery/delivery_queue.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

namespace jellyfish::detail {

/// Marks the gaps in a queue. `T` is a variant with the alternatives `disconnected` and
/// `reconnected`.
template <class T>
class gap_marks {
public:
    using queue_type = delivery_queue<T>;
    using time_point = std::chrono::steady_clock::time_point;

    /// Queues `disconnected`. If the end of the previous gap is the last queued item, merges the
    /// two gaps: otherwise a connection that fails repeatedly would fill the queue.
    void open(queue_type& queue, const disconnected& mark, time_point since) {
        if (since_) return;  // Failed attempts to reconnect are not reported.
        const bool merged = reported_ && queue.remove_last_if([](const T& last) {
            return std::holds_alternative<reconnected>(last);
        });
        since_ = merged ? *reported_ : since;
        if (!merged) queue.push_beyond_limit(mark);
    }

    /// Queues `reconnected`.
    void close(queue_type& queue, time_point now, std::uint32_t attempts) {
        if (!since_) return;
        const auto gap = std::chrono::duration_cast<std::chrono::milliseconds>(now - *since_);
        reported_ = std::exchange(since_, std::nullopt);
        queue.push_beyond_limit(reconnected{gap, attempts});
    }

private:
    std::optional<time_point> since_;     // Set while the session is lost.
    std::optional<time_point> reported_;  // When the last gap began.
};

}  // namespace jellyfish::detail
