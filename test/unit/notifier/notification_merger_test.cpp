#include <jellyfish/notification_merger.hpp>

#include "data/random.hpp"
#include "fakes/wire.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace jellyfish;
using namespace jellyfish::test;
using namespace std::chrono_literals;
using channel = notification_channel;
using merger = notification_merger;

namespace {

const merger::time_point start{1'000s};
const notification first = peer_connected{"r", "p"};
const notification second = peer_disconnected{"r", "p"};

/// The next notification of one channel, chosen at random while both have some left.
struct interleaved {
    const std::array<std::vector<notification>, 2>& reported;
    random_source& random;
    std::array<std::size_t, 2> at{};

    bool next(channel& from, notification& value) {
        const bool left0 = at[0] < reported[0].size();
        const bool left1 = at[1] < reported[1].size();
        if (!left0 && !left1) return false;
        const std::size_t side = left0 && left1 ? random.below(2) : (left0 ? 0 : 1);
        from = side == 0 ? channel::socket : channel::webhook;
        value = reported[side][at[side]++];
        return true;
    }
};

std::map<std::string, std::size_t> counted(const std::vector<notification>& values) {
    std::map<std::string, std::size_t> counts;
    for (const notification& each : values)
        ++counts[notification_bytes(each)];
    return counts;
}

/// A few distinct notifications, so that many are equal.
std::vector<notification> random_story(random_source& random, std::size_t size) {
    std::vector<notification> story;
    for (std::size_t i = 0; i < size; ++i) {
        const std::string peer = std::to_string(random.below(4));
        story.push_back(random.below(2) == 0 ? notification(peer_connected{"r", peer})
                                             : notification(peer_disconnected{"r", peer}));
    }
    return story;
}

std::vector<notification> without_some(random_source& random, std::vector<notification> story) {
    std::erase_if(story, [&](const notification&) { return random.below(5) == 0; });
    return story;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notification_merger)

BOOST_AUTO_TEST_CASE(a_notification_from_both_channels_is_delivered_once) {
    for (const auto& [early, late] : {std::pair(channel::socket, channel::webhook),
                                      std::pair(channel::webhook, channel::socket)}) {
        merger subject;
        for (const notification& each : {first, second})
            BOOST_TEST(subject.pass(early, each, start));
        BOOST_TEST(subject.awaited() == 2U);
        for (const notification& each : {first, second})
            BOOST_TEST(!subject.pass(late, each, start));
        BOOST_TEST(subject.awaited() == 0U);
        BOOST_TEST(subject.duplicates() == 2U);
        BOOST_TEST(subject.unmatched() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(equal_notifications_are_counted) {
    merger subject;
    BOOST_TEST(subject.pass(channel::socket, first, start));
    BOOST_TEST(subject.pass(channel::socket, first, start));
    BOOST_TEST(!subject.pass(channel::webhook, first, start));
    BOOST_TEST(!subject.pass(channel::webhook, first, start));
    BOOST_TEST(subject.pass(channel::webhook, first, start));
    BOOST_TEST(!subject.pass(channel::socket, first, start));
    BOOST_TEST(subject.awaited() == 0U);
}

BOOST_AUTO_TEST_CASE(a_notification_lost_by_one_channel_comes_from_the_other) {
    merger subject;
    BOOST_TEST(subject.pass(channel::socket, first, start));
    BOOST_TEST(subject.pass(channel::webhook, second, start));
    BOOST_TEST(subject.awaited() == 2U);
}

BOOST_AUTO_TEST_CASE(a_notification_from_one_channel_only_is_delivered) {
    merger subject;
    for (const notification& each : {notification(metrics_report{"{}"}),
                                     notification(disconnected()), notification(reconnected())}) {
        for (const channel from : {channel::socket, channel::webhook, channel::socket})
            BOOST_TEST(subject.pass(from, each, start));
    }
    BOOST_TEST(subject.awaited() == 0U);
}

BOOST_AUTO_TEST_CASE(unknown_content_is_distinguished_by_its_bytes) {
    merger subject;
    const auto later = [](const char* text) {
        return notification(unknown_notification{bytes_field(40, text)});
    };
    BOOST_TEST(subject.pass(channel::socket, later("a"), start));
    BOOST_TEST(subject.pass(channel::webhook, later("b"), start));
    BOOST_TEST(!subject.pass(channel::webhook, later("a"), start));
}

BOOST_AUTO_TEST_CASE(every_kind_of_notification_is_distinguished_from_every_other) {
    merger subject;
    std::size_t both = 0;
    for (const notification& each : sample_notifications()) {
        BOOST_TEST(subject.pass(channel::socket, each, start));
        both += std::holds_alternative<metrics_report>(each) ? 0 : 1;
    }
    for (const notification& each : sample_notifications()) {
        BOOST_TEST(subject.pass(channel::webhook, each, start) ==
                   std::holds_alternative<metrics_report>(each));
    }
    BOOST_TEST(subject.duplicates() == both);
}

// ---- limits

BOOST_AUTO_TEST_CASE(an_equal_notification_after_the_window_is_a_new_one) {
    merger subject(10s);
    BOOST_TEST(subject.pass(channel::socket, first, start));
    BOOST_TEST(subject.pass(channel::socket, second, start + 1ms));
    BOOST_TEST(!subject.pass(channel::webhook, second, start + 10s));
    BOOST_TEST(subject.pass(channel::webhook, first, start + 10s + 1ms));
    BOOST_TEST(subject.unmatched() == 1U);
    BOOST_TEST(subject.awaited() == 1U);
}

BOOST_AUTO_TEST_CASE(the_oldest_entries_are_forgotten_beyond_the_limit) {
    merger subject(1h, 2);
    const auto numbered = [](int n) { return notification(room_created{std::to_string(n)}); };
    for (int i = 0; i < 1'000; ++i) {
        BOOST_TEST(subject.pass(channel::socket, numbered(i), start));
        BOOST_TEST(subject.awaited() <= 2U);
    }
    BOOST_TEST(subject.unmatched() == 998U);
    BOOST_TEST(!subject.pass(channel::webhook, numbered(999), start));
    BOOST_TEST(!subject.pass(channel::webhook, numbered(998), start));
    BOOST_TEST(subject.pass(channel::webhook, numbered(997), start));
}

BOOST_AUTO_TEST_CASE(equal_notifications_count_towards_the_limit) {
    merger subject(1h, 3);
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(subject.pass(channel::socket, first, start));
    BOOST_TEST(subject.awaited() == 3U);
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(!subject.pass(channel::webhook, first, start));
    BOOST_TEST(subject.pass(channel::webhook, first, start));
}

// ---- properties

BOOST_AUTO_TEST_CASE(
    without_losses_each_notification_is_delivered_exactly_once_in_any_interleaving) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        random_source random(seed);
        const auto story = random_story(random, 1 + random.below(100));
        const std::array<std::vector<notification>, 2> reported{story, story};
        interleaved both{reported, random};
        merger subject;
        std::vector<notification> passed;
        channel from{};
        notification value;
        while (both.next(from, value)) {
            if (subject.pass(from, value, start)) passed.push_back(value);
            // Nothing waits for the slower channel: whatever either one has reported is out.
            BOOST_REQUIRE(passed.size() >= std::max(both.at[0], both.at[1]));
        }
        BOOST_TEST_CONTEXT("seed " << seed) {
            BOOST_TEST((counted(passed) == counted(story)));
            BOOST_TEST(subject.awaited() == 0U);
            BOOST_TEST(subject.duplicates() == story.size());
        }
    }
}

BOOST_AUTO_TEST_CASE(with_losses_each_notification_is_delivered_as_often_as_by_the_better_channel) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        random_source random(seed);
        const auto story = random_story(random, 1 + random.below(100));
        const std::array<std::vector<notification>, 2> reported{without_some(random, story),
                                                                without_some(random, story)};
        interleaved both{reported, random};
        merger subject;
        std::vector<notification> passed;
        channel from{};
        notification value;
        while (both.next(from, value)) {
            if (subject.pass(from, value, start)) passed.push_back(value);
        }
        auto expected = counted(reported[0]);
        for (const auto& [key, count] : counted(reported[1]))
            expected[key] = std::max(expected[key], count);
        BOOST_TEST((counted(passed) == expected), "seed " << seed);
    }
}

BOOST_AUTO_TEST_SUITE_END()
