#include <jellyfish/webhook_receiver.hpp>

#include "fixtures/log.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

// One receiver, several threads; meant for ThreadSanitizer.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

constexpr int threads = 4;
constexpr int senders = 4;
constexpr int count = 500;  // For each sender.

/// Posts numbered notifications, several at a time, and waits for the responses.
void post_all(std::uint16_t port, int from) {
    http_client client(port);
    constexpr int at_once = 10;
    for (int i = from; i < from + count; i += at_once) {
        std::string requests;
        for (int j = i; j < i + at_once; ++j)
            requests += post_request(room_created{std::to_string(j)});
        client.send(requests);
        for (int j = 0; j < at_once; ++j) {
            if (client.receive().status != 200) throw std::runtime_error("rejected");
        }
    }
}

int number_of(const notification& value) { return std::stoi(std::string(room_id_of(value))); }

asio::awaitable<std::vector<int>> take_all(webhook_receiver& from) {
    std::vector<int> numbers;
    while (auto value = co_await from.next())
        numbers.push_back(number_of(*value));
    co_return numbers;
}

std::vector<int> all_numbers() {
    std::vector<int> all(senders * count);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

/// Whether the numbers of each sender are in order.
bool in_order(const std::vector<int>& numbers) {
    std::vector<int> latest(senders, -1);
    return std::ranges::all_of(numbers, [&](int each) {
        int& before = latest[static_cast<std::size_t>(each / count)];
        return std::exchange(before, each) < each;
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(webhook_threads)

BOOST_AUTO_TEST_CASE(consumers_on_several_threads_get_each_notification_once_and_in_order) {
    asio::thread_pool pool(threads);
    webhook_receiver subject(pool.get_executor(), logged_webhook_options().queue_limit(16));
    subject.listen();
    std::vector<std::future<std::vector<int>>> consumers;
    for (int i = 0; i < threads; ++i)
        consumers.push_back(asio::co_spawn(pool, take_all(subject), asio::use_future));
    std::vector<std::future<void>> posts;
    for (int i = 0; i < senders; ++i)
        posts.push_back(std::async(std::launch::async, post_all, subject.port(), i * count));
    for (auto& each : posts)
        get(std::move(each));
    get(subject.close(asio::use_future));
    std::vector<int> all;
    for (auto& each : consumers) {
        const std::vector<int> some = get(std::move(each));
        BOOST_TEST(in_order(some));
        all.insert(all.end(), some.begin(), some.end());
    }
    std::ranges::sort(all);
    BOOST_TEST(all == all_numbers());
    BOOST_TEST(subject.stats().dropped == 0U);
}

BOOST_AUTO_TEST_CASE(a_handler_on_a_pool_is_called_once_at_a_time_and_in_order) {
    asio::thread_pool pool(threads);
    webhook_receiver subject(pool.get_executor());
    std::atomic<int> inside{0};
    std::vector<int> numbers;
    std::promise<void> all;
    subject.on_server_notification([&](const notification& value) {
        if (++inside != 1) numbers.push_back(-1);
        numbers.push_back(number_of(value));
        --inside;
        if (numbers.size() == std::size_t{senders} * count) all.set_value();
    });
    subject.listen();
    std::vector<std::future<void>> posts;
    for (int i = 0; i < senders; ++i)
        posts.push_back(std::async(std::launch::async, post_all, subject.port(), i * count));
    for (auto& each : posts)
        get(std::move(each));
    get(all.get_future());
    BOOST_TEST(in_order(numbers));
    std::ranges::sort(numbers);
    BOOST_TEST(numbers == all_numbers());
    get(subject.close(asio::use_future));
}

BOOST_AUTO_TEST_CASE(
    all_members_can_be_called_concurrently_and_the_destructor_completes_everything) {
    asio::thread_pool pool(threads);
    for (int round = 0; round < 10; ++round) {
        std::optional<webhook_receiver> subject(std::in_place, pool.get_executor());
        subject->listen();
        const std::uint16_t port = subject->port();
        std::vector<std::future<void>> callers;
        const auto call = [&](auto member) {
            callers.push_back(std::async(std::launch::async, [&, member] {
                for (int i = 0; i < 100; ++i)
                    member(*subject);
            }));
        };
        call([](webhook_receiver& r) { (void)r.try_next(); });
        call([](webhook_receiver& r) { (void)r.stats(); });
        call([](webhook_receiver& r) { (void)r.url("h"); });
        call([](webhook_receiver& r) { r.wait([](const error_code&) {}); });
        call([](webhook_receiver& r) { r.next([](const error_code&, const auto&) {}); });
        post_all(port, 0);
        for (auto& each : callers)
            get(std::move(each));
        if (round % 2 == 0) get(subject->close(asio::use_future));
        subject.reset();
    }
    pool.join();
}

BOOST_AUTO_TEST_SUITE_END()
