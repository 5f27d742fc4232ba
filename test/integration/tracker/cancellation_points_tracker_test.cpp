#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/room_mirror.hpp"
#include "fixtures/cancel_at_each_step.hpp"
#include "fixtures/run.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Each operation of a tracker is cancelled after each number of steps of its context. It completes
// promptly, the view can still reach the server's state, and no change is lost.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// A server with some rooms, and a peer whose metadata changes.
struct populated_server {
    testing::server server;
    std::string room_id;
    std::string peer_id;

    populated_server() {
        asio::io_context context;
        room_api api(context.get_executor(), options());
        run(context, populate(api));
    }

    [[nodiscard]] client_options options() const {
        return client_options().server_address(server.address());
    }

    asio::awaitable<void> populate(room_api& api) {
        for (int n = 0; n < 3; ++n) {
            const auto created = co_await api.create_room();
            const auto added = co_await api.add_peer(created.room.id);
            room_id = created.room.id;
            peer_id = added.peer.id;
        }
    }
};

/// Shared by all cases.
populated_server& shared() {
    static populated_server server;
    return server;
}

/// A tracker, perhaps started with all changes taken, perhaps with some in flight.
template <bool started, int changes = 0>
struct tracker_fixture {
    asio::io_context context;
    room_tracker subject{context.get_executor(), shared().options(),
                         notifier_options().reconnect(reconnect_policy::never()),
                         room_tracker_options().refresh_interval(0ms)};
    room_mirror copy;

    tracker_fixture() {
        if (!started) return;
        run(context, subject.start());
        take_queued();
        for (int n = 0; n < changes; ++n)
            shared().server.update_peer_metadata(shared().room_id, shared().peer_id,
                                                 std::to_string(n));
    }

    void take_queued() {
        while (const auto change = subject.try_next())
            copy.apply(*change);
    }

    /// A handler that keeps the result before it calls the token's handler.
    template <class Token>
    auto keep(Token token) {
        const auto slot = token.get_cancellation_slot();
        return asio::bind_cancellation_slot(
            slot, [this, token = std::move(token.get())](
                      const error_code& code, const std::optional<room_change>& change) mutable {
                if (change) copy.apply(*change);
                token(code);
            });
    }

    /// The metadata in the next change; empty at the end.
    std::optional<std::string> next() {
        const auto consuming = [](room_tracker& t) -> asio::awaitable<std::optional<room_change>> {
            co_return co_await t.next_for(patience);
        };
        const auto change = run(context, consuming(subject));
        if (!change) return std::nullopt;
        copy.apply(*change);
        const auto* const updated = std::get_if<peer_metadata_updated>(&change->event);
        return updated == nullptr ? "something else" : updated->metadata;
    }

    /// All changes from this number on arrive in order, and nothing else.
    void expect_from(int number) {
        for (int n = number; n < changes; ++n)
            BOOST_TEST(next().value_or("the end") == std::to_string(n));
        BOOST_TEST(subject.stats().queued == 0U);
        expect_server_state();
    }

    /// The expected number of sessions, including those of earlier trackers.
    void expect_sessions(std::size_t count) {
        BOOST_TEST(shared().server.wait_for(
            [&] {
                context.restart();
                context.poll();
                return shared().server.authenticated_sockets() == count;
            },
            patience));
    }

    /// View and accumulated changes both equal the server's state.
    void expect_server_state() {
        const auto asking = [](room_api& api) -> asio::awaitable<std::vector<room>> {
            co_return co_await api.get_all_rooms();
        };
        room_api api(context.get_executor(), shared().options());
        const std::vector<room> truth = sorted(run(context, asking(api)));
        BOOST_TEST(subject.is_current());
        BOOST_TEST((subject.rooms() == truth));
        BOOST_TEST((copy.rooms() == truth));
    }
};

/// A tracker whose session has failed; its view is older than the server's state.
struct failed_tracker_fixture : tracker_fixture<true> {
    failed_tracker_fixture() {
        shared().server.drop_connections();
        const auto ending = [](room_tracker& t) -> asio::awaitable<void> {
            try {
                co_await t.next_for(patience);
                BOOST_ERROR("the session has not failed");
            } catch (const error& e) {
                BOOST_TEST((e.code() != errc::timeout));
            }
        };
        run(context, ending(subject));
        static int latest = 100;
        shared().server.update_peer_metadata(shared().room_id, shared().peer_id,
                                             std::to_string(++latest));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cancellation_points_tracker)

BOOST_DATA_TEST_CASE(a_cancelled_start_can_be_repeated, all_types, type) {
    using fixture_type = tracker_fixture<false>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.start(std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            if (code) {
                BOOST_TEST(!w.subject.is_current());
                run(w.context, w.subject.start());
            }
            w.take_queued();
            w.expect_server_state();
            w.expect_sessions(1);
        });
}

BOOST_DATA_TEST_CASE(a_cancelled_start_after_a_failure_keeps_the_view, all_types, type) {
    using fixture_type = failed_tracker_fixture;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.start(std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            BOOST_TEST(w.subject.rooms().size() == w.copy.rooms().size());
            if (code) run(w.context, w.subject.start());
            w.take_queued();
            w.expect_server_state();
        });
}

BOOST_DATA_TEST_CASE(a_cancelled_start_does_not_prevent_closing, all_types, type) {
    using fixture_type = tracker_fixture<false>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.start(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.close());
            w.take_queued();
            BOOST_TEST(!w.next().has_value());
            BOOST_TEST((w.copy.rooms() == w.subject.rooms()));
            w.expect_sessions(0);
        });
}

BOOST_DATA_TEST_CASE(a_cancelled_next_takes_nothing, all_types, type) {
    using fixture_type = tracker_fixture<true, 3>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.next(w.keep(std::move(token))); },
        [](fixture_type& w, const error_code& code) { w.expect_from(code ? 0 : 1); });
}

BOOST_DATA_TEST_CASE(a_cancelled_next_for_takes_nothing, all_types, type) {
    using fixture_type = tracker_fixture<true, 3>;
    cancel_at_each_step<fixture_type>(
        type,
        [](fixture_type& w, auto token) { w.subject.next_for(patience, w.keep(std::move(token))); },
        [](fixture_type& w, const error_code& code) { w.expect_from(code ? 0 : 1); });
}

BOOST_DATA_TEST_CASE(wait_takes_nothing, all_types, type) {
    using fixture_type = tracker_fixture<true, 2>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.wait(std::move(token)); },
        [](fixture_type& w, const error_code&) { w.expect_from(0); });
}

BOOST_DATA_TEST_CASE(a_cancelled_close_still_closes, all_types, type) {
    using fixture_type = tracker_fixture<true, 2>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.close(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.close());
            BOOST_TEST(!w.subject.is_current());
            while (w.next().has_value()) {
            }
            BOOST_TEST((w.copy.rooms() == w.subject.rooms()));
        });
}

BOOST_AUTO_TEST_SUITE_END()
