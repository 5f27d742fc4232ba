#include "delivery/notification_slots.hpp"

#include <string>
#include <variant>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::notification;
using jellyfish::room_created;
using slots_type = jellyfish::detail::notification_slots;

/// Longer than the small-string buffer.
const std::string long_id(40, 'r');

const char* memory_of(const notification& value) {
    return std::get<room_created>(value).room_id.data();
}

void fill(slots_type& slots, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        slots.push_back(room_created{std::to_string(i)});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_slots)

BOOST_AUTO_TEST_CASE(slots_keep_their_order) {
    slots_type slots;
    BOOST_TEST(slots.empty());
    fill(slots, 3);
    BOOST_TEST(slots.size() == 3U);
    BOOST_TEST((slots[0] == notification(room_created{"0"})));
    BOOST_TEST((slots.back() == notification(room_created{"2"})));
    slots.pop_back();
    BOOST_TEST((slots.back() == notification(room_created{"1"})));
    slots.cut(1);
    BOOST_TEST((slots.back() == notification(room_created{"0"})));
}

BOOST_AUTO_TEST_CASE(a_spare_slot_counts_once_it_is_added) {
    slots_type slots;
    slots.spare() = room_created{"a"};
    BOOST_TEST(slots.empty());
    slots.add_spare();
    BOOST_TEST((slots.back() == notification(room_created{"a"})));
}

BOOST_AUTO_TEST_CASE(a_slot_reuses_its_memory_for_the_next_notification_of_its_kind) {
    slots_type slots{room_created{long_id}};
    const char* const before = memory_of(slots[0]);
    slots.clear();
    std::get<room_created>(slots.spare()).room_id.assign(long_id);
    slots.add_spare();
    BOOST_TEST((memory_of(slots[0]) == before));
}

BOOST_AUTO_TEST_CASE(memory_unused_for_long_is_released) {
    slots_type slots;
    fill(slots, 1'000);
    for (int round = 0; round < 600; ++round) {
        slots.clear();
        fill(slots, 2);
    }
    BOOST_TEST(slots.slots() <= 16U);
    BOOST_TEST((slots.back() == notification(room_created{"1"})));
}

BOOST_AUTO_TEST_CASE(strings_in_slots_unused_for_long_are_released) {
    slots_type slots;
    for (int i = 0; i < 10; ++i)
        slots.push_back(room_created{long_id});
    for (int round = 0; round < 600; ++round) {
        slots.clear();
        fill(slots, 2);
    }
    for (std::size_t i = 2; i < slots.slots(); ++i)
        BOOST_TEST(std::holds_alternative<jellyfish::dropped>(slots[i]));
}

BOOST_AUTO_TEST_CASE(memory_used_now_and_then_is_kept) {
    slots_type slots;
    for (int round = 0; round < 600; ++round) {
        slots.clear();
        fill(slots, round % 100 == 0 ? 1'000 : 2);
    }
    BOOST_TEST(slots.slots() >= 1'000U);
}

BOOST_AUTO_TEST_SUITE_END()
