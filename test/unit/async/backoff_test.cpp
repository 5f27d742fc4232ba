#include "async/backoff.hpp"

#include "data/random.hpp"

#include <chrono>
#include <cstdint>

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using waits = jellyfish::detail::backoff;

}  // namespace

BOOST_AUTO_TEST_SUITE(backoff)

BOOST_AUTO_TEST_CASE(the_longest_wait_doubles_up_to_the_cap) {
    const waits subject(100ms, 1s);
    BOOST_TEST((subject.limit(1) == 100ms));
    BOOST_TEST((subject.limit(2) == 200ms));
    BOOST_TEST((subject.limit(4) == 800ms));
    BOOST_TEST((subject.limit(5) == 1s));
    BOOST_TEST((subject.limit(UINT32_MAX) == 1s));
}

BOOST_AUTO_TEST_CASE(the_longest_times_do_not_overflow) {
    const waits subject(1ms, std::chrono::milliseconds::max());
    BOOST_TEST((subject.limit(1'000) == std::chrono::hours(24 * 365)));
}

BOOST_AUTO_TEST_CASE(a_base_beyond_the_cap_is_clamped) {
    BOOST_TEST((waits(2s, 1s).limit(1) == 1s));
}

BOOST_AUTO_TEST_CASE(a_delay_is_random_between_zero_and_the_limit) {
    const waits subject(100ms, 1s);
    BOOST_TEST((subject.wait(2, 0) == 0ms));
    BOOST_TEST((subject.wait(2, UINT32_MAX) == 200ms));
    BOOST_TEST((subject.wait(2, UINT32_MAX / 2) == 99ms));
    constexpr std::uint32_t seed = 7;
    jellyfish::test::random_source random(seed);
    for (int i = 0; i < 1'000; ++i) {
        const auto wait = subject.wait(3, random());
        BOOST_TEST((wait >= 0ms && wait <= 400ms), "seed " << seed);
    }
}

BOOST_AUTO_TEST_SUITE_END()
