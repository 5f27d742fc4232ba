#include "session/read_size.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using size = jellyfish::detail::read_size;

struct fixture {
    size subject;

    /// Reads that fill the buffer with this many messages in all, until the size is stable.
    std::size_t after_full_reads(std::size_t messages) {
        std::size_t offered = size::idle;
        for (int n = 0; n < 4; ++n)
            offered = subject.after_read(offered, offered, messages);
        return offered;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(read_size, fixture)

BOOST_AUTO_TEST_CASE(small_reads_keep_the_small_buffer) {
    for (int n = 0; n < 100; ++n)
        BOOST_TEST(subject.after_read(size::idle, 100, 1) == size::idle);
}

BOOST_AUTO_TEST_CASE(a_read_that_fills_the_small_buffer_gets_the_normal_one) {
    BOOST_TEST(subject.after_read(size::idle, size::idle, 0) == size::normal);
}

BOOST_AUTO_TEST_CASE(large_messages_that_fill_the_normal_buffer_get_the_large_one) {
    BOOST_TEST(after_full_reads(3) == size::large);
}

BOOST_AUTO_TEST_CASE(small_messages_keep_the_normal_buffer) {
    BOOST_TEST(after_full_reads(800) == size::normal);
}

BOOST_AUTO_TEST_CASE(small_messages_after_large_ones_get_the_normal_buffer) {
    (void)after_full_reads(3);
    BOOST_TEST(subject.after_read(size::large, size::large, 3'000) == size::normal);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_message_changes_nothing) {
    (void)after_full_reads(3);
    BOOST_TEST(subject.after_read(size::large, size::large, 0) == size::large);
}

BOOST_AUTO_TEST_CASE(a_session_is_idle_after_sixteen_small_reads) {
    (void)after_full_reads(3);
    for (int n = 1; n < 16; ++n)
        BOOST_TEST(subject.after_read(size::large, 100, 1) == size::large);
    BOOST_TEST(subject.after_read(size::large, 100, 1) == size::idle);
}

BOOST_AUTO_TEST_CASE(a_larger_read_between_small_ones_keeps_the_buffer) {
    (void)after_full_reads(3);
    for (int n = 0; n < 100; ++n)
        BOOST_TEST(subject.after_read(size::large, n % 10 == 0 ? 20'000 : 100, 1) == size::large);
}

BOOST_AUTO_TEST_SUITE_END()
