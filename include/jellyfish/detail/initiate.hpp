#pragma once

#include <jellyfish/error.hpp>

#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/use_awaitable.hpp>

/// @file
/// Connects the template interface of an operation to its compiled body.
///
/// A body takes one type-erased handler, which receives the error code, the diagnostics and the
/// results. Tokens that throw receive a `jellyfish::error` made of the code and the diagnostics;
/// other tokens receive the code.

namespace boost::asio {

template <typename Allocator>
class use_future_t;

}  // namespace boost::asio

namespace jellyfish::detail {

/// The type-erased handler of an operation with `Results`.
template <class... Results>
using operation_handler =
    asio::any_completion_handler<void(error_code, diagnostics_ptr, Results...)>;

template <class Token>
struct throws : std::false_type {};

template <class Executor>
struct throws<asio::use_awaitable_t<Executor>> : std::true_type {};

template <class Allocator>
struct throws<asio::use_future_t<Allocator>> : std::true_type {};

template <class Token, class Executor>
struct throws<asio::executor_binder<Token, Executor>> : throws<Token> {};

template <class Token, class Slot>
struct throws<asio::cancellation_slot_binder<Token, Slot>> : throws<Token> {};

template <class Token, class Allocator>
struct throws<asio::allocator_binder<Token, Allocator>> : throws<Token> {};

/// Converts the error code and the diagnostics to an exception.
template <class Handler>
struct throwing_handler {
    Handler handler;

    template <class... Results>
    void operator()(error_code code, const diagnostics_ptr& info, Results... results) {
        std::move(handler)(code ? make_exception(code, info) : std::exception_ptr(),
                           std::move(results)...);
    }
};

/// Forwards the error code and discards the diagnostics.
template <class Handler>
struct direct_handler {
    Handler handler;

    template <class... Results>
    void operator()(error_code code, const diagnostics_ptr&, Results... results) {
        std::move(handler)(code, std::move(results)...);
    }
};

/// Starts an operation of `object`. `start` is a function object without captures. It is called as
/// `start(handler, args...)` with an `operation_handler<Results...>`; for the default token,
/// `Start::awaited(args...)` is called instead.
template <class... Results>
struct operation {
    template <class Token, class Start, class Object, class... Args>
    static auto initiate(Start start, const Object& object, Token&& token, Args&&... args) {
        if constexpr (std::is_same_v<std::decay_t<Token>, asio::use_awaitable_t<>>) {
            return Start::awaited(std::forward<Args>(args)...);
        } else if constexpr (throws<std::decay_t<Token>>::value) {
            return asio::async_initiate<Token, void(std::exception_ptr, Results...)>(
                with_executor<erased<throwing_handler, Start>>{{start}, object.get_executor()},
                token, std::forward<Args>(args)...);
        } else {
            return asio::async_initiate<Token, void(error_code, Results...)>(
                with_executor<erased<direct_handler, Start>>{{start}, object.get_executor()}, token,
                std::forward<Args>(args)...);
        }
    }

    /// The implementation of `Start::awaited`. It is compiled in the library to keep users' compile
    /// times low.
    template <class Start, class... Args>
    static auto awaited(Start start, Args&&... args) {
        const asio::use_awaitable_t<> token;
        return asio::async_initiate<const asio::use_awaitable_t<>,
                                    void(std::exception_ptr, Results...)>(
            erased<throwing_handler, Start>{start}, token, std::forward<Args>(args)...);
    }

private:
    template <template <class> class Adapter, class Start>
    struct erased {
        Start start;

        template <class Handler, class... Args>
        void operator()(Handler&& handler, Args&&... args) {
            start(operation_handler<Results...>(
                      Adapter<std::decay_t<Handler>>{std::forward<Handler>(handler)}),
                  std::forward<Args>(args)...);
        }
    };

    /// Has the executor that adapters such as `asio::cancel_after` require.
    template <class Initiation>
    struct with_executor : Initiation {
        using executor_type = asio::any_io_executor;

        executor_type executor;

        [[nodiscard]] executor_type get_executor() const noexcept { return executor; }
    };
};

}  // namespace jellyfish::detail

namespace boost::asio {

template <template <typename, typename> class Associator, typename Handler, typename Default>
struct associator<Associator, jellyfish::detail::throwing_handler<Handler>, Default>
    : Associator<Handler, Default> {
    static auto get(const jellyfish::detail::throwing_handler<Handler>& h) noexcept {
        return Associator<Handler, Default>::get(h.handler);
    }

    static auto get(const jellyfish::detail::throwing_handler<Handler>& h,
                    const Default& otherwise) noexcept {
        return Associator<Handler, Default>::get(h.handler, otherwise);
    }
};

template <template <typename, typename> class Associator, typename Handler, typename Default>
struct associator<Associator, jellyfish::detail::direct_handler<Handler>, Default>
    : Associator<Handler, Default> {
    static auto get(const jellyfish::detail::direct_handler<Handler>& h) noexcept {
        return Associator<Handler, Default>::get(h.handler);
    }

    static auto get(const jellyfish::detail::direct_handler<Handler>& h,
                    const Default& otherwise) noexcept {
        return Associator<Handler, Default>::get(h.handler, otherwise);
    }
};

}  // namespace boost::asio
