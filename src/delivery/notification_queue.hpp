#pragma once

#include <jellyfish/notification.hpp>

#include "delivery/fifo.hpp"
#include "delivery/notification_slots.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace jellyfish::detail {

/// The storage of a `delivery_queue` of variants with the alternative `dropped`. Items are pushed
/// in batches and popped one at a time. Two containers alternate, so that a whole batch is swapped
/// in if the consumer keeps up.
template <class T>
class item_queue {
public:
    using batch_type = item_slots<T>;

    /// The number of queued items, without a pending `dropped` and without the gap marks that
    /// `drop()` kept.
    [[nodiscard]] std::size_t size() const noexcept {
        return front_.size() - taken_ + back_.size();
    }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// How many times `pop()` may be called.
    [[nodiscard]] std::size_t pops() const noexcept {
        return size() + gaps_.size() + (dropped_ != 0 ? 1 : 0);
    }

    /// Appends all of `batch` and leaves it empty, possibly with different storage.
    void push(item_slots<T>& batch) {
        from_batches_ = true;
        if (empty()) {
            front_.clear();
            back_.clear();  // Already empty: ages its slots.
            taken_ = 0;
            front_.swap(batch);
        } else if (back_.empty()) {
            back_.swap(batch);
        } else {
            for (T& each : batch)
                back_.push_back(std::move(each));
        }
        batch.clear();
    }

    void push(T value) {
        from_batches_ = false;
        back_.push_back(std::move(value));
    }

    /// Removes and returns the oldest, preceded by `dropped` if older ones were dropped. Requires
    /// `pops() != 0`.
    [[nodiscard]] T pop() {
        T taken;
        pop_into(taken);
        return taken;
    }

    /// Like `pop()`, into an item or an optional one. Reuses the memory of an item of
    /// the same kind that `out` held before.
    template <class Out>
    void pop_into(Out& out) {
        if (dropped_ != 0) {
            out = T(dropped{std::exchange(dropped_, 0)});
            return;
        }
        if (!gaps_.empty()) {
            out = std::move(gaps_.front());
            gaps_.erase(gaps_.begin());
            return;
        }
        refill();
        assign(front_[taken_], out);
        ++taken_;
    }

    /// Reports `count` dropped items after everything that is queued.
    void count_dropped_here(std::size_t count) {
        if (count == 0) return;
        T* const last = back();
        if (auto* reported = last != nullptr ? std::get_if<dropped>(last) : nullptr) {
            reported->count += count;
        } else {
            push(dropped{count});
        }
    }

    /// Removes the last item if it satisfies a predicate. Returns whether it did.
    template <class Predicate>
    [[nodiscard]] bool remove_last_if(Predicate predicate) {
        const T* const last = back();
        if (last == nullptr || !predicate(*last)) return false;
        (back_.empty() ? front_ : back_).pop_back();
        return true;
    }

    /// Calls `visit` with each, oldest first, starting with a pending `dropped`, and removes those
    /// for which it returns true.
    template <class Visit>
    void remove_if(Visit visit) {
        if (dropped_ != 0) {
            T report = dropped{dropped_};
            if (visit(report)) dropped_ = 0;
        }
        std::erase_if(gaps_, visit);
        item_slots<T> kept;
        for (; !empty(); ++taken_) {
            refill();
            if (!visit(front_[taken_])) kept.push_back(std::move(front_[taken_]));
        }
        front_.swap(kept);
        taken_ = 0;
    }

    /// Drops the `count` oldest items, but keeps gap marks. Requires `count <= size()`.
    /// @param report Whether `pop()` reports them as `dropped`.
    /// @return How many items were lost.
    std::size_t drop(std::size_t count, bool report = true) {
        std::size_t lost = 0;
        for (; count > 0; --count) {
            refill();
            T oldest;
            std::swap(oldest, front_[taken_++]);
            if (const auto* counted = std::get_if<dropped>(&oldest)) {
                dropped_ += counted->count;
            } else if (is_gap_mark(oldest)) {
                keep(std::move(oldest));
            } else {
                ++lost;
            }
        }
        if (report) dropped_ += lost;
        return lost;
    }

    /// Discards the items of a batch from index `size` on.
    static void cut(batch_type& batch, std::size_t size) noexcept { batch.cut(size); }

private:
    static void assign(T& from, T& to) { to = std::move(from); }

    void assign(T& from, std::optional<T>& to) const {
        if (from_batches_) {
            copy_or_move(from, to);
        } else {
            to = std::move(from);
        }
    }

    static void copy_or_move(T& from, std::optional<T>& to) { to.emplace(std::move(from)); }

    [[nodiscard]] T* back() noexcept {
        if (empty()) return nullptr;
        return back_.empty() ? &front_.back() : &back_.back();
    }

    static bool is_gap_mark(const T& value) noexcept {
        return std::holds_alternative<disconnected>(value) ||
               std::holds_alternative<reconnected>(value);
    }

    /// Keeps a gap mark. Merges it with the previous gap, because everything between them was
    /// dropped: otherwise a connection that fails repeatedly would add marks without limit.
    void keep(T mark) {
        gaps_.push_back(std::move(mark));
        if (gaps_.size() < 3) return;
        auto* const first = std::get_if<reconnected>(&gaps_[gaps_.size() - 3]);
        const auto* const last = std::get_if<reconnected>(&gaps_.back());
        if (first == nullptr || last == nullptr) return;
        first->gap += last->gap;
        first->attempts += last->attempts;
        gaps_.resize(gaps_.size() - 2);
    }

    void refill() {
        if (taken_ != front_.size()) return;
        front_.clear();
        taken_ = 0;
        front_.swap(back_);
    }

    item_slots<T> front_;  // Popped from; `taken_` were popped already.
    item_slots<T> back_;   // Pushed to.
    std::size_t taken_ = 0;
    bool from_batches_ = false;  // The decoder reuses the slots of batches.
    std::uint64_t dropped_ = 0;  // Dropped since the last pop; reported before the next.
    std::vector<T> gaps_;        // The gap marks among the dropped items: a few at most.
};

using notification_queue = item_queue<notification>;

/// Short texts are copied: the memory that the consumer frees is then allocated again for the next
/// notification, still in the processor's cache, and the slot keeps its own for reuse.
template <>
void item_queue<notification>::copy_or_move(notification& from, std::optional<notification>& to);

template <>
struct storage_of<notification> {
    using type = notification_queue;
};

}  // namespace jellyfish::detail
