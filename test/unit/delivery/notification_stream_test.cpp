#include "delivery/notification_stream.hpp"

#include "fixtures/stream_fixture.hpp"

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

// What `unit.delivery_queue` and `unit.connection_state` do not test: the two together.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using jellyfish::errc;
using jellyfish::metrics_report;
using jellyfish::notification;
using jellyfish::overflow_policy;
using jellyfish::room_created;
using jellyfish::session_state;
using jellyfish::detail::diagnostics_ptr;
using jellyfish::detail::notification_slots;
using jellyfish::detail::operation_handler;
using stream_type = jellyfish::detail::notification_stream;
using fixture = jellyfish::test::stream_fixture;
using jellyfish::test::id_in;

const auto later = std::chrono::steady_clock::now() + std::chrono::hours(1);

/// Waits for the confirmation of a subscription, which is recorded in `out`.
bool subscribe(fixture& f, jellyfish::event_type type, std::optional<error_code>& out) {
    return f.stream.wait_subscribed(
        type, operation_handler<>([&out](error_code code, const diagnostics_ptr&) { out = code; }),
        later);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_stream)

// ---- the session

BOOST_AUTO_TEST_CASE(notifications_are_taken_in_order) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 3));
    BOOST_TEST(f.push(3, 5));
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(id_in(f.take()) == std::to_string(i));
    BOOST_TEST(f.stats().received == 5U);
}

BOOST_AUTO_TEST_CASE(notifications_of_an_earlier_session_are_ignored) {
    fixture f;
    f.begin_ready();
    f.stream.set_ended(f.session, errc::connection_lost, nullptr);
    BOOST_TEST(f.push(0, 1));
    notification_slots batch{room_created{"1"}};
    f.stream.push_beyond_limit(f.session, batch);
    BOOST_TEST(batch.empty());
    BOOST_TEST(f.kinds() == "");
    BOOST_TEST(f.stats().received == 0U);
}

BOOST_AUTO_TEST_CASE(a_failure_follows_what_is_queued_until_the_next_session_begins) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 1));
    f.stream.set_ended(f.session, errc::connection_lost, nullptr);
    f.begin();
    BOOST_TEST(id_in(f.take()) == "0");
    f.stream.set_ended(f.session, errc::idle_timeout, nullptr);
    BOOST_TEST(f.take().code == error_code(errc::idle_timeout));
    BOOST_TEST(f.take().done);
}

BOOST_AUTO_TEST_CASE(closing_keeps_what_arrives_until_the_session_has_ended) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 1));
    BOOST_TEST(f.stream.set_closing());
    BOOST_TEST(f.push(1, 2));
    f.stream.set_ended(f.session, {}, nullptr);
    BOOST_TEST((f.stream.state() == session_state::closed));
    for (const char* expected : {"0", "1", "(nothing)"}) {
        const auto out = f.take();
        BOOST_TEST(id_in(out) == expected);
        BOOST_TEST(out.done);
        BOOST_TEST(!out.code);
    }
}

BOOST_AUTO_TEST_CASE(closing_a_failed_session_discards_its_failure) {
    fixture f;
    f.begin_ready();
    f.stream.set_ended(f.session, errc::connection_lost, nullptr);
    BOOST_TEST(!f.stream.set_closing());
    const auto out = f.take();
    BOOST_TEST(out.done);
    BOOST_TEST(!out.code);
}

BOOST_AUTO_TEST_CASE(a_cancelled_connect_ignores_its_session) {
    fixture f;
    asio::cancellation_signal signal;
    bool reported = false;
    f.stream.on_connect_cancelled([&] { reported = true; });
    const auto id = f.stream.begin(operation_handler<>(
        asio::bind_cancellation_slot(signal.slot(), [](error_code, const diagnostics_ptr&) {})));
    signal.emit(asio::cancellation_type::partial);
    f.run();
    BOOST_TEST(reported);
    f.stream.set_ready(*id);
    BOOST_TEST((f.stream.state() == session_state::idle));
}

// ---- capacity

BOOST_AUTO_TEST_CASE(the_fullest_queue_limits_the_capacity) {
    fixture f(4);
    f.stream.set_handled({.server_notifications = false, .metrics = true});
    f.begin_ready();
    int reported = 0;
    f.stream.on_writable([&] { ++reported; });
    BOOST_TEST(f.push(0, 3));
    BOOST_TEST(f.stream.capacity_left() == 1U);
    BOOST_TEST(f.stream.capacity_left(64) == 65U);
    notification_slots reports;
    for (int i = 0; i < 4; ++i)
        reports.push_back(metrics_report{"{}"});
    BOOST_TEST(f.stream.push(f.session, reports));
    BOOST_TEST(f.stream.capacity_left() == 0U);
    BOOST_TEST(f.kinds() == "room_created room_created room_created");
    BOOST_TEST(reported == 0);
    BOOST_TEST(f.handled() == "metrics_report metrics_report metrics_report metrics_report");
    BOOST_TEST(reported == 1);
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_the_dropped_ones_are_counted) {
    fixture f(4, overflow_policy::drop_oldest);
    f.begin_ready();
    BOOST_TEST(f.push(0, 3));
    BOOST_TEST(f.push(3, 10));
    BOOST_TEST(f.stats().received == 10U);
    BOOST_TEST(f.stats().dropped == 6U);
    BOOST_TEST(f.stats().queued == 4U);
    BOOST_TEST((f.take().value == notification(jellyfish::dropped{6})));
    BOOST_TEST(id_in(f.take()) == "6");
}

BOOST_AUTO_TEST_CASE(with_fail_notifications_that_fit_are_kept_and_the_session_must_fail) {
    fixture f(4, overflow_policy::fail);
    f.begin_ready();
    BOOST_TEST(f.push(0, 4));
    BOOST_TEST(!f.push(4, 5));
    BOOST_TEST(f.stats().received == 5U);
    BOOST_TEST(f.stats().queued == 4U);
    BOOST_TEST(f.stats().dropped == 1U);
}

BOOST_AUTO_TEST_CASE(the_last_batch_of_a_session_may_exceed_the_limit) {
    fixture f(1);
    f.begin_ready();
    notification_slots batch{room_created{"0"}, room_created{"1"}};
    f.stream.push_beyond_limit(f.session, batch);
    BOOST_TEST(f.kinds() == "room_created room_created");
}

BOOST_AUTO_TEST_CASE(notifications_dropped_while_closing_are_reported_once_at_the_end) {
    fixture f(1);
    f.begin_ready();
    BOOST_TEST(f.stream.set_closing());
    for (int n = 0; n < 4; ++n)
        BOOST_TEST(f.push(n, n + 1));
    BOOST_TEST(id_in(f.take()) == "0");
    BOOST_TEST((f.take().value == notification(jellyfish::dropped{3})));
    BOOST_TEST(f.stats().dropped == 3U);
}

// ---- handlers

BOOST_AUTO_TEST_CASE(handled_kinds_are_not_returned_by_next) {
    fixture f;
    f.stream.set_handled({.server_notifications = false, .metrics = true});
    f.begin_ready();
    notification_slots batch{room_created{"a"}, metrics_report{"{}"}, room_created{"b"}};
    BOOST_TEST(f.stream.push(f.session, batch));
    BOOST_TEST(batch.empty());
    BOOST_TEST(id_in(f.take()) == "a");
    BOOST_TEST(id_in(f.take()) == "b");
    BOOST_TEST(f.handled() == "metrics_report");
}

BOOST_AUTO_TEST_CASE(with_handlers_for_all_kinds_next_returns_nothing) {
    fixture f;
    f.stream.set_handled({.server_notifications = true, .metrics = true});
    f.begin_ready();
    notification_slots batch{room_created{"a"}, metrics_report{"{}"}};
    BOOST_TEST(f.stream.push(f.session, batch));
    BOOST_TEST(f.kinds() == "");
    BOOST_TEST(f.handled() == "room_created metrics_report");
}

BOOST_AUTO_TEST_CASE(a_failure_is_reported_by_next_and_not_to_the_handlers) {
    fixture f;
    f.stream.set_handled({.server_notifications = true, .metrics = true});
    f.begin_ready();
    f.stream.set_ended(f.session, errc::connection_lost, nullptr);
    std::optional<notification> none;
    error_code code;
    diagnostics_ptr info;
    BOOST_TEST((f.stream.handler_queue()->try_pop(none, code, info) ==
                jellyfish::detail::pop_result::closed));
    BOOST_TEST(f.take().code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(without_a_handler_for_others_next_reports_dropped_metrics) {
    fixture f(2, overflow_policy::drop_oldest);
    f.stream.set_handled({.server_notifications = false, .metrics = true});
    f.begin_ready();
    for (int n = 0; n < 5; ++n)
        BOOST_TEST(f.push(metrics_report{"{}"}));
    BOOST_TEST((f.take().value == notification(jellyfish::dropped{3})));
    BOOST_TEST(f.handled() == "metrics_report metrics_report");
}

// ---- subscriptions

BOOST_AUTO_TEST_CASE(a_subscription_is_confirmed_by_its_session) {
    fixture f;
    f.begin_ready();
    std::optional<error_code> server;
    std::optional<error_code> metrics;
    BOOST_TEST(subscribe(f, jellyfish::event_type::server_notification, server));
    BOOST_TEST(subscribe(f, jellyfish::event_type::metrics, metrics));
    f.stream.confirm_subscription(f.session + 1, jellyfish::event_type::metrics);
    f.run();
    BOOST_TEST(!metrics.has_value());
    f.stream.confirm_subscription(f.session, jellyfish::event_type::metrics);
    f.run();
    BOOST_TEST((metrics == error_code()));
    BOOST_TEST(!server.has_value());
}

BOOST_AUTO_TEST_CASE(a_subscription_requires_a_ready_session) {
    fixture f;
    std::optional<error_code> out;
    BOOST_TEST(!subscribe(f, jellyfish::event_type::metrics, out));
    f.run();
    BOOST_TEST((out == error_code(errc::not_connected)));
    BOOST_TEST(!f.stream.set_closing());
    BOOST_TEST(!subscribe(f, jellyfish::event_type::metrics, out));
    f.run();
    BOOST_TEST((out == error_code(errc::closed)));
}

BOOST_AUTO_TEST_CASE(an_unconfirmed_subscription_fails_with_its_session) {
    for (const char* how : {"lost", "ended", "closed", "destroyed"}) {
        fixture f;
        f.begin_ready();
        std::optional<error_code> out;
        BOOST_TEST(subscribe(f, jellyfish::event_type::metrics, out));
        error_code expected = errc::connection_lost;
        if (how == std::string("lost")) {
            f.lose();
        } else if (how == std::string("ended")) {
            f.stream.set_ended(f.session, errc::connection_lost, nullptr);
        } else if (how == std::string("closed")) {
            BOOST_TEST(f.stream.set_closing());
            expected = errc::closed;
        } else {
            f.stream.destroy();
            expected = asio::error::operation_aborted;
        }
        f.run();
        BOOST_TEST_CONTEXT(how)
        BOOST_TEST((out == expected));
    }
}

// ---- destruction

BOOST_AUTO_TEST_CASE(destruction_completes_consumers_with_operation_aborted) {
    fixture f;
    f.begin_ready();
    f.stream.destroy();
    BOOST_TEST(f.take().code == error_code(asio::error::operation_aborted));
    BOOST_TEST(f.push(0, 1));
    BOOST_TEST(f.take().code == error_code(asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(destroying_the_context_destroys_waiting_operations_and_what_they_own) {
    std::weak_ptr<stream_type> observer;
    {
        auto context = std::make_unique<asio::io_context>();
        auto stream = std::make_shared<stream_type>(context->get_executor(), std::size_t{8},
                                                    overflow_policy::pause);
        observer = stream;
        stream_type& waiting_in = *stream;
        // The handler owns the object it waits on, like a coroutine that owns its notifier.
        waiting_in.queue()->wait_available(operation_handler<>(
            [owner = std::move(stream)](error_code, const diagnostics_ptr&) {}));
        BOOST_TEST(!observer.expired());
    }
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_SUITE_END()
