#include "agent/send_queue.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

namespace {

using jellyfish::detail::request_kind;
using queue_type = jellyfish::detail::send_queue;
using enum request_kind;

/// Takes requests, joined by commas.
std::string taken(queue_type& from, std::size_t limit = SIZE_MAX) {
    std::string all;
    from.take(limit, [&](const queue_type::entry& each, std::string_view request) {
        BOOST_TEST(each.size == request.size());
        all.append(all.empty() ? "" : ",").append(request);
    });
    return all;
}

queue_type filled() {
    queue_type queue;
    queue.push(add, 1, "add1");
    queue.push(media, 1, "a");
    queue.push(media, 2, "bb");
    queue.push(media, 1, "ccc");
    return queue;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(send_queue)

BOOST_AUTO_TEST_CASE(requests_are_taken_in_order) {
    queue_type queue = filled();
    BOOST_TEST(queue.bytes() == 10U);
    BOOST_TEST(taken(queue) == "add1,a,bb,ccc");
    BOOST_TEST(queue.bytes() == 0U);
    BOOST_TEST(taken(queue).empty());
}

BOOST_AUTO_TEST_CASE(no_more_is_taken_once_the_limit_is_reached) {
    queue_type queue = filled();
    BOOST_TEST(taken(queue, 1) == "add1");
    BOOST_TEST(taken(queue, 2) == "a,bb");
    BOOST_TEST(queue.bytes() == 3U);
    queue.push(media, 3, "d");
    BOOST_TEST(taken(queue, 100) == "ccc,d");
}

BOOST_AUTO_TEST_CASE(what_matches_is_removed_from_the_rest) {
    queue_type queue = filled();
    BOOST_TEST(taken(queue, 1) == "add1");
    const std::size_t removed = queue.remove_if(
        [](const queue_type::entry& each) { return each.kind == media && each.subject == 1; });
    BOOST_TEST(removed == 2U);
    BOOST_TEST(queue.bytes() == 2U);
    BOOST_TEST(taken(queue) == "bb");
}

BOOST_AUTO_TEST_CASE(only_what_was_not_taken_is_contained) {
    queue_type queue = filled();
    BOOST_TEST(queue.contains(add, 1));
    BOOST_TEST(!queue.contains(add, 2));
    BOOST_TEST(taken(queue, 1) == "add1");
    BOOST_TEST(!queue.contains(add, 1));
    BOOST_TEST(queue.contains(media, 2));
}

BOOST_AUTO_TEST_CASE(the_order_survives_any_mixture_of_pushing_and_taking) {
    queue_type queue;
    int pushed = 0;
    int expected = 0;
    for (int round = 0; round < 200; ++round) {
        for (int n = 0; n < round % 7; ++n)
            queue.push(media, 1, std::to_string(pushed++));
        queue.take(static_cast<std::size_t>(round % 11),
                   [&](const queue_type::entry&, std::string_view request) {
                       BOOST_TEST(request == std::to_string(expected++));
                   });
    }
    queue.take(SIZE_MAX, [&](const queue_type::entry&, std::string_view request) {
        BOOST_TEST(request == std::to_string(expected++));
    });
    BOOST_TEST(expected == pushed);
}

BOOST_AUTO_TEST_SUITE_END()
