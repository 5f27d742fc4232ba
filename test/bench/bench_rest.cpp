// The rate of reading rooms: a textbook Beast client and room_api, side by side, with the same
// minimal server, all on one processor. Prints a table; exits with 1 when a bar is missed.
//
//   bench_rest [rounds=N] [calls=N]
//   bench_rest alone=CALLERS [calls=N] [beast=1]
//                                 room_api or the textbook only, without a table: for profiling
#include "measure.hpp"
#include "rest_callers.hpp"
#include "rest_server.hpp"

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace jellyfish::bench;

struct effort {
    int rounds = 21;
    std::size_t calls = 8'000;
};

struct bars {
    double least_ratio;
    double max_cpu_microseconds;
};

void print(const char* name, const costs& cost, double ratio) {
    std::cout << std::left << std::setw(22) << name << std::right << std::fixed
              << std::setprecision(2) << std::setw(12) << cost.messages_per_second() / 1e3
              << std::setw(16) << cost.cpu_seconds_per_million() << std::setw(16)
              << cost.allocations_per_message() << std::setw(9) << ratio << '\n';
}

/// Runs both in turn, so that other load affects both.
bool compare(const rest_server& server, std::size_t callers, const effort& spent,
             const bars& requested) {
    std::vector<costs> textbook;
    std::vector<costs> ours;
    for (int round = 0; round < spent.rounds; ++round) {
        textbook.push_back(call_with_beast(server, callers, spent.calls));
        ours.push_back(call_with_room_api(server, callers, spent.calls));
    }
    std::cout << "get_room, " << callers << " at a time\n"
              << std::left << std::setw(22) << "" << std::right << std::setw(12) << "k calls/s"
              << std::setw(16) << "CPU us/call" << std::setw(16) << "allocations" << std::setw(10)
              << "ratio\n";
    const costs theirs = median(textbook);
    const costs cost = median(ours);
    const double ratio = cost.messages_per_second() / theirs.messages_per_second();
    print("textbook Beast", theirs, 1);
    print("room_api", cost, ratio);
    const bool good = ratio >= requested.least_ratio &&
                      cost.cpu_seconds_per_million() <= requested.max_cpu_microseconds;
    if (!good)
        std::cout << "  missed: at least " << requested.least_ratio
                  << " times the textbook, at most " << requested.max_cpu_microseconds << " us\n";
    std::cout << '\n';
    return good;
}

bool measure_idle(const rest_server& server) {
    constexpr double most = 64;
    const double size = static_cast<double>(size_of_idle_room_api(server)) / 1024;
    std::cout << "idle room_api with a kept connection: " << size << " KiB\n";
    if (size >= most) std::cout << "  missed: less than " << most << " KiB\n";
    return size < most;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const effort spent{std::stoi(argument(count, arguments, "rounds", "21")),
                           std::stoul(argument(count, arguments, "calls", "8000"))};
        // Client and server take turns. On two processors the figures would be dominated by the
        // time to resume a sleeping process, which is the same for all clients.
        use_processor(0);
        const rest_server server;
        const std::string alone = argument(count, arguments, "alone", "");
        if (!alone.empty()) {
            const bool beast = argument(count, arguments, "beast", "0") != "0";
            const auto call = beast ? call_with_beast : call_with_room_api;
            (void)call(server, std::stoul(alone), spent.calls);
            return EXIT_SUCCESS;
        }
        const bool one = compare(server, 1, spent, {1.15, 1'000});
        const bool many = compare(server, 16, spent, {1.15, 20});
        const bool idle = measure_idle(server);
        return one && many && idle ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
