#include "notifier/wait_list.hpp"

#include "turn.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using boost::system::error_code;
using jellyfish::diagnostics;
using jellyfish::errc;
using jellyfish::detail::diagnostics_ptr;
using jellyfish::detail::operation_handler;
using jellyfish::detail::turn;
using jellyfish::detail::wait_reason;
using list_type = jellyfish::detail::wait_list;
using clock_type = std::chrono::steady_clock;

const error_code aborted = asio::error::operation_aborted;

struct fixture {
    asio::io_context context;
    const asio::any_io_executor here = context.get_executor();
    std::shared_ptr<list_type> list = list_type::make(context.get_executor());
    std::vector<std::string> completed;  // The names, in order.
    error_code code = errc::handler_failed;
    diagnostics_ptr info;

    auto handler(std::string name) {
        return [this, name = std::move(name)](error_code ec, const diagnostics_ptr& what) {
            completed.push_back(name);
            code = ec;
            info = what;
        };
    }

    void add(wait_reason reason, std::string name,
             std::optional<clock_type::time_point> deadline = std::nullopt) {
        const std::lock_guard lock(list->mutex());
        list->add(reason, operation_handler<>(handler(std::move(name))), deadline);
    }

    void add(wait_reason reason, std::string name, asio::cancellation_signal& signal) {
        const std::lock_guard lock(list->mutex());
        list->add(reason, operation_handler<>(asio::bind_cancellation_slot(
                              signal.slot(), handler(std::move(name)))));
    }

    template <class... Args>
    void wake(Args&&... args) {
        const std::lock_guard lock(list->mutex());
        list->wake(std::forward<Args>(args)...);
    }

    bool waits(wait_reason reason) {
        const std::lock_guard lock(list->mutex());
        return list->waits(reason);
    }

    void run() {
        context.restart();
        context.poll();
    }

    std::string names() {
        std::string all;
        for (const std::string& each : completed)
            all += each;
        return all;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(wait_list, fixture)

// ---- waking

BOOST_AUTO_TEST_CASE(those_who_have_waited_longest_are_woken_first) {
    for (const char* name : {"a", "b", "c"})
        add(wait_reason::look, name);
    wake(wait_reason::look);
    run();
    BOOST_TEST(names() == "abc");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(only_so_many_are_woken) {
    for (const char* name : {"a", "b", "c"})
        add(wait_reason::take, name);
    wake(wait_reason::take, std::size_t{0});
    run();
    BOOST_TEST(names() == "");
    wake(wait_reason::take, std::size_t{2});
    run();
    BOOST_TEST(names() == "ab");
    wake(wait_reason::take, std::size_t{2});
    run();
    BOOST_TEST(names() == "abc");
}

BOOST_AUTO_TEST_CASE(only_those_are_woken_who_wait_for_it) {
    add(wait_reason::take, "t");
    add(wait_reason::ready, "r");
    add(wait_reason::take, "u");
    BOOST_TEST(waits(wait_reason::ready));
    BOOST_TEST(!waits(wait_reason::closed));
    wake(wait_reason::take);
    run();
    BOOST_TEST(names() == "tu");
    BOOST_TEST(!waits(wait_reason::take));
    wake(wait_reason::closed);
    run();
    BOOST_TEST(names() == "tu");
    wake(wait_reason::ready);
    run();
    BOOST_TEST(names() == "tur");
}

BOOST_AUTO_TEST_CASE(one_that_comes_after_the_wake_is_not_woken) {
    add(wait_reason::look, "a");
    wake(wait_reason::look);
    add(wait_reason::look, "b");
    run();
    BOOST_TEST(names() == "a");
}

BOOST_AUTO_TEST_CASE(nobody_is_called_inside_the_wake) {
    add(wait_reason::look, "a");
    wake(wait_reason::look);
    BOOST_TEST(names() == "");
}

// ---- in a turn

BOOST_AUTO_TEST_CASE(one_that_is_woken_in_a_turn_goes_on_at_its_end) {
    add(wait_reason::look, "a");
    asio::post(context, [this] {
        turn reading(here);
        wake(wait_reason::look);
        BOOST_TEST(names() == "");
        reading.end();
        BOOST_TEST(names() == "a");
    });
    run();
    BOOST_TEST(names() == "a");
}

BOOST_AUTO_TEST_CASE(one_that_takes_can_be_cancelled_until_the_end_of_the_turn) {
    asio::cancellation_signal signal;
    add(wait_reason::take, "a", signal);
    asio::post(context, [&] {
        turn reading(here);
        wake(wait_reason::take);
        signal.emit(asio::cancellation_type::terminal);
        reading.end();
    });
    run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == aborted);
}

// ---- what is handed over

BOOST_AUTO_TEST_CASE(code_and_diagnostics_are_handed_over) {
    add(wait_reason::connect, "a");
    const auto known = std::make_shared<const diagnostics>(diagnostics{"connect", "", "", 0, ""});
    wake(wait_reason::connect, SIZE_MAX, errc::resolve_failed, known);
    run();
    BOOST_TEST(code == error_code(errc::resolve_failed));
    BOOST_TEST(info == known);
}

BOOST_AUTO_TEST_CASE(all_can_be_woken_at_once) {
    add(wait_reason::take, "a");
    add(wait_reason::ready, "b");
    add(wait_reason::closed, "c");
    {
        const std::lock_guard lock(list->mutex());
        list->wake_all(errc::closed);
    }
    run();
    BOOST_TEST(names() == "abc");
    BOOST_TEST(code == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(one_that_need_not_wait_completes_as_if_by_post) {
    list->complete(operation_handler<>(handler("a")), errc::not_connected);
    BOOST_TEST(names() == "");
    run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == error_code(errc::not_connected));
}

// ---- cancellation

// Terminal, partial, total, and all of them.
BOOST_DATA_TEST_CASE_F(fixture, any_cancellation_ends_a_wait,
                       data::make({1U, 2U, 4U, 0xffff'ffffU}), type) {
    std::optional<wait_reason> told;
    {
        const std::lock_guard lock(list->mutex());
        list->on_cancelled([&](wait_reason reason) { told = reason; });
    }
    asio::cancellation_signal signal;
    add(wait_reason::connect, "a");
    add(wait_reason::connect, "b", signal);
    add(wait_reason::connect, "c");
    signal.emit(static_cast<asio::cancellation_type>(type));
    BOOST_TEST(names() == "");
    BOOST_TEST((told == wait_reason::connect));
    run();
    BOOST_TEST(names() == "b");
    BOOST_TEST(code == aborted);
    wake(wait_reason::connect);
    run();
    BOOST_TEST(names() == "bac");
}

BOOST_AUTO_TEST_CASE(a_cancellation_of_no_type_is_none) {
    asio::cancellation_signal signal;
    add(wait_reason::take, "a", signal);
    signal.emit(asio::cancellation_type::none);
    run();
    BOOST_TEST(names() == "");
    BOOST_TEST(waits(wait_reason::take));
}

BOOST_AUTO_TEST_CASE(one_that_was_to_take_something_can_be_cancelled_after_it_was_woken) {
    std::vector<wait_reason> refused;
    {
        const std::lock_guard lock(list->mutex());
        list->on_refused([&](wait_reason reason) {
            refused.push_back(reason);
            list->wake(reason, 1);  // Under the lock, as the inbox does.
        });
    }
    asio::cancellation_signal signal;
    add(wait_reason::take, "a", signal);
    add(wait_reason::take, "b");
    wake(wait_reason::take, std::size_t{1});
    signal.emit(asio::cancellation_type::total);
    BOOST_TEST(refused.empty());
    context.restart();
    context.run_one();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == aborted);
    BOOST_TEST(refused.size() == 1U);
    run();
    BOOST_TEST(names() == "ab");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(one_that_goes_away_after_it_was_woken_hands_its_wake_up_on) {
    {
        const std::lock_guard lock(list->mutex());
        list->on_refused([&](wait_reason reason) { list->wake(reason, 1); });
    }
    auto other = std::make_unique<asio::io_context>();
    {
        const std::lock_guard lock(list->mutex());
        list->add(wait_reason::take, operation_handler<>(asio::bind_executor(
                                         other->get_executor(), handler("the one that goes"))));
    }
    add(wait_reason::take, "b");
    wake(wait_reason::take, std::size_t{1});
    run();  // It is on its way in its own context.
    BOOST_TEST(names() == "");
    other.reset();
    run();
    BOOST_TEST(names() == "b");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(one_that_goes_away_after_it_was_woken_with_an_error_hands_nothing_on) {
    bool refused = false;
    {
        const std::lock_guard lock(list->mutex());
        list->on_refused([&](wait_reason) { refused = true; });
    }
    auto other = std::make_unique<asio::io_context>();
    {
        const std::lock_guard lock(list->mutex());
        list->add(wait_reason::take, operation_handler<>(asio::bind_executor(
                                         other->get_executor(), handler("the one that goes"))));
    }
    wake(wait_reason::take, SIZE_MAX, errc::connection_lost);
    run();
    other.reset();
    BOOST_TEST(!refused);
    BOOST_TEST(names() == "");
}

BOOST_AUTO_TEST_CASE(one_that_was_woken_with_an_error_refuses_nothing) {
    bool refused = false;
    {
        const std::lock_guard lock(list->mutex());
        list->on_refused([&](wait_reason) { refused = true; });
    }
    asio::cancellation_signal signal;
    add(wait_reason::take, "a", signal);
    wake(wait_reason::take, SIZE_MAX, errc::connection_lost);
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(code == error_code(errc::connection_lost));
    BOOST_TEST(!refused);
}

BOOST_AUTO_TEST_CASE(one_that_takes_nothing_cannot_be_cancelled_after_it_was_woken) {
    asio::cancellation_signal signal;
    add(wait_reason::look, "a", signal);
    wake(wait_reason::look);
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(after_completion_a_signal_has_no_effect) {
    asio::cancellation_signal signal;
    add(wait_reason::take, "a", signal);
    wake(wait_reason::take);
    run();
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(names() == "a");
}

BOOST_AUTO_TEST_CASE(a_signal_may_outlive_the_list) {
    asio::cancellation_signal signal;
    add(wait_reason::take, "a", signal);
    list.reset();
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(names() == "");
}

// ---- deadlines

BOOST_AUTO_TEST_CASE(a_deadline_ends_a_wait_with_a_timeout) {
    add(wait_reason::take, "late", clock_type::now());
    add(wait_reason::take, "patient", clock_type::now() + std::chrono::hours(1));
    context.run_one();
    run();
    BOOST_TEST(names() == "late");
    BOOST_TEST(code == error_code(errc::timeout));
    BOOST_TEST(waits(wait_reason::take));
}

/// What the server confirms may have arrived meanwhile; the time to take something is the user's.
BOOST_AUTO_TEST_CASE(a_deadline_that_passes_while_the_process_stands_still_begins_anew) {
    const auto deadline = clock_type::now() + std::chrono::milliseconds(20);
    add(wait_reason::metrics_subscription, "s", deadline);
    add(wait_reason::take, "t", deadline);
    while (clock_type::now() < deadline + std::chrono::milliseconds(100)) {
        // The context is blocked.
    }
    context.run_one();
    run();
    BOOST_TEST(names() == "t");
    BOOST_TEST(waits(wait_reason::metrics_subscription));
    context.restart();
    context.run();
    BOOST_TEST(names() == "ts");
    BOOST_TEST(code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(one_that_was_woken_has_no_deadline_any_more) {
    add(wait_reason::take, "a", clock_type::now() + std::chrono::hours(1));
    wake(wait_reason::take);
    context.run();  // Returns, since no timer is left.
    BOOST_TEST(names() == "a");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(woken_before_a_deadline_that_has_passed_it_is_woken) {
    add(wait_reason::take, "a", clock_type::now());
    wake(wait_reason::take);
    context.run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_has_no_deadline_any_more) {
    asio::cancellation_signal signal;
    {
        const std::lock_guard lock(list->mutex());
        list->add(wait_reason::take,
                  operation_handler<>(asio::bind_cancellation_slot(signal.slot(), handler("a"))),
                  clock_type::now() + std::chrono::hours(1));
    }
    signal.emit(asio::cancellation_type::total);
    context.run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == aborted);
}

// ---- executors

BOOST_AUTO_TEST_CASE(a_wait_keeps_its_context_at_work) {
    add(wait_reason::take, "a");
    run();
    BOOST_TEST(!context.stopped());
    wake(wait_reason::take);
    run();
    BOOST_TEST(context.stopped());
}

BOOST_AUTO_TEST_CASE(a_handler_is_called_on_its_own_executor_which_it_keeps_at_work) {
    asio::io_context other;
    bool on_other = false;
    {
        const std::lock_guard lock(list->mutex());
        list->add(wait_reason::take,
                  operation_handler<>(asio::bind_executor(
                      other.get_executor(), [&](error_code, const diagnostics_ptr&) {
                          on_other = other.get_executor().running_in_this_thread();
                          completed.emplace_back("a");
                      })));
    }
    other.poll();
    BOOST_TEST(!other.stopped());
    wake(wait_reason::take);
    run();
    BOOST_TEST(names() == "");
    other.restart();
    other.poll();
    BOOST_TEST(names() == "a");
    BOOST_TEST(on_other);
    BOOST_TEST(other.stopped());
}

BOOST_AUTO_TEST_CASE(on_several_threads_each_completes_once) {
    constexpr int count = 2'000;
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        const std::lock_guard lock(list->mutex());
        list->add(wait_reason::take,
                  operation_handler<>([&](error_code, const diagnostics_ptr&) { ++done; }),
                  clock_type::now() + std::chrono::microseconds(i));
    }
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < count / 3; ++k)
                wake(wait_reason::take, std::size_t{1});
            context.run();
        });
    }
    for (std::thread& each : threads)
        each.join();
    BOOST_TEST(done == count);
}

// ---- the end

BOOST_AUTO_TEST_CASE(abandoned_handlers_are_destroyed_and_not_called) {
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> observer = owned;
    {
        const std::lock_guard lock(list->mutex());
        list->add(wait_reason::take,
                  operation_handler<>(
                      [this, kept = std::move(owned)](error_code, const diagnostics_ptr&) {
                          completed.push_back(std::to_string(*kept));
                      }),
                  clock_type::now());
    }
    list->abandon();
    BOOST_TEST(observer.expired());
    context.run();
    BOOST_TEST(names() == "");
    BOOST_TEST(!waits(wait_reason::take));
}

BOOST_AUTO_TEST_CASE(the_end_of_a_context_destroys_what_waits_in_it_with_or_without_a_deadline) {
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> observer = owned;
    auto own_context = std::make_unique<asio::io_context>();
    const auto own_list = list_type::make(own_context->get_executor());
    for (const bool timed : {true, false}) {
        const std::lock_guard lock(own_list->mutex());
        own_list->add(
            wait_reason::take, operation_handler<>([owned](error_code, const diagnostics_ptr&) {
                BOOST_ERROR("called with " << *owned);
            }),
            timed ? std::optional(clock_type::now() + std::chrono::hours(1)) : std::nullopt);
    }
    owned.reset();
    BOOST_TEST(!observer.expired());
    own_context.reset();
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_SUITE_END()
