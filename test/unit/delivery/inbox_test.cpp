#include "delivery/inbox.hpp"

#include "fixtures/inbox_fixture.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using jellyfish::errc;
using jellyfish::notification;
using jellyfish::overflow_policy;
using jellyfish::room_created;
using jellyfish::detail::diagnostics_ptr;
using jellyfish::detail::notifier_state;
using jellyfish::detail::operation_handler;
using jellyfish::detail::take_result;
using mailbox = jellyfish::detail::inbox;

using outcome = jellyfish::test::pop_outcome;
using fixture = jellyfish::test::inbox_fixture;
using jellyfish::test::id_in;

}  // namespace

BOOST_AUTO_TEST_SUITE(inbox)

BOOST_AUTO_TEST_CASE(notifications_are_taken_in_order) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 3));
    BOOST_TEST(f.push(3, 5));
    for (int i = 0; i < 5; ++i) {
        outcome out;
        f.take(out);
        f.run();
        BOOST_TEST(id_in(out) == std::to_string(i));
    }
}

BOOST_AUTO_TEST_CASE(the_largest_limit_leaves_capacity) {
    fixture f(SIZE_MAX);
    BOOST_TEST(f.box->capacity_left(64) > 0U);
    f.begin_ready();
    BOOST_TEST(f.push(0, 1));
    BOOST_TEST(f.box->capacity_left(64) > 0U);
}

BOOST_AUTO_TEST_CASE(a_consumer_never_completes_inside_its_initiating_function) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 1));
    outcome out;
    f.take(out);
    BOOST_TEST(!out.done);
    f.run();
    BOOST_TEST(out.done);
}

BOOST_AUTO_TEST_CASE(consumers_are_served_in_order_of_waiting) {
    fixture f;
    f.begin_ready();
    outcome first;
    outcome second;
    f.take(first);
    f.take(second);
    f.run();
    BOOST_TEST(f.push(0, 1));
    f.run();
    BOOST_TEST(id_in(first) == "0");
    BOOST_TEST(!second.done);
    BOOST_TEST(f.push(1, 2));
    f.run();
    BOOST_TEST(id_in(second) == "1");
}

BOOST_AUTO_TEST_CASE(a_cancelled_consumer_takes_nothing) {
    fixture f;
    f.begin_ready();
    outcome out;
    asio::cancellation_signal signal;
    f.take(out, &signal);
    signal.emit(asio::cancellation_type::total);
    f.run();
    BOOST_TEST(out.code == error_code(asio::error::operation_aborted));
    BOOST_TEST(f.push(0, 1));
    outcome next;
    f.take(next);
    f.run();
    BOOST_TEST(id_in(next) == "0");
}

BOOST_AUTO_TEST_CASE(
    a_consumer_cancelled_after_it_was_resumed_leaves_the_notification_to_the_next) {
    fixture f;
    f.begin_ready();
    outcome cancelled;
    outcome other;
    asio::cancellation_signal signal;
    f.take(cancelled, &signal);
    f.take(other);
    BOOST_TEST(f.push(0, 1));  // Resumes the first, which has not run yet.
    signal.emit(asio::cancellation_type::terminal);
    f.run();
    BOOST_TEST(cancelled.code == error_code(asio::error::operation_aborted));
    BOOST_TEST(!cancelled.value.has_value());
    BOOST_TEST(id_in(other) == "0");
}

BOOST_AUTO_TEST_CASE(a_consumer_times_out_at_its_deadline) {
    fixture f;
    f.begin_ready();
    outcome out;
    f.take(out, nullptr, std::chrono::steady_clock::now());
    f.context.restart();
    f.context.run();
    BOOST_TEST(out.code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_failure_follows_what_is_queued_and_is_reported_once) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 1));
    f.box->set_ended(f.session, errc::connection_lost, nullptr);
    outcome queued;
    outcome failure;
    outcome end;
    f.take(queued);
    f.run();
    f.take(failure);
    f.run();
    f.take(end);
    f.run();
    BOOST_TEST(id_in(queued) == "0");
    BOOST_TEST(failure.code == error_code(errc::connection_lost));
    BOOST_TEST(end.done);
    BOOST_TEST(!end.code);
    BOOST_TEST(!end.value.has_value());
}

BOOST_AUTO_TEST_CASE(with_several_waiting_consumers_one_gets_the_failure_and_the_others_the_end) {
    fixture f;
    f.begin_ready();
    outcome first;
    outcome second;
    f.take(first);
    f.take(second);
    f.run();
    f.box->set_ended(f.session, errc::idle_timeout, nullptr);
    f.run();
    BOOST_TEST(first.code == error_code(errc::idle_timeout));
    BOOST_TEST(second.done);
    BOOST_TEST(!second.code);
}

BOOST_AUTO_TEST_CASE(async_wait_takes_nothing) {
    fixture f;
    f.begin_ready();
    outcome looked;
    f.look(looked);
    f.run();
    BOOST_TEST(!looked.done);
    BOOST_TEST(f.push(0, 1));
    f.run();
    BOOST_TEST(looked.done);
    std::optional<notification> item;
    f.box->take_queued(item);
    BOOST_REQUIRE(item.has_value());
    BOOST_TEST(jellyfish::room_id_of(*item) == "0");
}

BOOST_AUTO_TEST_CASE(with_pause_a_full_queue_is_not_writable_until_it_drains) {
    fixture f(4, overflow_policy::pause);
    f.begin_ready();
    int reported = 0;
    f.box->on_writable([&] { ++reported; });
    BOOST_TEST(f.box->capacity_left() == 4U);
    BOOST_TEST(f.push(0, 4));
    BOOST_TEST(f.box->capacity_left() == 0U);
    std::optional<notification> item;
    f.box->take_queued(item);
    BOOST_TEST(reported == 0);  // One free slot is not enough.
    f.box->take_queued(item);
    BOOST_TEST(reported == 1);  // Half of the queue is.
    f.box->take_queued(item);
    BOOST_TEST(reported == 1);
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_the_newest_are_kept_and_the_dropped_ones_counted) {
    fixture f(4, overflow_policy::drop_oldest);
    f.begin_ready();
    BOOST_TEST(f.push(0, 3));
    BOOST_TEST(f.push(3, 10));
    jellyfish::notifier_stats stats;
    f.box->count_into(stats);
    BOOST_TEST(stats.received == 10U);
    BOOST_TEST(stats.dropped == 6U);
    BOOST_TEST(stats.queued == 4U);
    std::optional<notification> item;
    f.box->take_queued(item);
    BOOST_TEST((item == notification(jellyfish::dropped{6})));
    outcome out;
    f.take(out);
    f.run();
    BOOST_TEST(id_in(out) == "6");
}

BOOST_AUTO_TEST_CASE(notifications_dropped_while_closing_are_reported_at_the_end) {
    fixture f(2);
    f.begin_ready();
    BOOST_TEST(f.box->set_closing());
    BOOST_TEST(f.push(0, 5));
    for (const notification& each :
         {notification(room_created{"0"}), notification(room_created{"1"}),
          notification(jellyfish::dropped{3})}) {
        std::optional<notification> item;
        f.box->take_queued(item);
        BOOST_TEST((item == each));
    }
}

BOOST_AUTO_TEST_CASE(with_fail_notifications_that_fit_are_kept_and_the_session_fails) {
    fixture f(4, overflow_policy::fail);
    f.begin_ready();
    BOOST_TEST(f.push(0, 4));
    BOOST_TEST(!f.push(4, 5));
    jellyfish::notifier_stats stats;
    f.box->count_into(stats);
    BOOST_TEST(stats.queued == 4U);
    BOOST_TEST(stats.dropped == 1U);
}

BOOST_AUTO_TEST_CASE(handled_kinds_are_not_queued) {
    fixture f;
    f.box->set_handled({.server_notifications = false, .metrics = true});
    f.begin_ready();
    jellyfish::detail::notification_slots batch{jellyfish::metrics_report{"{}"}, room_created{"a"}};
    BOOST_TEST(f.box->push(f.session, batch));
    std::optional<notification> item;
    f.box->take_queued(item);
    BOOST_REQUIRE(item.has_value());
    BOOST_TEST(jellyfish::name_of(*item) == "room_created");
    std::optional<notification> handled;
    BOOST_TEST((f.box->try_take_handled(handled) == take_result::taken));
    BOOST_TEST(jellyfish::name_of(*handled) == "metrics_report");
}

BOOST_AUTO_TEST_CASE(a_second_connect_is_rejected) {
    fixture f;
    f.begin();
    outcome second;
    const auto id = f.box->begin(operation_handler<>([&](error_code code, const diagnostics_ptr&) {
        second = {true, code, std::nullopt};
    }));
    f.run();
    BOOST_TEST(!id.has_value());
    BOOST_TEST(second.code == error_code(errc::already_connected));
}

BOOST_AUTO_TEST_CASE(a_cancelled_connect_leaves_the_notifier_idle_and_ignores_its_session) {
    fixture f;
    asio::cancellation_signal signal;
    outcome out;
    bool reported = false;
    f.box->on_connect_cancelled([&] { reported = true; });
    const auto id = f.box->begin(operation_handler<>(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code, const diagnostics_ptr&) {
            out = {true, code, std::nullopt};
        })));
    signal.emit(asio::cancellation_type::partial);
    f.run();
    BOOST_TEST(out.code == error_code(asio::error::operation_aborted));
    BOOST_TEST(reported);
    BOOST_TEST((f.box->state() == notifier_state::idle));
    f.box->set_ready(*id);
    BOOST_TEST((f.box->state() == notifier_state::idle));
}

BOOST_AUTO_TEST_CASE(closing_completes_with_the_session_and_keeps_queued_notifications) {
    fixture f;
    f.begin_ready();
    BOOST_TEST(f.push(0, 1));
    BOOST_TEST(f.box->set_closing());
    BOOST_TEST(f.push(1, 2));
    f.box->set_ended(f.session, {}, nullptr);
    BOOST_TEST((f.box->state() == notifier_state::closed));
    for (const char* expected : {"0", "1", "(nothing)"}) {
        outcome out;
        f.take(out);
        f.run();
        BOOST_TEST(id_in(out) == expected);
        BOOST_TEST(!out.code);
    }
}

BOOST_AUTO_TEST_CASE(destruction_completes_all_waiting_operations_with_operation_aborted) {
    fixture f;
    outcome take;
    outcome look;
    f.take(take);
    f.look(look);
    f.run();
    f.box->destroy();
    f.run();
    BOOST_TEST(take.code == error_code(asio::error::operation_aborted));
    BOOST_TEST(look.code == error_code(asio::error::operation_aborted));
}

BOOST_AUTO_TEST_CASE(destroying_the_context_destroys_waiting_operations_and_what_they_own) {
    std::weak_ptr<mailbox> observer;
    {
        auto context = std::make_unique<asio::io_context>();
        auto box = std::make_shared<mailbox>(context->get_executor(), std::size_t{8},
                                             overflow_policy::pause);
        observer = box;
        mailbox& waiting_in = *box;
        // The handler owns the object it waits on, like a coroutine that owns its notifier.
        waiting_in.wait_available(
            operation_handler<>([owner = std::move(box)](error_code, const diagnostics_ptr&) {}));
        BOOST_TEST(!observer.expired());
    }
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_CASE(without_a_metrics_handler_next_reports_dropped_metrics) {
    fixture f(2, overflow_policy::drop_oldest);
    f.box->set_handled({.server_notifications = false, .metrics = true});
    f.begin_ready();
    for (int n = 0; n < 5; ++n) {
        jellyfish::detail::notification_slots batch{jellyfish::metrics_report{"{}"}};
        BOOST_TEST(f.box->push(f.session, batch));
    }
    std::optional<notification> item;
    f.box->take_queued(item);
    BOOST_TEST((item == notification(jellyfish::dropped{3})));
    BOOST_TEST((f.box->try_take_handled(item) == take_result::taken));
    BOOST_TEST(jellyfish::name_of(*item) == "metrics_report");
}

BOOST_AUTO_TEST_CASE(notifications_dropped_while_closing_are_reported_once) {
    fixture f(1);
    f.begin_ready();
    BOOST_TEST(f.box->set_closing());
    for (int n = 0; n < 4; ++n)
        BOOST_TEST(f.push(n, n + 1));
    BOOST_TEST(f.kinds() == "room_created dropped");
}

BOOST_AUTO_TEST_SUITE_END()
