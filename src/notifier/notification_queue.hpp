#pragma once

#include <jellyfish/notification.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// Notifications in order, put in by batches and taken one by one. Two vectors take turns, so that
/// a batch is moved as a whole when the consumer keeps up.
class notification_queue {
public:
    [[nodiscard]] std::size_t size() const noexcept {
        return front_.size() - taken_ + back_.size();
    }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Appends all of `batch`, which is left empty, perhaps with other memory.
    void push(std::vector<notification>& batch) {
        if (empty()) {
            front_.clear();
            taken_ = 0;
            front_.swap(batch);
        } else if (back_.empty()) {
            back_.swap(batch);
        } else {
            for (notification& each : batch)
                back_.push_back(std::move(each));
        }
        batch.clear();
    }

    void push(notification value) { back_.push_back(std::move(value)); }

    /// Takes the oldest. There must be one.
    [[nodiscard]] notification pop() {
        refill();
        return std::move(front_[taken_++]);
    }

    /// Throws away the oldest ones.
    void drop(std::size_t count) {
        for (; count > 0; --count) {
            refill();
            front_[taken_++] = notification();
        }
    }

private:
    void refill() {
        if (taken_ != front_.size()) return;
        front_.clear();
        taken_ = 0;
        front_.swap(back_);
    }

    std::vector<notification> front_;  // Taken from, up to `taken_`.
    std::vector<notification> back_;   // Put into.
    std::size_t taken_ = 0;
};

}  // namespace jellyfish::detail
