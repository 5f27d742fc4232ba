#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "fakes/wire.hpp"
#include "fixtures/once.hpp"
#include "fixtures/peers.hpp"
#include "fixtures/run.hpp"

#include <exception>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
using next_result = std::optional<notification>;

/// The result of a call.
template <class Call>
asio::awaitable<error_code> code_of(Call call) {
    try {
        co_await call();
        co_return error_code();
    } catch (const error& e) {
        co_return e.code();
    }
}

/// Takes this many notifications.
asio::awaitable<std::vector<notification>> take(notifier& from, std::size_t count) {
    std::vector<notification> all;
    while (all.size() < count) {
        auto one = co_await from.next();
        if (!one) throw std::runtime_error("the notifier closed early");
        all.push_back(std::move(*one));
    }
    co_return all;
}

/// A context, a server, and a connected notifier.
template <class Peer>
struct session {
    Peer server;
    asio::io_context context;
    notifier subject;

    explicit session(const notifier_options& options = once())
        : subject(context.get_executor(), server.options(), options) {}

    void connect() {
        run(context, [](notifier& n) -> asio::awaitable<void> { co_await n.connect(); }(subject));
        server.await_subscribed(1);
    }

    std::vector<notification> take(std::size_t count) {
        return run(context, ::take(subject, count));
    }

    next_result next() {
        return run(context, [](notifier& n) -> asio::awaitable<next_result> {
            co_return co_await n.next();
        }(subject));
    }

    error_code next_code() {
        return run(context, code_of([this] { return subject.next(); }));
    }

    /// Runs the notifier until it has received this many notifications in all.
    void receive(std::uint64_t count) {
        run(context, [](notifier& n, std::uint64_t requested) -> asio::awaitable<void> {
            asio::steady_timer moment{co_await asio::this_coro::executor};
            while (n.stats().received < requested) {
                moment.expires_after(milliseconds(1));
                co_await moment.async_wait(asio::use_awaitable);
            }
        }(subject, count));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier)

BOOST_AUTO_TEST_CASE_TEMPLATE(connect_completes_when_all_subscriptions_are_confirmed, Peer, peers) {
    session<Peer> s;
    s.connect();
    const error_code ready = run(s.context, code_of([&] { return s.subject.wait_ready(); }));
    BOOST_TEST(!ready);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_kind_of_notification_arrives_whole_and_in_order, Peer, peers) {
    session<Peer> s(once().events({event_type::server_notification, event_type::metrics}));
    s.connect();
    for (const notification& each : sample_notifications())
        s.server.notify(each);
    const auto received = s.take(sample_notifications().size());
    BOOST_TEST(received == sample_notifications(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_invalid_token_is_rejected, Peer, peers) {
    const std::string token = "wrong-token-7d1";
    Peer server;
    asio::io_context context;
    jellyfish::notifier subject(context.get_executor(), server.options().server_api_token(token));
    std::string what;
    error_code code;
    const auto attempt = [&]() -> asio::awaitable<void> {
        try {
            co_await subject.connect();
        } catch (const error& e) {
            what = e.what();
            code = e.code();
        }
    };
    run(context, attempt());
    BOOST_TEST(code == error_code(errc::authentication_refused));
    BOOST_TEST((code == condition::unauthorized));
    BOOST_TEST(what.find("server_api_token") != std::string::npos);
    BOOST_TEST(what.find(token) == std::string::npos);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(received_notifications_can_be_taken_after_close_until_the_end, Peer,
                              peers) {
    session<Peer> s;
    s.connect();
    s.server.notify(room_created{"a"});
    s.server.notify(room_created{"b"});
    s.receive(2);
    const error_code closed = run(s.context, code_of([&] { return s.subject.close(); }));
    BOOST_TEST(!closed);
    s.server.await_gone();
    BOOST_TEST((s.next() == next_result(room_created{"a"})));
    BOOST_TEST((s.next() == next_result(room_created{"b"})));
    BOOST_TEST(!s.next().has_value());
    BOOST_TEST(!s.next().has_value());
    const error_code again = run(s.context, code_of([&] { return s.subject.close(); }));
    BOOST_TEST(!again);
    const error_code ready = run(s.context, code_of([&] { return s.subject.wait_ready(); }));
    BOOST_TEST(ready == error_code(errc::closed));
    const error_code connect = run(s.context, code_of([&] { return s.subject.connect(); }));
    BOOST_TEST(connect == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_close_by_the_server_is_reported_once_after_earlier_notifications,
                              Peer, peers) {
    session<Peer> s;
    s.connect();
    s.server.notify(room_created{"last"});
    s.server.close_sockets(1003, "operation not allowed");
    BOOST_TEST((s.next() == next_result(room_created{"last"})));
    std::string what;
    const auto failing = [&]() -> asio::awaitable<void> {
        try {
            co_await s.subject.next();
        } catch (const error& e) {
            what = e.what();
        }
    };
    run(s.context, failing());
    BOOST_TEST(what.find("1003: operation not allowed") != std::string::npos);
    BOOST_TEST(!s.next().has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_lost_connection_is_reported_once_after_earlier_notifications, Peer,
                              peers) {
    session<Peer> s;
    s.connect();
    s.server.notify(room_created{"last"});
    s.receive(1);
    s.server.drop_connections();
    BOOST_TEST((s.next() == next_result(room_created{"last"})));
    BOOST_TEST(s.next_code() == error_code(errc::connection_lost));
    BOOST_TEST(!s.next().has_value());
    const error_code ready = run(s.context, code_of([&] { return s.subject.wait_ready(); }));
    BOOST_TEST(ready == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connect_after_a_loss_starts_a_new_session, Peer, peers) {
    session<Peer> s;
    s.connect();
    s.server.drop_connections();
    BOOST_TEST(s.next_code() == error_code(errc::connection_lost));
    s.server.await_gone();
    s.connect();
    s.server.notify(room_created{"anew"});
    BOOST_TEST((s.next() == next_result(room_created{"anew"})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(garbage_fails_the_session_after_earlier_notifications, Peer, peers) {
    session<Peer> s;
    s.connect();
    s.server.notify(room_created{"last"});
    s.server.send_raw("\xff\xff\xff\xff");
    BOOST_TEST((s.next() == next_result(room_created{"last"})));
    BOOST_TEST(s.next_code() == error_code(errc::websocket_protocol));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_second_connect_is_rejected, Peer, peers) {
    session<Peer> s;
    s.connect();
    const error_code code = run(s.context, code_of([&] { return s.subject.connect(); }));
    BOOST_TEST(code == error_code(errc::already_connected));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(metrics_go_to_their_handler_and_the_rest_to_next, Peer, peers) {
    session<Peer> s;
    std::vector<std::string> reports;
    s.subject.on_metrics([&](const metrics_report& report) { reports.push_back(report.metrics); });
    s.connect();
    s.server.notify(metrics_report{"{\"a\":1}"});
    s.server.notify(room_created{"a"});
    BOOST_TEST((s.next() == next_result(room_created{"a"})));
    s.context.restart();
    while (reports.empty() && s.context.run_one_for(patience) != 0) {
    }
    BOOST_TEST(reports.at(0) == "{\"a\":1}");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_awaited_handler_is_awaited_before_the_next_call, Peer, peers) {
    session<Peer> s;
    std::vector<std::string> events;
    s.subject.on_server_notification([&](const notification& value) -> asio::awaitable<void> {
        events.push_back("begin " + std::string(room_id_of(value)));
        asio::steady_timer moment{co_await asio::this_coro::executor, milliseconds(1)};
        co_await moment.async_wait(asio::use_awaitable);
        events.push_back("end " + std::string(room_id_of(value)));
    });
    s.connect();
    s.server.notify(room_created{"a"});
    s.server.notify(room_created{"b"});
    s.context.restart();
    while (events.size() < 4 && s.context.run_one_for(patience) != 0) {
    }
    const std::vector<std::string> expected{"begin a", "end a", "begin b", "end b"};
    BOOST_TEST(events == expected, boost::test_tools::per_element());
    BOOST_TEST(!s.subject.try_next().has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(try_next_can_reuse_a_notification, Peer, peers) {
    session<Peer> s;
    s.connect();
    notification reused = room_deleted{"old"};
    BOOST_TEST(!s.subject.try_next(reused));
    BOOST_TEST((reused == notification(room_deleted{"old"})));
    s.server.notify(room_created{"a"});
    s.server.notify(room_created{"b"});
    for (const std::string id : {"a", "b"}) {
        run(s.context, s.subject.wait());
        BOOST_TEST(s.subject.try_next(reused));
        BOOST_TEST((reused == notification(room_created{id})));
    }
    BOOST_TEST(!s.subject.try_next(reused));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_handler_that_throws_fails_the_session, Peer, peers) {
    session<Peer> s;
    s.subject.on_server_notification(
        [](const notification&) { throw std::runtime_error("no such table"); });
    s.connect();
    s.server.notify(room_created{"a"});
    std::string what;
    const auto waiting = [&]() -> asio::awaitable<void> {
        try {
            co_await s.subject.next();
        } catch (const error& e) {
            what = e.what();
        }
    };
    run(s.context, waiting());
    BOOST_TEST(what.find("no such table") != std::string::npos);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_subscription_can_be_added_to_a_live_session, Peer, peers) {
    session<Peer> s;
    s.connect();
    const error_code code =
        run(s.context, code_of([&] { return s.subject.subscribe(event_type::metrics); }));
    BOOST_TEST(!code);
    s.server.notify(metrics_report{"{\"late\":true}"});
    BOOST_TEST((s.next() == next_result(metrics_report{"{\"late\":true}"})));
    const error_code again =
        run(s.context, code_of([&] { return s.subject.subscribe(event_type::metrics); }));
    BOOST_TEST(!again);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(several_sockets_receive_the_same_in_the_same_order, Peer, peers) {
    session<Peer> s;
    s.connect();
    jellyfish::notifier other(s.context.get_executor(), s.server.options());
    const error_code code = run(s.context, code_of([&] { return other.connect(); }));
    BOOST_TEST(!code);
    s.server.await_subscribed(2);
    for (int i = 0; i < 100; ++i)
        s.server.notify(room_created{std::to_string(i)});
    const auto here = s.take(100);
    const auto there = run(s.context, take(other, 100));
    BOOST_TEST(here == there, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_full_queue_pauses_reading_and_nothing_is_lost, Peer, peers) {
    session<Peer> s(once().queue_limit(10));
    s.connect();
    constexpr int sent = 50'000;  // More than the sockets' buffers hold.
    std::thread sender([&] {
        for (int i = 0; i < sent; ++i)
            s.server.notify(room_created{std::to_string(i)});
    });
    std::size_t max_queued = 0;
    const auto counting = [&]() -> asio::awaitable<int> {
        for (int i = 0; i < sent; ++i) {
            max_queued = std::max<std::size_t>(max_queued, s.subject.stats().queued);
            const auto one = co_await s.subject.next();
            if (one != notification(room_created{std::to_string(i)})) co_return i;
        }
        co_return sent;
    };
    const int in_order = run(s.context, counting());
    sender.join();
    BOOST_TEST(in_order == sent);
    BOOST_TEST(max_queued <= 10U);
    BOOST_TEST(s.subject.stats().dropped == 0U);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(with_drop_oldest_the_newest_are_kept_and_the_loss_is_counted, Peer,
                              peers) {
    session<Peer> s(once().queue_limit(3).overflow(overflow_policy::drop_oldest));
    s.connect();
    for (int i = 0; i < 10; ++i)
        s.server.notify(room_created{std::to_string(i)});
    s.receive(10);
    BOOST_TEST(s.subject.stats().dropped == 7U);
    BOOST_TEST((s.next() == next_result(dropped{7})));
    BOOST_TEST((s.next() == next_result(room_created{"7"})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(with_fail_a_full_queue_fails_the_session, Peer, peers) {
    session<Peer> s(once().queue_limit(2).overflow(overflow_policy::fail));
    s.connect();
    for (int i = 0; i < 3; ++i)
        s.server.notify(room_created{std::to_string(i)});
    s.receive(3);
    BOOST_TEST((s.next() == next_result(room_created{"0"})));
    BOOST_TEST((s.next() == next_result(room_created{"1"})));
    BOOST_TEST(s.next_code() == error_code(errc::slow_consumer));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_future_throws_an_error_with_all_details, Peer, peers) {
    Peer server;
    asio::io_context context;
    jellyfish::notifier subject(context.get_executor(),
                                server.options().server_api_token("s3cret-another"));
    std::future<void> connected = subject.connect(asio::use_future);
    run_out(context);
    BOOST_CHECK_EXCEPTION(connected.get(), error, [](const error& e) {
        return e.code() == errc::authentication_refused && e.info().operation == "authenticate";
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_callback_and_a_tuple_get_the_error_code, Peer, peers) {
    session<Peer> s;
    s.connect();
    s.server.notify(room_created{"a"});
    std::optional<error_code> called;
    s.subject.wait([&](error_code code) { called = code; });
    s.context.restart();
    while (!called && s.context.run_one_for(patience) != 0) {
    }
    BOOST_TEST(*called == error_code());
    const auto consuming =
        [](jellyfish::notifier& n) -> asio::awaitable<std::tuple<error_code, next_result>> {
        co_return co_await n.next(as_tuple);
    };
    const auto result = run(s.context, consuming(s.subject));
    BOOST_TEST(std::get<0>(result) == error_code());
    BOOST_TEST((std::get<1>(result) == next_result(room_created{"a"})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(stats_reports_the_counters, Peer, peers) {
    session<Peer> s;
    s.connect();
    const auto before = s.subject.stats();
    s.server.notify(peer_connected{"a", "b"});
    s.server.notify(peer_connected{"a", "b"});
    s.receive(2);
    const auto after = s.subject.stats();
    BOOST_TEST(after.received == 2U);
    BOOST_TEST(after.queued == 2U);
    BOOST_TEST(after.dropped == 0U);
    BOOST_TEST(after.bytes_received - before.bytes_received == 2U * 10U);
    BOOST_TEST(after.bytes_sent > 0U);
    BOOST_TEST((after.last_byte_at >= before.last_byte_at));
    BOOST_TEST((before.last_byte_at.time_since_epoch().count() != 0));
}

BOOST_AUTO_TEST_SUITE_END()
