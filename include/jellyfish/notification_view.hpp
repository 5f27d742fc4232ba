#pragma once

#include <jellyfish/basic_consumer.hpp>
#include <jellyfish/notification.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

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

/// The bit of a kind of notification; 0 for a kind that servers do not send.
template <class Kind>
inline constexpr std::uint64_t kind_bit =
    std::same_as<Kind, disconnected> || std::same_as<Kind, reconnected> ||
            std::same_as<Kind, dropped> || notification_position<Kind> == notification_count
        ? 0
        : std::uint64_t{1} << notification_position<Kind>;
static_assert(notification_count <= 64);

/// A kind of notification that servers send.
template <class Kind>
concept server_kind = kind_bit<Kind>
!= 0;

/// The part of `basic_notification_view` that does not depend on the type of its executor.
class JELLYFISH_DECL notification_view_base : public consumer_base<notification> {
protected:
    explicit notification_view_base(std::shared_ptr<notification_view_impl> impl);

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
/// The view remains usable after its room is deleted, because a room with the same id may be
/// created later. `next()` fails like `notifier::next()`.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All members except the move operations and the destructor may be called concurrently.
///     Any number of operations may be pending.
/// @lifetime The view may be destroyed before or after its notifier, at any time. When either is
///     destroyed, pending operations complete with `operation_aborted`, as do operations started
///     after the notifier is destroyed. Destroying a view discards its queue. The executor's
///     context must outlive the view, unless the view lives in a coroutine of that context.
template <class Executor = boost::asio::any_io_executor>
class basic_notification_view
    : public basic_consumer<basic_notification_view, detail::notification_view_base, notification,
                            Executor> {
public:
    using basic_consumer<basic_notification_view, detail::notification_view_base, notification,
                         Executor>::basic_consumer;

    /// Returns the statistics collected so far.
    [[nodiscard]] notification_view_stats stats() const {
        return detail::notification_view_base::stats();
    }

private:
    template <class>
    friend class basic_notifier;

    basic_notification_view(std::shared_ptr<detail::notification_view_impl> impl,
                            const Executor& executor)
        : basic_notification_view(std::in_place, executor, std::move(impl)) {}
};

/// A `basic_notification_view` for any executor, whose operations return awaitables by default.
using notification_view = basic_notification_view<>;

}  // namespace jellyfish
