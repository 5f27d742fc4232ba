#include "async/log_throttle.hpp"

#include <chrono>
#include <optional>

#include <boost/test/unit_test.hpp>

using throttle = jellyfish::detail::log_throttle;
using namespace std::chrono_literals;

namespace {

const throttle::time_point start{1'000s};

/// How many of this many lines pass.
int passed(throttle& subject, int lines, throttle::time_point now) {
    int count = 0;
    for (int i = 0; i < lines; ++i)
        count += subject.pass(now) ? 1 : 0;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(log_throttle)

BOOST_AUTO_TEST_CASE(a_burst_of_lines_passes_and_then_one_a_second) {
    throttle subject;
    BOOST_TEST(passed(subject, 100, start) == 10);
    BOOST_TEST(passed(subject, 100, start + 999ms) == 0);
    BOOST_TEST(passed(subject, 100, start + 1s) == 1);
    BOOST_TEST(passed(subject, 100, start + 4s) == 3);
}

BOOST_AUTO_TEST_CASE(silence_allows_no_more_than_the_initial_burst) {
    throttle subject;
    BOOST_TEST(passed(subject, 100, start) == 10);
    BOOST_TEST(passed(subject, 100, start + 1h) == 10);
}

BOOST_AUTO_TEST_CASE(a_line_reports_how_many_were_suppressed_before_it) {
    throttle subject;
    BOOST_TEST(subject.pass(start).value() == 0U);
    BOOST_TEST(passed(subject, 20, start) == 9);
    BOOST_TEST(subject.pass(start + 1s).value() == 11U);
    BOOST_TEST(subject.pass(start + 2s).value() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
