#pragma once

#include <jellyfish/detail/consumer_base.hpp>

#include "async/bounded_timeout.hpp"
#include "delivery/take_next.hpp"

#include <concepts>
#include <utility>

/// @file
/// The definition of `consumer_base`, for the sources that instantiate it.

namespace jellyfish::detail {

template <class Item>
operation<std::optional<Item>> consumer_base<Item>::next_operation() const {
    return [queue = queue_](operation_handler<std::optional<Item>> handler) {
        take_next(queue, std::move(handler));
    };
}

template <class Item>
asio::awaitable<std::optional<Item>> consumer_base<Item>::awaited_next() const {
    return take_next<Item>(queue_);
}

template <class Item>
operation<std::optional<Item>> consumer_base<Item>::next_for_operation(
    std::chrono::steady_clock::duration limit) const {
    return [queue = queue_, limit](operation_handler<std::optional<Item>> handler) {
        take_next(queue, std::move(handler), deadline_after(limit));
    };
}

template <class Item>
operation<> consumer_base<Item>::wait_operation() const {
    return [queue = queue_](operation_handler<> handler) {
        queue->wait_available(std::move(handler));
    };
}

template <class Item>
std::optional<Item> consumer_base<Item>::try_next() {
    return std::optional<Item>(queue_->try_pop());
}

template <class Item>
bool consumer_base<Item>::try_next(Item& out) {
    if constexpr (std::same_as<Item, typename queued<Item>::type>) {
        return queue_->try_pop(out);
    } else {
        auto taken = try_next();
        if (taken) out = std::move(*taken);
        return taken.has_value();
    }
}

}  // namespace jellyfish::detail
