#include "delivery/connection_state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using jellyfish::diagnostics;
using jellyfish::errc;
using jellyfish::session_state;
using jellyfish::detail::diagnostics_ptr;
using jellyfish::detail::generation;
using jellyfish::detail::operation_handler;
using jellyfish::detail::wait_group;
using state_type = jellyfish::detail::connection_state;

const error_code aborted = asio::error::operation_aborted;
const error_code lost = errc::connection_lost;
const error_code closed = errc::closed;

/// The result of an operation, once it has completed.
struct outcome {
    bool done = false;
    error_code code;
    diagnostics_ptr info;

    operation_handler<> handler() {
        return operation_handler<>([this](error_code ec, diagnostics_ptr what) {
            done = true;
            code = ec;
            info = std::move(what);
        });
    }
};

struct fixture {
    asio::io_context context;
    std::shared_ptr<wait_group> waits = wait_group::make(context.get_executor());
    bool taken = true;
    state_type state{waits, [this] { return taken; }};
    generation session = 0;
    outcome connect;

    void run() {
        context.restart();
        context.poll();
    }

    /// Calls a member that requires the mutex.
    template <class Function>
    auto with_lock(Function call) {
        const std::lock_guard lock(waits->mutex());
        return call(state);
    }

    std::optional<generation> begin(operation_handler<> handler) {
        return with_lock([&](state_type& s) { return s.begin(std::move(handler)); });
    }

    /// Moves from a new state to a stage.
    void enter(session_state stage) {
        if (stage != session_state::idle) session = begin(connect.handler()).value();
        with_lock([&](state_type& s) {
            const bool was_ready =
                stage == session_state::ready || stage == session_state::restoring;
            if (was_ready) BOOST_TEST(s.set_ready(session));
            if (stage == session_state::restoring) BOOST_TEST(s.set_lost(session));
            if (stage == session_state::failed) BOOST_TEST(s.set_ended(session, lost, nullptr));
            if (stage == session_state::closing || stage == session_state::closed)
                BOOST_TEST(s.set_closing());
            if (stage == session_state::closed) BOOST_TEST(s.set_ended(session, {}, nullptr));
            BOOST_TEST((s.state() == stage));
        });
        run();
    }

    session_state stage() {
        return with_lock([](state_type& s) { return s.state(); });
    }

    outcome begin() {
        outcome out;
        (void)begin(out.handler());
        run();
        return out;
    }

    outcome wait_ready() {
        outcome out;
        state.wait_ready(out.handler());
        run();
        return out;
    }
};

constexpr auto all_stages = {session_state::idle,    session_state::connecting,
                             session_state::ready,   session_state::restoring,
                             session_state::closing, session_state::failed,
                             session_state::closed};

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_state)

// ---- connecting

BOOST_AUTO_TEST_CASE(connecting_completes_when_the_connection_is_ready) {
    fixture f;
    f.enter(session_state::connecting);
    BOOST_TEST(!f.connect.done);
    BOOST_TEST(f.with_lock([&](state_type& s) { return s.set_ready(f.session); }));
    f.run();
    BOOST_TEST(f.connect.done);
    BOOST_TEST(!f.connect.code);
}

BOOST_AUTO_TEST_CASE(connecting_fails_with_the_connection_and_can_be_repeated) {
    fixture f;
    f.enter(session_state::connecting);
    const auto known = std::make_shared<const diagnostics>(diagnostics{"connect", "", "", 0, ""});
    f.with_lock([&](state_type& s) {
        BOOST_TEST(s.set_ended(f.session, lost, known));
        BOOST_TEST(s.failure() == lost);
        BOOST_TEST(s.failure_info() == known);
    });
    f.run();
    BOOST_TEST(f.connect.code == lost);
    BOOST_TEST(f.connect.info == known);
    const auto second = f.begin(f.connect.handler());
    BOOST_TEST_REQUIRE(second.has_value());
    BOOST_TEST(*second != f.session);
    f.with_lock([](state_type& s) { BOOST_TEST(!s.failure()); });
}

BOOST_AUTO_TEST_CASE(a_second_connect_is_rejected) {
    for (const session_state each : all_stages) {
        fixture f;
        f.enter(each);
        const outcome out = f.begin();
        const bool permitted = each == session_state::idle || each == session_state::failed;
        const bool too_late = each == session_state::closing || each == session_state::closed;
        BOOST_TEST_CONTEXT("stage " << static_cast<int>(each)) {
            BOOST_TEST(out.done == !permitted);
            if (permitted) {
                BOOST_TEST((f.stage() == session_state::connecting));
            } else {
                BOOST_TEST(out.code == (too_late ? closed : error_code(errc::already_connected)));
                BOOST_TEST((f.stage() == each));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cancelled_connect_leaves_it_idle_and_ignores_the_session) {
    fixture f;
    asio::cancellation_signal signal;
    bool reported = false;
    f.with_lock([&](state_type& s) { s.on_connect_cancelled([&] { reported = true; }); });
    outcome out;
    const auto session = f.begin(operation_handler<>(
        asio::bind_cancellation_slot(signal.slot(), [&](error_code code, const diagnostics_ptr&) {
            out = {true, code, nullptr};
        })));
    signal.emit(asio::cancellation_type::partial);
    f.run();
    BOOST_TEST(out.code == aborted);
    BOOST_TEST(reported);
    BOOST_TEST((f.stage() == session_state::idle));
    BOOST_TEST(!f.with_lock([&](state_type& s) { return s.set_ready(*session); }));
    BOOST_TEST((f.stage() == session_state::idle));
    f.enter(session_state::ready);
}

// ---- events

BOOST_AUTO_TEST_CASE(events_of_another_generation_have_no_effect) {
    for (const session_state each : all_stages) {
        fixture f;
        f.enter(each);
        f.with_lock([&](state_type& s) {
            for (const generation other : {f.session - 1, f.session + 2}) {
                BOOST_TEST(!s.set_ready(other));
                BOOST_TEST(!s.set_lost(other));
                BOOST_TEST(!s.set_ended(other, lost, nullptr));
            }
        });
        BOOST_TEST((f.stage() == each));
    }
}

BOOST_AUTO_TEST_CASE(events_after_the_end_have_no_effect) {
    for (const session_state each : {session_state::failed, session_state::closed}) {
        fixture f;
        f.enter(each);
        f.with_lock([&](state_type& s) {
            BOOST_TEST(!s.is_current(f.session));
            BOOST_TEST(!s.set_ready(f.session));
            BOOST_TEST(!s.set_lost(f.session));
            BOOST_TEST(!s.set_ended(f.session, errc::idle_timeout, nullptr));
        });
        BOOST_TEST((f.stage() == each));
    }
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_never_ready_is_not_lost) {
    fixture f;
    f.enter(session_state::connecting);
    BOOST_TEST(!f.with_lock([&](state_type& s) { return s.set_lost(f.session); }));
    BOOST_TEST((f.stage() == session_state::connecting));
}

BOOST_AUTO_TEST_CASE(a_lost_connection_can_become_ready_again) {
    fixture f;
    f.enter(session_state::restoring);
    BOOST_TEST(f.with_lock([&](state_type& s) { return s.set_lost(f.session); }));  // Another loss.
    BOOST_TEST(f.with_lock([&](state_type& s) { return s.set_ready(f.session); }));
    BOOST_TEST(!f.with_lock([&](state_type& s) { return s.set_ready(f.session); }));
    BOOST_TEST((f.stage() == session_state::ready));
}

// ---- waiting

BOOST_AUTO_TEST_CASE(waiting_for_readiness_completes_in_these_stages) {
    for (const session_state each : all_stages) {
        fixture f;
        f.enter(each);
        const outcome out = f.wait_ready();
        BOOST_TEST_CONTEXT("stage " << static_cast<int>(each))
        switch (each) {
            case session_state::idle:
            case session_state::connecting:
            case session_state::restoring:
                BOOST_TEST(!out.done);
                break;
            case session_state::ready:
                BOOST_TEST(out.done);
                BOOST_TEST(!out.code);
                break;
            case session_state::failed:
                BOOST_TEST(out.code == lost);
                break;
            case session_state::closing:
            case session_state::closed:
                BOOST_TEST(out.code == closed);
                break;
        }
    }
}

BOOST_AUTO_TEST_CASE(any_number_of_operations_wait_for_readiness) {
    fixture f;
    outcome early;
    f.state.wait_ready(early.handler());
    f.enter(session_state::connecting);
    outcome late;
    f.state.wait_ready(late.handler());
    f.run();
    BOOST_TEST(!early.done);
    f.with_lock([&](state_type& s) { s.set_ready(f.session); });
    f.run();
    for (const outcome* each : {&early, &late}) {
        BOOST_TEST(each->done);
        BOOST_TEST(!each->code);
    }
}

BOOST_AUTO_TEST_CASE(a_failure_is_reported_to_whoever_waits_for_readiness) {
    fixture f;
    f.enter(session_state::restoring);
    outcome waiting;
    f.state.wait_ready(waiting.handler());
    f.with_lock([&](state_type& s) { s.set_ended(f.session, lost, nullptr); });
    f.run();
    BOOST_TEST(waiting.code == lost);
    BOOST_TEST(f.wait_ready().code == lost);
}

// ---- closing

BOOST_AUTO_TEST_CASE(a_connection_that_is_up_is_closed_first) {
    for (const session_state each :
         {session_state::connecting, session_state::ready, session_state::restoring}) {
        fixture f;
        f.enter(each);
        outcome waiting;
        if (each != session_state::ready) f.state.wait_ready(waiting.handler());
        outcome end;
        BOOST_TEST(f.with_lock([](state_type& s) { return s.set_closing(); }));
        f.state.wait_closed(end.handler());
        f.run();
        BOOST_TEST((f.stage() == session_state::closing));
        BOOST_TEST(waiting.done == (each != session_state::ready));
        if (waiting.done) BOOST_TEST(waiting.code == closed);
        if (each == session_state::connecting) BOOST_TEST(f.connect.code == closed);
        BOOST_TEST(!end.done);
        BOOST_TEST(!f.with_lock([](state_type& s) { return s.set_closing(); }));
        f.with_lock([&](state_type& s) {
            BOOST_TEST(s.set_ended(f.session, lost, nullptr));  // However it ends, it is closed.
            BOOST_TEST(!s.failure());
        });
        f.run();
        BOOST_TEST((f.stage() == session_state::closed));
        BOOST_TEST(end.done);
        BOOST_TEST(!end.code);
    }
}

BOOST_AUTO_TEST_CASE(without_a_connection_it_is_closed_at_once) {
    for (const session_state each : {session_state::idle, session_state::failed}) {
        fixture f;
        f.enter(each);
        outcome waiting;
        if (each == session_state::idle) f.state.wait_ready(waiting.handler());
        BOOST_TEST(!f.with_lock([](state_type& s) { return s.set_closing(); }));
        outcome end;
        f.state.wait_closed(end.handler());
        f.run();
        BOOST_TEST((f.stage() == session_state::closed));
        BOOST_TEST(end.done);
        BOOST_TEST(!end.code);
        if (each == session_state::idle) BOOST_TEST(waiting.code == closed);
        f.with_lock([](state_type& s) { BOOST_TEST(!s.failure()); });
    }
}

// ---- draining

BOOST_AUTO_TEST_CASE(a_connection_is_drained_once_it_is_closed_and_everything_was_taken) {
    for (const bool taken_first : {false, true}) {
        fixture f;
        f.enter(session_state::closing);
        f.taken = false;
        outcome drained;
        f.state.wait_drained(drained.handler());
        const auto close = [&] {
            f.with_lock([&](state_type& s) { BOOST_TEST(s.set_ended(f.session, {}, nullptr)); });
        };
        const auto take = [&] {
            f.taken = true;
            f.with_lock([](state_type& s) { s.check_drained(); });
        };
        if (taken_first) take();
        if (!taken_first) close();
        f.run();
        BOOST_TEST(!drained.done);
        if (taken_first) close();
        if (!taken_first) take();
        f.run();
        BOOST_TEST(drained.done);
        BOOST_TEST(!drained.code);
    }
}

BOOST_AUTO_TEST_CASE(a_closed_connection_without_anything_to_take_is_drained_at_once) {
    fixture f;
    f.enter(session_state::closed);
    outcome drained;
    f.state.wait_drained(drained.handler());
    f.run();
    BOOST_TEST(drained.done);
    BOOST_TEST(!drained.code);
}

BOOST_AUTO_TEST_CASE(destruction_ends_the_wait_for_a_drained_connection) {
    fixture f;
    f.enter(session_state::closed);
    f.taken = false;
    outcome before;
    f.state.wait_drained(before.handler());
    f.with_lock([](state_type& s) { s.destroy(); });
    outcome after;
    f.state.wait_drained(after.handler());
    f.run();
    BOOST_TEST(before.code == error_code(asio::error::operation_aborted));
    BOOST_TEST(after.code == error_code(asio::error::operation_aborted));
}

// ---- destruction

BOOST_AUTO_TEST_CASE(destruction_completes_all_operations_now_and_later) {
    for (const session_state each : {session_state::connecting, session_state::closed}) {
        fixture f;
        f.enter(each);
        const bool pending = each == session_state::connecting;
        outcome ready;
        outcome end;
        if (pending) {
            f.state.wait_ready(ready.handler());
            f.state.wait_closed(end.handler());
        }
        bool reported = false;
        f.with_lock([&](state_type& s) {
            s.on_connect_cancelled([&] { reported = true; });
            s.destroy();
            BOOST_TEST(!s.is_current(f.session));
            BOOST_TEST(!s.set_closing());
        });
        f.run();
        if (pending) {
            for (const outcome* one : {&f.connect, &ready, &end})
                BOOST_TEST(one->code == aborted);
        }
        BOOST_TEST(!reported);
        outcome later;
        f.state.wait_closed(later.handler());
        BOOST_TEST(f.begin().code == aborted);
        BOOST_TEST(f.wait_ready().code == aborted);
        BOOST_TEST(later.code == aborted);
    }
}

BOOST_AUTO_TEST_SUITE_END()
