#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/detail/initiate.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/room_change.hpp>
#include <jellyfish/room_tracker_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace jellyfish {
namespace detail {

class tracker_impl;

}  // namespace detail

/// What a tracker has counted since it was made.
struct room_tracker_stats {
    std::size_t rooms = 0;          ///< Rooms there are now.
    std::size_t queued = 0;         ///< Changes that wait now, for `next()`.
    std::uint64_t changes = 0;      ///< Changes so far, synthesized ones included.
    std::uint64_t synthesized = 0;  ///< Changes found in snapshots.
    /// Notifications that changed nothing, and so are no change: they told what a snapshot had
    /// told before, or were about what had gone by then.
    std::uint64_t repeated = 0;
    std::uint64_t snapshots = 0;        ///< Snapshots of all rooms so far.
    std::uint64_t failed_requests = 0;  ///< Snapshots, and fetches of one room, that failed.
};

/// A live view of all rooms of a server, with their peers, components and tracks (protocol: "REST",
/// "Which event causes which notifications").
///
/// It has a session of its own, as a `notifier` does, and calls of its own, as a `room_api` does:
/// a snapshot of all rooms is merged with the notifications that come meanwhile, and kept up to
/// date by those that follow. Every change is given by `next()`, in order, with the state of its
/// room after it; whoever applies them one by one has what `rooms()` gives.
///
/// What the first snapshot holds is given as changes too, marked as synthesized: `room_created`,
/// `peer_added` and so on. So it is after each `reconnected`, with what happened while the session
/// was away: the difference, as the notifications that would have told it. Things that came and
/// went meanwhile leave no trace; `disconnected` and `reconnected` show where that may be.
///
/// What no notification tells is fetched, and given as `room_refreshed`:
/// - `room_created` gives a room with its id alone; a `room_refreshed` with its configuration
///   follows, if it still exists by then.
/// - A component is known by its first track, as a `component_unknown` with an empty type, or by
///   `hls_playable`; the room is fetched then, and a `room_refreshed` tells what else there is.
///   When it has lost its last track, the room is fetched as well, to see whether it was deleted.
/// - A component without tracks that is added or deleted shows with the next snapshot: see
///   `room_tracker_options::refresh_interval`, and `refresh()`.
///
/// `hls_uploaded`, `hls_upload_crashed`, `unknown_notification`, `disconnected`, `reconnected`, and
/// `metrics_report` if it is subscribed to, change no room and are given in their place. A
/// notification that tells what a snapshot has told before is not given again, but counted.
/// A fetch that fails is logged, and made again after a wait that grows up to 30 s; a single
/// room's up to 5 times, after which the next snapshot heals what was left.
///
/// In a cluster, the rooms are those of the node that the session is with; when it moves to one of
/// `notifier_options::other_addresses`, so do the calls, and the difference is given. Rooms of
/// other nodes are told of by notifications but not found there: they come as `room_created`, and
/// go, as `room_deleted`, when they have been looked for.
///
/// Peers are of type `webrtc`, the only one that the protocol has, unless a snapshot says
/// otherwise. Rooms, and what is in them, are in the order of their ids.
///
/// Every asynchronous operation takes a completion token as its last argument,
/// `asio::use_awaitable` when there is none. Handlers run on their associated executor, and
/// otherwise on the tracker's. An operation that has not completed counts as work there, and so
/// does a tracker that was started and not closed. An operation that is cancelled before its
/// outcome is known completes with `operation_aborted`.
///
/// @exceptions An awaited operation throws a `jellyfish::error`.
/// @threads All members but constructor, move and destructor may be used from several threads at
///     once. Any number of operations may be under way.
/// @lifetime The destructor may run at any time; operations under way complete with
///     `operation_aborted`, and the connections are closed. The executor's context must outlive the
///     tracker, except for a tracker that lives in a coroutine of that context.
class JELLYFISH_DECL room_tracker {
public:
    /// The type of the executor.
    using executor_type = asio::any_io_executor;

    /// @param executor Runs the session, the calls, and completion handlers that have no executor
    ///     of their own. May be that of a thread pool.
    /// @param client The options of the connections, copied.
    /// @param session How notifications are received. Server notifications are always subscribed
    ///     to. `overflow_policy::drop_oldest` is taken as `pause`: a view must not miss any.
    /// @param options The options of the tracker, copied.
    explicit room_tracker(executor_type executor, const client_options& client = client_options(),
                          const notifier_options& session = notifier_options(),
                          const room_tracker_options& options = room_tracker_options());
    ~room_tracker();

    /// @{
    /// Moves; a moved-from object can only be assigned to or destroyed.
    room_tracker(room_tracker&&) noexcept;
    room_tracker& operator=(room_tracker&&) noexcept;
    /// @}

    /// Returns the executor that was passed to the constructor.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Connects, and fetches and merges the first snapshot.
    ///
    /// Completes when `rooms()` is up to date, or the attempt has failed. After a failure it may be
    /// called again, also when the session has failed later: the view is kept, and the difference
    /// is given by `next()`.
    ///
    /// @signature `void(error_code)`
    /// @errors The codes of `notifier::connect()`; those of `room_api::get_all_rooms()` for what a
    ///     retry cannot heal, such as `errc::unauthorized`, at once, and for what it might, after 5
    ///     attempts; those of `notifier::next()` when the session ends meanwhile;
    ///     `errc::already_connected` when it was started already; `errc::closed` after `close()`.
    /// @cancellation Any type. The attempt is given up, and `start()` may be called again.
    template <class Token = asio::use_awaitable_t<>>
    auto start(Token&& token = Token()) {
        return detail::operation<>::initiate(start_start(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// A copy of all rooms, as they are now: `next()` may not have given all that led there. It
    /// costs time and memory for each of them; for one room there is `find()`. Before `start()` it
    /// is empty, after the session has ended it stays as it was.
    [[nodiscard]] std::vector<room> rooms() const;

    /// A copy of a room, as it is now; empty when there is none of that id.
    [[nodiscard]] std::optional<room> find(std::string_view room_id) const;

    /// Whether the view is up to date: `start()` has completed, the session is there, and after its
    /// last interruption the snapshot was merged.
    [[nodiscard]] bool is_current() const;

    /// Takes the next change: `while (auto change = co_await tracker.next()) …`.
    ///
    /// Completes with the change that came first among those still queued; empty when the tracker
    /// is closed and everything has been taken. When the session has failed and everything has been
    /// taken, one call ends with the failure, the following ones with an empty optional. Before
    /// `start()` it waits.
    ///
    /// @signature `void(error_code, std::optional<room_change>)`
    /// @errors The session's failure: the codes of `start()` and of `notifier::next()`.
    /// @cancellation Any type. Never loses a change, also in `next() || timer`: a call that ends
    ///     with `operation_aborted` has taken nothing.
    template <class Token = asio::use_awaitable_t<>>
    auto next(Token&& token = Token()) {
        return detail::operation<std::optional<room_change>>::initiate(
            start_next(), *this, std::forward<Token>(token), impl_);
    }

    /// Takes the next change, as `next()`, but waits for `limit` at most.
    ///
    /// Completes as `next()`, or when the time is over.
    ///
    /// @signature `void(error_code, std::optional<room_change>)`
    /// @errors As `next()`, and `errc::timeout` when nothing came for `limit`; nothing is lost
    ///     then.
    /// @cancellation As `next()`.
    template <class Token = asio::use_awaitable_t<>>
    auto next_for(std::chrono::steady_clock::duration limit, Token&& token = Token()) {
        return detail::operation<std::optional<room_change>>::initiate(
            start_next_for(), *this, std::forward<Token>(token), impl_, limit);
    }

    /// Takes the next change if there is one, without waiting. Empty as well when the session has
    /// ended: `next()` and `wait()` tell.
    [[nodiscard]] std::optional<room_change> try_next();

    /// Waits until `try_next()` has something to give, and takes nothing.
    ///
    /// Completes when something is queued, at once when it is so already. With several takers
    /// somebody else may be faster.
    ///
    /// @signature `void(error_code)`
    /// @errors When nothing is queued, the failure of a session that has failed, one of those of
    ///     `next()`, and `errc::closed` when the tracker is closed.
    /// @cancellation Any type. Has no other effect.
    template <class Token = asio::use_awaitable_t<>>
    auto wait(Token&& token = Token()) {
        return detail::operation<>::initiate(start_wait(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// Has all rooms fetched anew, after a component without tracks was added for example. Does not
    /// wait; what is found comes as changes. Notifications that come until the answer are held
    /// back. Without a session it does nothing.
    void refresh();

    /// Reads the files of `tls_options` now, for connections that are made from here on. Files that
    /// have changed are read anyway for the next connection; this is for who must not wait for it,
    /// or wants to know whether they can be used. Connections that are open stay as they are. Has
    /// no effect without `client_options::secure`. Any thread may call it; it reads in that thread,
    /// and the tracker's connections have what was read once their strand has had a turn.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` when a file cannot be used; what was
    ///     read before stays in use.
    void reload_tls();

    /// Closes the session, as `notifier::close()` does.
    ///
    /// Completes when the socket is closed, at once when it is so already. Changes by what was
    /// received before stay to be taken, and the view stays readable; `start()` ends with
    /// `errc::closed`.
    ///
    /// @signature `void(error_code)`
    /// @errors None.
    /// @cancellation Any type. The closing goes on.
    template <class Token = asio::use_awaitable_t<>>
    auto close(Token&& token = Token()) {
        return detail::operation<>::initiate(start_close(), *this, std::forward<Token>(token),
                                             impl_);
    }

    /// What has been counted so far.
    [[nodiscard]] room_tracker_stats stats() const;

private:
    using impl_ptr = std::shared_ptr<detail::tracker_impl>;
    using next_handler = detail::operation_handler<std::optional<room_change>>;

    struct JELLYFISH_DECL start_start {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_next {
        void operator()(next_handler handler, const impl_ptr& impl) const;
        static asio::awaitable<std::optional<room_change>> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_next_for {
        void operator()(next_handler handler, const impl_ptr& impl,
                        std::chrono::steady_clock::duration limit) const;
        static asio::awaitable<std::optional<room_change>> awaited(
            impl_ptr impl, std::chrono::steady_clock::duration limit);
    };
    struct JELLYFISH_DECL start_wait {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };
    struct JELLYFISH_DECL start_close {
        void operator()(detail::operation_handler<> handler, const impl_ptr& impl) const;
        static asio::awaitable<void> awaited(impl_ptr impl);
    };

    impl_ptr impl_;
};

}  // namespace jellyfish
