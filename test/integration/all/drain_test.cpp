#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/bare_server.hpp"
#include "fixtures/log.hpp"
#include "fixtures/once.hpp"
#include "fixtures/run.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// drain() and state() of every object that has them.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

using result = std::optional<error_code>;  // Of an operation, once it has completed.

const error_code aborted = asio::error::operation_aborted;

/// A server and a notifier that does not reconnect.
struct fixture {
    bare_server server;
    asio::io_context context;
    std::optional<notifier> subject;

    explicit fixture(const notifier_options& options = once()) {
        subject.emplace(context.get_executor(), logged_options().server_address(server.address()),
                        options);
    }

    void connect() {
        run(context, subject->connect());
        server.await_subscribed(1);
    }

    /// Connects and queues this many notifications.
    void receive(std::uint64_t count) {
        connect();
        for (std::uint64_t i = 0; i < count; ++i)
            server.notify(room_created{std::to_string(i)});
        await([&] { return subject->stats().received == count; });
    }

    /// Runs the context until a condition holds.
    void await(const std::function<bool()>& condition) {
        const auto limit = std::chrono::steady_clock::now() + patience;
        context.restart();
        while (!condition()) {
            if (std::chrono::steady_clock::now() > limit)
                throw std::runtime_error("it never happens");
            context.run_one_for(std::chrono::milliseconds(10));
            if (context.stopped()) context.restart();
        }
    }

    void await_state(session_state state) {
        await([&] { return subject->state() == state; });
    }

    void poll() {
        context.restart();
        context.poll();
    }

    void drain(result& out) {
        subject->drain([&out](error_code code) { out = code; });
    }

    /// Starts a consumer, which counts what it takes.
    void consume(int& taken) {
        asio::co_spawn(
            context,
            [](notifier& from, int& count) -> asio::awaitable<void> {
                while (auto value = co_await from.next())
                    ++count;
            }(*subject, taken),
            [](std::exception_ptr failure) { BOOST_TEST(!failure); });
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(drain)

// ---- a notifier

BOOST_AUTO_TEST_CASE(it_completes_when_everything_was_taken) {
    fixture f;
    f.receive(3);
    result drained;
    f.drain(drained);
    f.await_state(session_state::closed);
    for (int i = 0; i < 3; ++i) {
        f.poll();
        BOOST_TEST(!drained.has_value());
        BOOST_TEST(f.subject->try_next().has_value());
    }
    f.poll();
    BOOST_TEST_REQUIRE(drained.has_value());
    BOOST_TEST(!*drained);
}

BOOST_AUTO_TEST_CASE(several_consumers_take_what_is_left_and_end) {
    fixture f;
    f.receive(100);
    int taken = 0;
    f.consume(taken);
    f.consume(taken);
    result first;
    result second;
    f.drain(first);
    f.drain(second);
    f.await([&] { return first && second; });
    BOOST_TEST(taken == 100);
    BOOST_TEST((!*first && !*second));
    result again;
    f.drain(again);
    run_out(f.context);  // The consumers have ended.
    BOOST_TEST((again && !*again));
}

BOOST_AUTO_TEST_CASE(it_waits_for_the_handlers) {
    fixture f;
    asio::steady_timer gate{f.context, asio::steady_timer::time_point::max()};
    int entered = 0;
    int returned = 0;
    f.subject->on_server_notification([&](const notification&) -> asio::awaitable<void> {
        if (++entered == 1) {
            error_code ignored;
            co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        ++returned;
    });
    f.receive(3);
    result drained;
    f.drain(drained);
    f.await_state(session_state::closed);
    f.poll();
    BOOST_TEST(entered == 1);
    BOOST_TEST(!drained.has_value());
    gate.cancel();
    f.await([&] { return drained.has_value(); });
    BOOST_TEST(returned == 3);
    BOOST_TEST(!*drained);
}

BOOST_AUTO_TEST_CASE(cancelling_it_ends_only_the_wait) {
    fixture f;
    f.receive(1);
    asio::cancellation_signal signal;
    result drained;
    f.subject->drain(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code) { drained = code; }));
    f.await_state(session_state::closed);
    f.poll();
    BOOST_TEST(!drained.has_value());
    signal.emit(asio::cancellation_type::partial);
    f.poll();
    BOOST_TEST_REQUIRE(drained.has_value());
    BOOST_TEST(*drained == aborted);
    BOOST_TEST(f.subject->try_next().has_value());
}

BOOST_AUTO_TEST_CASE(a_notifier_that_was_never_connected_is_drained_at_once) {
    fixture f;
    run(f.context, f.subject->drain());
    BOOST_TEST(f.subject->state() == session_state::closed);
}

BOOST_AUTO_TEST_CASE(destruction_ends_the_wait) {
    fixture f;
    f.receive(1);
    result drained;
    f.drain(drained);
    f.await_state(session_state::closed);
    f.subject.reset();
    run_out(f.context);
    BOOST_TEST_REQUIRE(drained.has_value());
    BOOST_TEST(*drained == aborted);
}

BOOST_AUTO_TEST_CASE(after_a_failure_it_waits_for_what_is_queued_and_discards_the_failure) {
    fixture f;
    f.receive(2);
    f.server.drop_connections();
    f.await_state(session_state::failed);
    result drained;
    f.drain(drained);
    f.poll();
    BOOST_TEST(!drained.has_value());
    int taken = 0;
    f.consume(taken);
    f.await([&] { return drained.has_value(); });
    BOOST_TEST(!*drained);
    run_out(f.context);
    BOOST_TEST(taken == 2);
}

BOOST_AUTO_TEST_CASE(it_waits_for_views) {
    fixture f;
    f.connect();
    auto view = f.subject->view_of_room("a");
    f.server.notify(room_created{"a"});
    f.await([&] { return view.stats().received == 1; });
    result drained;
    f.drain(drained);
    f.await_state(session_state::closed);
    f.poll();
    BOOST_TEST(!drained.has_value());
    BOOST_TEST(view.try_next().has_value());
    f.poll();
    BOOST_TEST(drained.has_value());
}

// ---- the state of a notifier

BOOST_AUTO_TEST_CASE(the_state_follows_the_session) {
    fixture f{
        notifier_options().reconnect(reconnect_policy().base_delay(std::chrono::milliseconds(1)))};
    BOOST_TEST(f.subject->state() == session_state::idle);
    BOOST_TEST(!f.subject->is_ready());
    result connected;
    f.subject->connect([&](error_code code) { connected = code; });
    BOOST_TEST(f.subject->state() == session_state::connecting);
    f.await([&] { return connected.has_value(); });
    BOOST_TEST(f.subject->state() == session_state::ready);
    BOOST_TEST(f.subject->is_ready());
    f.server.drop_connections();
    f.await_state(session_state::restoring);
    BOOST_TEST(!f.subject->is_ready());
    f.await_state(session_state::ready);
    result closed;
    f.subject->close([&](error_code code) { closed = code; });
    BOOST_TEST(f.subject->state() == session_state::closing);
    f.await([&] { return closed.has_value(); });
    BOOST_TEST(f.subject->state() == session_state::closed);
}

BOOST_AUTO_TEST_CASE(a_session_that_is_not_restored_has_failed) {
    fixture f;
    f.connect();
    f.server.drop_connections();
    f.await_state(session_state::failed);
    BOOST_TEST(!f.subject->is_ready());
}

// ---- a webhook receiver

BOOST_AUTO_TEST_CASE(a_webhook_receiver_waits_until_everything_was_taken) {
    running_webhook subject(logged_webhook_options());
    BOOST_TEST(!subject->is_listening());
    subject.listen();
    BOOST_TEST(subject->is_listening());
    {
        http_client client = subject.connect();
        client.send(post_request(room_created{"1"}));
        BOOST_TEST(client.receive().status == 200);
    }
    auto drained = subject->drain(asio::use_future);
    get(subject->close(asio::use_future));
    BOOST_TEST(!subject->is_listening());
    BOOST_TEST((drained.wait_for(std::chrono::seconds(0)) == std::future_status::timeout));
    BOOST_TEST(subject.next().has_value());
    get(std::move(drained));
}

BOOST_AUTO_TEST_CASE(a_webhook_receiver_waits_for_its_handler) {
    running_webhook subject(logged_webhook_options(), 2);
    std::promise<void> entered;
    std::promise<void> gate;
    subject->on_server_notification([&](const notification&) {
        entered.set_value();
        get(gate.get_future());
    });
    subject.listen();
    {
        http_client client = subject.connect();
        client.send(post_request(room_created{"1"}));
        BOOST_TEST(client.receive().status == 200);
    }
    get(entered.get_future());
    auto drained = subject->drain(asio::use_future);
    get(subject->close(asio::use_future));
    BOOST_TEST((drained.wait_for(std::chrono::seconds(0)) == std::future_status::timeout));
    gate.set_value();
    get(std::move(drained));
}

// ---- a room tracker

BOOST_AUTO_TEST_CASE(a_room_tracker_waits_until_every_change_was_taken) {
    testing::server server;
    asio::io_context context;
    room_tracker subject(context, logged_options().server_address(server.address()));
    BOOST_TEST(subject.state() == session_state::idle);
    run(context, subject.start());
    BOOST_TEST(subject.state() == session_state::ready);
    server.notify(hls_uploaded{"a"});
    run(context, subject.wait());
    result drained;
    subject.drain([&](error_code code) { drained = code; });
    BOOST_TEST(subject.state() == session_state::closing);
    run(context, subject.close());
    context.restart();
    context.poll();
    BOOST_TEST(subject.state() == session_state::closed);
    BOOST_TEST(!drained.has_value());
    BOOST_TEST(subject.try_next().has_value());
    context.restart();
    context.poll();
    BOOST_TEST_REQUIRE(drained.has_value());
    BOOST_TEST(!*drained);
}

BOOST_AUTO_TEST_SUITE_END()
