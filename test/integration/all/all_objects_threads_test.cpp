#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/room_tracker.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "data/random.hpp"
#include "data/room_events.hpp"
#include "data/room_mirror.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

// All kinds of objects, many threads, one server; meant for ThreadSanitizer.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr int threads = 8;
constexpr int consumers = 3;  // For each object.

using notifications = std::vector<notification>;

/// All objects of one server.
struct all_objects {
    std::optional<notifier> sockets;
    std::optional<room_api> calls;
    std::optional<room_tracker> view;
    std::optional<webhook_receiver> hooks;

    all_objects(asio::thread_pool& pool, const testing::server& server) {
        const auto options = client_options().server_address(server.address());
        sockets.emplace(pool.get_executor(), options);
        calls.emplace(pool.get_executor(), options);
        view.emplace(pool.get_executor(), options);
        hooks.emplace(pool.get_executor());
    }

    void start() {
        auto connected = sockets->connect(asio::use_future);
        auto started = view->start(asio::use_future);
        hooks->listen();
        get(std::move(connected));
        get(std::move(started));
    }
};

/// Creates rooms and deletes all but every fifth. Returns the expected notifications.
asio::awaitable<notifications> churn(room_api& api, std::string webhook_url, int rooms) {
    notifications reported;
    for (int n = 0; n < rooms; ++n) {
        const room_config config = room_config().webhook_url(webhook_url);
        const auto made = co_await api.create_room(config);
        const std::string id = made.room.id;
        reported.emplace_back(room_created{id});
        const auto first = co_await api.add_peer(id);
        reported.emplace_back(peer_added{id, first.peer.id});
        const auto second = co_await api.add_peer(id);
        reported.emplace_back(peer_added{id, second.peer.id});
        co_await api.delete_peer(id, first.peer.id);
        reported.emplace_back(peer_deleted{id, first.peer.id});
        if (n % 5 == 0) continue;
        co_await api.delete_room(id);
        reported.emplace_back(peer_deleted{id, second.peer.id});
        reported.emplace_back(room_deleted{id});
    }
    co_return reported;
}

std::atomic<std::size_t> refreshed_rooms{0};

std::optional<notification> notification_of(const notification& value) { return value; }
std::optional<notification> notification_of(const room_change& value) {
    auto found = test::notification_of(value.event);
    if (!found) ++refreshed_rooms;
    return found;
}

/// Takes until the object is closed.
template <class Object>
asio::awaitable<notifications> take_all(Object& from) {
    notifications all;
    while (auto item = co_await from.next()) {
        if (auto value = notification_of(*item)) all.push_back(*std::move(value));
    }
    co_return all;
}

template <class Object>
std::vector<std::future<notifications>> spawn_consumers(asio::thread_pool& pool, Object& from) {
    std::vector<std::future<notifications>> spawned;
    for (int n = 0; n < consumers; ++n)
        spawned.push_back(asio::co_spawn(pool, take_all(from), asio::use_future));
    return spawned;
}

/// Whether a room is created first and deleted last, and each peer added before it is deleted.
bool in_order(const notifications& all) {
    std::map<std::string, int, std::less<>> latest;
    bool good = true;
    const auto look = [&](const std::string& id, int place) {
        int& before = latest[id];
        good = good && before <= place;
        before = place;
    };
    for (const notification& each : all) {
        const std::string room_id(room_id_of(each));
        if (std::holds_alternative<room_created>(each)) {
            look(room_id, 0);
        } else if (std::holds_alternative<room_deleted>(each)) {
            look(room_id, 2);
        } else {
            look(room_id, 1);
        }
        if (const auto* const added = std::get_if<peer_added>(&each)) look(added->peer_id, 0);
        if (const auto* const gone = std::get_if<peer_deleted>(&each)) look(gone->peer_id, 1);
    }
    return good;
}

/// Notifications about rooms, not about their contents.
notifications about_rooms(const notifications& all) {
    notifications some;
    std::ranges::copy_if(all, std::back_inserter(some), [](const notification& each) {
        return std::holds_alternative<room_created>(each) ||
               std::holds_alternative<room_deleted>(each);
    });
    return some;
}

/// Everything that the consumers of an object received, each in its own order.
notifications gathered(std::vector<std::future<notifications>> from) {
    notifications all;
    for (auto& each : from) {
        const notifications some = get(std::move(each));
        BOOST_TEST(in_order(some));
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// As sorted text, to compare results of different orders.
std::vector<std::string> lines(const notifications& all) {
    std::vector<std::string> text;
    for (const notification& each : all) {
        std::ostringstream line;
        line << each;
        text.push_back(line.str());
    }
    std::ranges::sort(text);
    return text;
}

asio::awaitable<std::vector<room>> fetch_all(room_api& api) {
    co_return co_await api.get_all_rooms();
}

/// Closes an object when everything that it received has been taken, and returns that.
template <class Object>
notifications finish(Object& from, std::vector<std::future<notifications>> consumed_by) {
    get(from.close(asio::use_future));
    return gathered(std::move(consumed_by));
}

/// Operations in flight, and how many of them have completed.
struct operations {
    int begun = 0;
    std::atomic<int> ended{0};

    auto token() {
        ++begun;
        return [this](const error_code&, auto&&...) { ++ended; };
    }

    void begin(all_objects& on) {
        const room_config config = room_config().webhook_url(on.hooks->url("127.0.0.1"));
        for (int n = 0; n < 10; ++n) {
            on.calls->create_room(config, token());
            on.calls->get_all_rooms(token());
            on.sockets->next(token());
            on.view->next(token());
            on.hooks->next(token());
            on.sockets->next_for(1ms, token());
            on.view->next_for(1ms, token());
            on.hooks->next_for(1ms, token());
        }
        on.sockets->wait(token());
        on.sockets->subscribe(event_type::metrics, token());
        on.view->wait(token());
        on.view->refresh();
        on.hooks->wait(token());
        for (int n = 0; n < 10; ++n) {
            on.sockets->next(token());
            on.view->next(token());
            on.hooks->next(token());
        }
    }
};

/// Creates rooms for as long as there is a server for them.
asio::awaitable<int> make_rooms(room_api& api, std::string webhook_url, std::atomic<bool>& stop) {
    int made = 0;
    try {
        while (!stop) {
            const room_config config = room_config().webhook_url(webhook_url);
            co_await api.create_room(config);
            ++made;
        }
    } catch (const error&) {
        // The server is gone.
    }
    co_return made;
}

/// Destroys everything, including the server, in a random order with random pauses.
void destroy_all(all_objects& all, std::optional<testing::server>& server, random_source& random) {
    std::array<int, 5> order{0, 1, 2, 3, 4};
    for (std::size_t n = order.size(); n > 1; --n)
        std::swap(order[n - 1], order[random.below(n)]);
    for (const int which : order) {
        for (std::size_t n = random.below(40); n > 0; --n)
            std::this_thread::yield();
        if (which == 0) all.sockets.reset();
        if (which == 1) all.calls.reset();
        if (which == 2) all.view.reset();
        if (which == 3) all.hooks.reset();
        if (which == 4) server.reset();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(all_objects_threads)

BOOST_AUTO_TEST_CASE(every_event_is_reported_once_and_in_order_by_all_objects) {
    constexpr int churners = 8;
    testing::server server;
    asio::thread_pool pool(threads);
    all_objects all(pool, server);
    all.start();
    auto by_sockets = spawn_consumers(pool, *all.sockets);
    auto by_view = spawn_consumers(pool, *all.view);
    auto by_hooks = spawn_consumers(pool, *all.hooks);

    std::vector<std::future<notifications>> churned;
    for (int n = 0; n < churners; ++n)
        churned.push_back(asio::co_spawn(pool, churn(*all.calls, all.hooks->url("127.0.0.1"), 20),
                                         asio::use_future));
    notifications happened = gathered(std::move(churned));
    // A consumer that has seen one more room has seen everything before it.
    const notifications last = get(
        asio::co_spawn(pool, churn(*all.calls, all.hooks->url("127.0.0.1"), 1), asio::use_future));
    happened.insert(happened.end(), last.begin(), last.end());
    const auto truth = sorted(get(asio::co_spawn(pool, fetch_all(*all.calls), asio::use_future)));
    BOOST_TEST(truth.size() == churners * 4U + 1);

    BOOST_TEST(server.wait_for(
        [&] {
            return all.sockets->stats().received == happened.size() &&
                   all.hooks->stats().received == happened.size() && all.view->rooms() == truth;
        },
        patience));
    const auto expected = lines(happened);
    BOOST_TEST(lines(finish(*all.sockets, std::move(by_sockets))) == expected,
               boost::test_tools::per_element());
    BOOST_TEST(lines(finish(*all.hooks, std::move(by_hooks))) == expected,
               boost::test_tools::per_element());
    const notifications seen = finish(*all.view, std::move(by_view));
    BOOST_TEST(all.view->stats().changes == seen.size() + refreshed_rooms);
    // A peer added and deleted while its room was being fetched leaves no trace in the view.
    BOOST_TEST(lines(about_rooms(seen)) == lines(about_rooms(happened)),
               boost::test_tools::per_element());
    BOOST_TEST((all.view->rooms() == truth));
    BOOST_TEST(server.failed_webhooks() == 0U);
}

BOOST_AUTO_TEST_CASE(objects_can_be_destroyed_in_any_order_while_they_work) {
    int made = 0;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_source random(seed);
            operations under_way;
            std::atomic<bool> stop{false};
            std::optional<testing::server> server(std::in_place);
            asio::thread_pool pool(threads);
            // Creates and deletes rooms until the end; its calls fail once the server is gone.
            std::optional<room_api> other(std::in_place, pool.get_executor(),
                                          client_options().server_address(server->address()));
            all_objects all(pool, *server);
            all.start();
            std::vector<std::future<int>> makers;
            for (int n = 0; n < 4; ++n)
                makers.push_back(asio::co_spawn(
                    pool, make_rooms(*other, all.hooks->url("127.0.0.1"), stop), asio::use_future));
            under_way.begin(all);
            destroy_all(all, server, random);
            stop = true;
            for (auto& each : makers)
                made += get(std::move(each));
            other.reset();
            pool.join();
            BOOST_TEST(under_way.ended == under_way.begun);
        }
    }
    BOOST_TEST(made > 0);
}

BOOST_AUTO_TEST_SUITE_END()
