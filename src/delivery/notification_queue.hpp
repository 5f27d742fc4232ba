#pragma once

#include <jellyfish/notification.hpp>

#include "delivery/notification_slots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

namespace jellyfish::detail {

/// Notifications in order, put in by batches and taken one by one. Two containers take turns, so
/// that a batch is moved as a whole when the consumer keeps up.
class notification_queue {
public:
    /// How many are waiting, without what tells of those that were dropped.
    [[nodiscard]] std::size_t size() const noexcept {
        return front_.size() - taken_ + back_.size();
    }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// How often `pop()` has something to give.
    [[nodiscard]] std::size_t pops() const noexcept { return size() + (dropped_ != 0 ? 1 : 0); }

    /// Appends all of `batch`, which is left empty, perhaps with other memory.
    void push(notification_slots& batch) {
        from_batches_ = true;
        if (empty()) {
            front_.clear();
            back_.clear();  // Which is empty, and gets older.
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

    void push(notification value) {
        from_batches_ = false;
        back_.push_back(std::move(value));
    }

    /// Takes the oldest, or first what tells that older ones were dropped. There must be one.
    [[nodiscard]] notification pop() {
        notification taken;
        pop_into(taken);
        return taken;
    }

    /// As `pop()`, into a notification or an optional one. The memory of a notification of the same
    /// kind that was there before is used again.
    template <class Out>
    void pop_into(Out& out) {
        if (dropped_ != 0) {
            out = notification(dropped{std::exchange(dropped_, 0)});
            return;
        }
        refill();
        assign(front_[taken_], out);
        ++taken_;
    }

    /// Tells, behind all that is queued, that so many were dropped.
    void count_dropped_here(std::size_t count) {
        if (count == 0) return;
        notification* const last = back();
        if (auto* reported = last != nullptr ? std::get_if<dropped>(last) : nullptr) {
            reported->count += count;
        } else {
            push(dropped{count});
        }
    }

    /// Takes back what tells that a session was restored, if that is the last that is queued.
    [[nodiscard]] bool pop_reconnected() {
        notification* const last = back();
        if (last == nullptr || !std::holds_alternative<reconnected>(*last)) return false;
        (back_.empty() ? front_ : back_).pop_back();
        return true;
    }

    /// Throws away the oldest ones; some must be left.
    /// @param tell Whether `pop()` is to tell so.
    void drop(std::size_t count, bool report = true) {
        if (report) dropped_ += count;
        for (; count > 0; --count) {
            refill();
            front_[taken_++] = notification();
        }
    }

private:
    static void assign(notification& from, notification& to) { to = std::move(from); }

    void assign(notification& from, std::optional<notification>& to) const {
        if (from_batches_) {
            copy_or_move(from, to);
        } else {
            to = std::move(from);
        }
    }

    /// Short texts are copied: what the consumer frees soon is then what it gets next, in the
    /// processor's cache and without a search, and the slot keeps its memory for those to come.
    static void copy_or_move(notification& from, std::optional<notification>& to);

    [[nodiscard]] notification* back() noexcept {
        if (empty()) return nullptr;
        return back_.empty() ? &front_.back() : &back_.back();
    }

    void refill() {
        if (taken_ != front_.size()) return;
        front_.clear();
        taken_ = 0;
        front_.swap(back_);
    }

    notification_slots front_;  // Taken from, up to `taken_`.
    notification_slots back_;   // Put into.
    std::size_t taken_ = 0;
    bool from_batches_ = false;  // Whose slots are decoded into again.
    std::uint64_t dropped_ =
        0;  // Since the oldest that is left was preceded by one that was taken.
};

}  // namespace jellyfish::detail
