#pragma once

#include <utility>

#include <boost/asio/associator.hpp>

namespace jellyfish::detail {

/// A handler that calls another one, its member `handler` of type `wrapped_handler`. It has the
/// same associated executor, allocator and cancellation slot.
template <class Handler>
concept handler_wrapper = requires(const Handler& outer) {
    typename Handler::wrapped_handler;
    outer.handler;
};

/// Calls `function(handler, arguments...)`.
template <class Handler, class Function>
struct handler_with {
    using wrapped_handler = Handler;

    Handler handler;
    Function function;

    template <class... Arguments>
    void operator()(Arguments... arguments) {
        function(std::move(handler), std::move(arguments)...);
    }
};

}  // namespace jellyfish::detail

template <template <typename, typename> class Associator,
          jellyfish::detail::handler_wrapper Handler, typename Default>
struct boost::asio::associator<Associator, Handler, Default>
    : Associator<typename Handler::wrapped_handler, Default> {
    using inner = Associator<typename Handler::wrapped_handler, Default>;

    static auto get(const Handler& outer) noexcept { return inner::get(outer.handler); }

    static auto get(const Handler& outer, const Default& otherwise) noexcept {
        return inner::get(outer.handler, otherwise);
    }
};
