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

/// What a reconciler asks to be fetched.
struct fetch_request {
    std::uint64_t ticket = 0;   ///< To be given back with the answer.
    std::string room_id;        ///< Empty: all rooms.
    std::uint32_t attempt = 1;  ///< Before the second and later ones there is to be a wait.
};

struct reconciler_limits {
    std::size_t held = 65'536;        ///< Notifications that wait for a snapshot.
    std::size_t room_fetches = 8;     ///< Rooms that are fetched at once.
    std::uint32_t room_attempts = 5;  ///< How often a room is fetched that cannot be.
};

/// Makes one view out of notifications and snapshots. No I/O and no clock: it is told what came,
/// and says what is to be told and what is to be fetched.
///
/// A snapshot is the state of each room at some unknown moment between request and answer (not of
/// all at the same one), and neither it nor a notification has a number. What is relied on:
/// notifications come in the order of their events, and none is missing between `begin`,
/// `reconnected` or `dropped`, and the next `disconnected` or `dropped`. From it follows:
///
/// - Notifications are held back from the request to the answer, and are applied to the snapshot.
///   Some of them it holds already, and so it does some that come even later; but what it holds is
///   always all until some event, so that after the last of these the state is what it was. What
///   changes nothing is not told again, only counted. The worst that is seen meanwhile is a value
///   on its way from an older one to what it is.
/// - After that, what notifications tell is known. What they do not tell (a new room's
///   configuration, a component of which only a track was told, whether one that has lost its last
///   track is still there) is taken from an answer about that room alone; nothing else is taken
///   from it, as it may be older or newer than what is known.
/// - An answer about a room that was created or ended since it was asked for may be about the
///   former room of that id: it is not listened to. So it is with all answers from before a
///   `disconnected`.
/// - At any time a whole snapshot may be asked for, to see what nothing tells: a component without
///   tracks that was added or deleted.
class room_reconciler {
public:
    explicit room_reconciler(reconciler_limits limits = {}) : limits_(limits) {}

    // ---- what came

    void begin();  ///< A session is ready.
    void end();    ///< There will be no more notifications.
    void notified(notification value);
    void request_snapshot();  ///< Of what is from now on.

    // Answers that are not waited for any more do nothing.
    void on_snapshot(std::uint64_t ticket, std::vector<room> rooms);
    void snapshot_failed(std::uint64_t ticket);
    void on_room(std::uint64_t ticket, room value);
    void room_missing(std::uint64_t ticket);  ///< There is no such room.
    void room_failed(std::uint64_t ticket);

    // ---- what is to be done

    [[nodiscard]] std::vector<view_change> take_changes();
    [[nodiscard]] std::vector<fetch_request> take_fetches();

    /// Whether more notifications may come now. If not, they may again after an answer.
    [[nodiscard]] bool has_capacity() const noexcept { return held_.size() < limits_.held; }

    // ---- what is known

    [[nodiscard]] const room_view& view() const noexcept { return view_; }

    /// Whether the view has been complete since `begin` or the last `reconnected`.
    [[nodiscard]] bool is_current() const noexcept {
        return phase_ == phase::current || phase_ == phase::renewing;
    }

    /// Notifications that told what was known, or that were about what had gone.
    [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }
    [[nodiscard]] std::uint64_t snapshots() const noexcept { return snapshots_; }

private:
    enum class phase : std::uint8_t {
        down,     // No session.
        syncing,  // The view is out of date, until a snapshot has come.
        current,
        renewing,  // Current, but a snapshot is on its way.
    };

    struct room_fetch {
        std::string room_id;
        std::uint32_t attempt = 1;
        bool again = false;              // Something happened since that the answer need not hold.
        std::set<std::string> reported;  // Components that something was told of since.
        std::set<std::string> crashed;   // Components that crashed since.
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
    std::uint64_t snapshot_ticket_ = 0;  // 0: none is waited for.
    std::uint32_t snapshot_attempt_ = 0;
    bool renew_pending_ = false;
    std::map<std::uint64_t, room_fetch> in_flight_;
    std::set<std::string> pending_;          // To be asked for, when it is their turn …
    std::deque<std::string> pending_order_;  // … which this tells; it may also hold others.
    std::set<std::string> fresh_;            // Rooms of which only `room_created` is known.

    std::vector<view_change> changes_;
    std::vector<fetch_request> fetches_;
    std::uint64_t repeated_ = 0;
    std::uint64_t snapshots_ = 0;
};

}  // namespace jellyfish::detail
