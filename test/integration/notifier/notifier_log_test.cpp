#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/run.hpp"
#include "fixtures/sandbox_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// What a notifier logs when its queue is full.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

constexpr std::string_view paused = "[info] notifier: queue full: reading paused";
constexpr std::string_view never_taken = "[warning] notifier: queue full, and nobody has called";

struct fixture {
    log_lines log;
    testing::server server;
    asio::io_context context;
    notifier subject{context.get_executor(),
                     client_options().server_address(server.address()).logger(log.log()),
                     notifier_options().queue_limit(4)};

    /// Connects, sends more than the queue holds, and returns the line that is logged then.
    std::string line_of_a_full_queue() {
        run(context, subject.connect());
        const std::size_t before = log.lines().size();
        for (int n = 0; n < 10; ++n)
            server.notify(room_created{std::to_string(n)});
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (log.lines().size() == before) {
            BOOST_REQUIRE(std::chrono::steady_clock::now() < limit);
            context.restart();
            context.run_one_for(10ms);
        }
        return log.lines().at(before);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(notifier_log, fixture)

BOOST_AUTO_TEST_CASE(a_full_queue_from_which_nothing_was_ever_taken_is_a_warning) {
    BOOST_TEST(line_of_a_full_queue().starts_with(never_taken));
}

BOOST_AUTO_TEST_CASE(a_handler_for_metrics_takes_no_server_notifications) {
    subject.on_metrics([](const metrics_report&) {});
    BOOST_TEST(line_of_a_full_queue().starts_with(never_taken));
}

BOOST_AUTO_TEST_CASE(a_slow_consumer_is_no_warning) {
    BOOST_TEST(!subject.try_next().has_value());
    BOOST_TEST(line_of_a_full_queue().starts_with(paused));
}

BOOST_AUTO_TEST_CASE(a_slow_handler_is_no_warning) {
    subject.on_server_notification([](const notification&) -> asio::awaitable<void> {
        asio::steady_timer never{co_await asio::this_coro::executor, 1h};
        co_await never.async_wait(asio::use_awaitable);
    });
    BOOST_TEST(line_of_a_full_queue().starts_with(paused));
}

BOOST_AUTO_TEST_CASE(a_waiting_consumer_is_no_warning) {
    subject.wait([](const error_code&) {});
    BOOST_TEST(line_of_a_full_queue().starts_with(paused));
}

BOOST_AUTO_TEST_SUITE_END()
