#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "fakes/bare_server.hpp"
#include "fakes/scripted_peer.hpp"
#include "fakes/wire.hpp"
#include "fixtures/log.hpp"
#include "fixtures/once.hpp"
#include "fixtures/run.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

// One notifier, several threads; meant for ThreadSanitizer.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;

constexpr int threads = 4;
constexpr int count = 5'000;

template <class T>
T get(std::future<T> future) {
    if (future.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("it never completes");
    return future.get();
}

void notify(bare_server& server, int from, int to) {
    for (int i = from; i < to; ++i)
        server.notify(room_created{std::to_string(i)});
}

/// (An aggregate in an awaited expression would be destroyed twice.)
std::string first_frame() { return frame(op_binary, notification_bytes(room_created{"1"})); }

int number_of(const notification& value) { return std::stoi(std::string(room_id_of(value))); }

/// Takes until the notifier is closed.
asio::awaitable<std::vector<int>> take_all(notifier& from) {
    std::vector<int> numbers;
    while (auto value = co_await from.next())
        numbers.push_back(number_of(*value));
    co_return numbers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier_threads)

BOOST_AUTO_TEST_CASE(consumers_on_several_threads_get_each_notification_once_and_in_order) {
    bare_server server;
    asio::thread_pool pool(threads);
    notifier subject(pool.get_executor(), logged_options().server_address(server.address()),
                     once().queue_limit(64));
    get(subject.connect(asio::use_future));
    server.await_subscribed(1);
    std::vector<std::future<std::vector<int>>> consumers;
    for (int i = 0; i < threads; ++i)
        consumers.push_back(asio::co_spawn(pool, take_all(subject), asio::use_future));
    notify(server, 0, count);
    while (subject.stats().received < count || subject.stats().queued != 0)
        std::this_thread::yield();
    get(subject.close(asio::use_future));
    std::vector<int> all;
    for (auto& each : consumers) {
        const std::vector<int> some = get(std::move(each));
        BOOST_TEST(std::ranges::is_sorted(some));
        all.insert(all.end(), some.begin(), some.end());
    }
    std::ranges::sort(all);
    std::vector<int> expected(count);
    std::iota(expected.begin(), expected.end(), 0);
    BOOST_TEST(all == expected);
}

BOOST_AUTO_TEST_CASE(handlers_on_a_pool_are_called_one_at_a_time_and_in_order) {
    bare_server server;
    asio::thread_pool pool(threads);
    notifier subject(pool.get_executor(), logged_options().server_address(server.address()));
    std::atomic<int> inside{0};
    std::vector<int> numbers;
    std::promise<void> all;
    subject.on_server_notification([&](const notification& value) {
        if (++inside != 1) numbers.push_back(-1);
        numbers.push_back(number_of(value));
        --inside;
        if (numbers.size() == count) all.set_value();
    });
    get(subject.connect(asio::use_future));
    server.await_subscribed(1);
    notify(server, 0, count);
    get(all.get_future());
    std::vector<int> expected(count);
    std::iota(expected.begin(), expected.end(), 0);
    BOOST_TEST(numbers == expected);
    get(subject.close(asio::use_future));
}

BOOST_AUTO_TEST_CASE(a_consumer_that_blocks_its_thread_does_not_keep_the_session_from_responding) {
    asio::thread_pool servers(1);
    asio::steady_timer consumed(servers, asio::steady_timer::time_point::max());
    std::promise<std::string> response;
    scripted_peer peer(servers.get_executor(),
                       [&](scripted_connection& c) -> asio::awaitable<void> {
                           co_await c.begin_session(first_frame());
                           co_await consumed.async_wait(asio::as_tuple(asio::use_awaitable));
                           co_await c.write(frame(op_ping, "are you there"));
                           response.set_value(co_await c.read_frame());
                       });
    asio::thread_pool pool(2);
    notifier subject(pool.get_executor(), logged_options().server_address(peer.address()), once());
    const auto take = [&]() -> asio::awaitable<std::string> {
        co_await subject.connect();
        const auto one = co_await subject.next();
        asio::post(servers, [&] { consumed.expires_at(asio::steady_timer::time_point::min()); });
        co_return get(response.get_future());
    };
    BOOST_TEST(get(asio::co_spawn(pool, take(), asio::use_future)) == "are you there");
    servers.stop();
    servers.join();
}

BOOST_AUTO_TEST_CASE(all_members_can_be_called_concurrently) {
    bare_server server;
    asio::thread_pool pool(threads);
    for (int round = 0; round < 10; ++round) {
        notifier subject(pool.get_executor(), logged_options().server_address(server.address()));
        get(subject.connect(asio::use_future));
        server.await_subscribed(1);
        std::atomic<bool> stop{false};
        std::vector<std::jthread> callers;
        callers.emplace_back([&] {
            while (!stop)
                (void)subject.try_next();
        });
        callers.emplace_back([&] {
            while (!stop)
                (void)subject.stats();
        });
        callers.emplace_back([&] { notify(server, 0, 100); });
        callers.emplace_back([&] {
            try {
                get(subject.subscribe(event_type::metrics, asio::use_future));
            } catch (const error& e) {
                if (e.code() != errc::closed) throw;
            }
        });
        callers.emplace_back([&] {
            try {
                get(subject.next_for(std::chrono::milliseconds(1), asio::use_future));
            } catch (const error& e) {
                if (e.code() != errc::timeout) throw;
            }
        });
        get(subject.wait_ready(asio::use_future));
        callers.emplace_back([&] { get(subject.close(asio::use_future)); });
        get(subject.close(asio::use_future));
        stop = true;
    }
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_close_concurrent_with_a_connect_completes_both) {
    bare_server server;
    asio::thread_pool pool(threads);
    for (int round = 0; round < 50; ++round) {
        notifier subject(pool.get_executor(), logged_options().server_address(server.address()));
        std::jthread closer([&] { get(subject.close(asio::use_future)); });
        try {
            get(subject.connect(asio::use_future));
        } catch (const error& e) {
            if (e.code() != errc::closed) throw;
        }
        closer.join();
        BOOST_TEST(!get(subject.next(asio::use_future)).has_value());
    }
    server.await_gone();
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_notifier_can_be_destroyed_while_a_pool_runs_it) {
    bare_server server;
    asio::thread_pool pool(threads);
    std::atomic<int> ended{0};
    constexpr int rounds = 20;
    for (int round = 0; round < rounds; ++round) {
        std::optional<notifier> subject;
        subject.emplace(pool.get_executor(), logged_options().server_address(server.address()));
        get(subject->connect(asio::use_future));
        server.await_subscribed(1);
        subject->next([&](error_code, const std::optional<notification>&) { ++ended; });
        subject->wait([&](error_code) { ++ended; });
        std::jthread sender([&] { notify(server, 0, 20); });
        subject.reset();
        sender.join();
        server.await_gone();
    }
    pool.join();
    BOOST_TEST(ended == 2 * rounds);
}

BOOST_AUTO_TEST_CASE(views_are_constructed_consumed_and_destroyed_on_several_threads) {
    constexpr int rooms = 8;
    constexpr int peers = 300;
    const auto follow = [](notification_view view) -> asio::awaitable<std::vector<int>> {
        std::vector<int> numbers;
        while (numbers.size() < peers) {
            const auto value = co_await view.next();
            numbers.push_back(std::stoi(std::get<peer_added>(value.value()).peer_id));
        }
        co_return numbers;
    };
    bare_server server;
    asio::thread_pool pool(threads);
    notifier subject(pool, logged_options().server_address(server.address()),
                     once().queue_limit(32));
    get(subject.connect(asio::use_future));
    server.await_subscribed(1);
    std::vector<std::future<std::vector<int>>> handled;
    for (int r = 0; r < rooms; ++r)
        handled.push_back(asio::co_spawn(pool, follow(subject.view_of_room(std::to_string(r))),
                                         asio::use_future));
    std::atomic<bool> stop{false};
    std::thread changing([&] {
        while (!stop) {
            auto view = subject.view_of<room_crashed, room_created>();
            (void)view.try_next();
            (void)view.stats();
            (void)subject.stats();
            (void)subject.state();
            std::this_thread::yield();
        }
    });
    for (int i = 0; i < peers; ++i) {
        for (int r = 0; r < rooms; ++r)
            server.notify(peer_added{std::to_string(r), std::to_string(i)});
    }
    std::vector<int> expected(peers);
    std::iota(expected.begin(), expected.end(), 0);
    for (auto& each : handled)
        BOOST_TEST(get(std::move(each)) == expected);
    stop = true;
    changing.join();
    get(subject.drain(asio::use_future));
}

BOOST_AUTO_TEST_SUITE_END()
