#include <jellyfish/error.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "fixtures/cancel_at_each_step.hpp"
#include "fixtures/run.hpp"
#include "fixtures/webhook_fixture.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Each operation of a webhook receiver is cancelled after each number of steps of its context. It
// completes promptly and leaves the documented state.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;

/// A receiver, perhaps listening, perhaps with notifications in flight.
template <bool listening, int notifications = 0>
struct webhook_receiver_fixture {
    asio::io_context context;
    // The client does not close its connection before the receiver does.
    webhook_receiver subject{context.get_executor(), webhook_options().close_timeout(5ms)};
    std::optional<http_client> client;

    webhook_receiver_fixture() {
        if (listening) subject.listen();
        if (notifications == 0) return;
        client.emplace(subject.port());
        for (int n = 0; n < notifications; ++n)
            client->send(post_request(room_created{std::to_string(n)}));
    }

    /// The next notification; empty at the end.
    std::optional<std::string> next() {
        const auto consuming =
            [](webhook_receiver& r) -> asio::awaitable<std::optional<std::string>> {
            const auto taken = co_await r.next_for(patience);
            if (!taken) co_return std::nullopt;
            co_return std::string(room_id_of(*taken));
        };
        return run(context, consuming(subject));
    }

    /// All notifications from this number on arrive in order, and nothing else.
    void expect_from(int number) {
        for (int n = number; n < notifications; ++n)
            BOOST_TEST(next().value_or("the end") == std::to_string(n));
        const webhook_stats counted = subject.stats();
        BOOST_TEST(counted.received == std::uint64_t{notifications});
        BOOST_TEST(counted.queued == 0U);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cancellation_points_webhook)

BOOST_DATA_TEST_CASE(a_cancelled_next_takes_nothing, all_types, type) {
    using fixture_type = webhook_receiver_fixture<true, 3>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.next(std::move(token)); },
        [](fixture_type& w, const error_code& code) { w.expect_from(code ? 0 : 1); });
}

BOOST_DATA_TEST_CASE(a_cancelled_next_for_takes_nothing, all_types, type) {
    using fixture_type = webhook_receiver_fixture<true, 3>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.next_for(patience, std::move(token)); },
        [](fixture_type& w, const error_code& code) { w.expect_from(code ? 0 : 1); });
}

BOOST_DATA_TEST_CASE(wait_takes_nothing, all_types, type) {
    using fixture_type = webhook_receiver_fixture<true, 2>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.wait(std::move(token)); },
        [](fixture_type& w, const error_code&) { w.expect_from(0); });
}

BOOST_DATA_TEST_CASE(close, all_types, type) {
    using fixture_type = webhook_receiver_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.close(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.close());
            BOOST_TEST(!w.next().has_value());
        });
}

BOOST_DATA_TEST_CASE(notifications_received_before_a_cancelled_close_can_be_taken, all_types,
                     type) {
    using fixture_type = webhook_receiver_fixture<true, 3>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.close(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.close());
            BOOST_TEST(w.subject.stats().connections == 0U);
            std::uint64_t taken = 0;
            while (const auto number = w.next())
                BOOST_TEST(*number == std::to_string(taken++));
            BOOST_TEST(taken == w.subject.stats().received);
        });
}

BOOST_AUTO_TEST_SUITE_END()
