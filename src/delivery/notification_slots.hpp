#pragma once

#include <jellyfish/notification.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// A sequence of variants with reusable slots: an item assigned to a slot that held an item of the
/// same kind reuses the memory of its strings.
template <class T>
class item_slots {
public:
    item_slots() = default;
    item_slots(std::initializer_list<T> all) : slots_(all), size_(all.size()) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The number of slots, filled or not.
    [[nodiscard]] std::size_t slots() const noexcept { return slots_.size(); }

    [[nodiscard]] T& operator[](std::size_t i) noexcept { return slots_[i]; }
    [[nodiscard]] T& back() noexcept { return slots_[size_ - 1]; }
    [[nodiscard]] T* begin() noexcept { return slots_.data(); }
    [[nodiscard]] T* end() noexcept { return slots_.data() + size_; }
    [[nodiscard]] const T* begin() const noexcept { return slots_.data(); }
    [[nodiscard]] const T* end() const noexcept { return slots_.data() + size_; }

    /// Returns the slot after the last one, with arbitrary content. `add_spare()` appends it.
    [[nodiscard]] T& spare() {
        if (size_ == slots_.size()) slots_.emplace_back();
        return slots_[size_];
    }
    void add_spare() noexcept { ++size_; }

    void push_back(T value) {
        spare() = std::move(value);
        add_spare();
    }

    /// Swaps one of the notifications with the one at index `to`, which must not be after it.
    void move_forward(notification& value, std::size_t to) noexcept {
        if (&value != &slots_[to]) std::swap(value, slots_[to]);
    }

    void pop_back() noexcept { --size_; }

    /// Discards all from index `size` on.
    void cut(std::size_t size) noexcept { size_ = size; }

    /// Discards all. Frees slots that have been unused for many calls, with their content.
    void clear() {
        most_ = std::max(most_, size_);
        size_ = 0;
        if (++clears_ < clears_between_checks) return;
        if (slots_.size() > few && most_ < slots_.size() / 4) {
            slots_.resize(std::max(few, 2 * most_));
            slots_.shrink_to_fit();
        }
        for (std::size_t i = most_; i < slots_.size(); ++i)
            slots_[i].template emplace<dropped>();  // Holds no strings.
        clears_ = 0;
        most_ = 0;
    }

    void swap(item_slots& other) noexcept {
        slots_.swap(other.slots_);
        std::swap(size_, other.size_);
        std::swap(most_, other.most_);
        std::swap(clears_, other.clears_);
    }

private:
    static constexpr std::size_t few = 16;
    static constexpr unsigned clears_between_checks = 256;

    std::vector<T> slots_;
    std::size_t size_ = 0;
    std::size_t most_ = 0;  // The largest size since the last check.
    unsigned clears_ = 0;
};

using notification_slots = item_slots<notification>;

}  // namespace jellyfish::detail
