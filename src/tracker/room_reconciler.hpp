#pragma once

#include <jellyfish/notification.hpp>
#include <jellyfish/room.hpp>

#include "tracker/room_view.hpp"
#include "tracker/view_change.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jellyfish::detail {

/// A fetch that the reconciler requests.
struct fetch_request {
    std::uint64_t ticket = 0;   ///< Passed back with the response.
    std::string room_id;        ///< Empty: all rooms.
    std::uint32_t attempt = 1;  ///< Wait before the second and later attempts.
};

struct reconciler_limits {
    std::size_t held = 65'536;        ///< Notifications held back for a snapshot.
    std::size_t room_fetches = 8;     ///< Concurrent fetches of single rooms.
    std::uint32_t room_attempts = 5;  ///< Attempts to fetch a room.
};

/// Combines notifications and snapshots into one view. Performs no I/O and uses no clock: events go
/// in, and changes and fetch requests come out.
///
/// A snapshot holds the state of each room at an unknown moment between request and response, a
/// different one for each room. Neither snapshots nor notifications have sequence numbers. The
/// assumptions: notifications arrive in the order of their events, and none is missing between
/// `begin`, `reconnected` or `dropped` and the next `disconnected` or `dropped`. Therefore:
///
/// - Notifications are held back from request to response and then applied to the snapshot. It may
///   already contain the effect of some of them, and of some that arrive later. But it always
///   contains all events up to some event, so that after the last of these notifications the state
///   is correct. Notifications that change nothing are not reported again, only counted. In the
///   meantime, a value may at worst pass through older values again.
/// - From then on, the view knows everything that notifications report. What they do not report (a
///   new room's configuration, a component known only by a track, whether a component that lost its
///   last track still exists) is taken from a response about that room. Nothing else is taken from
///   it, since it may be older or newer than the view.
/// - A response about a room that was created or deleted after the request may describe an earlier
///   room with the same id: it is ignored. So are all responses to requests from before a
///   `disconnected`.
/// - A full snapshot may be requested at any time, to find what nothing reports: a component
/// without
///   tracks that was added or deleted.
class room_reconciler {
public:
    explicit room_reconciler(reconciler_limits limits = {}) : limits_(limits) {}

    // ---- input

    void begin();  ///< A session is ready.
    void end();    ///< There will be no more notifications.
    void notified(notification value);
    void request_snapshot();  ///< Requests a snapshot taken from now on.

    // Responses that are no longer awaited are ignored.
    void on_snapshot(std::uint64_t ticket, std::vector<room> rooms);
    void snapshot_failed(std::uint64_t ticket);
    void on_room(std::uint64_t ticket, room value);
    void room_missing(std::uint64_t ticket);  ///< There is no such room.
    void room_failed(std::uint64_t ticket);

    // ---- output

    [[nodiscard]] std::vector<view_change> take_changes();
    [[nodiscard]] std::vector<fetch_request> take_fetches();

    /// Whether more notifications are accepted now. If not, they are after a response.
    [[nodiscard]] bool has_capacity() const noexcept { return held_.size() < limits_.held; }

    // ---- state

    [[nodiscard]] const room_view& view() const noexcept { return view_; }

    /// Whether the view has been complete since `begin` or the last `reconnected`.
    [[nodiscard]] bool is_current() const noexcept {
        return phase_ == phase::current || phase_ == phase::renewing;
    }

    /// Counts notifications that changed nothing: already known, or about something deleted.
    [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }
    [[nodiscard]] std::uint64_t snapshots() const noexcept { return snapshots_; }

private:
    enum class phase : std::uint8_t {
        down,     // No session.
        syncing,  // The view is outdated until a snapshot arrives.
        current,
        renewing,  // Current, but a snapshot is pending.
    };

    struct room_fetch {
        std::string room_id;
        std::uint32_t attempt = 1;
        bool again = false;              // Fetch again: the response may miss a later event.
        std::set<std::string> reported;  // Components reported since the request.
        std::set<std::string> crashed;   // Components that crashed since the request.
    };

    void request_all(std::uint32_t attempt);
    void request_one(room_fetch fetch);
    void request_room(const std::string& room_id);
    void add_pending(const std::string& room_id);
    void clear_pending();
    void request_pending();
    void apply(notification value);
    void record(const notification& value);
    void forget(const std::string& room_id);
    void become_current();
    [[nodiscard]] std::optional<room_fetch> take_fetch(std::uint64_t ticket);

    const reconciler_limits limits_;
    room_view view_;
    phase phase_ = phase::down;
    std::deque<notification> held_;

    std::uint64_t last_ticket_ = 0;
    std::uint64_t snapshot_ticket_ = 0;  // 0: no snapshot is pending.
    std::uint32_t snapshot_attempt_ = 0;
    bool renew_pending_ = false;
    std::map<std::uint64_t, room_fetch> in_flight_;
    std::set<std::string> pending_;          // Rooms waiting to be fetched.
    std::deque<std::string> pending_order_;  // Their order; may contain others as well.
    std::set<std::string> fresh_;            // Rooms known only by `room_created`.

    std::vector<view_change> changes_;
    std::vector<fetch_request> fetches_;
    std::uint64_t repeated_ = 0;
    std::uint64_t snapshots_ = 0;
};

}  // namespace jellyfish::detail
