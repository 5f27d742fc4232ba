// The two servers of scripts/bench_webhooks.sh that receive notifications with this library:
// `bench_webhooks receiver` and `bench_webhooks textbook`. Each exits at the end of standard input,
// after it prints its counts and costs.
#include "measure.hpp"
#include "webhook_servers.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    using namespace jellyfish::bench;
    const std::string_view mode = argc == 2 ? argv[1] : "";
    if (mode != "receiver" && mode != "textbook") {
        std::cerr << "usage: bench_webhooks receiver|textbook\n";
        return 2;
    }
    try {
        tally all;
        const meter cost;
        if (mode == "receiver") {
            receive_with_receiver(all);
        } else {
            receive_with_beast(all);
        }
        const costs spent = cost.read(all.right());
        std::cout << "received " << all.right() << " wrong " << all.wrong() << " cpu_us "
                  << std::chrono::duration_cast<std::chrono::microseconds>(spent.cpu).count()
                  << " allocations " << spent.allocations << '\n';
        return EXIT_SUCCESS;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
