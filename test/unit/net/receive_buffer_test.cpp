#include "net/receive_buffer.hpp"

#include "data/random.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include <boost/test/unit_test.hpp>

namespace {

using buffer_type = jellyfish::detail::receive_buffer;
using jellyfish::test::random_source;

constexpr std::size_t normal = buffer_type::normal_size;

/// Appends bytes, as far as they fit.
std::size_t arrive(buffer_type& buffer, std::string_view bytes, std::size_t needed) {
    const std::span<char> writable = buffer.prepare(needed);
    const std::size_t size = std::min(writable.size(), bytes.size());
    std::memcpy(writable.data(), bytes.data(), size);
    buffer.commit(size);
    return size;
}

std::string random_bytes(random_source& random, std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(receive_buffer)

BOOST_AUTO_TEST_CASE(a_new_buffer_is_empty_and_does_not_allocate_before_it_is_used) {
    const buffer_type buffer;
    BOOST_TEST(buffer.data().empty());
    BOOST_TEST((buffer.data().data() == nullptr));
}

BOOST_AUTO_TEST_CASE(the_default_size_fits_a_normal_read) {
    buffer_type buffer;
    BOOST_TEST(buffer.prepare(1).size() == normal);
}

BOOST_AUTO_TEST_CASE(a_smaller_size_can_be_configured) {
    buffer_type buffer(1'000);
    BOOST_TEST(buffer.prepare(1).size() == 1'000U);
    BOOST_TEST(arrive(buffer, std::string(900, 'a'), 1) == 900U);
    BOOST_TEST(buffer.prepare(1).size() >= 100U);
    BOOST_TEST(buffer.prepare(5'000).size() >= 1'100U);
}

BOOST_AUTO_TEST_CASE(another_size_takes_effect_at_the_next_prepare_and_keeps_the_data) {
    buffer_type buffer(1'000);
    BOOST_TEST(arrive(buffer, std::string(1'000, 'a'), 1) == 1'000U);
    buffer.consume(900);
    buffer.set_size(5'000);
    BOOST_TEST(buffer.prepare(1).size() == 4'900U);
    BOOST_TEST(buffer.data() == std::string(100, 'a'));
    buffer.set_size(1'000);
    BOOST_TEST(buffer.prepare(1).size() == 4'900U);  // Not while the buffer holds data.
    buffer.consume(100);
    BOOST_TEST(buffer.prepare(1).size() == 1'000U);
}

BOOST_AUTO_TEST_CASE(data_stays_until_it_is_consumed) {
    buffer_type buffer;
    BOOST_TEST(arrive(buffer, "abc", 1) == 3U);
    BOOST_TEST(arrive(buffer, "defg", 1) == 4U);
    BOOST_TEST(buffer.data() == "abcdefg");
    buffer.consume(4);
    BOOST_TEST(buffer.data() == "efg");
    buffer.consume(0);
    BOOST_TEST(buffer.data() == "efg");
    buffer.consume(3);
    BOOST_TEST(buffer.data() == "");
}

BOOST_AUTO_TEST_CASE(unfilled_space_is_not_data) {
    buffer_type buffer;
    std::ranges::fill(buffer.prepare(1), 'x');
    BOOST_TEST(buffer.data() == "");
    buffer.commit(2);
    BOOST_TEST(buffer.data() == "xx");
}

BOOST_AUTO_TEST_CASE(the_whole_buffer_is_free_again_when_everything_is_consumed) {
    buffer_type buffer;
    const std::string bytes(normal, 'x');
    BOOST_TEST(arrive(buffer, bytes, 1) == normal);
    buffer.consume(normal);
    BOOST_TEST(buffer.prepare(1).size() == normal);
}

BOOST_AUTO_TEST_CASE(data_moves_to_the_front_when_little_space_is_left_behind_it) {
    buffer_type buffer;
    BOOST_TEST(arrive(buffer, std::string(normal - 3, 'x') + "end", 1) == normal);
    buffer.consume(normal - 3);
    BOOST_TEST(buffer.prepare(10).size() == normal - 3);
    BOOST_TEST(buffer.data() == "end");
}

BOOST_AUTO_TEST_CASE(data_does_not_move_while_enough_space_is_left_behind_it) {
    buffer_type buffer;
    BOOST_TEST(arrive(buffer, "abcdef", 1) == 6U);
    buffer.consume(3);
    const char* before = buffer.data().data();
    BOOST_TEST(buffer.prepare(10).size() == normal - 6);
    BOOST_TEST((buffer.data().data() == before));
}

BOOST_AUTO_TEST_CASE(data_moves_when_the_rest_of_its_frame_would_not_fit_behind_it) {
    buffer_type buffer;
    BOOST_TEST(arrive(buffer, std::string(1'000, 'x') + "begin", 1) == 1'005U);
    buffer.consume(1'000);
    BOOST_TEST(buffer.prepare(normal - 500).size() == normal - 5);
    BOOST_TEST(buffer.data() == "begin");
}

BOOST_AUTO_TEST_CASE(the_buffer_grows_to_the_size_of_a_large_frame) {
    buffer_type buffer;
    BOOST_TEST(arrive(buffer, std::string(normal, 'x'), 1) == normal);
    BOOST_TEST(buffer.prepare(normal + 10).size() == 10U);
    BOOST_TEST(buffer.data() == std::string(normal, 'x'));
}

BOOST_AUTO_TEST_CASE(a_frame_that_claims_to_be_huge_gets_its_memory_in_steps) {
    constexpr std::size_t huge = 16 * 1024 * 1024;
    buffer_type buffer;
    std::size_t capacity = 0;
    std::size_t reads = 0;
    while (buffer.data().size() < huge) {
        const std::size_t writable = buffer.prepare(huge).size();
        const std::size_t larger = buffer.data().size() + writable;
        BOOST_TEST_REQUIRE(writable > 0U);
        BOOST_TEST_REQUIRE(larger <= std::max(normal, 2 * capacity));
        BOOST_TEST_REQUIRE(larger <= huge);
        capacity = larger;
        buffer.commit(writable);
        ++reads;
    }
    BOOST_TEST(capacity == huge);
    BOOST_TEST(reads == 9U);
}

BOOST_AUTO_TEST_CASE(memory_of_a_large_frame_is_released) {
    buffer_type buffer;
    for (int i = 0; i < 4; ++i) {
        const std::size_t writable = buffer.prepare(8 * normal).size();
        buffer.commit(writable);
    }
    BOOST_TEST(buffer.data().size() == 8 * normal);
    buffer.consume(8 * normal);
    BOOST_TEST(buffer.prepare(1).size() == normal);
}

BOOST_AUTO_TEST_CASE(memory_is_kept_while_frames_need_it) {
    buffer_type buffer;
    BOOST_TEST(arrive(buffer, std::string(normal, 'x'), 1) == normal);
    BOOST_TEST(arrive(buffer, std::string(normal, 'x'), 2 * normal) == normal);
    buffer.consume(2 * normal);
    BOOST_TEST(buffer.prepare(2 * normal).size() == 2 * normal);
}

BOOST_AUTO_TEST_CASE(no_byte_is_lost_or_changed_by_random_operations) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        random_source random(seed);
        const std::string source = random_bytes(random, 400'000);
        buffer_type buffer;
        std::size_t begin = 0;
        std::size_t end = 0;
        BOOST_TEST_CONTEXT("seed " << seed)
        while (begin < source.size()) {
            const std::size_t used = end - begin;
            const std::size_t needed = used + 1 + random.below(random.below(4) == 0 ? 300'000 : 99);
            const std::size_t writable = buffer.prepare(needed).size();
            BOOST_TEST_REQUIRE((writable >= normal / 2 || writable >= needed - used));
            const std::size_t read = random.below(4) == 0 ? writable : 1 + random.below(2'000);
            const std::string_view next = std::string_view(source).substr(end, read);
            end += arrive(buffer, next, needed);
            BOOST_TEST_REQUIRE(
                (buffer.data() == std::string_view(source).substr(begin, end - begin)));
            const std::size_t count =
                random.below(3) == 0 ? end - begin : random.below(end - begin + 1);
            buffer.consume(count);
            begin += count;
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
