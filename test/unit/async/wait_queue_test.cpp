#include "async/wait_queue.hpp"

#include "async/resume_scope.hpp"

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
using jellyfish::detail::resume_scope;
using jellyfish::detail::wait_group;
using jellyfish::detail::wait_kind;
using queue_type = jellyfish::detail::wait_queue;
using clock_type = std::chrono::steady_clock;

const error_code aborted = asio::error::operation_aborted;

struct fixture {
    asio::io_context context;
    const asio::any_io_executor here = context.get_executor();
    std::shared_ptr<wait_group> group = wait_group::make(context.get_executor());
    queue_type& events = group->make_queue(wait_kind::event, "event");
    queue_type& items = group->make_queue(wait_kind::item, "item");
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

    void add(queue_type& to, operation_handler<> operation,
             std::optional<clock_type::time_point> deadline = std::nullopt) {
        const std::lock_guard lock(group->mutex());
        to.add(std::move(operation), deadline);
    }

    void add(queue_type& to, const char* name,
             std::optional<clock_type::time_point> deadline = std::nullopt) {
        add(to, operation_handler<>(handler(name)), deadline);
    }

    void add(queue_type& to, const char* name, asio::cancellation_signal& signal) {
        add(to, operation_handler<>(asio::bind_cancellation_slot(signal.slot(), handler(name))));
    }

    template <class... Args>
    void notify(queue_type& which, Args... count) {
        const std::lock_guard lock(group->mutex());
        which.notify(count...);
    }

    void notify_all(queue_type& which, const error_code& with, diagnostics_ptr what = nullptr) {
        const std::lock_guard lock(group->mutex());
        which.notify_all(with, what);
    }

    void set_address(const char* address) {
        const std::lock_guard lock(group->mutex());
        group->set_address(address);
    }

    template <class Callback>
    void on_abandoned(queue_type& which, Callback callback) {
        const std::lock_guard lock(group->mutex());
        which.on_abandoned(callback);
    }

    bool waits(queue_type& which) {
        const std::lock_guard lock(group->mutex());
        return !which.empty();
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

BOOST_FIXTURE_TEST_SUITE(wait_queue, fixture)

// ---- resuming

BOOST_AUTO_TEST_CASE(the_longest_waiting_operations_are_resumed_first) {
    for (const char* name : {"a", "b", "c"})
        add(events, name);
    notify(events);
    run();
    BOOST_TEST(names() == "abc");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(no_more_operations_are_resumed_than_requested) {
    for (const char* name : {"a", "b", "c"})
        add(items, name);
    notify(items, std::size_t{0});
    run();
    BOOST_TEST(names() == "");
    notify(items, std::size_t{2});
    run();
    BOOST_TEST(names() == "ab");
    notify(items, std::size_t{2});
    run();
    BOOST_TEST(names() == "abc");
}

BOOST_AUTO_TEST_CASE(the_queues_of_a_group_are_independent) {
    add(items, "t");
    add(events, "r");
    add(items, "u");
    BOOST_TEST(waits(events));
    notify(items);
    run();
    BOOST_TEST(names() == "tu");
    BOOST_TEST(!waits(items));
    BOOST_TEST(waits(events));
    notify(events);
    run();
    BOOST_TEST(names() == "tur");
}

BOOST_AUTO_TEST_CASE(an_operation_started_after_the_resume_is_not_resumed) {
    add(events, "a");
    notify(events);
    add(events, "b");
    run();
    BOOST_TEST(names() == "a");
}

BOOST_AUTO_TEST_CASE(no_handler_is_called_inside_the_resume) {
    add(events, "a");
    notify(events);
    BOOST_TEST(names() == "");
}

// ---- in a resume_scope

BOOST_AUTO_TEST_CASE(an_operation_resumed_in_a_scope_runs_at_its_end) {
    add(events, "a");
    asio::post(context, [this] {
        resume_scope reading(here);
        notify(events);
        BOOST_TEST(names() == "");
        reading.end();
        BOOST_TEST(names() == "a");
    });
    run();
    BOOST_TEST(names() == "a");
}

BOOST_AUTO_TEST_CASE(a_consuming_operation_can_be_cancelled_until_the_end_of_the_scope) {
    asio::cancellation_signal signal;
    add(items, "a", signal);
    asio::post(context, [&] {
        resume_scope reading(here);
        notify(items);
        signal.emit(asio::cancellation_type::terminal);
        reading.end();
    });
    run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == aborted);
}

// ---- arguments of handlers

BOOST_AUTO_TEST_CASE(error_code_and_diagnostics_are_passed_to_all_handlers) {
    add(events, "a");
    add(events, "b");
    const auto known = std::make_shared<const diagnostics>(diagnostics{"connect", "", "", 0, ""});
    notify_all(events, errc::resolve_failed, known);
    run();
    BOOST_TEST(code == error_code(errc::resolve_failed));
    BOOST_TEST(info == known);
    BOOST_TEST(names() == "ab");
}

BOOST_AUTO_TEST_CASE(an_operation_that_need_not_wait_completes_as_if_by_post) {
    events.complete(operation_handler<>(handler("a")), errc::not_connected);
    BOOST_TEST(names() == "");
    run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == error_code(errc::not_connected));
}

// ---- cancellation

// Terminal, partial, total, and all of them.
BOOST_DATA_TEST_CASE_F(fixture, any_cancellation_ends_a_wait,
                       data::make({1U, 2U, 4U, 0xffff'ffffU}), type) {
    int reported = 0;
    on_abandoned(events, [&] { ++reported; });
    asio::cancellation_signal signal;
    add(events, "a");
    add(events, "b", signal);
    add(events, "c");
    signal.emit(static_cast<asio::cancellation_type>(type));
    BOOST_TEST(names() == "");
    BOOST_TEST(reported == 1);
    run();
    BOOST_TEST(names() == "b");
    BOOST_TEST(code == aborted);
    notify(events);
    run();
    BOOST_TEST(names() == "bac");
}

BOOST_AUTO_TEST_CASE(cancellation_type_none_has_no_effect) {
    asio::cancellation_signal signal;
    add(items, "a", signal);
    signal.emit(asio::cancellation_type::none);
    run();
    BOOST_TEST(names() == "");
    BOOST_TEST(waits(items));
}

BOOST_AUTO_TEST_CASE(a_consuming_operation_can_be_cancelled_after_it_was_resumed) {
    int rejected = 0;
    on_abandoned(items, [&] {
        ++rejected;
        items.notify(1);  // Under the lock.
    });
    asio::cancellation_signal signal;
    add(items, "a", signal);
    add(items, "b");
    notify(items, std::size_t{1});
    signal.emit(asio::cancellation_type::total);
    BOOST_TEST(rejected == 0);
    context.restart();
    context.run_one();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == aborted);
    BOOST_TEST(rejected == 1);
    run();
    BOOST_TEST(names() == "ab");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(a_consuming_operation_destroyed_after_it_was_resumed_resumes_the_next) {
    on_abandoned(items, [&] { items.notify(1); });
    auto other = std::make_unique<asio::io_context>();
    add(items, operation_handler<>(
                   asio::bind_executor(other->get_executor(), handler("the one that goes"))));
    add(items, "b");
    notify(items, std::size_t{1});
    run();  // In flight in its own context.
    BOOST_TEST(names() == "");
    other.reset();
    run();
    BOOST_TEST(names() == "b");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(an_operation_destroyed_after_it_was_resumed_with_an_error_resumes_no_other) {
    bool rejected = false;
    on_abandoned(items, [&] { rejected = true; });
    auto other = std::make_unique<asio::io_context>();
    add(items, operation_handler<>(
                   asio::bind_executor(other->get_executor(), handler("the one that goes"))));
    notify_all(items, errc::connection_lost);
    run();
    other.reset();
    BOOST_TEST(!rejected);
    BOOST_TEST(names() == "");
}

BOOST_AUTO_TEST_CASE(an_operation_resumed_with_an_error_resumes_no_other) {
    bool rejected = false;
    on_abandoned(items, [&] { rejected = true; });
    asio::cancellation_signal signal;
    add(items, "a", signal);
    notify_all(items, errc::connection_lost);
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(code == error_code(errc::connection_lost));
    BOOST_TEST(!rejected);
}

BOOST_AUTO_TEST_CASE(a_non_consuming_operation_destroyed_after_it_was_resumed_abandons_nothing) {
    bool reported = false;
    on_abandoned(events, [&] { reported = true; });
    auto other = std::make_unique<asio::io_context>();
    add(events, operation_handler<>(
                    asio::bind_executor(other->get_executor(), handler("the one that goes"))));
    notify(events);
    run();
    other.reset();
    BOOST_TEST(!reported);
    BOOST_TEST(names() == "");
}

BOOST_AUTO_TEST_CASE(a_non_consuming_operation_cannot_be_cancelled_after_it_was_resumed) {
    asio::cancellation_signal signal;
    add(events, "a", signal);
    notify(events);
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(a_signal_has_no_effect_after_completion) {
    asio::cancellation_signal signal;
    add(items, "a", signal);
    notify(items);
    run();
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(names() == "a");
}

BOOST_AUTO_TEST_CASE(a_signal_may_outlive_the_group) {
    asio::cancellation_signal signal;
    add(items, "a", signal);
    group.reset();
    signal.emit(asio::cancellation_type::total);
    run();
    BOOST_TEST(names() == "");
}

// ---- deadlines

BOOST_AUTO_TEST_CASE(a_wait_times_out_at_its_deadline) {
    add(items, "late", clock_type::now());
    add(items, "patient", clock_type::now() + std::chrono::hours(1));
    context.run_one();
    run();
    BOOST_TEST(names() == "late");
    BOOST_TEST(code == error_code(errc::timeout));
    BOOST_TEST(waits(items));
}

/// The server's confirmation may have arrived meanwhile; the time to take a notification is the
/// user's.
BOOST_AUTO_TEST_CASE(a_deadline_that_passes_while_the_process_is_stopped_restarts) {
    const auto deadline = clock_type::now() + std::chrono::milliseconds(20);
    add(events, "s", deadline);
    add(items, "t", deadline);
    while (clock_type::now() < deadline + std::chrono::milliseconds(100)) {
        // The context is blocked.
    }
    context.run_one();
    run();
    BOOST_TEST(names() == "t");
    BOOST_TEST(waits(events));
    context.restart();
    context.run();
    BOOST_TEST(names() == "ts");
    BOOST_TEST(code == error_code(errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_resumed_operation_has_no_deadline) {
    add(items, "a", clock_type::now() + std::chrono::hours(1));
    notify(items);
    context.run();  // Returns, since no timer is left.
    BOOST_TEST(names() == "a");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(an_operation_resumed_before_its_expired_deadline_is_seen_does_not_time_out) {
    add(items, "a", clock_type::now());
    notify(items);
    context.run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(!code);
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_has_no_deadline) {
    asio::cancellation_signal signal;
    add(items, operation_handler<>(asio::bind_cancellation_slot(signal.slot(), handler("a"))),
        clock_type::now() + std::chrono::hours(1));
    signal.emit(asio::cancellation_type::total);
    context.run();
    BOOST_TEST(names() == "a");
    BOOST_TEST(code == aborted);
}

// ---- executors

BOOST_AUTO_TEST_CASE(a_wait_is_outstanding_work_of_its_context) {
    add(items, "a");
    run();
    BOOST_TEST(!context.stopped());
    notify(items);
    run();
    BOOST_TEST(context.stopped());
}

BOOST_AUTO_TEST_CASE(a_handler_runs_on_its_own_executor_which_has_outstanding_work) {
    asio::io_context other;
    bool on_other = false;
    add(items, operation_handler<>(asio::bind_executor(
                   other.get_executor(), [&](error_code, const diagnostics_ptr&) {
                       on_other = other.get_executor().running_in_this_thread();
                       completed.emplace_back("a");
                   })));
    other.poll();
    BOOST_TEST(!other.stopped());
    notify(items);
    run();
    BOOST_TEST(names() == "");
    other.restart();
    other.poll();
    BOOST_TEST(names() == "a");
    BOOST_TEST(on_other);
    BOOST_TEST(other.stopped());
}

BOOST_AUTO_TEST_CASE(on_several_threads_each_operation_completes_once) {
    constexpr int count = 2'000;
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
        add(items, operation_handler<>([&](error_code, const diagnostics_ptr&) { ++done; }),
            clock_type::now() + std::chrono::microseconds(i));
    }
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < count / 3; ++k)
                notify(items, std::size_t{1});
            context.run();
        });
    }
    for (std::thread& each : threads)
        each.join();
    BOOST_TEST(done == count);
}

// ---- destruction

BOOST_AUTO_TEST_CASE(destroyed_handlers_are_not_called) {
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> observer = owned;
    add(items,
        operation_handler<>([this, kept = std::move(owned)](error_code, const diagnostics_ptr&) {
            completed.push_back(std::to_string(*kept));
        }),
        clock_type::now());
    group->destroy_handlers();
    BOOST_TEST(observer.expired());
    context.run();
    BOOST_TEST(names() == "");
    BOOST_TEST(!waits(items));
}

BOOST_AUTO_TEST_CASE(
    destroying_a_context_destroys_its_waiting_operations_with_or_without_a_deadline) {
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> observer = owned;
    auto own_context = std::make_unique<asio::io_context>();
    const auto own_group = wait_group::make(own_context->get_executor());
    queue_type& own_items = own_group->make_queue(wait_kind::item, "item");
    for (const bool timed : {true, false}) {
        const std::lock_guard lock(own_group->mutex());
        own_items.add(
            operation_handler<>([owned](error_code, const diagnostics_ptr&) {
                BOOST_ERROR("called with " << *owned);
            }),
            timed ? std::optional(clock_type::now() + std::chrono::hours(1)) : std::nullopt);
    }
    owned.reset();
    BOOST_TEST(!observer.expired());
    own_context.reset();
    BOOST_TEST(observer.expired());
}

BOOST_AUTO_TEST_CASE(a_released_queue_is_reused) {
    fixture f;
    f.add(f.items, "notified");
    {
        const std::lock_guard lock(f.group->mutex());
        f.items.notify();
        f.group->release(f.items);
    }
    queue_type& reused = f.group->make_queue(wait_kind::event, "event");
    BOOST_TEST(&reused == &f.items);
    f.add(reused, "added");
    f.run();
    BOOST_TEST(f.completed == std::vector<std::string>{"notified"},
               boost::test_tools::per_element());
    BOOST_TEST(&f.group->make_queue(wait_kind::event, "event") != &reused);
}

// ---- diagnostics

BOOST_AUTO_TEST_CASE(a_failure_without_diagnostics_names_the_operation_and_the_server) {
    set_address("host:80");
    add(events, "a");
    notify_all(events, errc::closed);
    run();
    BOOST_REQUIRE(info);
    BOOST_TEST(info->operation == "event");
    BOOST_TEST(info->address == "host:80");
    BOOST_TEST(info->detail == "");
}

BOOST_AUTO_TEST_CASE(an_operation_may_have_another_name_than_its_queue) {
    {
        const std::lock_guard lock(group->mutex());
        items.add(operation_handler<>(handler("a")), clock_type::now(), "timed item");
    }
    context.run();
    BOOST_TEST(code == errc::timeout);
    BOOST_REQUIRE(info);
    BOOST_TEST(info->operation == "timed item");
}

BOOST_AUTO_TEST_CASE(a_success_has_no_diagnostics) {
    add(events, "a");
    notify(events);
    run();
    BOOST_TEST(!info);
}

BOOST_AUTO_TEST_CASE(an_operation_of_a_destroyed_object_reports_that_also_if_the_queue_is_reused) {
    add(items, "pending");
    {
        const std::lock_guard lock(group->mutex());
        items.destroy();
        group->release(items);
    }
    BOOST_TEST(&group->make_queue(wait_kind::item, "other item") == &items);
    run();
    BOOST_TEST(code == aborted);
    BOOST_REQUIRE(info);
    BOOST_TEST(info->operation == "item");
    BOOST_TEST(info->detail == "the object was destroyed");
    add(items, "next");
    notify_all(items, aborted);
    run();
    BOOST_TEST(info->operation == "other item");
    BOOST_TEST(info->detail == "");
}

BOOST_AUTO_TEST_SUITE_END()
