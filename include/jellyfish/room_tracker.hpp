#pragma once

#include <jellyfish/basic_consumer.hpp>
#include <jellyfish/client_options.hpp>
#include <jellyfish/notifier_options.hpp>
#include <jellyfish/room.hpp>
#include <jellyfish/room_change.hpp>
#include <jellyfish/room_tracker_options.hpp>
#include <jellyfish/session_state.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace jellyfish {
namespace detail {

class tracker_impl;

}  // namespace detail

/// Counters of a tracker since its construction.
struct room_tracker_stats {
    std::size_t rooms = 0;          ///< The current number of rooms.
    std::size_t queued = 0;         ///< The current number of changes queued for `next()`.
    std::uint64_t changes = 0;      ///< All changes, including synthesized ones.
    std::uint64_t synthesized = 0;  ///< Changes found in snapshots.
    /// Notifications that are not returned because they change nothing: they repeat what a snapshot
    /// contained, or concern something that no longer exists.
    std::uint64_t repeated = 0;
    std::uint64_t snapshots = 0;        ///< Completed snapshots of all rooms.
    std::uint64_t failed_requests = 0;  ///< Failed fetches, of all rooms or of one.
};

namespace detail {

/// The part of `basic_room_tracker` that does not depend on the type of its executor.
class JELLYFISH_DECL room_tracker_base : public consumer_base<room_change> {
protected:
    room_tracker_base(const boost::asio::any_io_executor& executor,
                      const client_options& connection, const notifier_options& session,
                      const room_tracker_options& options);

    [[nodiscard]] operation<> start_operation() const;
    [[nodiscard]] operation<> close_operation() const;
    [[nodiscard]] operation<> drain_operation() const;

    [[nodiscard]] std::vector<room> rooms() const;
    [[nodiscard]] std::optional<room> find(std::string_view room_id) const;
    [[nodiscard]] session_state state() const;
    void refresh();
    void reload_tls();
    [[nodiscard]] room_tracker_stats stats() const;

private:
    explicit room_tracker_base(std::shared_ptr<tracker_impl> impl);

    std::shared_ptr<tracker_impl> impl_;
};

}  // namespace detail

/// A live view of all rooms of a server, with their peers, components and tracks (protocol: "REST",
/// "Which event causes which notifications").
///
/// A tracker contains its own session, like a `notifier`, and makes its own REST calls, like a
/// `room_api`. It takes a snapshot of all rooms, merges the notifications received meanwhile, and
/// updates the view with each later notification. `next()` returns every change in order, with the
/// state of its room after the change. Applying the changes one by one produces the same state as
/// `rooms()`.
///
/// The contents of the first snapshot are also returned as changes, marked as synthesized:
/// `room_created`, `peer_added` and so on. After each `reconnected`, the tracker takes a new
/// snapshot and returns the differences as the notifications that would have reported them. Rooms
/// and peers that were both added and deleted in between leave no trace; `disconnected` and
/// `reconnected` mark such gaps.
///
/// State that no notification reports is fetched and returned as `room_refreshed`:
/// - `room_created` contains only the id of the room. A `room_refreshed` with the configuration
///   follows if the room still exists by then.
/// - A new component is first reported by its first track, which adds it as a `component_unknown`
///   with an empty type, or by `hls_playable`. The room is then fetched, and `room_refreshed` adds
///   the rest. When a component loses its last track, the room is fetched to check whether the
///   component was deleted.
/// - The next snapshot finds components without tracks that were added or deleted; see
///   `room_tracker_options::refresh_interval` and `refresh()`.
///
/// `hls_uploaded`, `hls_upload_crashed`, `unknown_notification`, `disconnected`, `reconnected`, if
/// subscribed `metrics_report`, and Fishjam's notifications about livestreams, channels, forwarded
/// tracks, voice activity and recordings do not change a room and are returned in order. A
/// notification that only repeats what a snapshot contained is counted, but not returned.
///
/// A failed fetch is logged and retried after a delay that grows up to 30 s. A single room is
/// fetched up to 5 times; after that, the next snapshot corrects the view.
///
/// In a cluster, the view contains the rooms of the node that the session is connected to. When the
/// session moves to one of `notifier_options::other_addresses`, the REST calls move with it and the
/// differences are returned. Notifications about rooms of other nodes also arrive, but this node
/// cannot return these rooms over REST. For such a room, `next()` returns `room_created`, and
/// `room_deleted` after the room was not found.
///
/// Peers have the type that `peer_added` or a snapshot reports; `webrtc` if neither does, as with
/// Jellyfish.
/// Rooms and their contents are sorted by id.
///
/// After its own arguments, every asynchronous operation takes an optional `diagnostics&` and an
/// optional completion token. The diagnostics receive the details of a failure before the operation
/// completes, are reset by a success, and must exist until then. The default token is that of the
/// executor's type, or `asio::use_awaitable`. Completion handlers run on their associated executor,
/// by default the tracker's. A pending operation counts as outstanding work on that executor, and
/// so does a tracker between `start()` and `close()`. An operation that is cancelled before its
/// result is known completes with `operation_aborted`.
///
/// `next()` may be called before `start()`, and then waits. It fails with the failure of the
/// session: the errors of `start()` and of `notifier::next()`.
///
/// @exceptions With any token that throws, a failed operation throws `jellyfish::error`.
/// @threads All members except the constructor, the move operations and the destructor may be
///     called concurrently. Any number of operations may be pending.
/// @lifetime The tracker may be destroyed at any time. Pending operations complete with
///     `operation_aborted`, and the connections are closed. The executor's context must outlive
///     the tracker, unless the tracker lives in a coroutine of that context.
template <class Executor = boost::asio::any_io_executor>
class basic_room_tracker
    : public basic_consumer<basic_room_tracker, detail::room_tracker_base, room_change, Executor> {
public:
    using basic_consumer<basic_room_tracker, detail::room_tracker_base, room_change,
                         Executor>::basic_consumer;

    /// @param executor Runs the session, the calls, and completion handlers without an associated
    ///     executor. May be the executor of a thread pool.
    /// @param connection The connection options, copied.
    /// @param session How notifications are received. Server notifications are always subscribed
    ///     to. `overflow_policy::drop_oldest` is replaced by `pause`, since the view needs every
    ///     notification.
    /// @param options The tracker options, copied.
    explicit basic_room_tracker(const executor_source<Executor>& executor,
                                const client_options& connection = client_options(),
                                const notifier_options& session = notifier_options(),
                                const room_tracker_options& options = room_tracker_options())
        : basic_room_tracker(std::in_place, executor.get(), executor.get(), connection, session,
                             options) {}

    /// Connects, then fetches and merges the first snapshot.
    ///
    /// Completes when `rooms()` is up to date, or when the attempt has failed. May be called again
    /// after a failure of this call or of the session. The view is then kept, and `next()` returns
    /// the differences.
    ///
    /// @signature `void(error_code)`
    /// @errors The errors of `notifier::connect()`; those of `room_api::get_all_rooms()`,
    ///     immediately if not retryable, such as `errc::unauthorized`, otherwise after 5 attempts;
    ///     those of `notifier::next()` if the session fails meanwhile; `errc::already_connected` if
    ///     already started; `errc::closed` after `close()`.
    /// @cancellation Any type. Cancels the attempt; `start()` may be called again.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto start(Completion&&... completion) {
        return detail::initiate(this->start_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns a copy of all current rooms. May be ahead of the changes that `next()` has returned.
    /// Copies every room; to read one room, use `find()`. Empty before `start()`. Keeps the last
    /// state after the session has closed or failed.
    [[nodiscard]] std::vector<room> rooms() const { return detail::room_tracker_base::rooms(); }

    /// Returns a copy of the current state of a room; empty if there is no room with this id.
    [[nodiscard]] std::optional<room> find(std::string_view room_id) const {
        return detail::room_tracker_base::find(room_id);
    }

    /// Returns the state of the view: `ready` if it is up to date; `restoring` after the session is
    /// lost, until the next snapshot has been merged.
    [[nodiscard]] session_state state() const { return detail::room_tracker_base::state(); }

    /// Returns whether the view is up to date: `start()` has completed, the session is connected,
    /// and the snapshot after its last interruption has been merged.
    [[nodiscard]] bool is_current() const { return state() == session_state::ready; }

    /// Requests a new snapshot of all rooms, for example after adding a component without tracks.
    /// Returns immediately; differences are returned as changes. Notifications received before the
    /// response are held back until then. Does nothing without a session.
    void refresh() { detail::room_tracker_base::refresh(); }

    /// Reloads the files of `tls_options` for new connections. Changed files are reloaded
    /// automatically before the next connection; call this function to reload them earlier or to
    /// verify that they are valid. Open connections are not affected. Has no effect without
    /// `client_options::secure`. May be called from any thread; reads the files in that thread. The
    /// tracker then starts to use them on its strand, shortly after this function returns.
    ///
    /// @throws jellyfish::error with `errc::tls_configuration` if a file is invalid. The files
    ///     loaded before then stay in use.
    void reload_tls() { detail::room_tracker_base::reload_tls(); }

    /// Closes the session, like `notifier::close()`.
    ///
    /// Completes when the socket is closed, immediately if it already is. Changes from
    /// notifications received before remain queued, and the view stays readable. `start()`
    /// completes with `errc::closed`.
    ///
    /// @signature `void(error_code)`
    /// @errors None.
    /// @cancellation Any type. The session still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto close(Completion&&... completion) {
        return detail::initiate(this->close_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Closes like `close()`, and waits until every queued change has been taken.
    ///
    /// Completes when the socket is closed and no change is queued, immediately if this is already
    /// so. Waits indefinitely if nothing takes them, so call it while a consumer runs, and not
    /// instead of `next()`. To stop waiting, cancel it. `close()` does not wait for consumers.
    ///
    /// @signature `void(error_code)`
    /// @errors None. As with `close()`, a failure that `next()` has not reported is discarded.
    /// @cancellation Any type. Ends only the wait; the session still closes.
    template <detail::completion<>... Completion>
        requires detail::completion_order<Completion...>
    [[nodiscard]] auto drain(Completion&&... completion) {
        return detail::initiate(this->drain_operation(), *this,
                                std::forward<Completion>(completion)...);
    }

    /// Returns the current counters.
    [[nodiscard]] room_tracker_stats stats() const { return detail::room_tracker_base::stats(); }
};

/// A `basic_room_tracker` for any executor, whose operations return awaitables by default.
using room_tracker = basic_room_tracker<>;

}  // namespace jellyfish
