#include <jellyfish/error.hpp>

#include "data/random.hpp"
#include "data/room_events.hpp"
#include "data/room_history.hpp"
#include "tracker/room_reconciler.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using namespace jellyfish;
using namespace jellyfish::detail;
using namespace jellyfish::test;

/// A call to which the server has not responded yet. It reads one room at a time.
struct call {
    fetch_request request;
    std::optional<std::vector<std::string>> ids;  // The ids of the rooms to read.
    std::vector<room> seen;

    [[nodiscard]] bool responded() const { return ids && ids->empty(); }
};

/// An observer that sees only the changes.
class follower {
public:
    void record(const view_change& change) {
        const auto value = notification_of(change.event);
        const std::string id = value ? std::string(room_id_of(*value))
                                     : std::get<room_refreshed>(change.event).room_id;
        if (!value) {
            BOOST_REQUIRE(change.room);
            by_notifications.put(*change.room);
        } else {
            const view_effect effect = by_notifications.apply(*value);
            BOOST_TEST(effect.changed == !is_stateless(*value), "changes nothing: " << *value);
            check_same(effect.room, change.room, *value);
        }
        if (id.empty()) return;
        states.erase(id);
        if (change.room) states.emplace(id, change.room);
    }

    room_view by_notifications;
    room_view::room_map states;

private:
    static void check_same(const room_ptr& one, const room_ptr& other, const notification& after) {
        const bool same = one && other ? *one == *other : !one && !other;
        BOOST_TEST(same, "another state after " << after);
    }
};

/// A server with random events, a connection that is lost and restored, and a reconciler.
class observation {
public:
    explicit observation(std::uint32_t seed) : random_(seed), server_(random_) {
        server_.on_notification([this](notification each) {
            if (connected_) wire_.push_back(std::move(each));
        });
    }

    struct chances {
        std::size_t disconnect = 40;  // One step in this many; 0: never.
        std::size_t renew = 40;
        std::size_t fail = 8;  // One response in this many.
    };

    void run(std::size_t steps, chances odds) {
        odds_ = odds;
        for (std::size_t n = random_.below(20); n > 0; --n)
            server_.step();
        subject_.begin();
        listen();
        for (; steps > 0; --steps)
            step();
        odds_ = {0, 0, 0};
        if (!connected_) reconnect();
        server_.finish_event();
        settle();
    }

    void renew() {
        subject_.request_snapshot();
        listen();
        settle();
    }

    /// Delivers everything until nothing more arrives.
    void settle() {
        while (!wire_.empty() || !calls_.empty()) {
            if (!wire_.empty()) deliver();
            if (!calls_.empty()) progress();
        }
    }

    void check_emitted() const {
        const auto& rooms = subject_.view().rooms();
        BOOST_TEST(text(rooms) == text(reported_.states));
        BOOST_TEST(text(rooms) == text(reported_.by_notifications.rooms()));
        BOOST_TEST(delivered_ == reported_real_ + subject_.repeated());
    }

    /// @param reported Only what has notifications: components that have tracks.
    void check_equal(bool reported) const {
        room_view::room_map expected;
        for (const auto& [id, each] : server_.rooms())
            expected.emplace(id, std::make_shared<const room_state>(each));
        room_view::room_map seen = subject_.view().rooms();
        if (reported) {
            drop_silent(expected);
            drop_silent(seen);
        }
        BOOST_TEST(text(seen) == text(expected));
    }

    [[nodiscard]] std::uint64_t snapshots() const { return subject_.snapshots(); }

private:
    static std::string text(const room_view::room_map& rooms) {
        std::ostringstream out;
        for (const auto& [id, each] : rooms)
            out << each->to_room() << '\n';
        return out.str();
    }

    static void drop_silent(room_view::room_map& rooms) {
        for (auto& [id, each] : rooms) {
            room_state rest = *each;
            std::erase_if(rest.components, [](const auto& c) { return tracks_of(*c).empty(); });
            each = std::make_shared<const room_state>(std::move(rest));
        }
    }

    [[nodiscard]] bool happens(std::size_t one_of) {
        return one_of > 0 && random_.below(one_of) == 0;
    }

    void step() {
        if (connected_ && happens(odds_.disconnect)) disconnect();
        if (!connected_ && random_.below(10) == 0) reconnect();
        if (happens(odds_.renew)) {
            subject_.request_snapshot();
            listen();
        }
        switch (random_.below(3)) {
            case 0:
                server_.step();
                break;
            case 1:
                deliver();
                break;
            default:
                progress();
        }
    }

    /// Whatever was sent last is lost.
    void disconnect() {
        wire_.resize(wire_.size() - random_.below(wire_.size() + 1));
        wire_.push_back(disconnected{errc::connection_lost, ""});
        connected_ = false;
    }

    void reconnect() {
        wire_.push_back(reconnected{std::chrono::milliseconds(1), 1});
        connected_ = true;
    }

    void deliver() {
        if (wire_.empty() || !subject_.has_capacity()) return;
        notification next = std::move(wire_.front());
        wire_.pop_front();
        ++delivered_;
        subject_.notified(std::move(next));
        listen();
    }

    /// Advances one call by one step.
    void progress() {
        if (calls_.empty()) return;
        const auto at = calls_.begin() + static_cast<std::ptrdiff_t>(random_.below(calls_.size()));
        if (at->responded()) {
            const call done = std::move(*at);
            calls_.erase(at);
            respond(done);
        } else if (!at->ids) {
            begin(*at);
        } else {
            const auto found = server_.rooms().find(at->ids->back());
            if (found != server_.rooms().end()) at->seen.push_back(found->second);
            at->ids->pop_back();
        }
    }

    void begin(call& what) {
        what.ids.emplace();
        if (!what.request.room_id.empty()) {
            what.ids->push_back(what.request.room_id);
            return;
        }
        for (const auto& [id, each] : server_.rooms())
            what.ids->push_back(id);
    }

    void respond(const call& done) {
        const std::uint64_t ticket = done.request.ticket;
        const bool failed = happens(odds_.fail);
        if (done.request.room_id.empty()) {
            if (failed) {
                subject_.snapshot_failed(ticket);
            } else {
                subject_.on_snapshot(ticket, done.seen);
            }
        } else if (failed) {
            subject_.room_failed(ticket);
        } else if (done.seen.empty()) {
            subject_.room_missing(ticket);
        } else {
            subject_.on_room(ticket, done.seen.front());
        }
        listen();
    }

    void listen() {
        for (const view_change& each : subject_.take_changes()) {
            reported_.record(each);
            if (!each.synthesized) ++reported_real_;
        }
        for (fetch_request& each : subject_.take_fetches())
            calls_.push_back({std::move(each), std::nullopt, {}});
    }

    random_source random_;
    room_history server_;
    room_reconciler subject_;
    follower reported_;
    chances odds_;
    std::deque<notification> wire_;
    std::deque<call> calls_;
    bool connected_ = true;
    std::uint64_t delivered_ = 0;
    std::uint64_t reported_real_ = 0;
};

constexpr std::uint32_t histories = 2'000;

}  // namespace

BOOST_AUTO_TEST_SUITE(room_histories)

BOOST_AUTO_TEST_CASE(view_and_changes_end_equal_to_the_server) {
    for (std::uint32_t seed = 0; seed < histories; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            observation all(seed);
            all.run(150, {});
            all.check_emitted();
            all.check_equal(true);
            all.renew();
            all.check_emitted();
            all.check_equal(false);
        }
    }
}

BOOST_AUTO_TEST_CASE(one_snapshot_is_enough_for_one_session) {
    for (std::uint32_t seed = 0; seed < histories; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            observation all(seed);
            all.run(250, {0, 0, 8});
            all.check_emitted();
            all.check_equal(true);
            BOOST_TEST(all.snapshots() == 1U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
