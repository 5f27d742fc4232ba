#include "fakes/scripted_pool.hpp"
#include "rest/rest_client.hpp"

#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using jellyfish::error_code;

/// Runs a function first, once armed: a stand-in for another thread.
template <class Inner>
struct interrupted_executor {
    Inner inner;
    std::function<void()>* interruption;

    template <class Property>
    auto require(const Property& property) const
        -> interrupted_executor<std::decay_t<decltype(asio::require(inner, property))>> {
        return {asio::require(inner, property), interruption};
    }
    template <class Property>
    auto prefer(const Property& property) const
        -> interrupted_executor<std::decay_t<decltype(asio::prefer(inner, property))>> {
        return {asio::prefer(inner, property), interruption};
    }
    template <class Property>
    auto query(const Property& property) const -> decltype(asio::query(inner, property)) {
        return asio::query(inner, property);
    }

    template <class Function>
    void execute(Function&& function) const {
        if (const auto interrupt = std::exchange(*interruption, nullptr)) interrupt();
        inner.execute(std::forward<Function>(function));
    }

    bool operator==(const interrupted_executor&) const noexcept = default;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rest_call_work)

BOOST_AUTO_TEST_CASE(a_context_waits_for_a_cancelled_call_that_its_pool_has_completed) {
    asio::io_context context;
    asio::io_context other;
    jellyfish::test::scripted_pool driver(context);
    std::function<void()> interruption;
    const interrupted_executor<asio::io_context::executor_type> executor{context.get_executor(),
                                                                         &interruption};
    const auto client = std::make_shared<detail::rest_client>(
        executor, jellyfish::client_options().server_address("host:80"),
        [&](const auto& strand, const auto&...) { return driver.make_pool_io(strand); });
    asio::cancellation_signal signal;
    error_code code;
    client->call(
        detail::operation_handler<>(asio::bind_executor(
            other.get_executor(),
            asio::bind_cancellation_slot(
                signal.slot(), [&](error_code ec, const detail::diagnostics_ptr&) { code = ec; }))),
        [] {
            return detail::http::request{detail::http::method::get, "/thing", ""};
        },
        [](const detail::http::response&) { return std::tuple<>(); });
    driver.settle();

    // The signal has decided. Before its result is posted, the last response arrives.
    bool interrupted = false;
    interruption = [&] {
        interrupted = true;
        driver.link(0).feed(jellyfish::test::http_ok("{}", "connection: close\r\n"));
        driver.settle();
        BOOST_TEST(!context.stopped());
    };
    signal.emit(asio::cancellation_type::terminal);
    BOOST_TEST(interrupted);
    driver.settle();
    other.poll();
    BOOST_TEST((code == asio::error::operation_aborted));
    client->close();
    driver.settle();
}

BOOST_AUTO_TEST_SUITE_END()
