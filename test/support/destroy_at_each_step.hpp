#pragma once

#include <jellyfish/error.hpp>

#include "support/cancel_at_each_step.hpp"
#include "support/run.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

/// @file
/// An object is destroyed after each number of steps of its context, down to the one in which its
/// operation completes by itself, or waits for something that does not come.

namespace jellyfish::test {

/// Notes what an operation ends with, whichever way it is started.
class ending {
public:
    template <class Subject, class Operation>
    void start(Subject& subject, Operation operation) {
        operation(subject,
                  [this](error_code code, const auto&... results) { note(code, results...); });
    }

    template <class Subject, class Operation>
    void spawn(asio::io_context& context, Subject& subject, Operation operation) {
        asio::co_spawn(context, operation(subject, asio::use_awaitable),
                       [this](std::exception_ptr failure, const auto&... results) {
                           note(code_of(failure), results...);
                       });
    }

    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] const error_code& code() const noexcept { return code_; }

    /// Whether it ended as at the end of a stream.
    [[nodiscard]] bool is_end() const noexcept { return !code_ && empty_; }

private:
    static error_code code_of(const std::exception_ptr& failure) {
        if (!failure) return {};
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& e) {
            return e.code();
        }
    }

    template <class Result>
    static bool is_empty(const std::optional<Result>& result) {
        return !result.has_value();
    }
    template <class Result>
    static bool is_empty(const Result&) {
        return false;
    }

    template <class... Results>
    void note(const error_code& code, const Results&... results) {
        ended_ = true;
        code_ = code;
        empty_ = (is_empty(results) || ...);
    }

    bool ended_ = false;
    bool empty_ = false;
    error_code code_;
};

/// One attempt; false when there is no use in one more step.
template <class Fixture, class Operation>
bool destroy_after(int steps, bool awaited, Operation operation) {
    using namespace std::chrono_literals;
    Fixture fixture_type;
    ending end;
    if (awaited) {
        end.spawn(fixture_type.context, *fixture_type.subject, operation);
    } else {
        end.start(*fixture_type.subject, operation);
    }
    fixture_type.context.restart();
    bool more = true;
    for (int n = 0; n < steps && more; ++n)
        more = fixture_type.context.run_one_for(20ms) != 0 && !end.ended();
    const bool by_itself = end.ended();
    fixture_type.subject.reset();
    run_out(fixture_type.context);
    BOOST_REQUIRE_MESSAGE(end.ended(), "the operation of a destroyed object does not end");
    // A success that was on its way may still arrive.
    if (by_itself) return false;
    BOOST_TEST((end.code() == aborted || (!end.code() && !end.is_end())), end.code().message());
    if (steps == 0 && awaited) BOOST_TEST((end.code() == aborted), end.code().message());
    return more;
}

/// @param operation Called with the world's subject and a token.
template <class Fixture, class Operation>
void destroy_at_each_step(Operation operation) {
    constexpr int max_steps = 300;
    for (const bool awaited : {true, false}) {
        bool more = true;
        for (int steps = 0; steps < max_steps && more; ++steps) {
            BOOST_TEST_CONTEXT((awaited ? "awaited, " : "called back, ")
                               << "destroyed after " << steps << " steps") {
                more = destroy_after<Fixture>(steps, awaited, operation);
            }
        }
        BOOST_TEST(!more);
    }
}

}  // namespace jellyfish::test
