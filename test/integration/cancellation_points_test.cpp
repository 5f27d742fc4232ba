#include <jellyfish/error.hpp>
#include <jellyfish/health_api.hpp>
#include <jellyfish/notifier.hpp>
#include <jellyfish/recording_api.hpp>
#include <jellyfish/room_api.hpp>
#include <jellyfish/testing/server.hpp>
#include <jellyfish/webhook_receiver.hpp>

#include "support/cancel_at_each_step.hpp"
#include "support/run.hpp"

#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// Each operation is cancelled after each number of steps of its context, down to the one in which
// it completes by itself: it ends promptly, and leaves what its documentation says.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;

/// A notifier, perhaps connected, perhaps with a notification that waits or is on its way.
template <bool connected, int notifications = 0>
struct notifier_world {
    asio::io_context context;
    notifier subject{context.get_executor(), shared_server_options()};

    notifier_world() {
        if (connected) run(context, subject.connect());
        for (int n = 0; n < notifications; ++n)
            shared_server().notify(room_created{std::to_string(n)});
    }

    /// The session works, and the next notification is that with a number.
    void expect_next(int number) {
        const auto taking = [](notifier& n) -> asio::awaitable<std::string> {
            const auto taken = co_await n.next();
            co_return std::string(room_id_of(taken.value()));
        };
        BOOST_TEST(run(context, taking(subject)) == std::to_string(number));
    }
};

/// REST, with a connection that may be kept from before.
struct rest_world {
    asio::io_context context;
    room_api rooms{context.get_executor(), shared_server_options().max_connections(1)};
    health_api health{context.get_executor(), shared_server_options()};
    recording_api recordings{context.get_executor(), shared_server_options()};

    void expect_working() {
        const auto asking = [](room_api& api) -> asio::awaitable<std::size_t> {
            const auto all = co_await api.get_all_rooms();
            co_return all.size();
        };
        // A cancelled call may make a room just now.
        const std::size_t seen = run(context, asking(rooms));
        BOOST_TEST(seen <= shared_server().rooms().size());
    }
};

template <bool listening, int notifications = 0>
struct webhook_world {
    asio::io_context context;
    webhook_receiver subject{context.get_executor()};

    webhook_world() {
        if (listening) run(context, subject.listen());
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cancellation_points)

// ---- the notifier

BOOST_DATA_TEST_CASE(connect, all_types, type) {
    using world = notifier_world<false>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.connect(std::move(token)); },
        [](world& w, const error_code& code) {
            if (code) run(w.context, w.subject.connect());
            shared_server().notify(room_created{"7"});
            w.expect_next(7);
        });
}

BOOST_DATA_TEST_CASE(wait_ready, all_types, type) {
    using world = notifier_world<true>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.wait_ready(std::move(token)); },
        [](world& w, const error_code&) {
            shared_server().notify(room_created{"7"});
            w.expect_next(7);
        },
        takes::no_time);
}

BOOST_DATA_TEST_CASE(next, all_types, type) {
    using world = notifier_world<true, 2>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.next(std::move(token)); },
        [](world& w, const error_code& code) {
            if (code) w.expect_next(0);
            w.expect_next(1);
        });
}

BOOST_DATA_TEST_CASE(next_for, all_types, type) {
    using world = notifier_world<true, 2>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.next_for(patience, std::move(token)); },
        [](world& w, const error_code& code) {
            if (code) w.expect_next(0);
            w.expect_next(1);
        });
}

BOOST_DATA_TEST_CASE(wait, all_types, type) {
    using world = notifier_world<true, 1>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.wait(std::move(token)); },
        [](world& w, const error_code&) { w.expect_next(0); });
}

BOOST_DATA_TEST_CASE(subscribe, all_types, type) {
    using world = notifier_world<true, 1>;
    cancel_at_each_step<world>(
        type,
        [](world& w, auto token) { w.subject.subscribe(event_type::metrics, std::move(token)); },
        [](world& w, const error_code&) {
            run(w.context, w.subject.subscribe(event_type::metrics));
            w.expect_next(0);
        });
}

BOOST_DATA_TEST_CASE(close_of_a_notifier, all_types, type) {
    using world = notifier_world<true>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.close(std::move(token)); },
        [](world& w, const error_code&) {
            run(w.context, w.subject.close());
            const auto taking = [](notifier& n) -> asio::awaitable<bool> {
                const auto taken = co_await n.next();
                co_return taken.has_value();
            };
            BOOST_TEST(!run(w.context, taking(w.subject)));
        });
}

// ---- REST

BOOST_DATA_TEST_CASE(get_all_rooms, all_types, type) {
    cancel_at_each_step<rest_world>(
        type, [](rest_world& w, auto token) { w.rooms.get_all_rooms(std::move(token)); },
        [](rest_world& w, const error_code&) { w.expect_working(); });
}

BOOST_DATA_TEST_CASE(create_room, all_types, type) {
    cancel_at_each_step<rest_world>(
        type,
        [](rest_world& w, auto token) { w.rooms.create_room(room_config(), std::move(token)); },
        [](rest_world& w, const error_code& code) {
            w.expect_working();  // The cancelled call may have made a room.
            if (!code) BOOST_TEST(!shared_server().rooms().empty());
        });
}

BOOST_DATA_TEST_CASE(check, all_types, type) {
    cancel_at_each_step<rest_world>(
        type, [](rest_world& w, auto token) { w.health.check(std::move(token)); },
        [](rest_world& w, const error_code&) {
            const auto asking = [](health_api& api) -> asio::awaitable<bool> {
                const auto report = co_await api.check();
                co_return report.status == health_status::up;
            };
            BOOST_TEST(run(w.context, asking(w.health)));
        });
}

BOOST_DATA_TEST_CASE(get_list, all_types, type) {
    cancel_at_each_step<rest_world>(
        type, [](rest_world& w, auto token) { w.recordings.get_list(std::move(token)); },
        [](rest_world& w, const error_code&) { w.expect_working(); });
}

// ---- webhooks

BOOST_DATA_TEST_CASE(listen, all_types, type) {
    using world = webhook_world<false>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.listen(std::move(token)); },
        [](world& w, const error_code& code) {
            if (code) run(w.context, w.subject.listen());
            BOOST_TEST(w.subject.port() != 0);
        },
        takes::no_time);
}

BOOST_DATA_TEST_CASE(close_of_a_webhook_receiver, all_types, type) {
    using world = webhook_world<true>;
    cancel_at_each_step<world>(
        type, [](world& w, auto token) { w.subject.close(std::move(token)); },
        [](world& w, const error_code&) { run(w.context, w.subject.close()); });
}

BOOST_AUTO_TEST_SUITE_END()
