#pragma once

#include <jellyfish/detail/config.hpp>

#include "model/names.hpp"

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

// A type-erased executor that wraps another one allocates when it is constructed and on each
// `require`, which every operation performs.

/// Returns the executor, unwrapped if it is an `io_context`'s.
inline asio::any_completion_executor erased_io_context_executor(
    const asio::any_io_executor& executor) {
    const auto* const inner = executor.target<asio::io_context::executor_type>();
    return inner != nullptr ? asio::any_completion_executor(*inner)
                            : asio::any_completion_executor(executor);
}

/// The same for an executor erased in a user's code, so that it equals those erased here.
inline asio::any_completion_executor erased_io_context_executor(
    const asio::any_completion_executor& executor) {
    if (const auto* const inner = executor.target<asio::any_io_executor>())
        return erased_io_context_executor(*inner);
    if (const auto* const bare = executor.target<asio::io_context::executor_type>())
        return asio::any_completion_executor(*bare);
    return executor;
}

/// Returns the inner executor of a strand; any other executor unchanged.
inline asio::any_io_executor under_strand(const asio::any_io_executor& executor) {
    const auto* const strand = executor.target<asio::strand<asio::any_io_executor>>();
    return strand != nullptr ? strand->get_inner_executor() : executor;
}

}  // namespace jellyfish::detail
