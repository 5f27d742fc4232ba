#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/log.hpp"
#include "fixtures/run.hpp"

#include <chrono>
#include <cstdint>
#include <future>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

// One object, several threads; meant for ThreadSanitizer.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;

constexpr int coroutines = 8;

/// The result of a coroutine on the pool.
int get(std::future<int> from) {
    if (from.wait_for(patience) != std::future_status::ready)
        throw std::runtime_error("the coroutine hangs");
    return from.get();
}

client_options options_for(const testing::server& server, std::size_t max_connections) {
    return logged_options().server_address(server.address()).max_connections(max_connections);
}

/// Creates, reads and deletes rooms and peers; returns how often everything was correct.
asio::awaitable<int> live(jellyfish::room_api& rooms, int number, int rounds) {
    int good = 0;
    for (int round = 0; round < rounds; ++round) {
        const std::string id = std::to_string(number) + "-" + std::to_string(round);
        const room_config config = room_config().room_id(id);
        const auto created = co_await rooms.create_room(config);
        const auto added = co_await rooms.add_peer(id);
        const auto read = co_await rooms.get_room(id);
        co_await rooms.delete_peer(id, added.peer.id);
        co_await rooms.delete_room(id);
        const bool same = created.room.id == id && read.peers.size() == 1 &&
                          read.peers.front().id == added.peer.id;
        if (same) ++good;
    }
    co_return good;
}

/// Runs several coroutines on several threads with one object, with at most 3 connections per node.
void live_on_several_threads(testing::server& server) {
    constexpr int rounds = 10;
    asio::thread_pool threads(4);
    {
        jellyfish::room_api rooms(threads.get_executor(), options_for(server, 3));
        std::vector<std::future<int>> results;
        for (int number = 0; number < coroutines; ++number)
            results.push_back(
                asio::co_spawn(threads, live(rooms, number, rounds), asio::use_future));
        for (auto& each : results)
            BOOST_TEST(get(std::move(each)) == rounds);
    }
    threads.join();
    BOOST_TEST(server.rooms().empty());
}

/// Makes calls that race with a cancellation signal, which is a little later each time; returns how
/// many completed.
asio::awaitable<int> be_interrupted(jellyfish::room_api& rooms, int rounds) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    int ended = 0;
    for (int round = 0; round < rounds; ++round) {
        asio::steady_timer timer(executor, std::chrono::microseconds(40 * round));
        const auto first =
            co_await (rooms.get_all_rooms() || timer.async_wait(asio::use_awaitable));
        if (first.index() < 2) ++ended;
    }
    co_return ended;
}

asio::awaitable<int> count_rooms(jellyfish::room_api& rooms) {
    const auto all = co_await rooms.get_all_rooms();
    co_return static_cast<int>(all.size());
}

/// Reads a room repeatedly; returns how often it was the right one.
asio::awaitable<int> read_room(jellyfish::room_api& rooms, std::string id, int calls) {
    int good = 0;
    for (int call = 0; call < calls; ++call) {
        const auto read = co_await rooms.get_room(id);
        if (read.id == id) ++good;
    }
    co_return good;
}

asio::awaitable<int> make_room(jellyfish::room_api& rooms, std::string id) {
    const room_config config = room_config().room_id(id);
    co_await rooms.create_room(config);
    co_return 1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_api_threads)

BOOST_AUTO_TEST_CASE(sixty_four_callers_make_a_hundred_thousand_calls) {
    constexpr int callers = 64;
    constexpr int calls = 100'000 / callers + 1;
    testing::server server;
    asio::thread_pool threads(4);
    jellyfish::room_api rooms(threads.get_executor(), options_for(server, 8));
    BOOST_TEST(get(asio::co_spawn(threads, make_room(rooms, "a"), asio::use_future)) == 1);
    std::vector<std::future<int>> results;
    for (int caller = 0; caller < callers; ++caller)
        results.push_back(asio::co_spawn(threads, read_room(rooms, "a", calls), asio::use_future));
    int good = 0;
    for (auto& each : results) {
        // Continues while the server responds.
        std::uint64_t responded = 0;
        while (each.wait_for(patience) != std::future_status::ready) {
            BOOST_REQUIRE(server.requests() > responded);
            responded = server.requests();
        }
        good += each.get();
    }
    BOOST_TEST(good == callers * calls);
}

BOOST_AUTO_TEST_CASE(coroutines_on_several_threads_can_share_an_object) {
    testing::server server;
    live_on_several_threads(server);
    BOOST_TEST(server.accepted_connections() <= 3U);
}

BOOST_AUTO_TEST_CASE(rooms_on_several_nodes_are_created_and_deleted_on_several_threads) {
    testing::server server(testing::server_options().nodes(3));
    live_on_several_threads(server);
}

BOOST_AUTO_TEST_CASE(calls_on_several_threads_can_be_cancelled_at_any_moment) {
    constexpr int rounds = 25;
    testing::server server;
    asio::thread_pool threads(4);
    {
        jellyfish::room_api rooms(threads.get_executor(), options_for(server, 2));
        std::vector<std::future<int>> results;
        for (int number = 0; number < coroutines; ++number)
            results.push_back(asio::co_spawn(asio::make_strand(threads.get_executor()),
                                             be_interrupted(rooms, rounds), asio::use_future));
        for (auto& each : results)
            BOOST_TEST(get(std::move(each)) == rounds);
        BOOST_TEST(get(asio::co_spawn(threads, count_rooms(rooms), asio::use_future)) == 0);
    }
    threads.join();
}

BOOST_AUTO_TEST_CASE(an_object_can_be_destroyed_while_other_threads_have_calls_in_flight) {
    for (int round = 0; round < 20; ++round) {
        testing::server server;
        asio::thread_pool threads(4);
        std::vector<std::future<int>> results;
        {
            jellyfish::room_api rooms(threads.get_executor(), options_for(server, 2));
            for (int number = 0; number < coroutines; ++number) {
                std::promise<int> ended;
                results.push_back(ended.get_future());
                rooms.get_all_rooms(
                    [ended = std::move(ended)](const error_code&, const auto&) mutable {
                        ended.set_value(1);
                    });
            }
        }
        for (auto& each : results)
            BOOST_TEST(get(std::move(each)) == 1);
        threads.join();
    }
}

BOOST_AUTO_TEST_SUITE_END()
