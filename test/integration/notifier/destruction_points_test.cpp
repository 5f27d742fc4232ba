#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/blocking_client.hpp"
#include "fixtures/destroy_at_each_step.hpp"
#include "fixtures/run.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// Each object is destroyed after each number of steps of its context while one of its operations is
// pending. The operation completes with `operation_aborted`, never as if the object had been
// closed.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

template <bool connected, int notifications = 0>
struct notifier_fixture {
    asio::io_context context;
    std::optional<notifier> subject;

    notifier_fixture() {
        subject.emplace(context.get_executor(), shared_server_options());
        if (connected) run(context, subject->connect());
        for (int n = 0; n < notifications; ++n)
            shared_server().notify(room_created{std::to_string(n)});
    }
};

template <bool listening, int notifications = 0>
struct webhook_receiver_fixture {
    asio::io_context context;
    std::optional<webhook_receiver> subject;
    std::optional<http_client> client;

    webhook_receiver_fixture() {
        subject.emplace(context.get_executor());
        if (listening) subject->listen();
        if (notifications == 0) return;
        client.emplace(subject->port());
        for (int n = 0; n < notifications; ++n)
            client->send(post_request(room_created{std::to_string(n)}));
    }
};

template <bool started, int notifications = 0>
struct tracker_fixture {
    asio::io_context context;
    std::optional<room_tracker> subject;

    tracker_fixture() {
        subject.emplace(context.get_executor(), shared_server_options());
        if (started) run(context, subject->start());
        for (int n = 0; n < notifications; ++n)
            shared_server().notify(room_created{std::to_string(n)});
    }
};

template <class Api>
struct api_fixture {
    asio::io_context context;
    std::optional<Api> subject;

    api_fixture() { subject.emplace(context.get_executor(), shared_server_options()); }
};

const auto take = [](auto& subject, auto token) { return subject.next(std::move(token)); };
const auto take_in_time = [](auto& subject, auto token) {
    return subject.next_for(patience, std::move(token));
};
const auto look = [](auto& subject, auto token) { return subject.wait(std::move(token)); };
const auto end = [](auto& subject, auto token) { return subject.close(std::move(token)); };

}  // namespace

BOOST_AUTO_TEST_SUITE(destruction_points)

BOOST_AUTO_TEST_CASE(a_notifier_whose_notification_is_awaited) {
    destroy_at_each_step<notifier_fixture<false>>(take);
    destroy_at_each_step<notifier_fixture<true>>(take);
    destroy_at_each_step<notifier_fixture<true, 2>>(take);
    destroy_at_each_step<notifier_fixture<true>>(take_in_time);
    destroy_at_each_step<notifier_fixture<true, 2>>(take_in_time);
    destroy_at_each_step<notifier_fixture<true>>(look);
    destroy_at_each_step<notifier_fixture<true, 2>>(look);
}

BOOST_AUTO_TEST_CASE(a_notifier_with_any_other_operation) {
    destroy_at_each_step<notifier_fixture<false>>(
        [](notifier& n, auto token) { return n.connect(std::move(token)); });
    const auto wait_ready = [](notifier& n, auto token) { return n.wait_ready(std::move(token)); };
    destroy_at_each_step<notifier_fixture<false>>(wait_ready);
    destroy_at_each_step<notifier_fixture<true>>(wait_ready);
    destroy_at_each_step<notifier_fixture<true>>(
        [](notifier& n, auto token) { return n.subscribe(event_type::metrics, std::move(token)); });
    destroy_at_each_step<notifier_fixture<false>>(end);
    destroy_at_each_step<notifier_fixture<true>>(end);
}

BOOST_AUTO_TEST_CASE(a_webhook_receiver) {
    destroy_at_each_step<webhook_receiver_fixture<false>>(take);
    destroy_at_each_step<webhook_receiver_fixture<true>>(take);
    destroy_at_each_step<webhook_receiver_fixture<true, 2>>(take);
    destroy_at_each_step<webhook_receiver_fixture<true>>(take_in_time);
    destroy_at_each_step<webhook_receiver_fixture<true>>(look);
    destroy_at_each_step<webhook_receiver_fixture<true, 2>>(look);
    destroy_at_each_step<webhook_receiver_fixture<true>>(end);
}

BOOST_AUTO_TEST_CASE(a_room_tracker) {
    destroy_at_each_step<tracker_fixture<false>>(
        [](room_tracker& t, auto token) { return t.start(std::move(token)); });
    destroy_at_each_step<tracker_fixture<false>>(take);
    destroy_at_each_step<tracker_fixture<true>>(take);
    destroy_at_each_step<tracker_fixture<true, 2>>(take);
    destroy_at_each_step<tracker_fixture<true>>(take_in_time);
    destroy_at_each_step<tracker_fixture<true>>(look);
    destroy_at_each_step<tracker_fixture<true>>(end);
}

BOOST_AUTO_TEST_CASE(an_api_object) {
    destroy_at_each_step<api_fixture<room_api>>(
        [](room_api& api, auto token) { return api.get_all_rooms(std::move(token)); });
    destroy_at_each_step<api_fixture<health_api>>(
        [](health_api& api, auto token) { return api.check(std::move(token)); });
    destroy_at_each_step<api_fixture<recording_api>>(
        [](recording_api& api, auto token) { return api.get_list(std::move(token)); });
}

// ---- owners destroyed with their context

namespace {

asio::awaitable<void> consume(notifier& from) {
    while (auto each = co_await from.next()) {
    }
}

asio::awaitable<void> own_a_notifier(asio::strand<asio::io_context::executor_type> strand) {
    notifier owned(strand);
    asio::co_spawn(strand, consume(owned), [](std::exception_ptr) {});
    asio::steady_timer timer(strand, std::chrono::hours(1));
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_context_can_be_destroyed_with_a_strand_whose_coroutine_owns_a_notifier) {
    auto context = std::make_unique<asio::io_context>();
    auto first = std::make_unique<notifier>(
        context->get_executor());  // Creates the library's service of the context.
    std::optional strand(asio::make_strand(*context));
    asio::co_spawn(*strand, own_a_notifier(*strand), [](std::exception_ptr) {});
    strand.reset();
    context->poll();
    first.reset();
    context.reset();  // Would never return if the notifier were destroyed with a waiting consumer.
}

// ---- a consumer destroyed with its own context

namespace {

/// Two consumers wait; the resumed one is destroyed with its own context before it runs.
template <class Fixture, class Send>
void check_that_the_other_receives(Send send) {
    Fixture w;
    auto own = std::make_unique<asio::io_context>();
    w.subject->next(asio::bind_executor(own->get_executor(), [](const error_code&, const auto&) {
        BOOST_ERROR("its context has been destroyed");
    }));
    bool delivered = false;
    w.subject->next(
        [&](const error_code& code, const auto& value) { delivered = !code && value.has_value(); });
    send(w);
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (w.subject->stats().queued == 0 && std::chrono::steady_clock::now() < limit) {
        w.context.restart();
        w.context.run_one_for(std::chrono::milliseconds(10));
    }
    w.context.restart();
    w.context.poll();  // In flight in its own context.
    own.reset();
    while (!delivered && std::chrono::steady_clock::now() < limit) {
        w.context.restart();
        w.context.run_one_for(std::chrono::milliseconds(10));
    }
    BOOST_TEST(delivered);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_destroyed_consumer_leaves_its_notification_to_another) {
    const auto notify = [](auto&) { shared_server().notify(room_created{"of_two_consumers"}); };
    check_that_the_other_receives<notifier_fixture<true>>(notify);
    check_that_the_other_receives<tracker_fixture<true>>(notify);
    check_that_the_other_receives<webhook_receiver_fixture<true>>([](auto& w) {
        w.client.emplace(w.subject->port());
        w.client->send(post_request(room_created{"1"}));
    });
}

BOOST_AUTO_TEST_SUITE_END()
