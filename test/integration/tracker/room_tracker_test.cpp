#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/log.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
const track a_track{"t", track_type::video, "null"};

track_endpoint peer_endpoint(const std::string& id) { return {endpoint_kind::peer, id}; }

/// Whether a change is of this kind.
template <class T>
bool is(const room_change& change) {
    return std::holds_alternative<T>(change.event);
}

/// A server, its tracker, and calls that change its rooms. No periodic snapshots.
struct fixture {
    testing::server server;
    asio::io_context context;
    client_options options = logged_options().server_address(server.address());
    room_api api{context.get_executor(), options};
    room_tracker_options tracker_options = room_tracker_options().refresh_interval(milliseconds(0));
    std::optional<room_tracker> subject;

    room_tracker& make() {
        return subject.emplace(context.get_executor(), options, notifier_options(),
                               tracker_options);
    }

    error_code start() {
        return run(context, [](room_tracker& t) -> asio::awaitable<error_code> {
            const auto ended = co_await t.start(as_tuple);
            co_return std::get<0>(ended);
        }(*subject));
    }

    std::optional<room_change> next() {
        return run(context, [](room_tracker& t) -> asio::awaitable<std::optional<room_change>> {
            co_return co_await t.next();
        }(*subject));
    }

    /// The next change, which must have this kind and a room.
    template <class T>
    room_change expect() {
        auto change = next();
        BOOST_REQUIRE(change.has_value());
        BOOST_REQUIRE_MESSAGE(is<T>(*change), "no such change: " << *change);
        return *change;
    }

    std::string create_room(const room_config& config = room_config()) {
        return run(context, [](room_api& a, room_config c) -> asio::awaitable<std::string> {
            auto created = co_await a.create_room(c);
            co_return created.room.id;
        }(api, config));
    }

    std::string add_peer(const std::string& room_id) {
        return run(context, [](room_api& a, std::string id) -> asio::awaitable<std::string> {
            auto added = co_await a.add_peer(id);
            co_return added.peer.id;
        }(api, room_id));
    }

    std::string add_hls(const std::string& room_id) {
        return run(context, [](room_api& a, std::string id) -> asio::awaitable<std::string> {
            const component_options hls = component_options_hls().low_latency(true);
            auto added = co_await a.add_component(id, hls);
            co_return id_of(added);
        }(api, room_id));
    }

    void delete_room(const std::string& room_id) {
        run(context, [](room_api& a, std::string id) -> asio::awaitable<void> {
            co_await a.delete_room(id);
        }(api, room_id));
    }

    std::vector<room> fetched() {
        return run(context, [](room_api& a) -> asio::awaitable<std::vector<room>> {
            co_return co_await a.get_all_rooms();
        }(api));
    }

    void close() {
        run(context,
            [](room_tracker& t) -> asio::awaitable<void> { co_await t.close(); }(*subject));
    }
};

room_config h264() { return room_config().video_codec(video_codec::h264); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(room_tracker, fixture)

BOOST_AUTO_TEST_CASE(start_completes_when_the_view_equals_the_server) {
    const std::string id = create_room(h264());
    add_peer(id);
    add_hls(id);
    make();
    BOOST_TEST(!subject->is_current());
    BOOST_TEST(!start());
    BOOST_TEST(subject->is_current());
    BOOST_TEST(subject->rooms() == fetched(), boost::test_tools::per_element());
    BOOST_TEST((subject->find(id) == fetched().front()));
    BOOST_TEST(!subject->find("other").has_value());
}

BOOST_AUTO_TEST_CASE(the_first_snapshot_is_returned_as_synthesized_changes) {
    const std::string id = create_room(h264());
    const std::string peer = add_peer(id);
    make();
    BOOST_TEST(!start());
    BOOST_TEST(expect<room_created>().synthesized);
    BOOST_TEST(expect<room_refreshed>().synthesized);
    const room_change last = expect<peer_added>();
    BOOST_TEST(last.synthesized);
    BOOST_TEST((last.event == room_event(peer_added{id, peer})));
    BOOST_TEST((last.room == subject->find(id)));
    BOOST_TEST(!subject->try_next().has_value());
}

BOOST_AUTO_TEST_CASE(a_change_can_be_taken_into_an_existing_one) {
    const std::string id = create_room();
    make();
    BOOST_TEST(!start());
    room_change taken;
    BOOST_TEST(subject->try_next(taken));
    BOOST_TEST((taken.event == room_event(room_created{id})));
    while (subject->try_next(taken)) {
    }
    BOOST_TEST((taken.room == subject->find(id)));
}

BOOST_AUTO_TEST_CASE(each_change_comes_with_the_state_after_it) {
    make();
    BOOST_TEST(!start());
    const std::string id = create_room(h264());
    const room_change created = expect<room_created>();
    BOOST_TEST(!created.synthesized);
    BOOST_TEST(created.room->id == id);
    const room_change refreshed = expect<room_refreshed>();
    BOOST_TEST((refreshed.room->config == fetched().front().config));

    const std::string peer = add_peer(id);
    BOOST_TEST(expect<peer_added>().room->peers.size() == 1U);
    server.add_track(id, peer_endpoint(peer), a_track);
    BOOST_TEST(expect<track_added>().room->peers.at(0).tracks.size() == 1U);
    server.update_peer_metadata(id, peer, R"({"name":"Ada"})");
    BOOST_TEST(expect<peer_metadata_updated>().room->peers.at(0).metadata == R"({"name":"Ada"})");
    server.crash_peer(id, peer, "why");
    BOOST_TEST(expect<track_removed>().room->peers.at(0).tracks.empty());
    BOOST_TEST(expect<peer_crashed>().room->peers.empty());
    delete_room(id);
    BOOST_TEST(!expect<room_deleted>().room.has_value());
    BOOST_TEST(subject->rooms().empty());
}

BOOST_AUTO_TEST_CASE(a_crashed_room_is_removed_with_everything_in_it) {
    const std::string id = create_room();
    add_peer(id);
    make();
    BOOST_TEST(!start());
    server.crash_room(id);
    while (!is<room_crashed>(next().value())) {
    }
    BOOST_TEST(subject->rooms().empty());
    BOOST_TEST(subject->stats().rooms == 0U);
}

BOOST_AUTO_TEST_CASE(a_component_is_known_after_a_notification_about_it) {
    const std::string id = create_room(h264());
    make();
    BOOST_TEST(!start());
    const std::string hls = add_hls(id);
    server.make_hls_playable(id, hls);
    while (!is<hls_playable>(next().value())) {
    }
    const room_change refreshed = expect<room_refreshed>();
    BOOST_TEST(refreshed.room->components == fetched().front().components,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refresh_finds_a_component_without_notifications) {
    const std::string id = create_room(h264());
    make();
    BOOST_TEST(!start());
    while (subject->try_next()) {
    }
    const std::string hls = add_hls(id);
    subject->refresh();
    const room_change refreshed = expect<room_refreshed>();
    BOOST_TEST(refreshed.room->components.size() == 1U);
    BOOST_TEST((refreshed.room == fetched().front()));
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_taken_at_each_interval) {
    tracker_options.refresh_interval(milliseconds(20));
    const std::string id = create_room(h264());
    make();
    BOOST_TEST(!start());
    add_hls(id);
    std::optional<room_change> change = next();
    while (change && change->room->components.empty())
        change = next();
    BOOST_REQUIRE(change.has_value());
    BOOST_TEST(is<room_refreshed>(*change));
}

BOOST_AUTO_TEST_CASE(notifications_that_change_no_room_are_passed_on_in_order) {
    make();
    BOOST_TEST(!start());
    server.notify(unknown_notification{"\xb2\x02\x03\x0a\x01x"});
    server.upload_hls("gone");
    server.crash_hls_upload("gone");
    BOOST_TEST(!expect<unknown_notification>().room.has_value());
    BOOST_TEST(!expect<hls_uploaded>().room.has_value());
    BOOST_TEST(!expect<hls_upload_crashed>().synthesized);
}

BOOST_AUTO_TEST_CASE(an_invalid_token_fails_at_once) {
    options.server_api_token("s3cret-wrong");
    make();
    BOOST_TEST((start() == condition::unauthorized));
}

BOOST_AUTO_TEST_CASE(a_snapshot_error_that_is_not_retryable_fails_at_once) {
    server.fail_requests(1, 401);
    make();
    BOOST_TEST((start() == errc::unauthorized));
    BOOST_TEST(subject->stats().failed_requests == 1U);
    BOOST_TEST(!subject->is_current());
    // It can be started again.
    BOOST_TEST(!start());
    BOOST_TEST(subject->is_current());
}

BOOST_AUTO_TEST_CASE(a_retryable_snapshot_error_is_retried) {
    server.fail_requests(2, 503);
    make();
    BOOST_TEST(!start());
    BOOST_TEST(subject->stats().failed_requests == 2U);
    BOOST_TEST(subject->stats().snapshots == 1U);
}

BOOST_AUTO_TEST_CASE(a_404_that_is_not_from_the_server_itself_is_retried_and_deletes_no_room) {
    make();
    BOOST_TEST(!start());
    server.fail_requests(testing::request_failure(404)
                             .method("GET")
                             .path("/room/*")
                             .body("<html>no route</html>")
                             .times(1));
    const std::string room = create_room();
    expect<room_created>();
    const room_change refreshed = expect<room_refreshed>();
    BOOST_TEST(refreshed.room->id == room);
    BOOST_TEST(subject->stats().failed_requests == 1U);
}

BOOST_AUTO_TEST_CASE(a_start_without_a_server_fails_like_connect) {
    server.stop();
    make();
    BOOST_TEST((start() == condition::connect_failed));
    BOOST_TEST((start() == condition::connect_failed));
}

BOOST_AUTO_TEST_CASE(invalid_options_are_rejected) {
    tracker_options.queue_limit(0);
    make();
    BOOST_TEST((start() == errc::invalid_option));
}

BOOST_AUTO_TEST_CASE(errors_do_not_show_a_password_in_the_address) {
    options.server_address("http://user:hunter2@localhost");
    tracker_options.queue_limit(0);
    make();
    const outcome o = run(context, outcome_of([&] { return subject->start(); }));
    BOOST_TEST(o.code == error_code(errc::invalid_option));
    BOOST_TEST(!o.mentions("hunter2"), o.what);
}

BOOST_AUTO_TEST_CASE(a_second_start_is_rejected) {
    make();
    BOOST_TEST(!start());
    BOOST_TEST((start() == errc::already_connected));
    close();
    BOOST_TEST((start() == errc::closed));
}

BOOST_AUTO_TEST_CASE(changes_can_be_taken_after_close_until_they_run_out) {
    create_room();
    make();
    BOOST_TEST(!start());
    close();
    BOOST_TEST(server.wait_for([&] { return server.authenticated_sockets() == 0; }, patience));
    BOOST_TEST(is<room_created>(next().value()));
    BOOST_TEST(is<room_refreshed>(next().value()));
    BOOST_TEST(!next().has_value());
    BOOST_TEST(subject->rooms().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_slow_consumer_delays_notifications_and_loses_none) {
    tracker_options.queue_limit(4);
    const std::string id = create_room();
    const std::string peer = add_peer(id);
    make();
    BOOST_TEST(!start());
    for (int n = 0; n < 100; ++n)
        server.update_peer_metadata(id, peer, std::to_string(n));
    BOOST_TEST(is<room_created>(next().value()));
    BOOST_TEST(is<room_refreshed>(next().value()));
    BOOST_TEST(is<peer_added>(next().value()));
    for (int n = 0; n < 100; ++n) {
        BOOST_TEST(expect<peer_metadata_updated>().room->peers.at(0).metadata == std::to_string(n));
        BOOST_TEST(subject->stats().queued <= 4U);
    }
}

BOOST_AUTO_TEST_CASE(the_view_is_updated_without_taking_changes) {
    tracker_options.changes(false).queue_limit(1);
    const std::string id = create_room();
    const std::string peer = add_peer(id);
    make();
    BOOST_TEST(!start());
    for (int n = 0; n < 10; ++n)
        server.update_peer_metadata(id, peer, std::to_string(n));
    context.restart();
    while (subject->find(id)->peers.at(0).metadata != "9")
        context.run_one();
    BOOST_TEST(!subject->try_next().has_value());
    BOOST_TEST(subject->stats().changes >= 10U);
}

BOOST_AUTO_TEST_CASE(a_cancelled_next_takes_nothing) {
    make();
    BOOST_TEST(!start());
    using namespace asio::experimental::awaitable_operators;
    run(context, [](jellyfish::room_tracker& t) -> asio::awaitable<void> {
        asio::steady_timer soon(co_await asio::this_coro::executor, milliseconds(0));
        auto first = co_await (t.next(as_tuple) || soon.async_wait(as_tuple));
        if (first.index() != 1) throw std::runtime_error("something was taken");
    }(*subject));
    create_room();
    BOOST_TEST(is<room_created>(next().value()));
}

BOOST_AUTO_TEST_CASE(next_for_times_out_without_changes) {
    make();
    BOOST_TEST(!start());
    const error_code code =
        run(context, [](jellyfish::room_tracker& t) -> asio::awaitable<error_code> {
            auto ended = co_await t.next_for(milliseconds(1), as_tuple);
            co_return std::get<0>(ended);
        }(*subject));
    BOOST_TEST((code == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_cancelled_start_can_be_repeated) {
    make();
    server.stall(true);
    asio::cancellation_signal signal;
    error_code code;
    subject->start(asio::bind_cancellation_slot(signal.slot(), [&](error_code ended) {
        code = ended;
        context.stop();
    }));
    asio::post(context, [&] { signal.emit(asio::cancellation_type::terminal); });
    context.restart();
    context.run_for(patience);
    BOOST_TEST((code == asio::error::operation_aborted));
    server.stall(false);
    BOOST_TEST(!start());
}

BOOST_AUTO_TEST_CASE(the_view_follows_the_session_to_another_node) {
    testing::server other;
    const auto there = [&]() -> asio::awaitable<std::string> {
        const auto created = co_await api.for_server(other.address()).create_room();
        co_return created.room.id;
    };
    const std::string gone = create_room();
    const std::string present = run(context, there());
    subject.emplace(context.get_executor(), options,
                    notifier_options()
                        .other_addresses({other.address()})
                        .reconnect(reconnect_policy().base_delay(milliseconds(1))),
                    tracker_options);
    BOOST_TEST(!start());
    server.stop();
    std::vector<std::string> reported;
    while (reported.size() < 5) {
        const auto change = next();
        BOOST_REQUIRE(change.has_value());
        if (!is<room_refreshed>(*change)) reported.emplace_back(name_of(*change));
    }
    std::sort(reported.begin() + 3, reported.end());  // The difference, in any order.
    const std::vector<std::string> expected{"room_created", "disconnected", "reconnected",
                                            "room_created", "room_deleted"};
    BOOST_TEST(reported == expected, boost::test_tools::per_element());
    BOOST_TEST(subject->is_current());
    BOOST_TEST(!subject->find(gone).has_value());
    BOOST_TEST(subject->find(present).has_value());
}

BOOST_AUTO_TEST_CASE(the_destructor_completes_pending_operations) {
    make();
    BOOST_TEST(!start());
    error_code code;
    subject->next([&](error_code ended, std::optional<room_change>) { code = ended; });
    subject.reset();
    run_out(context);
    BOOST_TEST((code == asio::error::operation_aborted));
    BOOST_TEST(server.wait_for([&] { return server.authenticated_sockets() == 0; }, patience));
}

BOOST_AUTO_TEST_CASE(a_context_can_be_destroyed_with_a_coroutine_that_owns_its_tracker) {
    auto own = std::make_unique<asio::io_context>();
    bool started = false;
    asio::co_spawn(
        *own,
        [](client_options input, bool& flag) -> asio::awaitable<void> {
            jellyfish::room_tracker tracker(co_await asio::this_coro::executor, input);
            co_await tracker.start();
            flag = true;
            co_await tracker.next();
        }(options, started),
        asio::detached);
    while (!started)
        own->run_one();
    own.reset();
    BOOST_TEST(server.wait_for([&] { return server.authenticated_sockets() == 0; }, patience));
}

BOOST_AUTO_TEST_SUITE_END()
