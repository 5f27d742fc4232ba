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

struct fixture {
    asio::io_context context;
    const asio::any_io_executor here = context.get_executor();
    std::string reported;  ///< A letter for each resumed operation, in brackets if it was posted.

    struct recorder final : resumable {
        recorder(fixture& f, std::string n) : to(f), name(std::move(n)) {}

        void resume(const asio::any_io_executor& executor) override {
            BOOST_TEST((executor == to.here));
            to.reported += name;
            if (next != nullptr) jellyfish::detail::resume_scope::resume(next);
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
    jellyfish::detail::resume_scope::resume(make("a"));
    BOOST_TEST(reported == "(a)");
}

BOOST_AUTO_TEST_CASE(the_only_operation_resumed_in_a_scope_runs_at_its_end) {
    jellyfish::detail::resume_scope reading(here);
    jellyfish::detail::resume_scope::resume(make("a"));
    BOOST_TEST(reported == "");
    reading.end();
    BOOST_TEST(reported == "a");
}

BOOST_AUTO_TEST_CASE(several_operations_resumed_in_a_scope_are_posted_in_order) {
    jellyfish::detail::resume_scope reading(here);
    for (const char* name : {"a", "b", "c"})
        jellyfish::detail::resume_scope::resume(make(name));
    BOOST_TEST(reported == "(a)(b)(c)");
    reading.end();
    BOOST_TEST(reported == "(a)(b)(c)");
}

BOOST_AUTO_TEST_CASE(an_operation_resumed_in_a_scope_left_by_an_exception_is_posted) {
    {
        const jellyfish::detail::resume_scope reading(here);
        jellyfish::detail::resume_scope::resume(make("a"));
    }
    BOOST_TEST(reported == "(a)");
}

BOOST_AUTO_TEST_CASE(an_operation_resumed_by_a_handler_at_the_end_of_a_scope_is_posted) {
    const auto first = make("a");
    first->next = make("b");
    jellyfish::detail::resume_scope reading(here);
    jellyfish::detail::resume_scope::resume(first);
    reading.end();
    BOOST_TEST(reported == "a(b)");
}

BOOST_AUTO_TEST_CASE(nested_scopes_are_independent) {
    jellyfish::detail::resume_scope outer(here);
    jellyfish::detail::resume_scope::resume(make("a"));
    {
        jellyfish::detail::resume_scope inner(here);
        jellyfish::detail::resume_scope::resume(make("b"));
        inner.end();
    }
    BOOST_TEST(reported == "b");
    jellyfish::detail::resume_scope::resume(make("c"));
    outer.end();
    BOOST_TEST(reported == "b(a)(c)");
}

BOOST_AUTO_TEST_CASE(an_exception_from_a_handler_propagates_and_ends_the_scope) {
    {
        jellyfish::detail::resume_scope reading(here);
        jellyfish::detail::resume_scope::resume(make("!"));
        BOOST_CHECK_THROW(reading.end(), std::runtime_error);
    }
    jellyfish::detail::resume_scope::resume(make("a"));
    BOOST_TEST(reported == "!(a)");
}

BOOST_AUTO_TEST_SUITE_END()
