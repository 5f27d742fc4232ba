#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/notification_view.hpp>

#include "delivery/delivery_queue.hpp"
#include "delivery/gap_marks.hpp"
#include "delivery/notification_queue.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace jellyfish::detail {

/// A separate queue for the notifications about a room, or of some kinds.
struct view_entry {
    std::string room_id;      ///< Not used if `kinds` is set.
    std::uint64_t kinds = 0;  ///< A bit for each index of `notification`.
    std::shared_ptr<delivery_queue<notification>> queue;
    gap_marks<notification> gaps;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;

    [[nodiscard]] bool takes(const notification& value) const noexcept {
        if (kinds != 0) return (kinds >> value.index() & 1) != 0;
        return !room_id.empty() && room_id == room_id_of(value);
    }
};

/// Finds the views that take a notification. There may be thousands.
class notification_views {
public:
    /// @param limit The capacity of each view.
    explicit notification_views(std::size_t limit) : limit_(std::min(limit, SIZE_MAX / 2)) {}

    [[nodiscard]] bool empty() const noexcept { return of_rooms_.empty() && of_kinds_.empty(); }

    void add(view_entry& view) {
        if (view.kinds != 0) {
            of_kinds_.push_back(&view);
        } else {
            of_rooms_.emplace(view.room_id, &view);
        }
        note_pushed(view);
    }

    void remove(const view_entry& view) {
        std::erase(of_kinds_, &view);
        std::erase_if(of_rooms_, [&](const auto& each) { return each.second == &view; });
    }

    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& [room_id, each] : of_rooms_)
            visit(*each);
        for (view_entry* each : of_kinds_)
            visit(*each);
    }

    /// Returns the views that take a notification, until the next call.
    [[nodiscard]] const std::vector<view_entry*>& matching(const notification& value) {
        found_.clear();
        for (auto [at, end] = of_rooms_.equal_range(room_id_of(value)); at != end; ++at)
            if (at->second->takes(value)) found_.push_back(at->second);
        for (view_entry* each : of_kinds_)
            if (each->takes(value)) found_.push_back(each);
        return found_;
    }

    /// Call it after each push into a view.
    void note_pushed(const view_entry& view) noexcept {
        most_queued_ = std::max(most_queued_, view.queue->size());
    }

    /// As `delivery_queue::capacity_left()`, with `overflow_policy::pause`, of the fullest view.
    [[nodiscard]] std::size_t capacity_left(std::size_t beyond) {
        // Look at each view only if one may be more than half full.
        if (most_queued_ <= limit_ / 2) return limit_ + beyond - most_queued_;
        std::size_t left = SIZE_MAX;
        most_queued_ = 0;
        for_each([&](const view_entry& each) {
            left = std::min(left, each.queue->capacity_left(beyond));
            note_pushed(each);
        });
        return left;
    }

private:
    const std::size_t limit_;
    std::multimap<std::string, view_entry*, std::less<>> of_rooms_;
    std::vector<view_entry*> of_kinds_;
    std::vector<view_entry*> found_;
    std::size_t most_queued_ = 0;  // No view has queued more.
};

}  // namespace jellyfish::detail
