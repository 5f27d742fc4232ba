#include "delivery/notification_view_impl.hpp"
#include "fixtures/stream_fixture.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

// Views of a stream of notifications, and draining, without a session.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using jellyfish::detail::diagnostics_ptr;
using jellyfish::detail::kind_bit;
using jellyfish::detail::notification_slots;
using jellyfish::detail::notification_stream;
using jellyfish::detail::operation_handler;
using view_type = jellyfish::detail::notification_view_impl;
using jellyfish::test::id_in;
using jellyfish::test::pop_outcome;

const error_code aborted = asio::error::operation_aborted;

/// A stream that its views share.
struct fixture {
    asio::io_context context;
    std::shared_ptr<notification_stream> stream;
    detail::generation session = 0;
    int writable = 0;

    explicit fixture(std::size_t limit = 8, overflow_policy overflow = overflow_policy::pause)
        : stream(std::make_shared<notification_stream>(context.get_executor(), limit, overflow)) {
        stream->on_writable([this] { ++writable; });
        begin_ready();
    }
    ~fixture() { stream->destroy(); }
    fixture(const fixture&) = delete;
    fixture& operator=(const fixture&) = delete;

    void begin_ready() {
        session = stream->begin([](error_code, const diagnostics_ptr&) {}).value();
        stream->set_ready(session);
    }

    void run() {
        context.restart();
        context.poll();
    }

    template <class... Kinds>
    std::unique_ptr<view_type> view_of() {
        return std::make_unique<view_type>(stream, "", (kind_bit<Kinds> | ...));
    }
    std::unique_ptr<view_type> view_of_room(std::string id) {
        return std::make_unique<view_type>(stream, std::move(id), 0);
    }

    bool push(std::initializer_list<notification> all) {
        notification_slots batch(all);
        return stream->push(session, batch);
    }
    /// Pushes notifications about a room.
    bool push(const char* room, int count) {
        notification_slots batch;
        for (int i = 0; i < count; ++i)
            batch.push_back(peer_added{room, std::to_string(i)});
        return stream->push(session, batch);
    }

    void lose() {
        stream->set_lost(session, errc::connection_lost, nullptr, std::chrono::steady_clock::now());
    }
    void end(const error_code& code) { stream->set_ended(session, code, nullptr); }

    /// Starts to take the next notification.
    void take(const notification_stream::queue_ptr& from, pop_outcome& out,
              asio::cancellation_signal* signal = nullptr) {
        auto handler = [&out](error_code code, const diagnostics_ptr&,
                              std::optional<notification> value) {
            out = {true, code, std::move(value)};
        };
        using any = operation_handler<std::optional<notification>>;
        detail::take_next(from, signal ? any(asio::bind_cancellation_slot(signal->slot(), handler))
                                       : any(handler));
    }
    pop_outcome take(const view_type& from) {
        pop_outcome out;
        take(from.queue(), out);
        run();
        return out;
    }

    /// Takes everything from a queue, and returns the names, with the rooms.
    static std::string all(notification_stream::queue_type& queue) {
        std::string names;
        while (const auto item = queue.try_pop()) {
            if (!names.empty()) names += ' ';
            names += name_of(*item);
            if (!room_id_of(*item).empty()) names += ':' + std::string(room_id_of(*item));
        }
        return names;
    }
    static std::string all(const view_type& view) { return all(*view.queue()); }
    std::string others() { return all(*stream->queue()); }
    std::string handled() { return all(*stream->handler_queue()); }

    /// Starts to close and to wait until everything was taken.
    void drain(std::optional<error_code>& out) {
        (void)stream->set_closing();
        stream->connection().wait_drained(
            operation_handler<>([&out](error_code code, const diagnostics_ptr&) { out = code; }));
        run();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_views)

// ---- which notifications

BOOST_AUTO_TEST_CASE(a_view_takes_the_notifications_about_its_room) {
    fixture f;
    const auto a = f.view_of_room("a");
    const auto b = f.view_of_room("b");
    BOOST_TEST(f.push({room_created{"a"}, room_created{"c"}, peer_added{"b", "1"},
                       peer_added{"a", "2"}, metrics_report{"{}"}}));
    BOOST_TEST(f.all(*a) == "room_created:a peer_added:a");
    BOOST_TEST(f.all(*b) == "peer_added:b");
    BOOST_TEST(f.others() == "room_created:c metrics_report");
}

BOOST_AUTO_TEST_CASE(a_view_takes_the_notifications_of_its_kinds) {
    fixture f;
    const auto crashes = f.view_of<room_crashed, metrics_report>();
    BOOST_TEST(f.push({room_created{"a"}, room_crashed{"a"}, metrics_report{"{}"}}));
    BOOST_TEST(f.all(*crashes) == "room_crashed:a metrics_report");
    BOOST_TEST(f.others() == "room_created:a");
}

BOOST_AUTO_TEST_CASE(each_view_that_matches_gets_a_copy) {
    fixture f;
    const auto room = f.view_of_room("a");
    const auto same_room = f.view_of_room("a");
    const auto kind = f.view_of<peer_added>();
    BOOST_TEST(f.push({peer_added{"a", "1"}}));
    for (const auto* each : {&room, &same_room, &kind}) {
        const auto out = f.take(**each);
        BOOST_TEST((out.value == notification(peer_added{"a", "1"})));
    }
    BOOST_TEST(f.others() == "");
}

BOOST_AUTO_TEST_CASE(a_view_comes_before_the_handlers) {
    fixture f;
    f.stream->set_handled({.server_notifications = true, .metrics = true});
    const auto room = f.view_of_room("a");
    const auto metrics = f.view_of<metrics_report>();
    BOOST_TEST(f.push({room_created{"a"}, room_created{"b"}, metrics_report{"{}"}}));
    BOOST_TEST(f.all(*room) == "room_created:a");
    BOOST_TEST(f.all(*metrics) == "metrics_report");
    BOOST_TEST(f.handled() == "room_created:b");
}

BOOST_AUTO_TEST_CASE(a_view_of_a_room_without_an_id_takes_nothing) {
    fixture f;
    const auto view = f.view_of_room("");
    BOOST_TEST(f.push({metrics_report{"{}"}}));
    BOOST_TEST(f.all(*view) == "");
    BOOST_TEST(f.others() == "metrics_report");
}

BOOST_AUTO_TEST_CASE(only_kinds_that_a_server_sends_have_a_bit) {
    BOOST_TEST(kind_bit<room_created> == 1U);
    BOOST_TEST(kind_bit<room_deleted> == 2U);
    BOOST_TEST(kind_bit<unknown_notification> != 0U);
    BOOST_TEST(kind_bit<disconnected> == 0U);
    BOOST_TEST(kind_bit<reconnected> == 0U);
    BOOST_TEST(kind_bit<dropped> == 0U);
    BOOST_TEST(kind_bit<int> == 0U);
}

BOOST_AUTO_TEST_CASE(a_view_counts_what_it_takes) {
    fixture f;
    const auto view = f.view_of_room("a");
    BOOST_TEST(f.push("a", 3));
    (void)f.take(*view);
    BOOST_TEST(view->stats().received == 3U);
    BOOST_TEST(view->stats().queued == 2U);
    BOOST_TEST(view->stats().dropped == 0U);
    notifier_stats all;
    f.stream->count_into(all);
    BOOST_TEST(all.received == 3U);
    BOOST_TEST(all.queued == 2U);
}

// ---- what was queued before

BOOST_AUTO_TEST_CASE(a_new_view_takes_over_what_is_queued) {
    fixture f;
    BOOST_TEST(f.push({room_created{"a"}, peer_added{"a", "1"}, room_created{"b"}}));
    f.lose();
    f.stream->set_ready(f.session);
    BOOST_TEST(f.push({peer_deleted{"a", "1"}}));
    (void)f.stream->queue()->try_pop();
    const auto view = f.view_of_room("a");
    BOOST_TEST(f.all(*view) == "peer_added:a disconnected reconnected peer_deleted:a");
    BOOST_TEST(f.others() == "room_created:b disconnected reconnected");
}

BOOST_AUTO_TEST_CASE(a_new_view_takes_over_what_is_queued_for_handlers) {
    fixture f;
    f.stream->set_handled({.server_notifications = true, .metrics = false});
    BOOST_TEST(f.push({room_created{"a"}, room_created{"b"}, metrics_report{"{}"}}));
    const auto view = f.view_of_room("a");
    const auto metrics = f.view_of<metrics_report>();
    BOOST_TEST(f.all(*view) == "room_created:a");
    BOOST_TEST(f.all(*metrics) == "metrics_report");
    BOOST_TEST(f.handled() == "room_created:b");
}

BOOST_AUTO_TEST_CASE(a_view_made_after_the_end_takes_what_is_left_and_then_reports_the_end) {
    fixture f;
    BOOST_TEST(f.push("a", 1));
    f.end(errc::connection_lost);
    const auto view = f.view_of_room("a");
    BOOST_TEST(id_in(f.take(*view)) == "a");
    BOOST_TEST(f.take(*view).code == error_code(errc::connection_lost));
    BOOST_TEST(!f.take(*view).code);
}

// ---- gaps and the end

BOOST_AUTO_TEST_CASE(a_gap_is_reported_in_every_view) {
    fixture f;
    const auto a = f.view_of_room("a");
    const auto crashes = f.view_of<room_crashed>();
    BOOST_TEST(f.push("a", 1));
    f.lose();
    f.stream->set_ready(f.session);
    BOOST_TEST(f.push("a", 1));
    BOOST_TEST(f.all(*a) == "peer_added:a disconnected reconnected peer_added:a");
    BOOST_TEST(f.all(*crashes) == "disconnected reconnected");
    BOOST_TEST(f.others() == "disconnected reconnected");
}

BOOST_AUTO_TEST_CASE(gaps_are_merged_only_in_views_that_nothing_reached_between) {
    fixture f;
    const auto a = f.view_of_room("a");
    const auto b = f.view_of_room("b");
    for (int i = 0; i < 3; ++i) {
        f.lose();
        f.stream->set_ready(f.session);
        BOOST_TEST(f.push("a", 1));
    }
    BOOST_TEST(f.all(*b) == "disconnected reconnected");
    BOOST_TEST(f.all(*a) ==
               "disconnected reconnected peer_added:a disconnected reconnected peer_added:a "
               "disconnected reconnected peer_added:a");
}

BOOST_AUTO_TEST_CASE(a_view_made_while_the_session_is_lost_gets_the_rest_of_the_gap) {
    fixture f;
    f.lose();
    BOOST_TEST(f.others() == "disconnected");
    const auto view = f.view_of_room("a");
    f.stream->set_ready(f.session);
    BOOST_TEST(f.all(*view) == "reconnected");
}

BOOST_AUTO_TEST_CASE(every_view_reports_the_failure_once_after_what_is_queued) {
    fixture f;
    const auto a = f.view_of_room("a");
    const auto b = f.view_of_room("b");
    BOOST_TEST(f.push("a", 1));
    f.end(errc::idle_timeout);
    BOOST_TEST(id_in(f.take(*a)) == "a");
    for (const auto* each : {&a, &b}) {
        BOOST_TEST(f.take(**each).code == error_code(errc::idle_timeout));
        const auto after = f.take(**each);
        BOOST_TEST((after.done && !after.code && !after.value));
    }
    f.begin_ready();
    BOOST_TEST(f.push("b", 1));
    BOOST_TEST(id_in(f.take(*b)) == "b");
}

BOOST_AUTO_TEST_CASE(a_closed_stream_ends_its_views) {
    fixture f;
    const auto view = f.view_of_room("a");
    pop_outcome out;
    f.take(view->queue(), out);
    BOOST_TEST(f.stream->set_closing());
    f.run();
    BOOST_TEST(!out.done);
    f.end({});
    f.run();
    BOOST_TEST((out.done && !out.code && !out.value));
}

// ---- overflow

BOOST_AUTO_TEST_CASE(the_fullest_view_limits_the_capacity) {
    for (const std::size_t limit : {1U, 2U, 8U}) {
        fixture f(limit);
        const auto a = f.view_of_room("a");
        const auto b = f.view_of_room("b");
        BOOST_TEST(f.stream->capacity_left() == limit);
        for (std::size_t i = 0; i < limit; ++i) {
            BOOST_TEST(f.push("a", 1));
            BOOST_TEST(f.stream->capacity_left() == limit - i - 1);
        }
        BOOST_TEST(f.stream->capacity_left(64) == 64U);
        BOOST_TEST(f.stream->capacity_left() == 0U);
        BOOST_TEST(f.writable == 2);  // One for each new view.
        while (f.writable == 2)
            BOOST_TEST_REQUIRE(a->queue()->try_pop().has_value());
        BOOST_TEST(f.stream->capacity_left() != 0U);
        BOOST_TEST(f.all(*b) == "");
    }
}

BOOST_AUTO_TEST_CASE(a_full_view_that_is_destroyed_frees_its_slots) {
    fixture f(2);
    auto view = f.view_of_room("a");
    BOOST_TEST(f.push("a", 2));
    BOOST_TEST(f.stream->capacity_left() == 0U);
    const int before = f.writable;
    view.reset();
    BOOST_TEST(f.writable == before + 1);
    BOOST_TEST(f.stream->capacity_left() == 2U);
}

BOOST_AUTO_TEST_CASE(a_new_view_frees_the_slots_of_what_it_takes_over) {
    fixture f(2);
    BOOST_TEST(f.push("a", 2));
    BOOST_TEST(f.stream->capacity_left() == 0U);
    const auto view = f.view_of_room("a");
    BOOST_TEST(f.writable == 1);
    BOOST_TEST(f.all(*view) == "peer_added:a peer_added:a");
    BOOST_TEST(f.stream->capacity_left() == 2U);
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_a_full_view_drops_its_own) {
    fixture f(2, overflow_policy::drop_oldest);
    const auto a = f.view_of_room("a");
    const auto b = f.view_of_room("b");
    BOOST_TEST(f.push("a", 5));
    BOOST_TEST(f.push("b", 1));
    BOOST_TEST(a->stats().received == 5U);
    BOOST_TEST(a->stats().dropped == 3U);
    BOOST_TEST(f.all(*a) == "dropped peer_added:a peer_added:a");
    BOOST_TEST(f.all(*b) == "peer_added:b");
    BOOST_TEST(f.others() == "");
    notifier_stats all;
    f.stream->count_into(all);
    BOOST_TEST(all.dropped == 3U);
}

BOOST_AUTO_TEST_CASE(with_fail_a_full_view_fails_the_push) {
    fixture f(2, overflow_policy::fail);
    const auto view = f.view_of_room("a");
    BOOST_TEST(f.push("a", 2));
    BOOST_TEST(f.push("b", 2));
    BOOST_TEST(!f.push("a", 1));
    BOOST_TEST(f.all(*view) == "peer_added:a peer_added:a");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_while_closing_is_reported_in_its_view) {
    fixture f(2);
    const auto view = f.view_of_room("a");
    BOOST_TEST(f.stream->set_closing());
    BOOST_TEST(f.push("a", 3));
    f.end({});
    BOOST_TEST(f.all(*view) == "peer_added:a peer_added:a dropped");
    BOOST_TEST(f.others() == "");
}

// ---- consumers and destruction

BOOST_AUTO_TEST_CASE(a_cancelled_take_loses_nothing) {
    fixture f;
    const auto view = f.view_of_room("a");
    asio::cancellation_signal signal;
    pop_outcome cancelled;
    f.take(view->queue(), cancelled, &signal);
    BOOST_TEST(f.push("a", 1));
    signal.emit(asio::cancellation_type::terminal);
    f.run();
    BOOST_TEST(cancelled.code == aborted);
    BOOST_TEST(id_in(f.take(*view)) == "a");
}

BOOST_AUTO_TEST_CASE(destroying_a_view_ends_its_operations_and_the_others_get_what_follows) {
    fixture f;
    auto view = f.view_of_room("a");
    pop_outcome out;
    f.take(view->queue(), out);
    view.reset();
    f.run();
    BOOST_TEST(out.code == aborted);
    BOOST_TEST(f.push("a", 1));
    BOOST_TEST(f.others() == "peer_added:a");
}

BOOST_AUTO_TEST_CASE(a_view_outlives_its_stream) {
    auto f = std::make_unique<fixture>();
    const auto view = f->view_of_room("a");
    BOOST_TEST(f->push("a", 1));
    pop_outcome first;
    pop_outcome second;
    f->take(view->queue(), first);
    f->take(view->queue(), second);
    f->run();
    f->stream->destroy();
    f->run();
    BOOST_TEST(id_in(first) == "a");
    BOOST_TEST(second.code == aborted);
    BOOST_TEST(f->take(*view).code == aborted);
}

// ---- draining

BOOST_AUTO_TEST_CASE(a_stream_is_drained_when_all_queues_were_emptied) {
    fixture f;
    f.stream->set_handled({.server_notifications = false, .metrics = true});
    const auto view = f.view_of_room("a");
    BOOST_TEST(f.push({room_created{"a"}, room_created{"b"}, metrics_report{"{}"}}));
    std::optional<error_code> drained;
    f.drain(drained);
    f.end({});
    for (const auto& queue : {f.stream->queue(), f.stream->handler_queue(), view->queue()}) {
        f.run();
        BOOST_TEST(!drained.has_value());
        BOOST_TEST(f.all(*queue) != "");
    }
    f.run();
    BOOST_TEST_REQUIRE(drained.has_value());
    BOOST_TEST(!*drained);
}

BOOST_AUTO_TEST_CASE(a_stream_is_not_drained_while_a_handler_runs) {
    fixture f;
    f.stream->set_handling(true);
    std::optional<error_code> drained;
    f.drain(drained);
    f.end({});
    f.run();
    BOOST_TEST(!drained.has_value());
    f.stream->set_handling(false);
    f.run();
    BOOST_TEST(drained.has_value());
}

BOOST_AUTO_TEST_CASE(destroying_a_view_that_nobody_consumes_lets_the_stream_drain) {
    fixture f;
    auto view = f.view_of_room("a");
    BOOST_TEST(f.push("a", 1));
    std::optional<error_code> drained;
    f.drain(drained);
    f.end({});
    f.run();
    BOOST_TEST(!drained.has_value());
    view.reset();
    f.run();
    BOOST_TEST(drained.has_value());
}

BOOST_AUTO_TEST_CASE(a_failed_stream_drains_what_is_queued) {
    fixture f;
    BOOST_TEST(f.push("a", 1));
    f.end(errc::connection_lost);
    std::optional<error_code> drained;
    f.drain(drained);
    BOOST_TEST(!drained.has_value());
    BOOST_TEST(f.others() == "peer_added:a");
    f.run();
    BOOST_TEST_REQUIRE(drained.has_value());
    BOOST_TEST(!*drained);
}

BOOST_AUTO_TEST_SUITE_END()
