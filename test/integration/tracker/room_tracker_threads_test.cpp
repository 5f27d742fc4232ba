#include <jellyfish/error.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>

#include "data/random.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

// One tracker, several threads; meant for ThreadSanitizer.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr int threads = 4;
constexpr int count = 2'000;

/// A server, and threads that run its trackers.
struct fixture {
    testing::server server;
    asio::thread_pool pool{threads};
    client_options options = client_options().server_address(server.address());
    room_tracker_options tracker_options = room_tracker_options().refresh_interval(0ms);

    [[nodiscard]] room_tracker make() {
        return room_tracker(pool.get_executor(), options, notifier_options(), tracker_options);
    }

    /// Creates a room with a peer, by a call that is independent of any tracker.
    std::string create_room() const {
        const std::string body = call(server.port(), "POST", "/room", "{}").body;
        const auto from = body.find(R"("id":")") + 6;
        const std::string id = body.substr(from, body.find('"', from) - from);
        (void)call(server.port(), "POST", "/room/" + id + "/peer",
                   R"({"type":"webrtc","options":{}})");
        return id;
    }

    /// Numbered notifications, which change no room and so are passed on unchanged.
    void notify(int from, int to) {
        for (int n = from; n < to; ++n)
            server.notify(hls_uploaded{std::to_string(n)});
    }
};

int number_of(const room_change& value) { return std::stoi(std::string(room_id_of(value))); }

/// Takes until the tracker is closed.
asio::awaitable<std::vector<int>> take_all(room_tracker& from) {
    std::vector<int> numbers;
    while (auto change = co_await from.next())
        numbers.push_back(number_of(*change));
    co_return numbers;
}

std::vector<int> all_numbers() {
    std::vector<int> all(count);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

/// Makes a call that may fail with one of these codes.
template <class Call>
void allowing(std::initializer_list<errc> codes, Call call) {
    try {
        call();
    } catch (const error& e) {
        const bool allowed =
            std::ranges::any_of(codes, [&](errc each) { return e.code() == each; });
        if (!allowed) throw;
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(room_tracker_threads, fixture)

BOOST_AUTO_TEST_CASE(consumers_on_several_threads_get_each_change_once_and_in_order) {
    tracker_options.queue_limit(64);
    jellyfish::room_tracker subject = make();
    get(subject.start(asio::use_future));
    std::vector<std::future<std::vector<int>>> consumers;
    for (int i = 0; i < threads; ++i)
        consumers.push_back(asio::co_spawn(pool, take_all(subject), asio::use_future));
    notify(0, count);
    BOOST_TEST(server.wait_for(
        [&] { return subject.stats().changes == count && subject.stats().queued == 0; }, patience));
    get(subject.close(asio::use_future));
    std::vector<int> all;
    for (auto& each : consumers) {
        const std::vector<int> some = get(std::move(each));
        BOOST_TEST(std::ranges::is_sorted(some));
        all.insert(all.end(), some.begin(), some.end());
    }
    std::ranges::sort(all);
    BOOST_TEST(all == all_numbers());
}

BOOST_AUTO_TEST_CASE(all_members_can_be_called_concurrently) {
    const std::string room_id = create_room();
    constexpr int rounds = 10;
    for (int round = 0; round < rounds; ++round) {
        jellyfish::room_tracker subject = make();
        get(subject.start(asio::use_future));
        std::vector<std::future<void>> callers;
        const auto call_often = [&](auto member) {
            callers.push_back(std::async(std::launch::async, [&subject, member] {
                for (int i = 0; i < 50; ++i)
                    member(subject);
            }));
        };
        using tracker = jellyfish::room_tracker;
        call_often([](tracker& t) { (void)t.try_next(); });
        call_often([](tracker& t) { (void)t.stats(); });
        call_often([](tracker& t) { (void)t.rooms(); });
        call_often([&](tracker& t) { (void)t.find(room_id); });
        call_often([](tracker& t) { (void)t.is_current(); });
        call_often([](tracker& t) { t.refresh(); });
        call_often([](tracker& t) { t.wait([](const error_code&) {}); });
        call_often([](tracker& t) { t.next([](const error_code&, const auto&) {}); });
        call_often([](tracker& t) { t.next_for(1ms, [](const error_code&, const auto&) {}); });
        call_often([](tracker& t) {
            allowing({errc::already_connected, errc::closed},
                     [&] { get(t.start(asio::use_future)); });
        });
        notify(0, 50);
        create_room();
        std::jthread closer([&] { get(subject.close(asio::use_future)); });
        get(subject.close(asio::use_future));
        for (auto& each : callers)
            get(std::move(each));
        BOOST_TEST(!subject.is_current());
        BOOST_TEST(subject.find(room_id).has_value());
    }
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_view_read_on_several_threads_has_only_consistent_rooms) {
    jellyfish::room_tracker subject = make();
    get(subject.start(asio::use_future));
    std::atomic<bool> stop{false};
    std::vector<std::future<bool>> readers;
    for (int i = 0; i < threads; ++i) {
        readers.push_back(std::async(std::launch::async, [&] {
            bool good = true;
            while (!stop) {
                const std::vector<room> seen = subject.rooms();
                good = good && std::ranges::is_sorted(seen, {}, &room::id);
                for (const room& each : seen)
                    good = good && each.peers.size() <= 1;
            }
            return good;
        }));
    }
    for (int i = 0; i < 30; ++i)
        create_room();
    BOOST_TEST(server.wait_for(
        [&] {
            const auto seen = subject.rooms();
            return seen.size() == 30U &&
                   std::ranges::all_of(seen, [](const room& r) { return r.peers.size() == 1; });
        },
        patience));
    stop = true;
    for (auto& each : readers)
        BOOST_TEST(get(std::move(each)));
    get(subject.close(asio::use_future));
}

BOOST_AUTO_TEST_CASE(a_close_concurrent_with_a_start_completes_both) {
    create_room();
    for (int round = 0; round < 50; ++round) {
        jellyfish::room_tracker subject = make();
        std::jthread closer([&] { get(subject.close(asio::use_future)); });
        allowing({errc::closed}, [&] { get(subject.start(asio::use_future)); });
        closer.join();
        while (subject.try_next()) {
        }
        BOOST_TEST(!get(subject.next(asio::use_future)).has_value());
    }
    BOOST_TEST(server.wait_for([&] { return server.authenticated_sockets() == 0; }, patience));
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_tracker_can_be_destroyed_while_a_pool_runs_it) {
    std::atomic<int> ended{0};
    constexpr int rounds = 30;
    for (std::uint32_t seed = 1; seed <= rounds; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_source random(seed);
            std::optional<jellyfish::room_tracker> subject(make());
            // Every third is destroyed during its start.
            const auto start_ended = [&](const error_code&) { ++ended; };
            if (seed % 3 == 0) {
                subject->start(start_ended);
            } else {
                get(subject->start(asio::use_future));
                subject->start(start_ended);
            }
            subject->next([&](const error_code&, const auto&) { ++ended; });
            subject->next_for(patience, [&](const error_code&, const auto&) { ++ended; });
            subject->wait([&](const error_code&) { ++ended; });
            std::jthread sender([&] {
                notify(0, 10);
                create_room();  // The tracker fetches it.
            });
            for (std::size_t n = random.below(300); n > 0; --n)
                std::this_thread::yield();
            subject.reset();
        }
    }
    pool.join();
    BOOST_TEST(ended == 4 * rounds);
    BOOST_TEST(server.wait_for([&] { return server.authenticated_sockets() == 0; }, patience));
}

BOOST_AUTO_TEST_SUITE_END()
