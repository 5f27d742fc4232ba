#pragma once

#include <jellyfish/notification_view.hpp>

#include "delivery/notification_stream.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace jellyfish::detail {

/// Implementation of `notification_view`: an entry in a stream of notifications.
class notification_view_impl {
public:
    notification_view_impl(std::shared_ptr<notification_stream> stream, std::string room_id,
                           std::uint64_t kinds)
        : stream_(std::move(stream)),
          entry_{std::move(room_id), kinds, stream_->make_queue(), {}, 0, 0} {
        stream_->add_view(entry_);
    }
    ~notification_view_impl() { stream_->remove_view(entry_); }
    notification_view_impl(const notification_view_impl&) = delete;
    notification_view_impl& operator=(const notification_view_impl&) = delete;

    [[nodiscard]] const notification_stream::queue_ptr& queue() const noexcept {
        return entry_.queue;
    }
    [[nodiscard]] notification_view_stats stats() const { return stream_->stats_of(entry_); }

private:
    const std::shared_ptr<notification_stream> stream_;
    view_entry entry_;
};

}  // namespace jellyfish::detail
