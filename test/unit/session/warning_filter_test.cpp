#include "session/warning_filter.hpp"

#include <jellyfish/error.hpp>

#include <boost/test/unit_test.hpp>

namespace {

using namespace std::chrono_literals;
using jellyfish::errc;

struct fixture {
    jellyfish::detail::warning_filter subject;
    jellyfish::detail::warning_filter::time_point now{1'000h};

    bool is_due(errc code) { return subject.is_due(code, now); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(warning_filter, fixture)

BOOST_AUTO_TEST_CASE(only_the_first_of_many_equal_failures_is_due) {
    BOOST_TEST(is_due(errc::connect_failed));
    for (int n = 0; n < 10; ++n)
        BOOST_TEST(!is_due(errc::connect_failed));
}

BOOST_AUTO_TEST_CASE(servers_that_fail_in_turn_with_different_codes_are_due_once_each) {
    BOOST_TEST(is_due(errc::connect_failed));
    BOOST_TEST(is_due(errc::resolve_failed));
    BOOST_TEST(!is_due(errc::connect_failed));
    BOOST_TEST(!is_due(errc::resolve_failed));
}

BOOST_AUTO_TEST_CASE(a_failure_that_continues_is_due_again_after_a_minute) {
    BOOST_TEST(is_due(errc::connect_failed));
    now += 1min - 1ms;
    BOOST_TEST(!is_due(errc::connect_failed));
    now += 1ms;
    BOOST_TEST(is_due(errc::connect_failed));
    BOOST_TEST(!is_due(errc::connect_failed));
}

BOOST_AUTO_TEST_CASE(after_a_reset_a_failure_is_due_at_once) {
    BOOST_TEST(is_due(errc::connect_failed));
    subject.reset(now);
    BOOST_TEST(is_due(errc::connect_failed));
}

BOOST_AUTO_TEST_SUITE_END()
