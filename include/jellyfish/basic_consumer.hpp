#pragma once

#include <jellyfish/basic_object.hpp>
#include <jellyfish/detail/consumer_base.hpp>
#include <jellyfish/detail/initiate.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace jellyfish {

/// The queue of a `notifier`, `notification_view`, `webhook_receiver`, `room_tracker` or
/// `fishjam::agent`, and the functions that take items from it. Below, the source is the object
/// that fills the queue: the object itself, or the notifier of a `notification_view`.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All functions may be called concurrently. Any number of operations may be pending.
/// @lifetime Pending operations complete with `operation_aborted` when the object is destroyed.
/// @tparam Class The template of the class.
/// @tparam Base The part of the class that does not depend on the type of its executor.
/// @tparam Item The type of the items: `notification`, `room_change` or `agent_event`.
/// @tparam Executor The type of the executor.
template <template <class> class Class, class Base, class Item, class Executor>
class basic_consumer : public basic_object<Class, Base, Executor> {
public:
    using basic_object<Class, Base, Executor>::basic_object;

    /// Takes the next item: `while (auto item = co_await source.next()) …`.
    ///
    /// Completes with the oldest queued item. Completes with an empty optional when the source is
    /// closed and the queue is empty. When the source has failed permanently and the queue is
    /// empty, one call completes with the failure, and later calls complete with an empty optional.
    /// May be called before the source is started.
    ///
    /// @signature `void(error_code, std::optional<Item>)`
    /// @errors The failure of the source; see the source's class.
    /// @cancellation Any type. Never loses an item, not even in `next() || timer`: a call that
    ///     completes with `operation_aborted` has taken nothing.
    template <detail::completion<std::optional<Item>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto next(Completion&&... completion) {
        if constexpr (detail::simply_awaited<basic_consumer, Completion...>)
            return this->awaited_next();
        else
            return detail::initiate(this->next_operation(), *this,
                                    std::forward<Completion>(completion)...);
    }

    /// Takes the next item like `next()`, but waits no longer than `limit`.
    ///
    /// Completes like `next()`, or when `limit` has elapsed.
    ///
    /// @signature `void(error_code, std::optional<Item>)`
    /// @errors The errors of `next()`, and `errc::timeout` if no item arrives within `limit`. A
    ///     timeout loses no item.
    /// @cancellation Same as `next()`.
    template <detail::completion<std::optional<Item>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto next_for(std::chrono::steady_clock::duration limit,
                                Completion&&... completion) {
        return detail::initiate(this->next_for_operation(limit), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Takes the next item if one is queued, without waiting. Returns an empty optional if none is
    /// queued, even if the source has failed or closed; `next()` and `wait()` report that.
    [[nodiscard]] std::optional<Item> try_next() { return Base::try_next(); }

    /// Takes the next item like `try_next()`, but reuses the memory of `out`. This is the fastest
    /// way to take many notifications of the same type.
    ///
    /// @return Whether an item was taken. If not, `out` is unchanged.
    [[nodiscard]] bool try_next(Item& out) { return Base::try_next(out); }

    /// Waits until an item is queued, without taking it.
    ///
    /// Completes when an item is queued, immediately if one already is. With several consumers,
    /// another one may take it first.
    ///
    /// @signature `void(error_code)`
    /// @errors If nothing is queued: one of the errors of `next()` if the source has failed, and
    ///     `errc::closed` if it is closed.
    /// @cancellation Any type. Ends only the wait.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto wait(Completion&&... completion) {
        return detail::initiate(this->wait_operation(), *this,
                                std::forward<Completion>(completion)...);
    }
};

}  // namespace jellyfish
