#pragma once

#include <jellyfish/detail/config.hpp>
#include <jellyfish/detail/initiate.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace jellyfish {

struct room_change;

namespace detail {

template <class T>
class delivery_queue;
struct view_change;

/// The type that the queue of a consumer stores; converted to `Item` when it is taken.
template <class Item>
struct queued {
    using type = Item;
};
template <>
struct queued<room_change> {
    using type = view_change;
};

/// The part of `basic_consumer` that does not depend on the type of its executor.
template <class Item>
class JELLYFISH_DECL consumer_base {
protected:
    using queue_ptr = std::shared_ptr<delivery_queue<typename queued<Item>::type>>;

    explicit consumer_base(queue_ptr queue) noexcept : queue_(std::move(queue)) {}
    ~consumer_base() = default;
    consumer_base(consumer_base&&) noexcept = default;
    consumer_base& operator=(consumer_base&&) noexcept = default;

    [[nodiscard]] operation<std::optional<Item>> next_operation() const;
    /// The fast path of `next()`.
    [[nodiscard]] boost::asio::awaitable<std::optional<Item>> awaited_next() const;
    [[nodiscard]] operation<std::optional<Item>> next_for_operation(
        std::chrono::steady_clock::duration limit) const;
    [[nodiscard]] operation<> wait_operation() const;
    [[nodiscard]] std::optional<Item> try_next();
    [[nodiscard]] bool try_next(Item& out);

private:
    queue_ptr queue_;
};

}  // namespace detail
}  // namespace jellyfish
