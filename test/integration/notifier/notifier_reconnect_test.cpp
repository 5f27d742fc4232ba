#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/log.hpp"
#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// A lost session is restored, and the stream shows where notifications may be missing.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// Reconnects at once.
notifier_options eager() {
    return notifier_options().reconnect(reconnect_policy().base_delay(1ms).max_delay(5ms));
}

/// Does not reconnect until it is closed.
notifier_options reluctant() {
    return notifier_options().reconnect(reconnect_policy().base_delay(1h).max_delay(1h));
}

asio::awaitable<error_code> code_of(asio::awaitable<void> operation) {
    try {
        co_await std::move(operation);
        co_return error_code();
    } catch (const error& e) {
        co_return e.code();
    }
}

asio::awaitable<error_code> code_of_next(notifier& from) {
    try {
        const auto item = co_await from.next();
        BOOST_TEST(!item.has_value());
        co_return error_code();
    } catch (const error& e) {
        co_return e.code();
    }
}

asio::awaitable<notification> take(notifier& from) {
    auto item = co_await from.next();
    if (!item) throw std::runtime_error("the notifier closed early");
    co_return std::move(*item);
}

/// A notifier connected to a test server.
struct fixture {
    log_lines log;
    testing::server server;
    asio::io_context context;
    std::optional<notifier> subject;

    explicit fixture(const notifier_options& options = eager(), bool connected = true) {
        subject.emplace(context.get_executor(), client(), options);
        if (connected) connect();
    }

    [[nodiscard]] client_options client() {
        return logged_options().server_address(server.address()).logger(log.log());
    }

    void connect() {
        run(context, subject->connect());
        await([this] { return server.subscribed_sockets() == 1; });
    }

    notification next() { return run(context, take(*subject)); }

    template <class Kind>
    Kind next() {
        const notification item = next();
        BOOST_REQUIRE_MESSAGE(std::holds_alternative<Kind>(item), item);
        return std::get<Kind>(item);
    }

    void expect_room(const std::string& id) {
        server.notify(room_created{id});
        BOOST_TEST(next<room_created>().room_id == id);
    }

    /// Runs the notifier until a condition holds.
    void await(const std::function<bool()>& condition) { run(context, poll(condition)); }

    static asio::awaitable<void> poll(std::function<bool()> condition) {
        asio::steady_timer moment{co_await asio::this_coro::executor};
        for (;;) {
            const bool holds = condition();
            if (holds) co_return;
            moment.expires_after(1ms);
            co_await moment.async_wait(asio::use_awaitable);
        }
    }

    void await_subscribed() {
        await([this] { return server.subscribed_sockets() == 1; });
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier_reconnect)

BOOST_AUTO_TEST_CASE(a_lost_session_is_restored_and_the_stream_shows_the_gap) {
    fixture f;
    f.expect_room("before");
    f.server.drop_connections();
    const auto lost = f.next<disconnected>();
    BOOST_TEST(lost.code == error_code(errc::connection_lost));
    BOOST_TEST(lost.reason == "end of stream");
    const auto back = f.next<reconnected>();
    BOOST_TEST(back.attempts == 1U);
    BOOST_TEST((back.gap >= 0ms && back.gap < patience));
    f.expect_room("after");
    BOOST_TEST(f.subject->stats().reconnects == 1U);
}

BOOST_AUTO_TEST_CASE(notifications_received_before_the_loss_precede_the_gap) {
    fixture f;
    f.server.notify(room_created{"a"});
    f.server.notify(room_created{"b"});
    f.await([&] { return f.subject->stats().received == 2; });
    f.server.drop_connections(true);
    BOOST_TEST(f.next<room_created>().room_id == "a");
    BOOST_TEST(f.next<room_created>().room_id == "b");
    (void)f.next<disconnected>();
    (void)f.next<reconnected>();
}

BOOST_AUTO_TEST_CASE(a_close_frame_of_the_server_is_a_loss) {
    fixture f;
    f.server.close_sockets(1001, "restart");
    const auto lost = f.next<disconnected>();
    BOOST_TEST(lost.code == error_code(errc::closed_by_server));
    BOOST_TEST(lost.reason.find("restart") != lost.reason.npos);
    (void)f.next<reconnected>();
    f.expect_room("after");
}

BOOST_AUTO_TEST_CASE(reconnecting_continues_until_the_server_is_back) {
    fixture f;
    f.server.stop();
    (void)f.next<disconnected>();
    f.await([&] { return f.log.lines().size() > 8; });  // Several attempts have failed.
    f.server.restart();
    const auto back = f.next<reconnected>();
    BOOST_TEST(back.attempts > 1U);
    f.expect_room("after");
}

BOOST_AUTO_TEST_CASE(each_of_many_losses_is_one_gap) {
    fixture f;
    for (int n = 0; n < 20; ++n) {
        f.server.drop_connections(n % 2 == 1);
        (void)f.next<disconnected>();
        (void)f.next<reconnected>();
        f.await_subscribed();
        f.expect_room(std::to_string(n));
    }
    BOOST_TEST(f.subject->stats().reconnects == 20U);
}

BOOST_AUTO_TEST_CASE(a_later_subscription_is_restored) {
    fixture f;
    run(f.context, f.subject->subscribe(event_type::metrics));
    BOOST_TEST(f.server.metrics_sockets() == 1U);
    f.server.drop_connections();
    (void)f.next<disconnected>();
    (void)f.next<reconnected>();
    f.await([&] { return f.server.metrics_sockets() == 1; });
    BOOST_TEST(f.server.subscribed_sockets() == 1U);
}

BOOST_AUTO_TEST_CASE(wait_ready_waits_while_the_session_is_lost) {
    fixture f;
    run(f.context, f.subject->wait_ready());
    f.server.stop();
    (void)f.next<disconnected>();
    bool ready = false;
    asio::co_spawn(f.context, f.subject->wait_ready(), [&](std::exception_ptr failure) {
        BOOST_TEST(!failure);
        ready = true;
    });
    f.await([&] { return f.log.lines().size() > 8; });
    BOOST_TEST(!ready);
    f.server.restart();
    f.await([&] { return ready; });
}

BOOST_AUTO_TEST_CASE(a_subscription_requires_a_session) {
    fixture f(reluctant());
    f.server.drop_connections();
    (void)f.next<disconnected>();
    const error_code code = run(f.context, code_of(f.subject->subscribe(event_type::metrics)));
    BOOST_TEST(code == error_code(errc::not_connected));
}

BOOST_AUTO_TEST_CASE(connect_is_rejected_while_the_session_is_being_restored) {
    fixture f(reluctant());
    f.server.drop_connections();
    (void)f.next<disconnected>();
    const error_code code = run(f.context, code_of(f.subject->connect()));
    BOOST_TEST(code == error_code(errc::already_connected));
}

BOOST_AUTO_TEST_CASE(close_cancels_the_reconnect_delay_at_once) {
    fixture f(reluctant());
    f.server.drop_connections();
    (void)f.next<disconnected>();
    run(f.context, f.subject->close());
    BOOST_TEST(!run(f.context, code_of_next(*f.subject)));
    BOOST_TEST(f.subject->stats().reconnects == 0U);
}

BOOST_AUTO_TEST_CASE(close_cancels_an_attempt_at_once) {
    fixture f;
    f.server.stall(true);
    f.server.drop_connections();
    (void)f.next<disconnected>();
    f.await([&] { return f.server.open_connections() == 1; });
    run(f.context, f.subject->close());
    BOOST_TEST(!run(f.context, code_of_next(*f.subject)));
}

BOOST_AUTO_TEST_CASE(destruction_cancels_the_reconnect_delay) {
    fixture f(reluctant());
    f.server.drop_connections();
    (void)f.next<disconnected>();
    f.subject.reset();
    run_out(f.context);
}

BOOST_AUTO_TEST_CASE(a_token_rejected_later_fails_the_notifier) {
    testing::server other(testing::server_options().server_api_token("s3cret-another"));
    fixture f(eager().other_addresses({other.address()}));
    f.server.refuse_connections(true);
    f.server.drop_connections();
    (void)f.next<disconnected>();
    BOOST_TEST(run(f.context, code_of_next(*f.subject)) ==
               error_code(errc::authentication_refused));
    BOOST_TEST(!run(f.context, code_of_next(*f.subject)));
}

BOOST_AUTO_TEST_CASE(after_the_last_round_next_reports_the_last_failure) {
    fixture f(notifier_options().reconnect(
        reconnect_policy().base_delay(1ms).max_delay(1ms).max_rounds(3)));
    f.server.stop();
    (void)f.next<disconnected>();
    BOOST_TEST(run(f.context, code_of_next(*f.subject)) == error_code(errc::connect_failed));
    BOOST_TEST(run(f.context, code_of(f.subject->wait_ready())) ==
               error_code(errc::connect_failed));
}

BOOST_AUTO_TEST_CASE(a_failed_notifier_can_connect_again) {
    fixture f(notifier_options().reconnect(reconnect_policy::never()));
    f.server.drop_connections();
    BOOST_TEST(run(f.context, code_of_next(*f.subject)) == error_code(errc::connection_lost));
    f.connect();
    f.expect_room("again");
}

BOOST_AUTO_TEST_CASE(the_first_connect_fails_fast) {
    fixture f(eager(), false);
    f.server.stop();
    BOOST_TEST(run(f.context, code_of(f.subject->connect())) == error_code(errc::connect_failed));
}

BOOST_AUTO_TEST_CASE(a_failed_first_connect_is_retried_if_the_policy_allows_it) {
    fixture f(notifier_options().reconnect(
                  reconnect_policy().base_delay(1ms).max_delay(1ms).retry_first_connect(true)),
              false);
    f.server.stop();
    bool connected = false;
    asio::co_spawn(f.context, f.subject->connect(), [&](std::exception_ptr failure) {
        BOOST_TEST(!failure);
        connected = true;
    });
    f.await([&] { return f.log.lines().size() > 5; });
    BOOST_TEST(!connected);
    f.server.restart();
    f.await([&] { return connected; });
    f.await_subscribed();
    f.expect_room("first");  // Nothing was lost: there is no gap.
}

BOOST_AUTO_TEST_CASE(many_equal_failures_to_connect_are_one_warning) {
    fixture f(notifier_options().reconnect(
                  reconnect_policy().base_delay(1ms).max_delay(1ms).retry_first_connect(true)),
              false);
    f.server.stop();
    f.subject->connect(asio::detached);
    f.await([&] { return f.log.lines().size() >= 10; });
    const auto lines = f.log.lines();
    const auto failed = [](std::string level) {
        return [begin = '[' + level + "] notifier: session failed"](const std::string& line) {
            return line.starts_with(begin);
        };
    };
    BOOST_TEST(std::ranges::count_if(lines, failed("warning")) == 1);
    BOOST_TEST(std::ranges::count_if(lines, failed("debug")) >= 9);
}

BOOST_AUTO_TEST_CASE(retries_of_the_first_connect_can_be_cancelled) {
    fixture f(notifier_options().reconnect(
                  reconnect_policy().base_delay(1h).max_delay(1h).retry_first_connect(true)),
              false);
    f.server.stop();
    asio::cancellation_signal cancel;
    error_code code;
    bool done = false;
    f.subject->connect(asio::bind_cancellation_slot(cancel.slot(), [&](error_code with) {
        code = with;
        done = true;
    }));
    f.await([&] { return !f.log.lines().empty(); });
    cancel.emit(asio::cancellation_type::total);
    f.await([&] { return done; });
    BOOST_TEST(code == error_code(asio::error::operation_aborted));
    f.server.restart();
    f.connect();
}

BOOST_AUTO_TEST_CASE(connect_tries_the_other_addresses) {
    testing::server other;
    fixture f(eager().other_addresses({other.address()}), false);
    f.server.stop();
    run(f.context, f.subject->connect());
    f.await([&] { return other.subscribed_sockets() == 1; });
}

BOOST_AUTO_TEST_CASE(a_session_moves_to_another_node_when_its_own_is_gone) {
    testing::server other;
    fixture f(eager().other_addresses({other.address()}));
    f.server.stop();
    (void)f.next<disconnected>();
    const auto back = f.next<reconnected>();
    BOOST_TEST(back.attempts == 2U);
    f.await([&] { return other.subscribed_sockets() == 1; });
    other.notify(room_created{"there"});
    BOOST_TEST(f.next<room_created>().room_id == "there");
    BOOST_TEST(f.subject->server_address() == other.address());
}

BOOST_AUTO_TEST_CASE(connect_rejects_an_invalid_address) {
    fixture f(eager().other_addresses({"https://x"}), false);
    BOOST_TEST(run(f.context, code_of(f.subject->connect())) == error_code(errc::invalid_address));
}

BOOST_AUTO_TEST_CASE(connect_rejects_invalid_delays) {
    for (const auto& policy :
         {reconnect_policy().base_delay(0ms), reconnect_policy().base_delay(2s).max_delay(1s)}) {
        fixture f(notifier_options().reconnect(policy), false);
        BOOST_TEST(run(f.context, code_of(f.subject->connect())) ==
                   error_code(errc::invalid_option));
    }
}

BOOST_AUTO_TEST_CASE(a_handler_receives_the_gap_in_its_place) {
    fixture f(eager(), false);
    std::vector<std::string> seen;
    f.subject->on_server_notification(
        [&](const notification& value) { seen.emplace_back(name_of(value)); });
    f.connect();
    f.server.notify(room_created{"a"});
    f.await([&] { return seen.size() == 1; });
    f.server.drop_connections();
    f.await([&] { return seen.size() == 3; });
    f.await_subscribed();
    f.server.notify(room_created{"b"});
    f.await([&] { return seen.size() == 4; });
    const std::vector<std::string> expected{"room_created", "disconnected", "reconnected",
                                            "room_created"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_while_the_session_is_lost_fails_the_notifier) {
    fixture f(reluctant(), false);
    f.subject->on_server_notification([](const notification& value) {
        if (std::holds_alternative<disconnected>(value)) throw std::runtime_error("I am out");
    });
    f.connect();
    f.server.drop_connections();
    BOOST_TEST(run(f.context, code_of_next(*f.subject)) == error_code(errc::handler_failed));
}

BOOST_AUTO_TEST_CASE(with_a_full_queue_the_gap_follows_what_was_received) {
    fixture f(eager().queue_limit(4));
    for (int n = 0; n < 100; ++n)
        f.server.notify(room_created{std::to_string(n)});
    f.await([&] { return f.subject->stats().queued == 4; });
    f.server.drop_connections();  // Data sent earlier still arrives: an orderly end of stream.
    for (int n = 0; n < 100; ++n)
        BOOST_TEST(f.next<room_created>().room_id == std::to_string(n));
    (void)f.next<disconnected>();
    (void)f.next<reconnected>();
}

BOOST_AUTO_TEST_CASE(a_confirmed_subscription_completes_while_reading_is_paused) {
    fixture f(eager().queue_limit(4));
    for (int n = 0; n < 100; ++n)
        f.server.notify(room_created{std::to_string(n)});
    f.await([&] { return f.subject->stats().queued == 4; });
    const error_code code =
        run(f.context, code_of(f.subject->subscribe(event_type::server_notification)));
    BOOST_TEST(code == error_code());
}

BOOST_AUTO_TEST_CASE(a_broken_connection_is_noticed_while_the_consumer_is_slow) {
    fixture f(eager().queue_limit(4));
    for (int n = 0; n < 100; ++n)
        f.server.notify(room_created{std::to_string(n)});
    f.await([&] { return f.subject->stats().queued == 4; });
    f.server.drop_connections(true);
    error_code subscribed;
    f.subject->subscribe(event_type::metrics, [&](error_code code) { subscribed = code; });
    f.await([&] {
        return std::ranges::any_of(f.log.lines(), [](const std::string& line) {
            return line.find("connection lost while reading is paused") != line.npos;
        });
    });
    bool ready = false;
    asio::co_spawn(f.context, f.subject->wait_ready(), [&](std::exception_ptr) { ready = true; });
    f.context.poll();
    BOOST_TEST(!ready);
    for (int n = 0;; ++n) {  // Notifications received earlier are not lost.
        const notification item = f.next();
        if (std::holds_alternative<disconnected>(item)) {
            BOOST_TEST(n >= 4);
            break;
        }
        BOOST_TEST((item == notification(room_created{std::to_string(n)})));
    }
    (void)f.next<reconnected>();
    f.await([&] { return ready; });
    BOOST_TEST(subscribed == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(each_loss_and_each_attempt_is_logged_once_with_its_reason) {
    fixture f;
    f.server.drop_connections();
    (void)f.next<disconnected>();
    (void)f.next<reconnected>();
    const auto lines = f.log.lines();
    const auto losses = std::ranges::count_if(lines, [](const std::string& line) {
        return line.find("connection_lost") != line.npos || line.find("end of stream") != line.npos;
    });
    BOOST_TEST(losses == 1);
    const auto ready = std::ranges::count_if(
        lines, [](const std::string& line) { return line.find("session ready") != line.npos; });
    BOOST_TEST(ready == 2);
}

BOOST_AUTO_TEST_SUITE_END()
