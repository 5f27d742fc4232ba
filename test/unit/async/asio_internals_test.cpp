#include "async/asio_internals.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

// These fail with an Asio that no longer reports whether a coroutine was suspended.
namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;

asio::awaitable<void> look(bool& resumed) {
    resumed = detail::was_resumed(co_await detail::resumption_query());
}

asio::awaitable<void> suspend() { co_await asio::post(asio::use_awaitable); }

asio::awaitable<void> look_after_suspension(bool& resumed) {
    co_await suspend();
    co_await look(resumed);
}

asio::awaitable<void> spawn_after_suspension(bool& resumed) {
    co_await suspend();
    asio::co_spawn(co_await asio::this_coro::executor, look(resumed), asio::detached);
}

template <class Coroutine>
bool result_of(Coroutine coroutine, bool initial) {
    asio::io_context context;
    bool resumed = initial;
    asio::co_spawn(context, coroutine(resumed), asio::detached);
    context.run();
    return resumed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(asio_internals)

BOOST_AUTO_TEST_CASE(a_spawned_coroutine_that_was_never_suspended_was_not_resumed) {
    BOOST_TEST(!result_of(look, true));
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_was_suspended_was_resumed) {
    BOOST_TEST(result_of(look_after_suspension, false));
}

BOOST_AUTO_TEST_CASE(a_coroutine_spawned_by_a_resumed_one_was_not_resumed) {
    BOOST_TEST(!result_of(spawn_after_suspension, true));
}

BOOST_AUTO_TEST_SUITE_END()
