#pragma once

#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/notification.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace jellyfish {

template <class Executor>
class basic_notifier;

/// Statistics of a view since its construction.
struct notification_view_stats {
    std::uint64_t received = 0;  ///< Notifications that the view took, also those since dropped.
    std::uint64_t queued = 0;    ///< Notifications now queued.
    std::uint64_t dropped = 0;   ///< Notifications dropped because the view's queue was full.
};

namespace detail {

class notification_view_impl;

/// Returns the bit of a kind of notification; 0 for a kind that servers do not send.
template <class Kind, class... All>
[[nodiscard]] constexpr std::uint64_t bit_of_kind(const std::variant<All...>* /*of*/) {
    static_assert(sizeof...(All) <= 64);
    if (std::same_as<Kind, disconnected> || std::same_as<Kind, reconnected> ||
        std::same_as<Kind, dropped>) {
        return 0;
    }
    std::uint64_t bit = 1;
    (void)((std::same_as<Kind, All> || (bit <<= 1, false)) || ...);
    return sizeof...(All) == 64 || bit < std::uint64_t{1} << sizeof...(All) ? bit : 0;
}

template <class Kind>
inline constexpr std::uint64_t kind_bit =
    bit_of_kind<Kind>(static_cast<const notification*>(nullptr));

/// A kind of notification that servers send.
template <class Kind>
concept server_kind = kind_bit<Kind>
!= 0;

/// The part of `basic_notification_view` that does not depend on the type of its executor.
class JELLYFISH_DECL notification_view_base {
protected:
    explicit notification_view_base(std::shared_ptr<notification_view_impl> impl)
        : impl_(std::move(impl)) {}
    ~notification_view_base() = default;

    notification_view_base(notification_view_base&&) noexcept = default;
    notification_view_base& operator=(notification_view_base&&) noexcept = default;

    [[nodiscard]] operation<std::optional<notification>> next_operation() const;
    /// The fast path of `next()`.
    [[nodiscard]] boost::asio::awaitable<std::optional<notification>> awaited_next() const;
    [[nodiscard]] operation<std::optional<notification>> next_for_operation(
        std::chrono::steady_clock::duration limit) const;
    [[nodiscard]] operation<> wait_operation() const;

    [[nodiscard]] std::optional<notification> try_next();
    [[nodiscard]] bool try_next(notification& out);
    [[nodiscard]] notification_view_stats stats() const;

private:
    std::shared_ptr<notification_view_impl> impl_;
};

}  // namespace detail

/// A notifier's notifications about one room, or of some kinds, in a separate queue, so that one
/// coroutine can handle one room: `while (auto notification = co_await room.next()) …`.
///
/// Constructed by `notifier::view_of_room()` and `notifier::view_of()`, at any time. While a view
/// exists, the notifications that it takes are not returned by `notifier::next()` and not passed to
/// handlers; if several views take the same notification, each gets a copy. Notifications that no
/// view takes still go to `next()` or the handlers, and must be consumed there. A new view also
/// takes over notifications that are already queued, so a coroutine that takes `room_created` and
/// then constructs a view of the room misses nothing.
///
/// `disconnected` and `reconnected` go to every view, and also to `next()` or the handler. A view
/// that is constructed while the session is lost receives the next `reconnected`.
///
/// The queue holds up to `notifier_options::queue_limit` notifications; when it is full,
/// `notifier_options::overflow` applies: with `pause`, one full view stops the whole session until
/// its notifications are taken, or the view is destroyed. `dropped` appears only in the view whose
/// notifications were dropped.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All members except the move operations and the destructor may be called concurrently.
///     Any number of operations may be pending.
/// @lifetime The view may be destroyed before or after its notifier, at any time. When either is
///     destroyed, pending operations complete with `operation_aborted`, as do operations started
///     after the notifier is destroyed. Destroying a view discards its queue. The executor's
///     context must outlive the view, unless the view lives in a coroutine of that context.
template <class Executor = boost::asio::any_io_executor>
class basic_notification_view : private detail::notification_view_base {
public:
    /// The type of the executor.
    using executor_type = Executor;

    /// Rebinds the class to another executor type, such as one with a default token.
    template <class Other>
    struct rebind_executor {
        using other = basic_notification_view<Other>;  ///< The rebound class.
    };

    /// Moves, and converts the executor. A moved-from object can only be assigned to or destroyed.
    template <std::convertible_to<executor_type> Other>
    explicit basic_notification_view(basic_notification_view<Other>&& other) noexcept
        : notification_view_base(std::move(other)), executor_(other.executor_) {}

    /// Returns the notifier's executor.
    [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }

    /// Takes the next notification of the view.
    ///
    /// Completes with the oldest queued notification. Completes with an empty optional when the
    /// notifier is closed and the view's queue is empty. When the session has failed permanently
    /// and the queue is empty, one call completes with the failure, and later calls complete with
    /// an empty optional. Does not end when the room does: a room with the same id may be created
    /// again.
    ///
    /// @signature `void(error_code, std::optional<notification>)`
    /// @errors The failure of the session: those of `notifier::next()`.
    /// @cancellation Any type. Never loses a notification, not even in `next() || timer`: a call
    ///     that completes with `operation_aborted` has taken nothing.
    template <detail::completion<std::optional<notification>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto next(Completion&&... completion) {
        if constexpr (detail::simply_awaited<basic_notification_view, Completion...>)
            return awaited_next();
        else
            return detail::initiate(next_operation(), *this,
                                    std::forward<Completion>(completion)...);
    }

    /// Takes the next notification like `next()`, but waits no longer than `limit`.
    ///
    /// Completes like `next()`, or when `limit` has elapsed.
    ///
    /// @signature `void(error_code, std::optional<notification>)`
    /// @errors The errors of `next()`, and `errc::timeout` if no notification arrives within
    ///     `limit`. A timeout loses no notification.
    /// @cancellation Same as `next()`.
    template <detail::completion<std::optional<notification>>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto next_for(std::chrono::steady_clock::duration limit,
                                Completion&&... completion) {
        return detail::initiate(next_for_operation(limit), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Takes the next notification if one is queued, without waiting. Also returns an empty
    /// optional when the session has failed or closed; `next()` and `wait()` report that.
    [[nodiscard]] std::optional<notification> try_next() {
        return notification_view_base::try_next();
    }

    /// Takes the next notification like `try_next()`, but reuses the memory of `out`.
    ///
    /// @return Whether a notification was taken. If not, `out` is unchanged.
    [[nodiscard]] bool try_next(notification& out) { return notification_view_base::try_next(out); }

    /// Waits until a notification is queued, without taking it.
    ///
    /// Completes when a notification is queued, immediately if one already is. With several
    /// consumers, another one may take it first.
    ///
    /// @signature `void(error_code)`
    /// @errors If nothing is queued: one of the errors of `next()` when the session has failed, and
    ///     `errc::closed` when the notifier is closed.
    /// @cancellation Any type. Ends only the wait.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto wait(Completion&&... completion) {
        return detail::initiate(wait_operation(), *this, std::forward<Completion>(completion)...);
    }

    /// Returns the statistics collected so far.
    [[nodiscard]] notification_view_stats stats() const { return notification_view_base::stats(); }

private:
    template <class>
    friend class basic_notification_view;
    template <class>
    friend class basic_notifier;

    basic_notification_view(std::shared_ptr<detail::notification_view_impl> impl,
                            const executor_type& executor)
        : notification_view_base(std::move(impl)), executor_(executor) {}

    Executor executor_;
};

/// A `basic_notification_view` for any executor, whose operations return awaitables by default.
using notification_view = basic_notification_view<>;

}  // namespace jellyfish
