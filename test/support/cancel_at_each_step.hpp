#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/error.hpp>
#include <jellyfish/testing/server.hpp>

#include "support/run.hpp"

#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

/// @file
/// An operation is cancelled after each number of steps of its context, down to the one in which it
/// completes by itself.

namespace jellyfish::test {

inline const error_code aborted = asio::error::operation_aborted;

/// One attempt at cancelling: what was started, and what came of it.
class attempt {
public:
    explicit attempt(asio::io_context& context) : context_(context) {}

    /// A token that notes what the operation ends with, and can be cancelled.
    auto token() {
        return asio::bind_cancellation_slot(signal_.slot(),
                                            [this](error_code code, auto&&...) { ended_ = code; });
    }

    /// Lets so many things happen; false when the operation has ended before.
    bool run_steps(int steps) {
        using namespace std::chrono_literals;
        context_.restart();
        for (int n = 0; n < steps; ++n) {
            if (ended_) return false;
            // What needs longer than that waits for something that does not come.
            if (context_.run_one_for(20ms) == 0) return true;
        }
        return !ended_;
    }

    void cancel(int type) { signal_.emit(static_cast<asio::cancellation_type>(type)); }

    /// Lets the operation end: promptly, or the test fails.
    error_code end() {
        const auto limit = std::chrono::steady_clock::now() + patience;
        while (!ended_ && std::chrono::steady_clock::now() < limit) {
            context_.restart();
            context_.run_one_for(std::chrono::seconds(1));
        }
        BOOST_REQUIRE_MESSAGE(ended_.has_value(), "the cancelled operation does not end");
        return *ended_;
    }

private:
    asio::io_context& context_;
    asio::cancellation_signal signal_;
    std::optional<error_code> ended_;
};

/// Whether an operation needs a step of its context at all.
enum class takes { time, no_time };

/// @param start Starts the operation in a world, with a token.
/// @param check Looks at the world and at what the operation has ended with.
template <class Fixture, class Start, class Check>
void cancel_at_each_step(int type, Start start, Check check, takes what = takes::time) {
    constexpr int max_steps = 300;
    bool by_itself = false;
    int cancelled = 0;
    for (int steps = 0; steps < max_steps && !by_itself; ++steps) {
        BOOST_TEST_CONTEXT("cancelled after " << steps << " steps") {
            Fixture fixture_type;
            attempt of(fixture_type.context);
            start(fixture_type, of.token());
            by_itself = !of.run_steps(steps);
            of.cancel(type);
            const error_code code = of.end();
            BOOST_TEST((!code || code == aborted), code.message());
            cancelled += code == aborted ? 1 : 0;
            check(fixture_type, code);
        }
    }
    BOOST_TEST(by_itself);
    BOOST_TEST((cancelled > 0 || what == takes::no_time));
}

inline const auto all_types =
    boost::unit_test::data::make({static_cast<int>(asio::cancellation_type::terminal),
                                  static_cast<int>(asio::cancellation_type::partial),
                                  static_cast<int>(asio::cancellation_type::total)});

inline std::unique_ptr<testing::server> the_shared_server;

/// One for all cases of a program: a world costs less without a server of its own. It ends with
/// the tests: at the program's end OpenSSL has cleaned up, and what its thread holds would leak.
inline testing::server& shared_server() {
    if (!the_shared_server) the_shared_server = std::make_unique<testing::server>();
    return *the_shared_server;
}

struct end_of_shared_server {
    ~end_of_shared_server() { the_shared_server.reset(); }
};

namespace {

BOOST_TEST_GLOBAL_FIXTURE(end_of_shared_server);

}  // namespace

inline client_options shared_server_options() {
    return client_options().server_address(shared_server().address());
}

}  // namespace jellyfish::test
