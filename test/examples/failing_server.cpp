// A sandbox server that fails every REST request.
#include <jellyfish/testing/server.hpp>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <limits>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

int main() {
    try {
        jellyfish::testing::server server;
        server.fail_requests(std::numeric_limits<std::size_t>::max(), 500);
        boost::asio::io_context context;
        boost::asio::signal_set signals(context, SIGTERM);
        signals.async_wait([](auto...) {});
        std::cout << "Listening on " << server.address() << std::endl;
        context.run();
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
