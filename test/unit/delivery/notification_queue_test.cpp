#include "delivery/notification_queue.hpp"

#include <jellyfish/error.hpp>

#include "data/random.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::disconnected;
using jellyfish::notification;
using jellyfish::reconnected;
using jellyfish::room_created;
using jellyfish::test::random_source;
using queue_type = jellyfish::detail::notification_queue;

jellyfish::detail::notification_slots batch_of(int from, int to) {
    jellyfish::detail::notification_slots batch;
    for (int i = from; i < to; ++i)
        batch.push_back(room_created{std::to_string(i)});
    return batch;
}

void push_batch(queue_type& queue, int from, int to) {
    jellyfish::detail::notification_slots batch = batch_of(from, to);
    queue.push(batch);
    BOOST_TEST_REQUIRE(batch.empty());
}

/// Takes a report of this many dropped notifications.
void check_dropped(queue_type& queue, std::uint64_t count) {
    BOOST_TEST_REQUIRE((queue.pop() == notification(jellyfish::dropped{count})));
}

/// Takes everything queued and checks its order and contents.
void check_rest(queue_type& queue, int from, int to) {
    BOOST_TEST(queue.size() == static_cast<std::size_t>(to - from));
    for (int i = from; i < to; ++i)
        BOOST_TEST_REQUIRE(queue.pop() == notification(room_created{std::to_string(i)}));
    BOOST_TEST(queue.empty());
}

/// The first string of a notification.
const std::string& text_of(const notification& value) {
    return std::visit(
        [](const auto& kind) -> const std::string& {
            static const std::string none;
            if constexpr (requires { kind.room_id; }) {
                return kind.room_id;
            } else if constexpr (requires { kind.metrics; }) {
                return kind.metrics;
            } else {
                return none;
            }
        },
        value);
}

/// Whether the notification that is taken has the memory of the one that was pushed.
bool is_moved_out(const notification& value, const std::string& text) {
    jellyfish::detail::notification_slots batch{value};
    BOOST_TEST_REQUIRE(text_of(batch.back()) == text);
    const void* const memory = text_of(batch.back()).data();
    queue_type queue;
    queue.push(batch);
    std::optional<notification> item;
    queue.pop_into(item);
    BOOST_TEST_REQUIRE((item == value));
    return text_of(*item).data() == memory;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_queue)

BOOST_AUTO_TEST_CASE(a_new_queue_is_empty) {
    const queue_type queue;
    BOOST_TEST(queue.empty());
    BOOST_TEST(queue.size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_batch_is_popped_in_order) {
    queue_type queue;
    push_batch(queue, 0, 5);
    check_rest(queue, 0, 5);
}

BOOST_AUTO_TEST_CASE(batches_are_popped_one_after_the_other) {
    queue_type queue;
    push_batch(queue, 0, 2);  // Popped from,
    push_batch(queue, 2, 5);  // then queued behind it,
    push_batch(queue, 5, 9);  // then appended to that.
    check_rest(queue, 0, 9);
}

BOOST_AUTO_TEST_CASE(single_notifications_and_batches_keep_their_order) {
    queue_type queue;
    queue.push(room_created{"0"});
    push_batch(queue, 1, 3);
    queue.push(room_created{"3"});
    BOOST_TEST(queue.pop() == notification(room_created{"0"}));
    push_batch(queue, 4, 6);
    queue.push(room_created{"6"});
    check_rest(queue, 1, 7);
}

BOOST_AUTO_TEST_CASE(a_batch_pushed_after_single_notifications_follows_them) {
    queue_type queue;
    queue.push(room_created{"0"});
    queue.push(room_created{"1"});
    push_batch(queue, 2, 4);
    check_rest(queue, 0, 4);
}

BOOST_AUTO_TEST_CASE(an_empty_batch_adds_nothing) {
    queue_type queue;
    push_batch(queue, 0, 0);
    BOOST_TEST(queue.empty());
    push_batch(queue, 0, 2);
    push_batch(queue, 0, 0);
    check_rest(queue, 0, 2);
}

BOOST_AUTO_TEST_CASE(a_queue_that_was_drained_can_be_used_again) {
    queue_type queue;
    for (int round = 0; round < 3; ++round) {
        push_batch(queue, 0, 3);
        push_batch(queue, 3, 4);
        check_rest(queue, 0, 4);
    }
}

BOOST_AUTO_TEST_CASE(a_batch_is_swapped_in_as_a_whole_when_the_consumer_keeps_up) {
    queue_type queue;
    push_batch(queue, 0, 100);
    check_rest(queue, 0, 100);
    jellyfish::detail::notification_slots batch = batch_of(0, 1);
    queue.push(batch);
    BOOST_TEST(batch.slots() >= 100U);  // It received the memory of the previous batch in exchange.
}

BOOST_AUTO_TEST_CASE(a_slot_keeps_the_memory_of_a_short_text) {
    const std::string text(100, 'r');
    BOOST_TEST(!is_moved_out(room_created{text}, text));
    BOOST_TEST(!is_moved_out(jellyfish::peer_metadata_updated{text, "", "{}"}, text));
}

BOOST_AUTO_TEST_CASE(a_text_pushed_alone_is_moved_out) {
    queue_type queue;
    notification alone = room_created{std::string(100, 'r')};
    const void* const memory = text_of(alone).data();
    queue.push(std::move(alone));
    std::optional<notification> item;
    queue.pop_into(item);
    BOOST_TEST_REQUIRE(item.has_value());
    BOOST_TEST(static_cast<const void*>(text_of(*item).data()) == memory);
}

BOOST_AUTO_TEST_CASE(a_long_text_is_moved_not_copied) {
    const std::string text(100, 'r');
    const std::string much(1'000, 'm');
    BOOST_TEST(is_moved_out(jellyfish::metrics_report{much}, much));
    BOOST_TEST(is_moved_out(jellyfish::peer_metadata_updated{text, "", much}, text));
    BOOST_TEST(is_moved_out(jellyfish::peer_crashed{text, "", much}, text));
    BOOST_TEST(is_moved_out(
        jellyfish::track_added{text, {}, {"", jellyfish::track_type::audio, much}}, text));
}

BOOST_AUTO_TEST_CASE(the_oldest_are_dropped) {
    queue_type queue;
    push_batch(queue, 0, 3);
    push_batch(queue, 3, 6);
    queue.drop(1);
    check_dropped(queue, 1);
    check_rest(queue, 1, 6);
}

BOOST_AUTO_TEST_CASE(dropping_spans_batches) {
    queue_type queue;
    push_batch(queue, 0, 3);
    push_batch(queue, 3, 6);
    queue.drop(0);
    BOOST_TEST(queue.size() == 6U);
    queue.drop(4);
    check_dropped(queue, 4);
    check_rest(queue, 4, 6);
}

BOOST_AUTO_TEST_CASE(all_notifications_can_be_dropped) {
    queue_type queue;
    push_batch(queue, 0, 3);
    queue.push(room_created{"3"});
    queue.drop(4);
    BOOST_TEST(queue.empty());
    push_batch(queue, 4, 5);
    check_dropped(queue, 4);
    check_rest(queue, 4, 5);
}

BOOST_AUTO_TEST_CASE(consecutive_drops_are_reported_as_one) {
    queue_type queue;
    push_batch(queue, 0, 6);
    queue.drop(1);
    queue.drop(2);
    check_dropped(queue, 3);
    BOOST_TEST((queue.pop() == notification(room_created{"3"})));
    queue.drop(1);
    check_dropped(queue, 1);
    check_rest(queue, 5, 6);
}

BOOST_AUTO_TEST_CASE(the_report_of_dropped_notifications_is_one_more_to_take) {
    queue_type queue;
    push_batch(queue, 0, 3);
    BOOST_TEST(queue.pops() == 3U);
    queue.drop(1);
    BOOST_TEST(queue.size() == 2U);
    BOOST_TEST(queue.pops() == 3U);
    check_dropped(queue, 1);
    BOOST_TEST(queue.pops() == 2U);
}

BOOST_AUTO_TEST_CASE(gap_marks_are_neither_dropped_nor_counted_as_lost) {
    queue_type queue;
    push_batch(queue, 0, 2);
    queue.push(disconnected{});
    queue.push(reconnected{});
    queue.push(room_created{"2"});
    BOOST_TEST(queue.drop(4) == 2U);
    BOOST_TEST(queue.pops() == 4U);
    check_dropped(queue, 2);
    BOOST_TEST((queue.pop() == notification(disconnected{})));
    BOOST_TEST((queue.pop() == notification(reconnected{})));
    check_rest(queue, 2, 3);
}

BOOST_AUTO_TEST_CASE(a_dropped_report_of_a_loss_is_added_to_the_next_report) {
    queue_type queue;
    push_batch(queue, 0, 1);
    queue.count_dropped_here(7);
    queue.push(room_created{"1"});
    BOOST_TEST(queue.drop(2) == 1U);
    check_dropped(queue, 8);
    check_rest(queue, 1, 2);
}

BOOST_AUTO_TEST_CASE(gaps_become_one_when_everything_between_them_is_dropped) {
    using namespace std::chrono_literals;
    queue_type queue;
    const auto push_gap = [&](std::chrono::milliseconds gap, std::uint32_t attempts) {
        queue.push(disconnected{jellyfish::errc::connection_lost, ""});
        queue.push(reconnected{gap, attempts});
    };
    push_gap(5ms, 1);
    queue.push(room_created{"0"});
    push_gap(6ms, 2);
    queue.push(room_created{"1"});
    push_gap(7ms, 3);
    queue.push(disconnected{jellyfish::errc::idle_timeout, ""});
    queue.push(room_created{"2"});
    BOOST_TEST(queue.drop(9) == 2U);
    check_dropped(queue, 2);
    BOOST_TEST((queue.pop() == notification(disconnected{jellyfish::errc::connection_lost, ""})));
    BOOST_TEST((queue.pop() == notification(reconnected{18ms, 6})));
    BOOST_TEST((queue.pop() == notification(disconnected{jellyfish::errc::idle_timeout, ""})));
    check_rest(queue, 2, 3);
}

BOOST_AUTO_TEST_CASE(kept_gap_marks_can_be_removed) {
    queue_type queue;
    queue.push(disconnected{});
    queue.push(room_created{"0"});
    BOOST_TEST(queue.drop(1) == 0U);
    queue.remove_if(
        [](const notification& each) { return std::holds_alternative<disconnected>(each); });
    check_rest(queue, 0, 1);
}

BOOST_AUTO_TEST_CASE(some_are_removed_and_the_others_keep_their_order) {
    queue_type queue;
    push_batch(queue, 0, 3);
    push_batch(queue, 3, 6);
    queue.push(room_created{"6"});
    (void)queue.pop();
    queue.drop(1);
    std::string visited;
    queue.remove_if([&](notification& each) {
        visited += name_of(each) == "dropped" ? "dropped" : room_id_of(each);
        return visited.back() == '2' || visited.back() == '5';
    });
    BOOST_TEST(visited == "dropped23456");
    check_dropped(queue, 1);
    for (const char* id : {"3", "4", "6"})
        BOOST_TEST(room_id_of(queue.pop()) == id);
    BOOST_TEST(queue.empty());
}

BOOST_AUTO_TEST_CASE(random_operations_match_a_simple_queue) {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        random_source random(seed);
        queue_type queue;
        std::deque<int> model;
        int next = 0;
        BOOST_TEST_CONTEXT("seed " << seed)
        for (int i = 0; i < 2'000; ++i) {
            switch (random.below(5)) {
                case 0: {
                    const int size = static_cast<int>(random.below(6));
                    push_batch(queue, next, next + size);
                    for (int k = 0; k < size; ++k)
                        model.push_back(next++);
                    break;
                }
                case 1:
                    queue.push(room_created{std::to_string(next)});
                    model.push_back(next++);
                    break;
                case 2: {
                    const std::size_t count =
                        random.below(std::min<std::size_t>(model.size(), 3) + 1);
                    queue.drop(count);
                    if (count != 0) check_dropped(queue, count);
                    model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(count));
                    break;
                }
                default:
                    if (model.empty()) break;
                    BOOST_TEST_REQUIRE(
                        (queue.pop() == notification(room_created{std::to_string(model.front())})));
                    model.pop_front();
            }
            BOOST_TEST_REQUIRE(queue.size() == model.size());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
