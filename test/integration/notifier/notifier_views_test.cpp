#include <jellyfish/error.hpp>
#include <jellyfish/notifier.hpp>

#include "fakes/bare_server.hpp"
#include "fixtures/log.hpp"
#include "fixtures/once.hpp"
#include "fixtures/run.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// Views of a notifier. `unit.notification_views` tests which notifications they take.
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::test;

using next_result = std::optional<notification>;

const error_code aborted = asio::error::operation_aborted;

std::string room(int number) { return "room" + std::to_string(number); }

struct fixture {
    bare_server server;
    asio::io_context context;
    std::optional<notifier> subject;

    explicit fixture(const notifier_options& options = once()) {
        subject.emplace(context, logged_options().server_address(server.address()), options);
    }

    void connect() {
        run(context, subject->connect());
        server.await_subscribed(1);
    }

    /// Runs the context until a condition holds.
    void await(const std::function<bool()>& condition) {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > limit)
                throw std::runtime_error("it never happens");
            context.restart();
            context.run_one_for(std::chrono::milliseconds(10));
        }
    }

    void notify(const std::string& room_id, int from, int to) {
        for (int i = from; i < to; ++i)
            server.notify(peer_added{room_id, std::to_string(i)});
    }
};

/// Handles one room until it is deleted. Returns the numbers of its peers.
asio::awaitable<std::vector<int>> handle_room(notification_view view) {
    std::vector<int> peers;
    while (auto value = co_await view.next()) {
        if (const auto* added = std::get_if<peer_added>(&*value))
            peers.push_back(std::stoi(added->peer_id));
        if (std::holds_alternative<room_deleted>(*value)) break;
    }
    co_return peers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notifier_views)

BOOST_AUTO_TEST_CASE(one_coroutine_for_each_room_misses_nothing) {
    constexpr int rooms = 5;
    constexpr int peers = 20;
    fixture f;
    f.connect();
    for (int r = 0; r < rooms; ++r)
        f.server.notify(room_created{room(r)});
    for (int i = 0; i < peers; ++i)
        for (int r = 0; r < rooms; ++r)
            f.notify(room(r), i, i + 1);
    for (int r = 0; r < rooms; ++r)
        f.server.notify(room_deleted{room(r)});
    // Everything is queued before the first room has its coroutine.
    f.await([&] { return f.subject->stats().received == rooms * (peers + 2); });
    std::map<std::string, std::vector<int>> all;
    run(f.context, [](fixture& t, auto& out) -> asio::awaitable<void> {
        for (int r = 0; r < rooms; ++r) {
            const auto created = co_await t.subject->next();
            std::string id(room_id_of(created.value()));
            asio::co_spawn(t.context, handle_room(t.subject->view_of_room(id)),
                           [&out, id](std::exception_ptr, std::vector<int> numbers) {
                               out[id] = std::move(numbers);
                           });
        }
    }(f, all));
    f.await([&] { return all.size() == rooms; });
    std::vector<int> expected(peers);
    std::iota(expected.begin(), expected.end(), 0);
    for (const auto& [id, numbers] : all)
        BOOST_TEST(numbers == expected);
    BOOST_TEST(f.subject->stats().queued == 0U);
}

BOOST_AUTO_TEST_CASE(a_view_made_before_connect_gets_everything) {
    fixture f;
    auto view = f.subject->view_of<room_created>();
    f.connect();
    f.server.notify(room_created{"a"});
    BOOST_TEST((run(f.context, view.next()) == notification(room_created{"a"})));
    run(f.context, f.subject->close());
    BOOST_TEST(!run(f.context, view.next()).has_value());
}

BOOST_AUTO_TEST_CASE(every_way_of_taking_works) {
    fixture f;
    f.connect();
    auto view = f.subject->view_of_room("a");
    const auto [timeout, nothing] =
        run(f.context,
            [](notification_view& v) -> asio::awaitable<std::tuple<error_code, next_result>> {
                co_return co_await v.next_for(std::chrono::milliseconds(1),
                                              asio::as_tuple(asio::use_awaitable));
            }(view));
    BOOST_TEST(timeout == error_code(errc::timeout));
    f.notify("a", 0, 4);
    run(f.context, view.wait());
    f.await([&] { return view.stats().received == 4; });
    BOOST_TEST(view.stats().queued == 4U);
    BOOST_TEST(view.try_next().has_value());
    notification reused;
    BOOST_TEST(view.try_next(reused));
    BOOST_TEST((reused == notification(peer_added{"a", "1"})));
    BOOST_TEST(run(f.context, view.next_for(patience)).has_value());
    error_code code = errc::closed;
    view.next([&](error_code ec, const next_result&) { code = ec; });
    f.await([&] { return code != error_code(errc::closed); });
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(cancelling_next_loses_nothing) {
    fixture f;
    f.connect();
    auto view = f.subject->view_of_room("a");
    asio::cancellation_signal signal;
    error_code code;
    bool done = false;
    view.next(asio::bind_cancellation_slot(signal.slot(), [&](error_code ec, const next_result&) {
        code = ec;
        done = true;
    }));
    f.notify("a", 0, 1);
    f.await([&] { return view.stats().received == 1; });
    signal.emit(asio::cancellation_type::total);
    f.await([&] { return done; });
    const auto left = view.stats().queued;
    BOOST_TEST(left == (code ? 1U : 0U));
}

BOOST_AUTO_TEST_CASE(a_full_view_pauses_reading_until_it_is_taken_from_or_destroyed) {
    for (const bool take : {true, false}) {
        fixture f(once().queue_limit(4));
        f.connect();
        std::optional<notification_view> full(f.subject->view_of_room("a"));
        f.notify("a", 0, 4);
        f.await([&] { return full->stats().queued == 4; });
        f.server.notify(room_created{"b"});
        run(f.context, [](fixture& t) -> asio::awaitable<void> {
            (void)co_await t.subject->next_for(std::chrono::milliseconds(50),
                                               asio::as_tuple(asio::use_awaitable));
        }(f));
        BOOST_TEST(f.subject->stats().received == 4U);
        if (take) {
            while (full->try_next())
                continue;
        } else {
            full.reset();
        }
        BOOST_TEST((run(f.context, f.subject->next()) == notification(room_created{"b"})));
    }
}

BOOST_AUTO_TEST_CASE(a_full_view_fails_the_session_if_the_policy_says_so) {
    fixture f(once().queue_limit(2).overflow(overflow_policy::fail));
    f.connect();
    auto view = f.subject->view_of_room("a");
    f.notify("a", 0, 3);
    f.await([&] { return f.subject->state() == session_state::failed; });
    BOOST_TEST(view.try_next().has_value());
    BOOST_TEST(view.try_next().has_value());
    error_code code;
    view.next([&](error_code ec, const next_result&) { code = ec; });
    f.await([&] { return code.failed(); });
    BOOST_TEST(code == error_code(errc::slow_consumer));
}

BOOST_AUTO_TEST_CASE(a_view_and_its_notifier_are_destroyed_in_any_order) {
    for (const bool view_first : {true, false}) {
        fixture f;
        f.connect();
        std::optional<notification_view> view(f.subject->view_of_room("a"));
        f.notify("a", 0, 1);
        f.await([&] { return view->stats().received == 1; });
        (void)view->try_next();
        error_code code;
        view->next([&](error_code ec, const next_result&) { code = ec; });
        if (view_first) view.reset();
        if (!view_first) f.subject.reset();
        f.await([&] { return code.failed(); });
        BOOST_TEST(code == aborted);
        if (!view_first) {
            code = {};
            view->next([&](error_code ec, const next_result&) { code = ec; });
            f.await([&] { return code.failed(); });
            BOOST_TEST(code == aborted);
            view.reset();
        }
        f.subject.reset();
        run_out(f.context);
    }
}

BOOST_AUTO_TEST_CASE(a_context_is_destroyed_with_a_coroutine_that_owns_a_view) {
    bool destroyed = false;
    {
        asio::io_context context;
        std::shared_ptr<void> guard(nullptr, [&](void*) { destroyed = true; });
        asio::co_spawn(
            context,
            [](asio::io_context& here, std::shared_ptr<void>) -> asio::awaitable<void> {
                notifier subject(here);
                auto view = subject.view_of_room("a");
                (void)co_await view.next();
            }(context, std::move(guard)),
            [](std::exception_ptr) {});
        context.poll();
        BOOST_TEST(!destroyed);
    }
    BOOST_TEST(destroyed);
}

BOOST_AUTO_TEST_SUITE_END()
