// What each kind of completion token receives from an operation.
#include <jellyfish/detail/initiate.hpp>

#include "async/awaited.hpp"
#include "fixtures/run.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/consign.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/asio/experimental/use_promise.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prepend.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/error_code.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#if JELLYFISH_HAS_SPAWN
#include <boost/asio/spawn.hpp>
#endif
#if BOOST_VERSION >= 108600
#include <boost/asio/cancel_after.hpp>
#endif

namespace {

namespace asio = boost::asio;
namespace detail = jellyfish::detail;
using boost::system::error_code;
using jellyfish::api_error;
using jellyfish::diagnostics;
using jellyfish::errc;

const diagnostics details{"GET /room/a", "http://host:80", "a detail", 404, "no such room"};
constexpr int success = 7;

/// An object with one operation, which fails or succeeds after a post.
template <class Executor = asio::any_io_executor>
struct basic_subject {
    using executor_type = Executor;
    template <class Other>
    struct rebind_executor {
        using other = basic_subject<Other>;
    };

    explicit basic_subject(asio::io_context& running) : context(running) {}

    [[nodiscard]] executor_type get_executor() const noexcept { return context.get_executor(); }

    template <detail::completion<int>... Completion>
    [[nodiscard]] auto call(Completion&&... completion) {
        detail::operation<int> start = [this](detail::operation_handler<int> handler) {
            ++starts;
            const error_code code = fails ? errc::not_found : errc();
            auto info = fails ? std::make_shared<const diagnostics>(details) : nullptr;
            asio::post(context, asio::append(std::move(handler), code, info, fails ? 0 : success));
        };
        return detail::initiate(std::move(start), *this, std::forward<Completion>(completion)...);
    }

    asio::io_context& context;
    bool fails = true;
    int starts = 0;
};

struct fixture {
    asio::io_context context;
    basic_subject<> subject{context};
    diagnostics info{"of an earlier call", "", "", 500, ""};
};

/// A way to make the call, with or without diagnostics before the token: returns the result, throws
/// or sets the code.
template <class... Info>
using way = std::function<int(fixture&, error_code&, Info&...)>;

struct kind {
    const char* name;
    way<> plain;
    way<diagnostics> with_diagnostics;
};

std::ostream& operator<<(std::ostream& out, const kind& each) { return out << each.name; }

/// The same way with and without diagnostics.
template <class Way>
kind kind_of(const char* name, Way made) {
    return {name, made, made};
}

#if JELLYFISH_HAS_SPAWN
/// Makes a call in a stackful coroutine.
template <class Call>
int spawned(asio::io_context& context, Call call) {
    std::exception_ptr failure;
    int result = 0;
    asio::spawn(
        context, [&](const asio::yield_context& yield) { result = call(yield); },
        [&](std::exception_ptr e) { failure = std::move(e); });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return result;
}
#endif

int value_of(const std::tuple<error_code, int>& results, error_code& code) {
    code = std::get<0>(results);
    return std::get<1>(results);
}

const std::vector<kind> throwing {
    kind_of("no token",
            [](fixture& f, error_code&, auto&... info) {
                return jellyfish::test::run(f.context, f.subject.call(info...));
            }),
        kind_of("use_awaitable",
                [](fixture& f, error_code&, auto&... info) {
                    return jellyfish::test::run(f.context,
                                                f.subject.call(info..., asio::use_awaitable));
                }),
        kind_of("a bound use_awaitable",
                [](fixture& f, error_code&, auto&... info) {
                    const auto executor = f.context.get_executor();
                    return jellyfish::test::run(
                        f.context, f.subject.call(info..., asio::bind_executor(
                                                               executor, asio::use_awaitable)));
                }),
        kind_of("consign",
                [](fixture& f, error_code&, auto&... info) {
                    return jellyfish::test::run(
                        f.context, f.subject.call(info..., asio::consign(asio::use_awaitable, 1)));
                }),
        kind_of("deferred",
                [](fixture& f, error_code&, auto&... info) {
                    const int before = f.subject.starts;
                    auto later = f.subject.call(info..., asio::deferred);
                    BOOST_TEST(f.subject.starts == before);
                    return jellyfish::test::run(f.context, std::move(later)(asio::use_awaitable));
                }),
        kind_of("use_future",
                [](fixture& f, error_code&, auto&... info) {
                    auto later = f.subject.call(info..., asio::use_future);
                    f.context.run();
                    return later.get();
                }),
        kind_of("use_promise",
                [](fixture& f, error_code&, auto&... info) {
                    auto later = f.subject.call(info..., asio::experimental::use_promise);
                    return jellyfish::test::run(f.context, std::move(later)(asio::use_awaitable));
                }),
        kind_of("a callback that takes an exception",
                [](fixture& f, error_code&, auto&... info) {
                    std::exception_ptr failure;
                    int result = 0;
                    f.subject.call(info..., [&](std::exception_ptr e, int value) {
                        failure = std::move(e);
                        result = value;
                    });
                    f.context.run();
                    if (failure) std::rethrow_exception(failure);
                    return result;
                }),
#if JELLYFISH_HAS_SPAWN
        kind_of("yield",
                [](fixture& f, error_code&, auto&... info) {
                    return spawned(f.context, [&](const auto& yield) {
                        return f.subject.call(info..., yield);
                    });
                }),
        kind_of("a bound yield",
                [](fixture& f, error_code&, auto&... info) {
                    return spawned(f.context, [&](const auto& yield) {
                        return f.subject.call(info..., asio::bind_executor(f.context, yield));
                    });
                }),
#endif
#if BOOST_VERSION >= 108600
        kind_of("cancel_after without a token", [](fixture& f, error_code&, auto&... info) {
            auto later = f.subject.call(info..., asio::cancel_after(std::chrono::hours(1)));
            return jellyfish::test::run(f.context, std::move(later)(asio::use_awaitable));
        }),
#endif
};

const std::vector<kind> passing {
    kind_of("as_tuple",
            [](fixture& f, error_code& code, auto&... info) {
                const auto results = jellyfish::test::run(
                    f.context, f.subject.call(info..., asio::as_tuple(asio::use_awaitable)));
                return value_of(results, code);
            }),
        kind_of("a deferred as_tuple",
                [](fixture& f, error_code& code, auto&... info) {
                    auto later = f.subject.call(info..., asio::as_tuple(asio::deferred));
                    const auto results =
                        jellyfish::test::run(f.context, std::move(later)(asio::use_awaitable));
                    return value_of(results, code);
                }),
        kind_of("redirect_error",
                [](fixture& f, error_code& code, auto&... info) {
                    return jellyfish::test::run(
                        f.context,
                        f.subject.call(info..., asio::redirect_error(asio::use_awaitable, code)));
                }),
        kind_of("a callback",
                [](fixture& f, error_code& code, auto&... info) {
                    int result = 0;
                    f.subject.call(info..., [&](error_code reported, int value) {
                        code = reported;
                        result = value;
                    });
                    f.context.run();
                    return result;
                }),
        kind_of("a generic callback",
                [](fixture& f, error_code& code, auto&... info) {
                    int result = 0;
                    f.subject.call(
                        info..., [&](auto... all) { std::tie(code, result) = std::tuple(all...); });
                    f.context.run();
                    return result;
                }),
        kind_of("a bound callback with more arguments",
                [](fixture& f, error_code& code, auto&... info) {
                    int result = 0;
                    const auto callback = [&](error_code reported, int value, int more) {
                        code = reported;
                        result = value;
                        BOOST_TEST(more == 1);
                    };
                    f.subject.call(info..., asio::bind_executor(f.context.get_executor(),
                                                                asio::append(callback, 1)));
                    f.context.run();
                    return result;
                }),
#if JELLYFISH_HAS_SPAWN
        kind_of("yield[code]",
                [](fixture& f, error_code& code, auto&... info) {
                    return spawned(f.context, [&](const auto& yield) {
                        return f.subject.call(info..., yield[code]);
                    });
                }),
#endif
        kind_of("use_future with a function", [](fixture& f, error_code& code, auto&... info) {
            auto later =
                f.subject.call(info..., asio::use_future([&](error_code e, int value) {
                                   code = e;
                                   return std::string(static_cast<std::size_t>(value), ' ');
                               }));
            f.context.run();
            return static_cast<int>(later.get().size());
        }),
};

// ---- the rules, for results of different number

struct result {};

template <class Token, class... Results>
constexpr bool throws =
    detail::completion<Token, Results...> && !detail::takes_codes<Token, Results...>;

template <class Token, class... Results>
constexpr bool passes =
    detail::completion<Token, Results...>&& detail::takes_codes<Token, Results...>;

using asio::any_io_executor;
using awaitable = asio::use_awaitable_t<>;

template <class... Results>
constexpr bool rules_hold() {
    const auto generic = [](auto...) {};
    static_assert(throws<awaitable, Results...>);
    static_assert(throws<asio::deferred_t, Results...>);
    static_assert(throws<asio::use_future_t<>, Results...>);
    static_assert(throws<asio::experimental::use_promise_t<>, Results...>);
    static_assert(throws<asio::detached_t, Results...>);
    static_assert(throws<asio::executor_binder<asio::deferred_t, any_io_executor>, Results...>);
    static_assert(
        throws<asio::cancellation_slot_binder<awaitable, asio::cancellation_slot>, Results...>);
    static_assert(throws<asio::allocator_binder<awaitable, std::allocator<void>>, Results...>);
    static_assert(throws<asio::consign_t<awaitable, int>, Results...>);
    static_assert(throws<asio::append_t<awaitable, int>, Results...>);
#if JELLYFISH_HAS_SPAWN
    static_assert(throws<asio::yield_context, Results...> && detail::yields<asio::yield_context>);
    static_assert(detail::yields<asio::executor_binder<asio::yield_context, any_io_executor>>);
    static_assert(passes<asio::as_tuple_t<asio::yield_context>, Results...>);
#endif
    static_assert(!detail::yields<awaitable>);

    static_assert(passes<asio::as_tuple_t<awaitable>, Results...>);
    static_assert(passes<asio::redirect_error_t<awaitable>, Results...>);
    static_assert(
        passes<asio::executor_binder<asio::as_tuple_t<awaitable>, any_io_executor>, Results...>);
    static_assert(passes<asio::prepend_t<awaitable, int>, Results...>);
    static_assert(passes<decltype(generic), Results...>);
    static_assert(passes<asio::any_completion_handler<void(error_code, Results...)>, Results...>);
    static_assert(passes<std::function<void(error_code, Results...)>, Results...>);

#if BOOST_VERSION >= 108600
    using cancelled = decltype(asio::cancel_after(std::chrono::seconds(1)));
    static_assert(throws<cancelled, Results...>);
    static_assert(throws<decltype(asio::bind_executor(any_io_executor())), Results...>);
    static_assert(passes<std::decay_t<decltype(asio::as_tuple)>, Results...>);
    static_assert(passes<decltype(asio::redirect_error(std::declval<error_code&>())), Results...>);
    static_assert(
        passes<decltype(asio::cancel_after(std::chrono::seconds(1), asio::as_tuple)), Results...>);
#endif

    static_assert(detail::completion<diagnostics&, Results...>);
    static_assert(!detail::completion<const diagnostics&, Results...>);
    static_assert(!detail::completion<diagnostics, Results...>);
    static_assert(!detail::completion<error_code&, Results...>);
    static_assert(!detail::completion<int, Results...>);
    static_assert(!detail::completion<const char(&)[4], Results...>);
    static_assert(!detail::completion<std::string, Results...>);
    static_assert(!detail::completion<asio::io_context&, Results...>);
    static_assert(!detail::completion<any_io_executor, Results...>);
    static_assert(!detail::completion<void (*)(std::string), Results...>);
    return true;
}

static_assert(rules_hold<>() && rules_hold<result>() && rules_hold<std::vector<result>>());

}  // namespace

BOOST_AUTO_TEST_SUITE(initiate)

BOOST_DATA_TEST_CASE_F(fixture, a_token_that_throws_throws_the_whole_story, throwing, each) {
    const auto check = [](const api_error& e) {
        return e.code() == errc::not_found && e.status() == details.status &&
               e.server_message() == details.server_message &&
               e.info().operation == details.operation && e.info().address == details.address &&
               e.info().detail == details.detail;
    };
    error_code unused;
    BOOST_CHECK_EXCEPTION(each.plain(*this, unused), api_error, check);
    context.restart();
    BOOST_CHECK_EXCEPTION(each.with_diagnostics(*this, unused, info), api_error, check);
    BOOST_TEST(info.server_message == details.server_message);
    BOOST_TEST(info.operation == details.operation);
}

BOOST_DATA_TEST_CASE_F(fixture, a_token_that_passes_codes_can_have_the_whole_story, passing, each) {
    error_code code;
    each.plain(*this, code);
    BOOST_TEST((code == errc::not_found));
    code = {};
    context.restart();
    each.with_diagnostics(*this, code, info);
    BOOST_TEST((code == errc::not_found));
    BOOST_TEST(info.operation == details.operation);
    BOOST_TEST(info.address == details.address);
    BOOST_TEST(info.detail == details.detail);
    BOOST_TEST(info.status == details.status);
    BOOST_TEST(info.server_message == details.server_message);
}

BOOST_DATA_TEST_CASE_F(fixture, success_resets_the_diagnostics, throwing + passing, each) {
    subject.fails = false;
    error_code code;
    BOOST_TEST(each.with_diagnostics(*this, code, info) == success);
    BOOST_TEST(!code);
    BOOST_TEST(info.operation == "");
    BOOST_TEST(info.status == 0);
}

BOOST_AUTO_TEST_CASE(the_default_token_of_an_executor_is_used) {
    asio::io_context context;
    using rebound = asio::as_tuple_t<awaitable>::as_default_on_t<basic_subject<>>;
    rebound subject(context);
    const auto results = jellyfish::test::run(context, subject.call());
    BOOST_TEST((std::get<0>(results) == errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(what_is_associated_with_a_token_reaches_its_operation, fixture) {
    asio::io_context other;
    asio::cancellation_signal signal;
    bool on_other = false;
    auto token = asio::bind_cancellation_slot(
        signal.slot(), asio::bind_executor(other, [&](error_code, int) {
            on_other = other.get_executor().running_in_this_thread();
        }));
    detail::operation<int> start = [&](detail::operation_handler<int> handler) {
        BOOST_TEST(asio::get_associated_cancellation_slot(handler).is_connected());
        BOOST_TEST((asio::get_associated_executor(handler) == other.get_executor()));
        asio::dispatch(asio::append(std::move(handler), error_code(), nullptr, 0));
    };
    detail::initiate(std::move(start), subject, std::move(token));
    other.run();
    BOOST_TEST(on_other);
}

BOOST_AUTO_TEST_SUITE_END()
