#include "async/resume_scope.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using jellyfish::detail::resumable;
using jellyfish::detail::resume_scope;

struct fixture {
    asio::io_context context;
    const asio::any_io_executor here = context.get_executor();
    std::string reported;  ///< A letter for each that goes on, in brackets for each that is posted.

    struct recorder final : resumable {
        recorder(fixture& f, std::string n) : to(f), name(std::move(n)) {}

        void resume(const asio::any_io_executor& executor) override {
            BOOST_TEST((executor == to.here));
            to.reported += name;
            if (next != nullptr) resume_scope::resume(next);
            if (name == "!") throw std::runtime_error("thrown");
        }
        void post() override { to.reported += '(' + name + ')'; }

        fixture& to;
        std::string name;
        std::shared_ptr<recorder> next;
    };

    std::shared_ptr<recorder> make(const std::string& name) {
        return std::make_shared<recorder>(*this, name);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(resume_scope, fixture)

BOOST_AUTO_TEST_CASE(without_a_scope_a_resumed_operation_is_posted) {
    resume_scope::resume(make("a"));
    BOOST_TEST(reported == "(a)");
}

BOOST_AUTO_TEST_CASE(the_only_one_that_is_resumed_in_a_scope_continues_at_its_end) {
    resume_scope reading(here);
    resume_scope::resume(make("a"));
    BOOST_TEST(reported == "");
    reading.end();
    BOOST_TEST(reported == "a");
}

BOOST_AUTO_TEST_CASE(of_several_that_are_resumed_in_a_scope_all_are_posted_in_order) {
    resume_scope reading(here);
    for (const char* name : {"a", "b", "c"})
        resume_scope::resume(make(name));
    BOOST_TEST(reported == "(a)(b)(c)");
    reading.end();
    BOOST_TEST(reported == "(a)(b)(c)");
}

BOOST_AUTO_TEST_CASE(who_was_resumed_in_a_scope_that_is_broken_off_is_posted) {
    {
        const resume_scope reading(here);
        resume_scope::resume(make("a"));
    }
    BOOST_TEST(reported == "(a)");
}

BOOST_AUTO_TEST_CASE(whom_a_handler_resumes_at_the_end_of_a_scope_is_posted) {
    const auto first = make("a");
    first->next = make("b");
    resume_scope reading(here);
    resume_scope::resume(first);
    reading.end();
    BOOST_TEST(reported == "a(b)");
}

BOOST_AUTO_TEST_CASE(a_scope_within_another_has_its_own) {
    resume_scope outer(here);
    resume_scope::resume(make("a"));
    {
        resume_scope inner(here);
        resume_scope::resume(make("b"));
        inner.end();
    }
    BOOST_TEST(reported == "b");
    resume_scope::resume(make("c"));
    outer.end();
    BOOST_TEST(reported == "b(a)(c)");
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_is_passed_on_and_ends_the_scope) {
    {
        resume_scope reading(here);
        resume_scope::resume(make("!"));
        BOOST_CHECK_THROW(reading.end(), std::runtime_error);
    }
    resume_scope::resume(make("a"));
    BOOST_TEST(reported == "!(a)");
}

BOOST_AUTO_TEST_SUITE_END()
