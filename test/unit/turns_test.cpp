#include "turn.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using jellyfish::detail::turn;
using jellyfish::detail::woken;

struct fixture {
    asio::io_context context;
    const asio::any_io_executor here = context.get_executor();
    std::string told;  ///< A letter for each that goes on, in brackets for each that is posted.

    struct teller final : woken {
        teller(fixture& f, std::string n) : to(f), name(std::move(n)) {}

        void go_on(const asio::any_io_executor& executor) override {
            BOOST_TEST((executor == to.here));
            to.told += name;
            if (next != nullptr) turn::wake(next);
            if (name == "!") throw std::runtime_error("thrown");
        }
        void post() override { to.told += '(' + name + ')'; }

        fixture& to;
        std::string name;
        std::shared_ptr<teller> next;
    };

    std::shared_ptr<teller> make(const std::string& name) {
        return std::make_shared<teller>(*this, name);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(turns, fixture)

BOOST_AUTO_TEST_CASE(without_a_turn_who_is_woken_is_posted) {
    turn::wake(make("a"));
    BOOST_TEST(told == "(a)");
}

BOOST_AUTO_TEST_CASE(the_only_one_that_is_woken_in_a_turn_goes_on_at_its_end) {
    turn reading(here);
    turn::wake(make("a"));
    BOOST_TEST(told == "");
    reading.end();
    BOOST_TEST(told == "a");
}

BOOST_AUTO_TEST_CASE(of_several_that_are_woken_in_a_turn_all_are_posted_in_order) {
    turn reading(here);
    for (const char* name : {"a", "b", "c"})
        turn::wake(make(name));
    BOOST_TEST(told == "(a)(b)(c)");
    reading.end();
    BOOST_TEST(told == "(a)(b)(c)");
}

BOOST_AUTO_TEST_CASE(who_was_woken_in_a_turn_that_is_broken_off_is_posted) {
    {
        const turn reading(here);
        turn::wake(make("a"));
    }
    BOOST_TEST(told == "(a)");
}

BOOST_AUTO_TEST_CASE(whom_a_handler_wakes_at_the_end_of_a_turn_is_posted) {
    const auto first = make("a");
    first->next = make("b");
    turn reading(here);
    turn::wake(first);
    reading.end();
    BOOST_TEST(told == "a(b)");
}

BOOST_AUTO_TEST_CASE(a_turn_within_another_has_its_own) {
    turn outer(here);
    turn::wake(make("a"));
    {
        turn inner(here);
        turn::wake(make("b"));
        inner.end();
    }
    BOOST_TEST(told == "b");
    turn::wake(make("c"));
    outer.end();
    BOOST_TEST(told == "b(a)(c)");
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_is_passed_on_and_ends_the_turn) {
    {
        turn reading(here);
        turn::wake(make("!"));
        BOOST_CHECK_THROW(reading.end(), std::runtime_error);
    }
    turn::wake(make("a"));
    BOOST_TEST(told == "!(a)");
}

BOOST_AUTO_TEST_SUITE_END()
