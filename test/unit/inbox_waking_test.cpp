#include "support/inbox_fixture.hpp"

#include <stdexcept>
#include <thread>

#include <boost/asio/post.hpp>

// Who waits goes on within the push that brings something, where its executor allows that.
namespace {

namespace asio = boost::asio;
using namespace jellyfish;
using namespace jellyfish::test;
using fixture = inbox_fixture;
using outcome = taken_outcome;

detail::notification_slots rooms(int from, int to) {
    detail::notification_slots batch;
    for (int i = from; i < to; ++i)
        batch.push_back(room_created{std::to_string(i)});
    return batch;
}

/// Pushes as a session does, on its executor.
void push_on_the_executor(fixture& f, int from, int to) {
    asio::post(f.context, [&f, from, to] {
        auto batch = rooms(from, to);
        BOOST_TEST(f.box->push_now(f.session, batch));
        BOOST_TEST(batch.empty());
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(inbox_waking)

BOOST_AUTO_TEST_CASE(a_taker_has_it_when_the_push_returns) {
    fixture f;
    f.begin_ready();
    outcome out;
    f.take(out);
    asio::post(f.context, [&] {
        auto batch = rooms(0, 2);
        BOOST_TEST(f.box->push_now(f.session, batch));
        BOOST_TEST(id_in(out) == "0");
    });
    f.run();
    BOOST_TEST(f.kinds() == "room_created");
}

BOOST_AUTO_TEST_CASE(a_plain_push_only_posts) {
    fixture f;
    f.begin_ready();
    outcome out;
    f.take(out);
    asio::post(f.context, [&] {
        BOOST_TEST(f.push(0, 1));
        BOOST_TEST(!out.done);
    });
    f.run();
    BOOST_TEST(id_in(out) == "0");
}

BOOST_AUTO_TEST_CASE(from_another_thread_a_taker_goes_on_where_it_belongs) {
    fixture f;
    f.begin_ready();
    outcome out;
    f.take(out);
    std::jthread([&] {
        auto batch = rooms(0, 1);
        (void)f.box->push_now(f.session, batch);
    }).join();
    BOOST_TEST(!out.done);
    f.run();
    BOOST_TEST(id_in(out) == "0");
}

BOOST_AUTO_TEST_CASE(several_takers_go_on_in_order) {
    fixture f;
    f.begin_ready();
    outcome first;
    outcome second;
    outcome third;
    f.take(first);
    f.take(second);
    f.take(third);
    push_on_the_executor(f, 0, 2);
    f.run();
    BOOST_TEST(id_in(first) == "0");
    BOOST_TEST(id_in(second) == "1");
    BOOST_TEST(!third.done);
}

BOOST_AUTO_TEST_CASE(a_taker_may_wait_again_within_the_push) {
    fixture f;
    f.begin_ready();
    outcome first;
    outcome second;
    f.box->wait_look(detail::operation_handler<>([&](error_code, const detail::diagnostics_ptr&) {
        std::optional<notification> taken;
        f.box->take_queued(taken);
        first = {true, {}, std::move(taken)};
        f.take(second);
    }));
    push_on_the_executor(f, 0, 1);
    f.run();
    BOOST_TEST(id_in(first) == "0");
    BOOST_TEST(!second.done);
    push_on_the_executor(f, 1, 2);
    f.run();
    BOOST_TEST(id_in(second) == "1");
}

BOOST_AUTO_TEST_CASE(who_waits_may_let_go_of_the_inbox_within_the_push) {
    fixture f;
    f.begin_ready();
    bool seen = false;
    f.box->wait_look(
        detail::operation_handler<>([&](error_code code, const detail::diagnostics_ptr&) {
            seen = !code;
            f.box->destroy();
        }));
    asio::post(f.context, [&] {
        const auto box = f.box;
        f.box->on_room([] {});
        auto batch = rooms(0, 1);
        (void)box->push_now(f.session, batch);
        auto more = rooms(1, 2);
        BOOST_TEST(box->push_now(f.session, more));  // Nobody wants it any more.
        BOOST_TEST(more.empty());
    });
    f.run();
    BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_comes_out_of_the_context_and_not_of_the_push) {
    fixture f;
    f.begin_ready();
    outcome other;
    f.box->wait_look(detail::operation_handler<>(
        [](error_code, const detail::diagnostics_ptr&) { throw std::runtime_error("mine"); }));
    f.take(other);
    bool pushed = false;
    asio::post(f.context, [&] {
        auto batch = rooms(0, 1);
        pushed = f.box->push_now(f.session, batch);
    });
    f.context.restart();
    BOOST_CHECK_EXCEPTION(f.context.poll(), std::runtime_error, [](const std::runtime_error& e) {
        return std::string(e.what()) == "mine";
    });
    BOOST_TEST(pushed);
    f.run();
    BOOST_TEST(id_in(other) == "0");
}

BOOST_AUTO_TEST_SUITE_END()
