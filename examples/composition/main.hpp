#pragma once

#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

// Runs the coroutine of an example, and prints the exception that it throws.

inline void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

inline int run_to_its_end(boost::asio::awaitable<void> what) {
    try {
        std::cout << std::unitbuf;  // Flushes each line, also to a pipe.
        boost::asio::io_context context;
        boost::asio::co_spawn(context, std::move(what), rethrow);
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
