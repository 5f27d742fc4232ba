#pragma once

#include "async/await_operation.hpp"

#include <utility>

/// @file
/// The definition of `awaited`, for the sources that instantiate it explicitly. Others must not
/// include it: an implicit instantiation, whose visibility is that of its arguments, would hide
/// the explicit one from users of the shared library.

namespace jellyfish::detail {

template <class... Results>
asio::awaitable<typename awaited_result<Results...>::type> awaited(operation<Results...> start,
                                                                   diagnostics* out) {
    return await_operation<Results...>(
        [](operation_handler<Results...> handler, const operation<Results...>& stored) {
            stored(std::move(handler));
        },
        out, std::move(start));
}

}  // namespace jellyfish::detail
