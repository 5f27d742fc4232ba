#pragma once

#include <jellyfish/detail/initiate.hpp>

#include "model/names.hpp"

#include <exception>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace jellyfish::detail {

/// Returns an awaitable that calls `start(handler, args...)`. `start` has no captures.
template <class... Results, class Start, class... Args>
[[nodiscard]] auto await_operation(Start start, diagnostics* out, Args&&... args) {
    const asio::use_awaitable_t<> token;
    return asio::async_initiate<const asio::use_awaitable_t<>,
                                void(std::exception_ptr, Results...)>(
        [start, out]<class Handler, class... Stored>(Handler&& handler, Stored&&... stored) {
            start(operation_handler<Results...>(exception_handler<std::decay_t<Handler>>{
                      std::forward<Handler>(handler), out}),
                  std::forward<Stored>(stored)...);
        },
        token, std::forward<Args>(args)...);
}

}  // namespace jellyfish::detail
