#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace jellyfish::detail {

/// The storage of a `delivery_queue<T>`, unless `storage_of<T>` names another one. Does not report
/// dropped items.
template <class T>
class fifo {
public:
    using batch_type = std::vector<T>;

    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

    /// How many times `pop_into()` may be called.
    [[nodiscard]] std::size_t pops() const noexcept { return items_.size(); }

    /// Appends all of `batch` and leaves it empty.
    void push(batch_type& batch) {
        for (T& each : batch)
            items_.push_back(std::move(each));
        batch.clear();
    }

    void push(T value) { items_.push_back(std::move(value)); }

    template <class Out>
    void pop_into(Out& out) {
        out = std::move(items_.front());
        items_.pop_front();
    }

    /// Drops the `count` oldest. Requires `count <= size()`.
    /// @return How many items were lost.
    std::size_t drop(std::size_t count, bool /*report*/) {
        items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }

    void count_dropped_here(std::size_t /*count*/) noexcept {}

    /// Discards the items of a batch from index `size` on.
    static void cut(batch_type& batch, std::size_t size) {
        batch.erase(batch.begin() + static_cast<std::ptrdiff_t>(size), batch.end());
    }

private:
    std::deque<T> items_;
};

/// Selects the storage of a `delivery_queue<T>`.
template <class T>
struct storage_of {
    using type = fifo<T>;
};

}  // namespace jellyfish::detail
