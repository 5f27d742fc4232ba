#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace jellyfish::test {

/// Nothing in a test may take as long as this, also under a sanitizer on a busy machine.
inline constexpr std::chrono::seconds patience{60};

/// Runs a coroutine in a context until it ends, and gives or throws what it ended with.
/// @throws std::runtime_error when it does not end.
template <class Result>
Result run(boost::asio::io_context& context, boost::asio::awaitable<Result> what) {
    std::exception_ptr failure;
    std::optional<Result> result;
    bool done = false;
    boost::asio::co_spawn(context, std::move(what), [&](std::exception_ptr e, Result value) {
        failure = std::move(e);
        result.emplace(std::move(value));
        done = true;
        context.stop();
    });
    context.restart();
    context.run_for(patience);
    if (failure) std::rethrow_exception(failure);
    if (!done) throw std::runtime_error("the coroutine under test hangs");
    return std::move(*result);
}

inline void run(boost::asio::io_context& context, boost::asio::awaitable<void> what) {
    std::exception_ptr failure;
    bool done = false;
    boost::asio::co_spawn(context, std::move(what), [&](std::exception_ptr e) {
        failure = std::move(e);
        done = true;
        context.stop();
    });
    context.restart();
    context.run_for(patience);
    if (failure) std::rethrow_exception(failure);
    if (!done) throw std::runtime_error("the coroutine under test hangs");
}

/// Lets a context go on with what is left, a destroyed object's last steps for example.
inline void run_out(boost::asio::io_context& context) {
    context.restart();
    context.run_for(patience);
    if (!context.stopped()) throw std::runtime_error("something in the context hangs");
}

}  // namespace jellyfish::test
