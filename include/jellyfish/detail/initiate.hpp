#pragma once

#include <jellyfish/error.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

/// @file
/// Connects the template interface of an operation to its compiled body.
///
/// A body takes one type-erased handler, which receives the error code, the diagnostics and the
/// results. Tokens whose users receive codes receive the code. All others receive a
/// `jellyfish::error` made of the code and the diagnostics, which they throw.

namespace boost::asio {

// Forward declarations of the tokens and adapters that are distinguished below. Some require a
// newer Boost.
template <typename, typename...>
class append_t;
template <typename, typename...>
class prepend_t;
template <typename>
class as_tuple_t;
template <typename>
class redirect_error_t;
template <typename>
class basic_yield_context;
struct partial_as_tuple;
class partial_redirect_error;

}  // namespace boost::asio

namespace jellyfish::detail {

/// The type-erased handler of an operation with `Results`.
template <class... Results>
using operation_handler = boost::asio::any_completion_handler<void(boost::system::error_code,
                                                                   diagnostics_ptr, Results...)>;

/// An operation with its arguments. Calling it with a handler starts it.
template <class... Results>
using operation = std::function<void(operation_handler<Results...>)>;

// ---- what a token receives

/// A type that no handler accepts.
struct no_result {};

/// A function that can be called with `Args`, but not one that adapts any token, as `deferred`
/// does.
template <class Token, class... Args>
concept handler_of = std::invocable<Token, Args...> &&
    (!std::is_class_v<std::invoke_result_t<Token, Args...>> || !std::invocable<Token, no_result>);

/// Whether a token passes the error code to its user. An adapter does what the adapted token does,
/// which is its first template argument.
template <class Token, class... Results>
inline constexpr bool takes_codes = handler_of<Token, boost::system::error_code, Results...>;

template <template <class...> class Adapter, class Token, class... Rest, class... Results>
inline constexpr bool takes_codes<Adapter<Token, Rest...>, Results...> =
    handler_of<Adapter<Token, Rest...>, boost::system::error_code, Results...> ||
    takes_codes<Token, Results...>;

template <class Token, class... Results>
inline constexpr bool takes_codes<boost::asio::as_tuple_t<Token>, Results...> = true;

template <class Token, class... Results>
inline constexpr bool takes_codes<boost::asio::redirect_error_t<Token>, Results...> = true;

template <class... Results>
inline constexpr bool takes_codes<boost::asio::partial_as_tuple, Results...> = true;

template <class... Results>
inline constexpr bool takes_codes<boost::asio::partial_redirect_error, Results...> = true;

template <class Token, class... Values, class... Results>
inline constexpr bool takes_codes<boost::asio::append_t<Token, Values...>, Results...> =
    takes_codes<Token, Results..., Values...>;

// The code is not the first result, so no token throws it.
template <class Token, class... Values, class... Results>
inline constexpr bool takes_codes<boost::asio::prepend_t<Token, Values...>, Results...> = true;

/// Whether a token suspends a stackful coroutine.
template <class Token>
inline constexpr bool yields = false;

template <template <class...> class Adapter, class Token, class... Rest>
inline constexpr bool yields<Adapter<Token, Rest...>> = yields<Token>;

template <class Executor>
inline constexpr bool yields<boost::asio::basic_yield_context<Executor>> = true;

/// Whether `Token` may be a completion token: a function that can be called with the results, or a
/// type for which Asio has a rule.
template <class Token, class... Results>
concept completion_token =
    takes_codes<Token, Results...> || handler_of<Token, std::exception_ptr, Results...> ||
    !requires(boost::asio::async_result<Token, void(std::exception_ptr, Results...)> result) {
    requires std::same_as<typename decltype(result)::completion_handler_type, Token>;
};

/// What may follow the arguments of an operation: `diagnostics&`, a completion token, or both.
template <class Argument, class... Results>
concept completion =
    std::same_as<Argument, diagnostics&> || completion_token<std::decay_t<Argument>, Results...>;

template <class... Completion>
inline constexpr bool is_completion_order = sizeof...(Completion) < 2;

template <class Token>
inline constexpr bool is_completion_order<diagnostics&, Token> = !std::same_as<Token, diagnostics&>;

/// Whether `diagnostics&` precedes the token, and neither is repeated.
template <class... Completion>
concept completion_order = is_completion_order<Completion...>;

/// The token of an operation of an `Object` if the caller passes none.
template <class Object>
struct default_token {
    using type = boost::asio::use_awaitable_t<>;
};

template <class Object>
    requires requires { typename Object::executor_type::default_completion_token_type; }
struct default_token<Object> {
    using type = typename Object::executor_type::default_completion_token_type;
};

// ---- the handler

/// Passes the error code on.
template <class Handler>
struct code_handler {
    Handler handler;
    diagnostics* out;

    template <class... Results>
    void operator()(boost::system::error_code code, const diagnostics_ptr& info,
                    Results... results) {
        report(code, info, out);
        std::move(handler)(code, std::move(results)...);
    }
};

/// Converts the error code and the diagnostics to an exception.
template <class Handler>
struct exception_handler {
    Handler handler;
    diagnostics* out;

    template <class... Results>
    void operator()(boost::system::error_code code, const diagnostics_ptr& info,
                    Results... results) {
        report(code, info, out);
        std::move(handler)(code ? make_exception(code, info) : std::exception_ptr(),
                           std::move(results)...);
    }
};

/// Starts an operation with the handler of a token. Has the executor that adapters such as
/// `asio::cancel_after` require.
template <template <class> class Adapter, class Executor, class... Results>
struct initiation {
    using executor_type = Executor;

    operation<Results...> start;
    Executor executor;
    diagnostics* out;

    [[nodiscard]] executor_type get_executor() const noexcept { return executor; }

    template <class Handler>
    void operator()(Handler&& handler) const {
        start(operation_handler<Results...>(
            Adapter<std::decay_t<Handler>>{std::forward<Handler>(handler), out}));
    }
};

// ---- initiating functions

template <class... Results>
struct awaited_result {
    using type = void;
};

template <class Result>
struct awaited_result<Result> {
    using type = Result;
};

/// Initiates an operation with the default token. It is compiled in the library, next to the
/// operations with these results, to keep users' compile times low.
template <class... Results>
[[nodiscard]] JELLYFISH_DECL boost::asio::awaitable<typename awaited_result<Results...>::type>
awaited(operation<Results...> start, diagnostics* out);

/// Initiates an operation in a stackful coroutine. Only Asio knows whether `yield` throws, or
/// `yield[code]` receives the code.
template <class Object, class Token, class... Results>
auto yielded(operation<Results...> start, const Object& object, diagnostics* out, Token&& token) {
    using executor = typename Object::executor_type;
    diagnostics unused;
    diagnostics& info = out ? *out : unused;
    info = diagnostics();
    try {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, Results...)>(
            initiation<code_handler, executor, Results...>{std::move(start), object.get_executor(),
                                                           &info},
            token);
    } catch (const boost::system::system_error& e) {
        std::rethrow_exception(make_exception(e.code(), std::make_shared<diagnostics>(info)));
    }
}

/// Initiates an operation of an object.
/// @param out Receives the details of a failure, unless it is null.
template <class Object, class Token, class... Results>
auto initiate_with(operation<Results...> start, const Object& object, diagnostics* out,
                   Token&& token) {
    using executor = typename Object::executor_type;
    using token_type = std::decay_t<Token>;
    if constexpr (std::is_same_v<token_type, boost::asio::use_awaitable_t<>>) {
        return awaited(std::move(start), out);
    } else if constexpr (takes_codes<token_type, Results...>) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, Results...)>(
            initiation<code_handler, executor, Results...>{std::move(start), object.get_executor(),
                                                           out},
            token);
    } else if constexpr (yields<token_type>) {
        return yielded(std::move(start), object, out, std::forward<Token>(token));
    } else {
        return boost::asio::async_initiate<Token, void(std::exception_ptr, Results...)>(
            initiation<exception_handler, executor, Results...>{std::move(start),
                                                                object.get_executor(), out},
            token);
    }
}

template <class Object, class... Results>
auto initiate(operation<Results...> start, const Object& object) {
    return initiate_with(std::move(start), object, nullptr, typename default_token<Object>::type());
}

template <class Object, class... Results>
auto initiate(operation<Results...> start, const Object& object, diagnostics& out) {
    return initiate_with(std::move(start), object, &out, typename default_token<Object>::type());
}

template <class Object, class Token, class... Results>
auto initiate(operation<Results...> start, const Object& object, Token&& token) {
    return initiate_with(std::move(start), object, nullptr, std::forward<Token>(token));
}

template <class Object, class Token, class... Results>
auto initiate(operation<Results...> start, const Object& object, diagnostics& out, Token&& token) {
    return initiate_with(std::move(start), object, &out, std::forward<Token>(token));
}

/// Whether an operation is initiated with the default token of the library, and without
/// diagnostics.
template <class Object, class... Completion>
inline constexpr bool simply_awaited =
    (std::same_as<std::decay_t<Completion>, boost::asio::use_awaitable_t<>> && ...) &&
    (sizeof...(Completion) > 0 ||
     std::same_as<typename default_token<Object>::type, boost::asio::use_awaitable_t<>>);

}  // namespace jellyfish::detail

namespace boost::asio {

template <template <typename, typename> class Associator, typename Handler, typename Default>
struct associator<Associator, jellyfish::detail::exception_handler<Handler>, Default>
    : Associator<Handler, Default> {
    static auto get(const jellyfish::detail::exception_handler<Handler>& h) noexcept {
        return Associator<Handler, Default>::get(h.handler);
    }

    static auto get(const jellyfish::detail::exception_handler<Handler>& h,
                    const Default& otherwise) noexcept {
        return Associator<Handler, Default>::get(h.handler, otherwise);
    }
};

template <template <typename, typename> class Associator, typename Handler, typename Default>
struct associator<Associator, jellyfish::detail::code_handler<Handler>, Default>
    : Associator<Handler, Default> {
    static auto get(const jellyfish::detail::code_handler<Handler>& h) noexcept {
        return Associator<Handler, Default>::get(h.handler);
    }

    static auto get(const jellyfish::detail::code_handler<Handler>& h,
                    const Default& otherwise) noexcept {
        return Associator<Handler, Default>::get(h.handler, otherwise);
    }
};

}  // namespace boost::asio
