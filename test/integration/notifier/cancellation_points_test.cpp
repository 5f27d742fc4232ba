#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/testing/server.hpp>

#include "fixtures/cancel_at_each_step.hpp"
#include "fixtures/run.hpp"

#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Each operation of a notifier is cancelled after each number of steps of its context, up to the
// one in which it completes by itself. It completes promptly and leaves the documented state. The
// suites whose names begin with `cancellation_points_` cover the other objects.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

/// A notifier, perhaps connected, perhaps with a notification queued or in flight.
template <bool connected, int notifications = 0>
struct notifier_fixture {
    asio::io_context context;
    notifier subject{context.get_executor(), shared_server_options()};

    notifier_fixture() {
        if (connected) run(context, subject.connect());
        for (int n = 0; n < notifications; ++n)
            shared_server().notify(room_created{std::to_string(n)});
    }

    /// The session works, and the next notification has this number.
    void expect_next(int number) {
        const auto consuming = [](notifier& n) -> asio::awaitable<std::string> {
            const auto item = co_await n.next();
            co_return std::string(room_id_of(item.value()));
        };
        BOOST_TEST(run(context, consuming(subject)) == std::to_string(number));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cancellation_points)

BOOST_DATA_TEST_CASE(connect, all_types, type) {
    using fixture_type = notifier_fixture<false>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.connect(std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            if (code) run(w.context, w.subject.connect());
            shared_server().notify(room_created{"7"});
            w.expect_next(7);
        });
}

BOOST_DATA_TEST_CASE(wait_ready, all_types, type) {
    using fixture_type = notifier_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.wait_ready(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            shared_server().notify(room_created{"7"});
            w.expect_next(7);
        },
        takes::no_time);
}

BOOST_DATA_TEST_CASE(next, all_types, type) {
    using fixture_type = notifier_fixture<true, 2>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.next(std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            if (code) w.expect_next(0);
            w.expect_next(1);
        });
}

BOOST_DATA_TEST_CASE(next_for, all_types, type) {
    using fixture_type = notifier_fixture<true, 2>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.next_for(patience, std::move(token)); },
        [](fixture_type& w, const error_code& code) {
            if (code) w.expect_next(0);
            w.expect_next(1);
        });
}

BOOST_DATA_TEST_CASE(wait, all_types, type) {
    using fixture_type = notifier_fixture<true, 1>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.wait(std::move(token)); },
        [](fixture_type& w, const error_code&) { w.expect_next(0); });
}

BOOST_DATA_TEST_CASE(subscribe, all_types, type) {
    using fixture_type = notifier_fixture<true, 1>;
    cancel_at_each_step<fixture_type>(
        type,
        [](fixture_type& w, auto token) {
            w.subject.subscribe(event_type::metrics, std::move(token));
        },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.subscribe(event_type::metrics));
            w.expect_next(0);
        });
}

BOOST_DATA_TEST_CASE(close_of_a_notifier, all_types, type) {
    using fixture_type = notifier_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.close(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.close());
            const auto consuming = [](notifier& n) -> asio::awaitable<bool> {
                const auto item = co_await n.next();
                co_return item.has_value();
            };
            BOOST_TEST(!run(w.context, consuming(w.subject)));
        });
}

BOOST_DATA_TEST_CASE(drain_of_a_notifier, all_types, type) {
    using fixture_type = notifier_fixture<true>;
    cancel_at_each_step<fixture_type>(
        type, [](fixture_type& w, auto token) { w.subject.drain(std::move(token)); },
        [](fixture_type& w, const error_code&) {
            run(w.context, w.subject.drain());
            BOOST_TEST(w.subject.state() == session_state::closed);
        });
}

namespace {

/// A view with notifications in flight.
struct view_fixture : notifier_fixture<true, 2> {
    notification_view view = subject.view_of<room_created>();
};

}  // namespace

BOOST_DATA_TEST_CASE(next_of_a_view, all_types, type) {
    cancel_at_each_step<view_fixture>(
        type, [](view_fixture& w, auto token) { w.view.next(std::move(token)); },
        [](view_fixture& w, const error_code& code) {
            for (int number = code ? 0 : 1; number < 2; ++number) {
                const auto item = run(w.context, w.view.next());
                BOOST_TEST(room_id_of(item.value()) == std::to_string(number));
            }
        });
}

BOOST_AUTO_TEST_SUITE_END()
