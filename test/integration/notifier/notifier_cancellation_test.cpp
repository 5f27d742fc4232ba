#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "fakes/bare_server.hpp"
#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/once.hpp"
#include "fixtures/outcome.hpp"
#include "fixtures/run.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Cancellation, destruction and timeouts lose no notification and leave no coroutine suspended
// forever, whenever they happen.
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace asio::experimental::awaitable_operators;
using std::chrono::milliseconds;

const error_code aborted = asio::error::operation_aborted;

/// A notifier connected to a server that sends nothing by itself.
struct session {
    bare_server server;
    asio::io_context context;
    std::optional<notifier> subject;

    explicit session(const notifier_options& options = once()) {
        subject.emplace(context.get_executor(), logged_options().server_address(server.address()),
                        options);
        run(context, connect());
        server.await_subscribed(1);
    }

    asio::awaitable<void> connect() { co_await subject->connect(); }

    void notify(int from, int to) {
        for (int i = from; i < to; ++i)
            server.notify(room_created{std::to_string(i)});
    }

    /// Runs everything that is ready, without waiting.
    void poll() {
        context.restart();
        context.poll();
    }

    std::optional<notification> next() {
        const auto consuming = [](notifier& n) -> asio::awaitable<std::optional<notification>> {
            co_return co_await n.next();
        };
        return run(context, consuming(*subject));
    }
};

/// A notifier and a server that accepts and stays silent.
struct silent_server {
    asio::io_context context;
    std::optional<scripted_peer> peer;
    std::optional<notifier> subject;

    silent_server() {
        peer.emplace(context.get_executor(), [](scripted_connection& c) -> asio::awaitable<void> {
            co_await c.read_to_end();
        });
        subject.emplace(context.get_executor(), logged_options().server_address(peer->address()));
    }

    void run_until_accepted() {
        context.restart();
        while (peer->accepted() == 0)
            context.run_one_for(patience);
    }
};

/// The numbers of the rooms in these notifications.
int number_of(const notification& value) { return std::stoi(std::string(room_id_of(value))); }

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier_cancellation)

const auto all_types = data::make({static_cast<int>(asio::cancellation_type::terminal),
                                   static_cast<int>(asio::cancellation_type::partial),
                                   static_cast<int>(asio::cancellation_type::total)});

BOOST_DATA_TEST_CASE(a_cancelled_connect_can_be_repeated, all_types, type) {
    silent_server s;
    asio::cancellation_signal signal;
    error_code first;
    s.subject->connect(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code) { first = code; }));
    s.run_until_accepted();
    signal.emit(static_cast<asio::cancellation_type>(type));
    error_code second;
    s.subject->connect([&](error_code code) { second = code; });
    s.context.restart();
    while (s.peer->accepted() < 2)
        s.context.run_one_for(patience);
    BOOST_TEST(first == aborted);
    BOOST_TEST(second == error_code());
    s.subject.reset();
    s.peer.reset();
    run_out(s.context);
    BOOST_TEST(second == aborted);
}

BOOST_DATA_TEST_CASE(a_cancelled_wait_has_no_side_effect, all_types, type) {
    session s;
    asio::cancellation_signal signal;
    error_code ended;
    s.subject->wait(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code) { ended = code; }));
    s.poll();
    signal.emit(static_cast<asio::cancellation_type>(type));
    s.poll();
    BOOST_TEST(ended == aborted);
    s.notify(0, 1);
    BOOST_TEST(number_of(s.next().value()) == 0);
}

BOOST_DATA_TEST_CASE(a_cancelled_wait_ready_has_no_side_effect, all_types, type) {
    asio::io_context context;
    notifier subject(context.get_executor());
    asio::cancellation_signal signal;
    error_code ended;
    subject.wait_ready(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code) { ended = code; }));
    signal.emit(static_cast<asio::cancellation_type>(type));
    run_out(context);
    BOOST_TEST(ended == aborted);
}

BOOST_DATA_TEST_CASE(a_cancelled_next_takes_nothing, all_types, type) {
    session s;
    asio::cancellation_signal signal;
    error_code ended;
    bool took = false;
    s.subject->next(asio::bind_cancellation_slot(
        signal.slot(), [&](error_code code, std::optional<notification> value) {
            ended = code;
            took = value.has_value();
        }));
    s.poll();
    signal.emit(static_cast<asio::cancellation_type>(type));
    s.poll();
    BOOST_TEST(ended == aborted);
    BOOST_TEST(!took);
    s.notify(0, 1);
    BOOST_TEST(number_of(s.next().value()) == 0);
}

BOOST_AUTO_TEST_CASE(a_cancelled_close_still_closes) {
    session s;
    asio::cancellation_signal signal;
    error_code ended;
    s.subject->close(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code) { ended = code; }));
    signal.emit(asio::cancellation_type::terminal);
    run_out(s.context);
    BOOST_TEST(ended == aborted);
    s.server.await_gone();
    BOOST_TEST(!s.next().has_value());
}

BOOST_AUTO_TEST_CASE(next_or_a_timer_never_loses_a_notification) {
    // The timer repeatedly expires at the very moment at which notifications arrive.
    constexpr int count = 100'000;
    session s(once().queue_limit(16));
    std::jthread sender([&] { s.notify(0, count); });
    int received = 0;
    int timeouts = 0;
    const auto consuming = [&]() -> asio::awaitable<void> {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        while (received < count) {
            timer.expires_after(std::chrono::microseconds(received % 3));
            auto first = co_await (s.subject->next() || timer.async_wait(asio::use_awaitable));
            if (auto* value = std::get_if<0>(&first)) {
                if (number_of(value->value()) != received) co_return;
                ++received;
            } else {
                ++timeouts;
            }
        }
    };
    run(s.context, consuming());
    BOOST_TEST(received == count);
    BOOST_TEST(timeouts > 0);
}

BOOST_AUTO_TEST_CASE(a_spawned_next_cancelled_before_it_has_run_takes_nothing) {
    session s;
    s.notify(0, 1);
    s.context.restart();
    while (s.subject->stats().queued == 0)
        s.context.run_one_for(patience);
    asio::cancellation_signal signal;
    std::exception_ptr ended;
    std::optional<notification> item;
    asio::co_spawn(
        s.context, [&]() { return s.subject->next(); },
        asio::bind_cancellation_slot(signal.slot(),
                                     [&](std::exception_ptr e, std::optional<notification> value) {
                                         ended = std::move(e);
                                         item = std::move(value);
                                     }));
    // Cancelled at every possible step: whatever the result, notification 0 is not lost.
    for (int step = 0; step < 3 && !ended && !item; ++step) {
        s.context.restart();
        s.context.poll_one();
        signal.emit(asio::cancellation_type::terminal);
    }
    s.poll();
    BOOST_TEST((ended != nullptr) != item.has_value());
    const notification value = item ? *item : s.next().value();
    BOOST_TEST(number_of(value) == 0);
}

BOOST_AUTO_TEST_CASE(next_for_times_out_and_loses_nothing) {
    session s;
    const outcome o =
        run(s.context, outcome_of([&] { return s.subject->next_for(milliseconds(1)); }));
    BOOST_TEST(o.code == error_code(errc::timeout));
    s.notify(0, 1);
    const auto consuming = [](notifier& n) -> asio::awaitable<std::optional<notification>> {
        co_return co_await n.next_for(patience);
    };
    BOOST_TEST(number_of(run(s.context, consuming(*s.subject)).value()) == 0);
}

BOOST_AUTO_TEST_CASE(next_for_with_an_unlimited_duration_behaves_like_next) {
    session s;
    s.notify(0, 1);
    const auto consuming = [](notifier& n) -> asio::awaitable<std::optional<notification>> {
        co_return co_await n.next_for(std::chrono::steady_clock::duration::max());
    };
    BOOST_TEST(number_of(run(s.context, consuming(*s.subject)).value()) == 0);
}

// ---- destruction

BOOST_AUTO_TEST_CASE(the_destructor_completes_everything_that_waits) {
    session s;
    std::vector<error_code> codes;
    const auto note = [&](error_code code, const auto&...) { codes.push_back(code); };
    s.subject->next(note);
    s.subject->next_for(patience, note);
    s.subject->wait(note);
    s.poll();
    s.subject.reset();
    s.poll();
    const std::vector<error_code> expected(3, aborted);
    BOOST_TEST(codes == expected, boost::test_tools::per_element());
    s.server.await_gone();
    run_out(s.context);
}

BOOST_AUTO_TEST_CASE(the_destructor_completes_a_connect) {
    silent_server s;
    error_code connected;
    error_code ready;
    s.subject->connect([&](error_code code) { connected = code; });
    s.subject->wait_ready([&](error_code code) { ready = code; });
    s.run_until_accepted();
    s.subject.reset();
    s.peer.reset();
    run_out(s.context);
    BOOST_TEST(connected == aborted);
    BOOST_TEST(ready == aborted);
}

BOOST_AUTO_TEST_CASE(the_destructor_completes_a_close) {
    silent_server s;
    s.peer.emplace(s.context.get_executor(), [](scripted_connection& c) -> asio::awaitable<void> {
        co_await c.begin_session();
        co_await c.read_to_end();
    });
    s.subject.emplace(s.context.get_executor(), logged_options().server_address(s.peer->address()));
    const outcome connected = run(s.context, outcome_of([&] { return s.subject->connect(); }));
    BOOST_TEST(connected.what == "");
    error_code closed;
    s.subject->close([&](error_code code) { closed = code; });
    s.context.restart();
    s.context.poll();
    s.subject.reset();
    s.peer.reset();
    run_out(s.context);
    BOOST_TEST(closed == aborted);
}

BOOST_AUTO_TEST_CASE(the_destructor_cancels_an_awaited_handler) {
    session s;
    s.subject.emplace(s.context.get_executor(),
                      logged_options().server_address(s.server.address()));
    bool began = false;
    const auto life = std::make_shared<int>(0);
    s.subject->on_server_notification([&began, life](const notification&) -> asio::awaitable<void> {
        began = true;
        asio::steady_timer never{co_await asio::this_coro::executor, std::chrono::hours(1)};
        co_await never.async_wait(asio::use_awaitable);
    });
    run(s.context, s.connect());
    s.server.await_subscribed(1);
    s.notify(0, 1);
    s.context.restart();
    while (!began)
        s.context.run_one_for(patience);
    s.subject.reset();
    run_out(s.context);
    BOOST_TEST(life.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(a_notifier_can_be_moved_while_operations_wait) {
    session s;
    std::optional<notification> item;
    s.subject->next([&](error_code, std::optional<notification> value) { item = value; });
    notifier moved = std::move(*s.subject);
    s.subject.reset();
    s.notify(0, 1);
    s.context.restart();
    while (!item)
        s.context.run_one_for(patience);
    BOOST_TEST(number_of(*item) == 0);
}

BOOST_AUTO_TEST_CASE(a_context_can_be_destroyed_with_a_coroutine_that_owns_a_connected_notifier) {
    bare_server server;
    const auto life = std::make_shared<int>(0);
    {
        asio::io_context context;
        const auto owning = [](std::string address, std::shared_ptr<int>) -> asio::awaitable<void> {
            notifier owned{co_await asio::this_coro::executor,
                           logged_options().server_address(address)};
            owned.on_metrics([](const metrics_report&) {});
            co_await owned.connect();
            while (auto value = co_await owned.next()) {
            }
        };
        asio::co_spawn(context, owning(server.address(), life), [](std::exception_ptr) {});
        while (true) {
            context.run_one_for(patience);
            context.poll();
            if (life.use_count() > 1) break;
        }
        const auto until_subscribed = [&] { server.await_subscribed(1); };
        std::jthread waiting(until_subscribed);
        context.run_for(milliseconds(50));
    }
    server.await_gone();
    BOOST_TEST(life.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
