#pragma once

#include <cstdlib>
#include <exception>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

// What all these programs do with their coroutine: run it, and print what it throws.

inline void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

inline int run_to_its_end(boost::asio::awaitable<void> what) {
    try {
        std::cout << std::unitbuf;  // Each line at once, also into a pipe.
        boost::asio::io_context context;
        boost::asio::co_spawn(context, std::move(what), rethrow);
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
