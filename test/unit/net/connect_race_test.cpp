#include "net/connect_race.hpp"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using race_type = jellyfish::detail::connect_race;
using namespace std::chrono_literals;
using address = boost::asio::ip::address;
using time_point = race_type::time_point;

const time_point start{1h};

std::vector<address> addresses(std::initializer_list<const char*> texts) {
    std::vector<address> all;
    for (const char* each : texts)
        all.push_back(boost::asio::ip::make_address(each));
    return all;
}

race_type race_of(std::initializer_list<const char*> texts, const char* best = nullptr,
                  std::chrono::milliseconds limit = 5s) {
    std::optional<address> worked;
    if (best != nullptr) worked = boost::asio::ip::make_address(best);
    return {addresses(texts), 5002, worked, start, start + limit};
}

/// The addresses in the order of their attempts.
std::string order(race_type race) {
    std::string text;
    for (time_point now = start; const auto attempt = race.begin(now); now = race.due())
        text += race.at(*attempt).address().to_string() + ' ';
    return text;
}

/// The start times of the attempts when no address responds.
std::vector<time_point::duration> beginnings(race_type race) {
    std::vector<time_point::duration> all;
    for (time_point now = start; race.begin(now); now = race.due())
        all.push_back(now - start);
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(connect_race)

BOOST_AUTO_TEST_CASE(address_families_alternate_starting_with_the_preferred_one) {
    BOOST_TEST(order(race_of({"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"})) ==
               "::1 10.0.0.1 ::2 10.0.0.2 ::3 ");
    BOOST_TEST(order(race_of({"10.0.0.1", "10.0.0.2", "::1"})) == "10.0.0.1 ::1 10.0.0.2 ");
    BOOST_TEST(order(race_of({"10.0.0.2", "10.0.0.1"})) == "10.0.0.2 10.0.0.1 ");
}

BOOST_AUTO_TEST_CASE(each_address_is_tried_once) {
    BOOST_TEST(order(race_of({"::1", "10.0.0.1", "::1", "10.0.0.1"})) == "::1 10.0.0.1 ");
}

BOOST_AUTO_TEST_CASE(the_address_that_worked_last_is_tried_first) {
    BOOST_TEST(order(race_of({"::1", "::2", "10.0.0.1", "10.0.0.2"}, "10.0.0.2")) ==
               "10.0.0.2 ::1 10.0.0.1 ::2 ");
    BOOST_TEST(order(race_of({"::1", "10.0.0.1"}, "10.0.0.9")) == "::1 10.0.0.1 ");
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_respond_delays_the_next_only_briefly) {
    const std::vector<time_point::duration> expected{0ms, 250ms, 500ms};
    BOOST_TEST((beginnings(race_of({"::1", "::2", "::3"})) == expected));
}

BOOST_AUTO_TEST_CASE(an_address_that_refuses_does_not_delay_the_next) {
    auto race = race_of({"::1", "::2", "::3"});
    BOOST_TEST(race.begin(start).value() == 0U);
    BOOST_TEST(!race.begin(start + 249ms));
    race.fail(0, "refused");
    BOOST_TEST((race.due() <= start + 100ms));
    BOOST_TEST(race.begin(start + 100ms).value() == 1U);
    BOOST_TEST((race.due() == start + 350ms));
    BOOST_TEST(!race.begin(start + 349ms));
    BOOST_TEST(race.begin(start + 350ms).value() == 2U);
    BOOST_TEST((race.due() == time_point::max()));
    BOOST_TEST(!race.begin(time_point::max()));
}

BOOST_AUTO_TEST_CASE(each_of_many_addresses_is_tried_within_a_short_time_limit) {
    const auto begun = beginnings(race_of({"::1", "::2", "::3", "::4", "::5"}, nullptr, 500ms));
    BOOST_TEST(begun.size() == 5U);
    BOOST_TEST((begun.back() == 400ms));
}

BOOST_AUTO_TEST_CASE(attempts_never_start_all_at_once) {
    const auto begun = beginnings(race_of({"::1", "::2", "::3"}, nullptr, 1ms));
    BOOST_TEST((begun.back() == 20ms));
}

BOOST_AUTO_TEST_CASE(the_race_fails_with_a_reason_when_all_attempts_have_failed) {
    auto race = race_of({"::1", "10.0.0.1"});
    BOOST_TEST(race.begin(start).value() == 0U);
    BOOST_TEST(race.begin(start + 1s).value() == 1U);
    race.fail(1, "Connection refused");
    BOOST_TEST(!race.lost());
    BOOST_TEST(race.report() == "[::1]:5002: no response, 10.0.0.1:5002: Connection refused");
    race.fail(0, "No route to host");
    BOOST_TEST(race.lost());
    BOOST_TEST(race.report() == "[::1]:5002: No route to host, 10.0.0.1:5002: Connection refused");
}

BOOST_AUTO_TEST_CASE(attempts_that_were_not_started_are_not_reported) {
    auto race = race_of({"::1", "10.0.0.1"});
    BOOST_TEST(race.begin(start).has_value());
    BOOST_TEST(race.report() == "[::1]:5002: no response");
}

BOOST_AUTO_TEST_SUITE_END()
