#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fakes/blocking_client.hpp"
#include "fakes/wire.hpp"
#include "fixtures/certificate_files.hpp"
#include "fixtures/log.hpp"
#include "fixtures/run.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// A handler of the process blocks the context for longer than any time limit of the library, while
// the peer behaves well. Nothing times out: bytes that have arrived meanwhile are read, and
// requests that are sent afterwards have their full time.
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds limit{400};
constexpr std::chrono::milliseconds stall{600};

/// A blocked context runs nothing: no timer, no read, no write.
void block(int times = 1) { std::this_thread::sleep_for(times * stall); }

client_options options_for(const testing::server& server) {
    return logged_options()
        .server_address(server.address())
        .connect_timeout(limit)
        .request_timeout(limit);
}

notifier_options strict() {
    return notifier_options()
        .authentication_timeout(limit)
        .idle_timeout(limit)
        .close_timeout(limit)
        .reconnect(reconnect_policy::never());
}

/// The results of operations.
struct endings {
    int started = 0;
    int ended = 0;
    std::string failures;

    auto note(const char* name) {
        ++started;
        return [this, name](const error_code& code, const auto&...) {
            ++ended;
            if (code) failures.append(name).append(": ").append(code.message()).append("; ");
        };
    }

    /// Blocks the context after this many steps, and then lets all operations complete.
    void block_after(int steps, asio::io_context& context, int times = 1) {
        context.restart();
        for (int n = 0; n < steps && ended < started; ++n)
            context.run_one_for(50ms);
        block(times);
        const auto end = std::chrono::steady_clock::now() + patience;
        while (ended < started && std::chrono::steady_clock::now() < end) {
            context.restart();
            context.run_one_for(1s);
        }
        BOOST_TEST(ended == started);
        BOOST_TEST(failures == "");
    }
};

std::string next_kind(asio::io_context& context, notifier& subject) {
    const auto consuming = [](notifier& n) -> asio::awaitable<std::string> {
        const auto item = co_await n.next_for(patience);
        co_return item ? std::string(name_of(*item)) : "the end";
    };
    return run(context, consuming(subject));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stalls)

/// The time limit of a pong starts at the ping.
BOOST_AUTO_TEST_CASE(a_session_survives_a_stall_longer_than_its_idle_timeout) {
    testing::server server;
    asio::io_context context;
    notifier subject(context.get_executor(), options_for(server), strict());
    run(context, subject.connect());
    for (int n = 0; n < 2; ++n) {
        block(2);
        const auto before = subject.stats().bytes_received;
        const auto end = std::chrono::steady_clock::now() + patience;
        while (subject.stats().bytes_received == before) {  // Until the ping is answered.
            BOOST_REQUIRE(std::chrono::steady_clock::now() < end);
            context.restart();
            context.run_one_for(100ms);
        }
    }
    server.notify(room_created{"1"});
    BOOST_TEST(next_kind(context, subject) == "room_created");
}

BOOST_DATA_TEST_CASE(a_connect_survives_a_stall_in_each_phase, data::make({0, 1, 2, 4, 8, 16, 32}),
                     steps) {
    testing::server server;
    asio::io_context context;
    notifier session(context.get_executor(), options_for(server), strict());
    room_api api(context.get_executor(), options_for(server));
    room_tracker tracker(context.get_executor(), options_for(server), strict());
    endings ends;
    session.connect(ends.note("connect"));
    api.get_all_rooms(ends.note("get_all_rooms"));
    tracker.start(ends.note("start"));
    ends.block_after(steps, context);
}

BOOST_DATA_TEST_CASE(a_connect_with_tls_survives_a_stall_in_each_phase,
                     data::make({0, 1, 2, 4, 8, 16, 32}), steps) {
    const certificate_files files;
    testing::server server(
        testing::server_options().tls(files.certificate_file(), files.key_file()));
    const auto options =
        options_for(server).secure(true).tls(tls_options().ca_file(files.authority_file()));
    asio::io_context context;
    notifier session(context.get_executor(), options, strict());
    room_api api(context.get_executor(), options);
    endings ends;
    session.connect(ends.note("connect"));
    api.get_all_rooms(ends.note("get_all_rooms"));
    ends.block_after(steps, context);
}

BOOST_DATA_TEST_CASE(a_subscription_and_a_close_survive_a_stall, data::make({0, 1, 2, 4}), steps) {
    testing::server server;
    asio::io_context context;
    notifier session(context.get_executor(), options_for(server), strict());
    run(context, session.connect());
    endings subscribed;
    session.subscribe(event_type::metrics, subscribed.note("subscribe"));
    subscribed.block_after(steps, context, 2);
    endings closed;
    session.close(closed.note("close"));
    closed.block_after(steps, context);
    const auto handshaken = [&] {
        const auto ends = server.seen_closes();
        return !ends.empty() && ends.back().code == 1000;
    };
    BOOST_TEST(server.wait_for(handshaken, patience));
}

/// A response that needs many reads, and calls that wait for its connection.
BOOST_DATA_TEST_CASE(calls_survive_a_stall, data::make({0, 1, 2, 4, 8}), steps) {
    testing::server server;
    asio::io_context context;
    const auto patient = options_for(server).request_timeout(patience);
    room_api making(context.get_executor(), patient);
    for (int n = 0; n < 200; ++n) {
        auto config = room_config().webhook_url("http://localhost/" + std::string(1'000, 'x'));
        (void)run(context, making.create_room(config));
    }
    room_api api(context.get_executor(), options_for(server).max_connections(1));
    endings ends;
    for (int n = 0; n < 3; ++n)
        api.get_all_rooms(ends.note("get_all_rooms"));
    ends.block_after(steps, context);
}

/// The body arrives in more pieces than one read consumes.
BOOST_AUTO_TEST_CASE(a_webhook_that_arrives_during_a_stall_is_received) {
    asio::io_context context;
    webhook_receiver subject(
        context.get_executor(),
        logged_webhook_options().header_timeout(limit).body_timeout(limit).write_timeout(limit));
    subject.listen();
    const std::string request = post_request(room_created{std::string(400'000, 'r')});
    for (const std::size_t before : {std::size_t{0}, std::size_t{10}, std::size_t{300}}) {
        http_client client(subject.port());
        client.send(request.substr(0, before));
        const auto received = subject.stats().bytes_received;
        while (subject.stats().bytes_received < received + before) {
            context.restart();
            context.run_one_for(1s);
        }
        std::jthread sending([&] { client.send(request.substr(before)); });
        block();
        const auto consuming = [](webhook_receiver& r) -> asio::awaitable<bool> {
            const auto item = co_await r.next_for(10s);
            co_return item.has_value();
        };
        BOOST_TEST(run(context, consuming(subject)));
    }
    BOOST_TEST(subject.stats().timed_out == 0U);
}

/// A webhook that finds the queue full when the receiver is closed.
BOOST_AUTO_TEST_CASE(a_held_webhook_survives_a_stall_while_its_receiver_closes) {
    asio::io_context context;
    webhook_receiver subject(
        context.get_executor(),
        logged_webhook_options().queue_limit(1).full_queue_timeout(1h).close_timeout(limit));
    subject.listen();
    std::optional<http_client> client(std::in_place, subject.port());
    client->send(post_request(room_created{"1"}) + post_request(room_created{"2"}));
    while (subject.stats().received == 0) {
        context.restart();
        context.run_one_for(1s);
    }
    BOOST_TEST(client->receive().status == 200);
    endings ends;
    subject.close(ends.note("close"));
    context.restart();
    context.poll();
    block();
    context.restart();
    context.poll();  // The stall is noticed here.
    BOOST_TEST(subject.try_next().has_value());
    while (subject.stats().received + subject.stats().dropped < 2) {
        context.restart();
        context.run_one_for(1s);
    }
    BOOST_TEST(subject.stats().dropped == 0U);
    BOOST_TEST(client->receive().status == 200);
    client.reset();
    ends.block_after(0, context, 0);
}

BOOST_AUTO_TEST_SUITE_END()
