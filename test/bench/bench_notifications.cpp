// The rate of receiving notifications: the naive loop and the notifier, side by side, with the same
// server. Prints a table; exits with 1 when a bar is missed.
//
//   bench_notifications [load=NAME] [contender=NAME] [turns=N] [rounds=N] [slack=F]
//
// Names may be abbreviated. A turn is about 10 000 small messages. The slack factor relaxes the
// bars for time, for machines with other load, and those for counts a little.
#include "load_server.hpp"
#include "receivers.hpp"

#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace jellyfish::bench;

/// The bars of a contender; 0 is no bar.
struct bars {
    double speed = 0;        ///< Relative to naive, at least.
    double cpu = 0;          ///< Processor time relative to naive, at most.
    double allocations = 0;  ///< Per message, at most.
    double system_calls = 0;
};

struct contender {
    std::string_view name;
    costs (*receive)(const load_server&);
    bars requested{};
    std::vector<costs> results{};
};

struct scenario {
    std::string_view name;
    load (*make)();
    bool tls;
    std::vector<contender> contenders;  // The naive one first.
};

std::vector<scenario> all_scenarios() {
    const contender naive{"naive Beast loop", receive_naively};
    constexpr double none = 0.05;  // The cost of the session itself.
    constexpr double few = 0.01;
    return {
        {"small (78 bytes)",
         small_load,
         false,
         {naive,
          {"next()", receive_with_next, {5, 1.0 / 5, 2 + none, few}},
          {"try_next() + wait()", receive_with_try_next, {7, 1.0 / 7, 2 + none, few}},
          {"try_next(reused)", receive_reused, {9, 1.0 / 7, none, few}}}},
        {"mix",
         mixed_load,
         false,
         {naive,
          {"next()", receive_with_next, {4.5, 0, 0, few}},
          {"try_next() + wait()", receive_with_try_next, {6, 0, 0, few}},
          {"try_next(reused)", receive_reused, {0, 0, 0, few}}}},
        {"reports (20 kB)",
         reports_load,
         false,
         {naive, {"next()", receive_with_next, {0, 0.5, 0, 0}}}},
        {"TLS (78 bytes)", small_load, true, {naive, {"next()", receive_with_next, {3, 0, 0, 0}}}},
    };
}

void print_header(std::string_view title) {
    std::cout << title << '\n'
              << std::left << std::setw(20) << "" << std::right << std::setw(14) << "M messages/s"
              << std::setw(12) << "us of CPU" << std::setw(13) << "allocations" << std::setw(14)
              << "system calls" << std::setw(9) << "speed" << std::setw(7) << "bar" << std::setw(8)
              << "CPU" << std::setw(7) << "bar" << '\n';
}

void print_bar(double bar) {
    std::cout << std::setw(7);
    if (bar == 0) {
        std::cout << "";
    } else {
        std::cout << bar;
    }
}

/// Prints one line; returns false when a bar is missed.
bool report(const contender& each, const costs& naive, double slack) {
    const costs cost = median(each.results);
    const double speed = cost.messages_per_second() / naive.messages_per_second();
    const double cpu = cost.cpu_seconds_per_million() / naive.cpu_seconds_per_million();
    std::cout << std::left << std::setw(20) << each.name << std::right << std::fixed
              << std::setprecision(2) << std::setw(14) << cost.messages_per_second() / 1e6
              << std::setw(12) << cost.cpu_seconds_per_million() << std::setw(13)
              << cost.allocations_per_message() << std::setw(14) << std::setprecision(4)
              << cost.system_calls_per_message() << std::setprecision(2) << std::setw(9) << speed;
    print_bar(each.requested.speed);
    std::cout << std::setw(8) << cpu;
    print_bar(each.requested.cpu);
    // How many messages share the cost of one read depends on the machine.
    const double spare = (1 - slack) / 2;
    const auto over = [](double value, double bar) { return bar != 0 && value > bar; };
    const bool good = speed >= each.requested.speed * slack &&
                      !over(cpu * slack, each.requested.cpu) &&
                      !over(cost.allocations_per_message() - spare, each.requested.allocations) &&
                      !over(cost.system_calls_per_message() * slack, each.requested.system_calls);
    std::cout << (good ? "\n" : "  missed\n");
    return good;
}

/// Runs all contenders in turn, so that other load affects all of them.
bool compare(scenario what, std::size_t batches, int rounds, double slack) {
    const load_server server(what.make(), batches, what.tls);
    for (int round = 0; round < rounds; ++round) {
        for (contender& each : what.contenders)
            each.results.push_back(each.receive(server));
    }
    print_header(what.name);
    bool good = true;
    const costs naive = median(what.contenders.front().results);
    for (const contender& each : what.contenders)
        good = report(each, naive, slack) && good;
    std::cout << '\n';
    return good;
}

bool run(int count, char** arguments) {
    const std::string load = argument(count, arguments, "load", "");
    const std::string only = argument(count, arguments, "contender", "");
    const auto batches = std::stoul(argument(count, arguments, "turns", "50"));
    const int rounds = std::stoi(argument(count, arguments, "rounds", "9"));
    const double slack = std::stod(argument(count, arguments, "slack", "1"));
    bool good = true;
    for (scenario& each : all_scenarios()) {
        if (!each.name.starts_with(load)) continue;
        std::erase_if(each.contenders,
                      [&](const contender& c) { return !c.name.starts_with(only); });
        if (!each.contenders.empty())
            good = compare(std::move(each), batches, rounds, slack) && good;
    }
    return good;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run(count, arguments) ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
