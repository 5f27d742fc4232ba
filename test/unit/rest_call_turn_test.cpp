#include <jellyfish/client_options.hpp>

#include "rest/rest_call.hpp"
#include "rest/rest_client.hpp"
#include "support/scripted_pool.hpp"
#include "turn.hpp"
#include "unwrapped.hpp"

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/require.hpp>
#include <boost/test/unit_test.hpp>

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using detail::diagnostics_ptr;
using detail::operation_handler;
using jellyfish::error_code;

/// What a call completed with.
struct result {
    int times = 0;
    error_code code;
};

/// Calls without a pool.
struct lone_call {
    asio::io_context context;
    const asio::any_io_executor here = context.get_executor();
    std::shared_ptr<detail::rest_settings> settings = std::make_shared<detail::rest_settings>();
    result out;

    lone_call() {
        settings->executor = here;
        settings->completion_executor = detail::unwrapped(here);
        settings->posting_executor = asio::require(here, asio::execution::blocking.never);
    }

    static auto handler(result& into) {
        return [&into](error_code code, const diagnostics_ptr&, std::string) {
            into = {into.times + 1, code};
        };
    }

    template <class Handler>
    std::shared_ptr<detail::rest_call> make(Handler handler) {
        const auto decode = [](const detail::http_answer& answer) {
            return std::tuple(answer.body);
        };
        return std::make_shared<
            detail::decoded_rest_call<std::decay_t<decltype(decode)>, std::string>>(
            settings, decode, operation_handler<std::string>(std::move(handler)));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rest_call_turn)

BOOST_AUTO_TEST_CASE(the_only_call_goes_on_at_the_end_of_the_turn) {
    lone_call f;
    const auto call = f.make(lone_call::handler(f.out));
    asio::post(f.context, [&] {
        detail::turn reading(f.here);
        call->complete({}, true);
        BOOST_TEST(f.out.times == 0);
        reading.end();
        BOOST_TEST(f.out.times == 1);
    });
    f.context.poll();
    BOOST_TEST(f.out.times == 1);
}

BOOST_AUTO_TEST_CASE(one_of_several_calls_is_posted) {
    lone_call f;
    const auto call = f.make(lone_call::handler(f.out));
    asio::post(f.context, [&] {
        detail::turn reading(f.here);
        call->complete({}, false);
        reading.end();
        BOOST_TEST(f.out.times == 0);
    });
    f.context.poll();
    BOOST_TEST(f.out.times == 1);
}

BOOST_AUTO_TEST_CASE(in_a_turn_on_another_executor_a_call_is_posted) {
    lone_call f;
    asio::io_context other;
    const asio::any_io_executor there = other.get_executor();
    const auto elsewhere =
        f.make(asio::bind_executor(other.get_executor(), lone_call::handler(f.out)));
    result here;
    const auto usual = f.make(lone_call::handler(here));
    for (const auto& each : {elsewhere, usual}) {
        detail::turn reading(each == usual ? there : f.here);
        each->complete({}, true);
        reading.end();
    }
    BOOST_TEST(f.out.times == 0);
    BOOST_TEST(here.times == 0);
    f.context.poll();
    BOOST_TEST(here.times == 1);
    other.poll();
    BOOST_TEST(f.out.times == 1);
}

BOOST_AUTO_TEST_CASE(a_call_whose_answer_is_read_within_the_strand_goes_on_outside_of_it) {
    asio::io_context context;
    jellyfish::test::pool_driver driver(context);
    driver.state().complete_anywhere = true;
    std::optional<detail::connection_pool::strand> strand;
    detail::rest_client client(context.get_executor(),
                               jellyfish::client_options().server_address("host:80"),
                               [&](const auto& of_pool, const auto&, const auto&) {
                                   strand = of_pool;
                                   return driver.make_world(of_pool);
                               });
    int outside = 0;
    for (int n = 0; n < 2; ++n) {
        client.call(
            operation_handler<>([&](const error_code& code, const diagnostics_ptr&) {
                BOOST_TEST(!code);
                if (!strand->running_in_this_thread()) ++outside;
            }),
            [] {
                return detail::rest_request{detail::http_method::get, "/thing", ""};
            },
            [](const detail::http_answer&) { return std::tuple<>(); });
        driver.settle();
        driver.link(0).give(jellyfish::test::http_ok("{}"));
        driver.settle();
    }
    BOOST_TEST(outside == 2);
    client.destroy();
    driver.settle();
}

BOOST_AUTO_TEST_SUITE_END()
