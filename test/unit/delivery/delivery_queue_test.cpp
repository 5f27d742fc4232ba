#include "delivery/delivery_queue.hpp"

#include "data/random.hpp"
#include "delivery/notification_queue.hpp"
#include "delivery/take_next.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using jellyfish::diagnostics;
using jellyfish::errc;
using jellyfish::notification;
using jellyfish::overflow_policy;
using jellyfish::room_created;
using jellyfish::detail::diagnostics_ptr;
using jellyfish::detail::operation_handler;
using jellyfish::detail::pop_result;
using jellyfish::detail::take_next;
using jellyfish::detail::wait_group;
using numbers = jellyfish::detail::delivery_queue<int>;
using notifications = jellyfish::detail::delivery_queue<notification>;
using clock_type = std::chrono::steady_clock;

const error_code aborted = asio::error::operation_aborted;

/// The result of an operation, once it has completed.
struct outcome {
    bool done = false;
    error_code code;
    diagnostics_ptr info;
    int value = -1;  // -1: none.
};

/// A queue of numbers, its source and its consumers.
struct fixture {
    asio::io_context context;
    std::shared_ptr<wait_group> waits = wait_group::make(context.get_executor());
    std::shared_ptr<numbers> queue;
    int writable = 0;  // How often it was reported.

    explicit fixture(std::size_t limit = 8, overflow_policy overflow = overflow_policy::pause)
        : queue(std::make_shared<numbers>(waits, limit, overflow)) {}

    void run() {
        context.restart();
        context.poll();
    }

    /// Pushes the numbers from `from` to below `to`.
    std::size_t push(int from, int to) {
        numbers::batch_type batch;
        for (int i = from; i < to; ++i)
            batch.push_back(i);
        const std::lock_guard lock(queue->mutex());
        const std::size_t lost = queue->push(batch);
        BOOST_TEST(batch.empty());
        return lost;
    }

    /// Calls a member of the source's side.
    template <class Function>
    auto with_lock(Function call) {
        const std::lock_guard lock(queue->mutex());
        return call(*queue);
    }

    std::size_t capacity_left(std::size_t beyond = 0) {
        return with_lock([&](numbers& q) { return q.capacity_left(beyond); });
    }

    void count_writable(std::size_t slots = 0) {
        with_lock([&](numbers& q) { q.on_writable([this] { ++writable; }, slots); });
    }

    void end(const error_code& code = {}, const diagnostics_ptr& info = nullptr) {
        with_lock([&](numbers& q) { q.end(code, info); });
    }

    void take(outcome& out, asio::cancellation_signal* signal = nullptr,
              std::optional<clock_type::time_point> deadline = std::nullopt) {
        auto handler = [&out](error_code code, diagnostics_ptr info, std::optional<int> value) {
            out = {true, code, std::move(info), value.value_or(-1)};
        };
        using any = operation_handler<std::optional<int>>;
        take_next(queue,
                  signal != nullptr ? any(asio::bind_cancellation_slot(signal->slot(), handler))
                                    : any(handler),
                  deadline);
    }

    outcome take() {
        outcome out;
        take(out);
        run();
        return out;
    }

    void look(outcome& out) {
        queue->wait_available(operation_handler<>([&out](error_code code, diagnostics_ptr info) {
            out = {true, code, std::move(info), -1};
        }));
    }

    std::string rest() {
        std::string all;
        while (const auto item = queue->try_pop())
            all += (all.empty() ? "" : " ") + std::to_string(*item);
        return all;
    }
};

/// A queue of notifications, which can report lost ones.
struct notification_fixture {
    asio::io_context context;
    std::shared_ptr<wait_group> waits = wait_group::make(context.get_executor());
    notifications queue;
    notifications other{waits, 8, overflow_policy::pause};

    explicit notification_fixture(overflow_policy overflow) : queue(waits, 2, overflow) {}

    static jellyfish::detail::notification_slots batch_of(int from, int to) {
        jellyfish::detail::notification_slots batch;
        for (int i = from; i < to; ++i)
            batch.push_back(room_created{std::to_string(i)});
        return batch;
    }

    void push(int from, int to) {
        auto batch = batch_of(from, to);
        const std::lock_guard lock(queue.mutex());
        queue.push(batch);
    }

    /// Pops everything: the ids of rooms, and the numbers of dropped ones in brackets.
    static std::string rest(notifications& from) {
        std::string all;
        while (const auto item = from.try_pop()) {
            const auto* lost = std::get_if<jellyfish::dropped>(&*item);
            all += all.empty() ? "" : " ";
            all += lost != nullptr ? "(" + std::to_string(lost->count) + ")"
                                   : std::string(jellyfish::room_id_of(*item));
        }
        return all;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery_queue)

// ---- popping

BOOST_AUTO_TEST_CASE(items_are_popped_in_order) {
    fixture f;
    BOOST_TEST(f.push(0, 3) == 0U);
    BOOST_TEST(f.push(3, 5) == 0U);
    BOOST_TEST(f.rest() == "0 1 2 3 4");
    BOOST_TEST(!f.queue->try_pop().has_value());
}

BOOST_AUTO_TEST_CASE(popping_into_an_object_reuses_its_memory) {
    const std::string id(100, 'r');
    notification_fixture f(overflow_policy::pause);
    notification reused = room_created{id};
    jellyfish::detail::notification_slots batch{room_created{id}, room_created{id}};
    const void* const memory = std::get<room_created>(batch.back()).room_id.data();
    {
        const std::lock_guard lock(f.queue.mutex());
        f.queue.push(batch);
    }
    BOOST_TEST(f.queue.try_pop(reused));
    BOOST_TEST(f.queue.try_pop(reused));
    BOOST_TEST(static_cast<const void*>(std::get<room_created>(reused).room_id.data()) == memory);
    BOOST_TEST(!f.queue.try_pop(reused));
}

BOOST_AUTO_TEST_CASE(a_consumer_never_completes_inside_its_initiating_function) {
    fixture f;
    f.push(0, 1);
    outcome out;
    f.take(out);
    BOOST_TEST(!out.done);
    f.run();
    BOOST_TEST(out.value == 0);
}

BOOST_AUTO_TEST_CASE(consumers_are_served_in_the_order_of_waiting) {
    fixture f;
    outcome first;
    outcome second;
    f.take(first);
    f.take(second);
    f.push(0, 1);
    f.run();
    BOOST_TEST(first.value == 0);
    BOOST_TEST(!second.done);
    f.push(1, 2);
    f.run();
    BOOST_TEST(second.value == 1);
}

BOOST_AUTO_TEST_CASE(one_batch_serves_several_consumers) {
    fixture f;
    std::array<outcome, 3> out;
    for (outcome& each : out)
        f.take(each);
    f.push(0, 2);
    f.run();
    BOOST_TEST(out[0].value == 0);
    BOOST_TEST(out[1].value == 1);
    BOOST_TEST(!out[2].done);
}

BOOST_AUTO_TEST_CASE(a_consumer_whose_item_was_taken_by_another_waits_again) {
    fixture f;
    outcome out;
    f.take(out);
    f.push(0, 1);  // Notified, but not run yet.
    BOOST_TEST(f.rest() == "0");
    f.run();
    BOOST_TEST(!out.done);
    f.push(1, 2);
    f.run();
    BOOST_TEST(out.value == 1);
}

BOOST_AUTO_TEST_CASE(waiting_for_an_item_does_not_pop_it) {
    fixture f;
    outcome early;
    f.look(early);
    f.run();
    BOOST_TEST(!early.done);
    f.push(0, 1);
    outcome late;
    f.look(late);
    f.run();
    BOOST_TEST(early.done);
    BOOST_TEST(late.done);
    BOOST_TEST(f.rest() == "0");
}

BOOST_AUTO_TEST_CASE(a_coroutine_takes_what_is_queued_until_the_queue_is_closed) {
    fixture f;
    std::string taken;
    asio::co_spawn(
        f.context,
        [](std::shared_ptr<numbers> queue, std::string& to) -> asio::awaitable<void> {
            while (const auto item = co_await take_next<int>(queue))
                to += std::to_string(*item);
            to += '.';
        }(f.queue, taken),
        [](std::exception_ptr) {});
    f.push(0, 2);
    f.run();
    BOOST_TEST(taken == "01");
    f.push(2, 3);
    f.end();
    f.run();
    BOOST_TEST(taken == "012.");
}

// ---- cancellation and deadlines

BOOST_AUTO_TEST_CASE(a_cancelled_consumer_takes_nothing) {
    fixture f;
    outcome out;
    asio::cancellation_signal signal;
    f.take(out, &signal);
    signal.emit(asio::cancellation_type::total);
    f.push(0, 1);
    f.run();
    BOOST_TEST(out.code == aborted);
    BOOST_TEST(out.value == -1);
    BOOST_TEST(f.rest() == "0");
}

BOOST_AUTO_TEST_CASE(a_consumer_cancelled_after_it_was_notified_leaves_the_item_to_the_next) {
    fixture f;
    outcome cancelled;
    outcome other;
    asio::cancellation_signal signal;
    f.take(cancelled, &signal);
    f.take(other);
    f.push(0, 1);  // Notifies the first, which has not run yet.
    signal.emit(asio::cancellation_type::terminal);
    f.run();
    BOOST_TEST(cancelled.code == aborted);
    BOOST_TEST(cancelled.value == -1);
    BOOST_TEST(other.value == 0);
}

BOOST_AUTO_TEST_CASE(a_consumer_destroyed_after_it_was_notified_leaves_the_item_to_the_next) {
    fixture f;
    auto other_context = std::make_unique<asio::io_context>();
    bool called = false;
    take_next(f.queue,
              operation_handler<std::optional<int>>(asio::bind_executor(
                  other_context->get_executor(),
                  [&](error_code, const diagnostics_ptr&, std::optional<int>) { called = true; })));
    outcome other;
    f.take(other);
    f.push(0, 1);
    f.run();
    BOOST_TEST(!other.done);
    other_context.reset();
    f.run();
    BOOST_TEST(!called);
    BOOST_TEST(other.value == 0);
}

BOOST_AUTO_TEST_CASE(a_consumer_times_out_at_its_deadline) {
    fixture f;
    outcome late;
    outcome patient;
    f.take(late, nullptr, clock_type::now());
    f.take(patient, nullptr, clock_type::now() + std::chrono::hours(1));
    f.context.run_one();
    f.run();
    BOOST_TEST(late.code == error_code(errc::timeout));
    BOOST_TEST(!patient.done);
    f.push(0, 1);
    f.run();
    BOOST_TEST(patient.value == 0);
}

// ---- capacity

BOOST_AUTO_TEST_CASE(the_capacity_is_what_is_left_of_the_limit) {
    fixture f(4);
    BOOST_TEST(f.capacity_left() == 4U);
    f.push(0, 3);
    BOOST_TEST(f.capacity_left() == 1U);
    BOOST_TEST(f.capacity_left(10) == 11U);
    f.push(3, 5);
    BOOST_TEST(f.capacity_left() == 0U);
    BOOST_TEST(f.capacity_left(10) == 9U);
}

BOOST_AUTO_TEST_CASE(the_largest_limit_leaves_capacity) {
    fixture f(SIZE_MAX);
    f.push(0, 1);
    BOOST_TEST(f.capacity_left(64) > 0U);
}

BOOST_AUTO_TEST_CASE(only_with_pause_is_the_capacity_limited) {
    for (const overflow_policy each : {overflow_policy::drop_oldest, overflow_policy::fail}) {
        fixture f(1, each);
        f.push(0, 1);
        BOOST_TEST(f.capacity_left() == SIZE_MAX);
    }
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_writable_once_half_of_it_is_free) {
    fixture f(4);
    f.count_writable();
    f.push(0, 4);
    BOOST_TEST(f.capacity_left() == 0U);
    BOOST_TEST(f.queue->try_pop().has_value());
    BOOST_TEST(f.writable == 0);
    BOOST_TEST(f.queue->try_pop().has_value());
    BOOST_TEST(f.writable == 1);
    BOOST_TEST(f.queue->try_pop().has_value());
    BOOST_TEST(f.writable == 1);
}

BOOST_AUTO_TEST_CASE(a_source_that_needs_one_slot_learns_at_once_that_it_is_free) {
    fixture f(4);
    f.count_writable(1);
    for (int round = 1; round < 3; ++round) {
        f.push(0, static_cast<int>(f.capacity_left()));
        BOOST_TEST(f.capacity_left() == 0U);
        BOOST_TEST(f.queue->try_pop().has_value());
        BOOST_TEST(f.writable == round);
        BOOST_TEST(f.queue->try_pop().has_value());
        BOOST_TEST(f.writable == round);
    }
}

BOOST_AUTO_TEST_CASE(a_source_that_found_capacity_is_not_notified) {
    fixture f(4);
    f.count_writable();
    f.push(0, 3);
    BOOST_TEST(f.capacity_left() == 1U);
    f.push(3, 4);
    BOOST_TEST(f.rest() == "0 1 2 3");
    BOOST_TEST(f.writable == 0);
}

BOOST_AUTO_TEST_CASE(items_may_be_pushed_beyond_the_limit) {
    fixture f(1, overflow_policy::fail);
    f.push(0, 1);
    f.with_lock([](numbers& q) {
        q.push_beyond_limit(1);
        numbers::batch_type batch{2, 3};
        q.push_beyond_limit(batch);
    });
    outcome out;
    f.look(out);
    f.run();
    BOOST_TEST(out.done);
    BOOST_TEST(f.rest() == "0 1 2 3");
}

// ---- overflow

BOOST_AUTO_TEST_CASE(with_pause_everything_pushed_is_queued) {
    fixture f(2, overflow_policy::pause);
    BOOST_TEST(f.push(0, 3) == 0U);
    BOOST_TEST(f.rest() == "0 1 2");
}

BOOST_AUTO_TEST_CASE(with_fail_only_what_fits_is_queued) {
    fixture f(3, overflow_policy::fail);
    BOOST_TEST(f.push(0, 2) == 0U);
    BOOST_TEST(f.push(2, 5) == 2U);
    BOOST_TEST(f.push(5, 6) == 1U);
    BOOST_TEST(f.rest() == "0 1 2");
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_the_newest_are_kept) {
    fixture f(3, overflow_policy::drop_oldest);
    BOOST_TEST(f.push(0, 2) == 0U);
    BOOST_TEST(f.push(2, 5) == 2U);
    BOOST_TEST(f.rest() == "2 3 4");
    BOOST_TEST(f.push(0, 10) == 7U);
    BOOST_TEST(f.rest() == "7 8 9");
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_the_loss_is_reported_at_its_place) {
    notification_fixture f(overflow_policy::drop_oldest);
    f.push(0, 3);
    f.push(3, 4);
    BOOST_TEST(f.rest(f.queue) == "(2) 2 3");
}

BOOST_AUTO_TEST_CASE(with_drop_oldest_gap_marks_are_kept_and_do_not_count_as_lost) {
    notification_fixture f(overflow_policy::drop_oldest);
    {
        const std::lock_guard lock(f.queue.mutex());
        f.queue.push_beyond_limit(jellyfish::disconnected{});
        f.queue.push_beyond_limit(jellyfish::reconnected{});
        auto batch = f.batch_of(0, 3);
        BOOST_TEST(f.queue.push(batch) == 1U);
    }
    BOOST_TEST((f.queue.try_pop() == notification(jellyfish::dropped{1})));
    BOOST_TEST((f.queue.try_pop() == notification(jellyfish::disconnected{})));
    BOOST_TEST((f.queue.try_pop() == notification(jellyfish::reconnected{})));
    BOOST_TEST(f.rest(f.queue) == "1 2");
}

BOOST_AUTO_TEST_CASE(the_loss_can_be_reported_in_another_queue) {
    notification_fixture f(overflow_policy::drop_oldest);
    bool looked = false;
    f.other.wait_available(
        operation_handler<>([&](error_code, const diagnostics_ptr&) { looked = true; }));
    auto batch = f.batch_of(0, 5);
    {
        const std::lock_guard lock(f.queue.mutex());
        BOOST_TEST(f.queue.push(batch, f.other) == 3U);
    }
    f.context.poll();
    BOOST_TEST(looked);
    BOOST_TEST(f.rest(f.queue) == "3 4");
    BOOST_TEST(f.rest(f.other) == "(3)");
}

BOOST_AUTO_TEST_CASE(while_draining_only_what_fits_is_queued_and_the_loss_is_reported_at_the_end) {
    for (const overflow_policy each :
         {overflow_policy::pause, overflow_policy::drop_oldest, overflow_policy::fail}) {
        notification_fixture f(each);
        {
            const std::lock_guard lock(f.queue.mutex());
            f.queue.set_draining();
        }
        f.push(0, 4);
        f.push(4, 5);
        BOOST_TEST(f.rest(f.queue) == "0 1 (3)");
    }
}

BOOST_AUTO_TEST_CASE(the_last_item_can_be_removed_until_it_is_popped) {
    notification_fixture f(overflow_policy::pause);
    const auto is_one = [](const notification& each) { return jellyfish::room_id_of(each) == "1"; };
    const auto remove = [&] {
        const std::lock_guard lock(f.queue.mutex());
        return f.queue.remove_last_if(is_one);
    };
    f.push(0, 2);
    BOOST_TEST(remove());
    BOOST_TEST(!remove());  // The last one is another.
    BOOST_TEST(f.rest(f.queue) == "0");
    BOOST_TEST(!remove());
}

// ---- the end

BOOST_AUTO_TEST_CASE(a_failure_follows_what_is_queued_and_is_reported_once) {
    fixture f;
    f.push(0, 1);
    const auto known = std::make_shared<const diagnostics>(diagnostics{"next", "", "", 0, ""});
    f.end(errc::connection_lost, known);
    BOOST_TEST(f.take().value == 0);
    const outcome failure = f.take();
    BOOST_TEST(failure.code == error_code(errc::connection_lost));
    BOOST_TEST(failure.info == known);
    const outcome end = f.take();
    BOOST_TEST(end.done);
    BOOST_TEST(!end.code);
    BOOST_TEST(end.value == -1);
}

BOOST_AUTO_TEST_CASE(of_several_waiting_consumers_one_gets_the_failure_and_the_others_the_end) {
    fixture f;
    std::array<outcome, 3> out;
    for (outcome& each : out)
        f.take(each);
    f.end(errc::idle_timeout);
    f.run();
    BOOST_TEST(out[0].code == error_code(errc::idle_timeout));
    for (const int i : {1, 2}) {
        BOOST_TEST(out[i].done);
        BOOST_TEST(!out[i].code);
    }
}

BOOST_AUTO_TEST_CASE(popping_without_waiting_leaves_the_failure_to_a_consumer) {
    fixture f;
    f.end(errc::connection_lost);
    BOOST_TEST(!f.queue->try_pop().has_value());
    BOOST_TEST(f.take().code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(a_coroutine_throws_the_failure) {
    fixture f;
    error_code code;
    asio::co_spawn(f.context, take_next<int>(f.queue),
                   [&](std::exception_ptr failure, std::optional<int>) {
                       try {
                           if (failure) std::rethrow_exception(failure);
                       } catch (const jellyfish::error& e) {
                           code = e.code();
                       }
                   });
    f.end(errc::connection_lost);
    f.run();
    BOOST_TEST(code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(whoever_waits_for_an_item_always_gets_the_failure) {
    fixture f;
    outcome waiting;
    f.look(waiting);
    f.end(errc::connection_lost);
    outcome later;
    f.look(later);
    BOOST_TEST(f.take().code == error_code(errc::connection_lost));
    outcome last;
    f.look(last);
    f.run();
    for (const outcome* each : {&waiting, &later, &last})
        BOOST_TEST(each->code == error_code(errc::connection_lost));
}

BOOST_AUTO_TEST_CASE(after_an_end_without_failure_the_queue_is_closed) {
    fixture f;
    outcome taking;
    outcome looking;
    f.take(taking);
    f.look(looking);
    f.end();
    f.run();
    BOOST_TEST(taking.done);
    BOOST_TEST(!taking.code);
    BOOST_TEST(looking.code == error_code(errc::closed));
}

BOOST_AUTO_TEST_CASE(a_failure_that_was_not_reported_can_be_replaced_by_an_end) {
    fixture f;
    f.end(errc::connection_lost);
    f.end();
    const outcome out = f.take();
    BOOST_TEST(out.done);
    BOOST_TEST(!out.code);
}

BOOST_AUTO_TEST_CASE(a_reopened_queue_continues) {
    fixture f(2);
    f.push(0, 1);
    f.with_lock([](numbers& q) { q.set_draining(); });
    f.end(errc::connection_lost);
    f.with_lock([](numbers& q) { q.reopen(); });
    BOOST_TEST(f.push(1, 4) == 0U);  // No longer draining.
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(f.take().value == i);
    outcome out;
    f.take(out);
    f.run();
    BOOST_TEST(!out.done);  // The old failure is not reported.
    f.end(errc::idle_timeout);
    f.run();
    BOOST_TEST(out.code == error_code(errc::idle_timeout));
}

BOOST_AUTO_TEST_CASE(destruction_completes_all_operations_now_and_later) {
    fixture f;
    std::array<outcome, 4> out;
    f.take(out[0]);
    f.look(out[1]);
    f.with_lock([](numbers& q) { q.destroy(); });
    f.end();  // Not mistaken for an end.
    f.push(0, 1);
    f.take(out[2]);
    f.look(out[3]);
    f.run();
    for (const outcome& each : out)
        BOOST_TEST(each.code == aborted);
}

// ---- threads

BOOST_AUTO_TEST_CASE(on_several_threads_each_item_is_taken_once_whoever_is_cancelled) {
    constexpr int count = 20'000;
    constexpr int consumers = 4;
    asio::io_context context;
    const auto waits = wait_group::make(context.get_executor());
    const auto queue = std::make_shared<numbers>(waits, 64, overflow_policy::pause);
    std::vector<std::atomic<int>> taken(count);
    std::atomic<int> failures{0};

    /// Takes items until the queue is closed, and cancels every third attempt.
    struct consumer : std::enable_shared_from_this<consumer> {
        consumer(asio::io_context& on, std::shared_ptr<numbers> from,
                 std::vector<std::atomic<int>>& to, std::atomic<int>& failures)
            : strand(on.get_executor()), queue(std::move(from)), taken(to), failed(failures) {}

        void next() {
            take_next(queue, operation_handler<std::optional<int>>(asio::bind_executor(
                                 strand, asio::bind_cancellation_slot(
                                             signal.slot(), [self = shared_from_this()](
                                                                error_code code, diagnostics_ptr,
                                                                std::optional<int> value) {
                                                 self->completed(code, value);
                                             }))));
            if (++attempts % 3 == 0) signal.emit(asio::cancellation_type::total);
        }

        void completed(error_code code, std::optional<int> value) {
            if (value) ++taken[static_cast<std::size_t>(*value)];
            if (!code && !value) return;
            if (code && code != aborted) ++failed;
            next();
        }

        asio::strand<asio::io_context::executor_type> strand;
        std::shared_ptr<numbers> queue;
        std::vector<std::atomic<int>>& taken;
        std::atomic<int>& failed;
        asio::cancellation_signal signal;
        int attempts = 0;
    };

    for (int i = 0; i < consumers; ++i) {
        const auto each = std::make_shared<consumer>(context, queue, taken, failures);
        asio::post(each->strand, [each] { each->next(); });
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] { context.run(); });
    jellyfish::test::random_source random(1);
    for (int pushed = 0; pushed < count; std::this_thread::yield()) {
        const std::lock_guard lock(queue->mutex());
        const std::size_t size = std::min<std::size_t>({random.below(8) + 1, queue->capacity_left(),
                                                        static_cast<std::size_t>(count - pushed)});
        numbers::batch_type batch;
        for (std::size_t i = 0; i < size; ++i)
            batch.push_back(pushed++);
        queue->push(batch);
    }
    {
        const std::lock_guard lock(queue->mutex());
        queue->end(errc::connection_lost);
    }
    for (std::thread& each : threads)
        each.join();
    BOOST_TEST(std::ranges::all_of(taken, [](const auto& times) { return times == 1; }));
    BOOST_TEST(failures == 1);
}

BOOST_AUTO_TEST_SUITE_END()
