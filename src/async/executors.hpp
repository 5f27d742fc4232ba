#pragma once

#include <jellyfish/detail/config.hpp>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

// An erased executor within another costs an allocation whenever it is made, and whenever something
// is required of it, which every operation does.

/// An executor, without a layer around it if it is an `io_context`'s.
inline asio::any_completion_executor erased_io_context_executor(
    const asio::any_io_executor& executor) {
    const auto* const inner = executor.target<asio::io_context::executor_type>();
    return inner != nullptr ? asio::any_completion_executor(*inner)
                            : asio::any_completion_executor(executor);
}

/// The same of one that a user's file has made: it equals those made here.
inline asio::any_completion_executor erased_io_context_executor(
    const asio::any_completion_executor& executor) {
    if (const auto* const inner = executor.target<asio::any_io_executor>())
        return erased_io_context_executor(*inner);
    if (const auto* const bare = executor.target<asio::io_context::executor_type>())
        return asio::any_completion_executor(*bare);
    return executor;
}

/// What is under a strand; an executor that is none itself.
inline asio::any_io_executor under_strand(const asio::any_io_executor& executor) {
    const auto* const strand = executor.target<asio::strand<asio::any_io_executor>>();
    return strand != nullptr ? strand->get_inner_executor() : executor;
}

}  // namespace jellyfish::detail
