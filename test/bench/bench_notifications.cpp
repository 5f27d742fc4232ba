// How fast notifications are received: the naive loop and the notifier, side by side, from the same
// server. Prints a table; exits with 1 when a bar is missed.
#include "load_server.hpp"
#include "receivers.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace jellyfish::bench;

constexpr int rounds = 3;
constexpr std::size_t turns = 150;  // Of 10 000 messages.

constexpr double least_ratio = 3;
constexpr double most_allocations = 3;

struct contender {
    const char* name;
    costs (*receive)(const load_server&);
    bool has_bar;  // Which the naive loop and what is still to be tuned have not.
    std::vector<costs> results{};
};

/// The round of median speed.
costs median(std::vector<costs> results) {
    std::ranges::sort(results, {}, &costs::messages_per_second);
    return results[results.size() / 2];
}

/// Runs all contenders in turn, so that a noisy neighbour meets all of them.
bool compare(const char* title, load what) {
    const load_server server(std::move(what), turns);
    std::vector<contender> contenders = {{"naive Beast loop", receive_naively, false},
                                         {"next()", receive_with_next, true},
                                         {"try_next() + wait()", receive_with_try_next, false}};
    for (int round = 0; round < rounds; ++round) {
        for (contender& each : contenders)
            each.results.push_back(each.receive(server));
    }
    std::cout << title << '\n'
              << std::left << std::setw(22) << "" << std::right << std::setw(12) << "M messages/s"
              << std::setw(16) << "CPU s/million" << std::setw(16) << "allocations" << std::setw(10)
              << "ratio\n";
    const double naive = median(contenders.front().results).messages_per_second();
    bool good = true;
    for (const contender& each : contenders) {
        const costs cost = median(each.results);
        const double ratio = cost.messages_per_second() / naive;
        std::cout << std::left << std::setw(22) << each.name << std::right << std::fixed
                  << std::setprecision(2) << std::setw(12) << cost.messages_per_second() / 1e6
                  << std::setw(16) << cost.cpu_seconds_per_million() << std::setw(16)
                  << cost.allocations_per_message() << std::setw(9) << ratio << '\n';
        if (!each.has_bar) continue;
        if (ratio < least_ratio || cost.allocations_per_message() > most_allocations) {
            std::cout << "  missed: at least " << least_ratio << " times naive, at most "
                      << most_allocations << " allocations\n";
            good = false;
        }
    }
    std::cout << '\n';
    return good;
}

}  // namespace

int main() {
    try {
        const bool small = compare("Small notifications (78 bytes)", small_load());
        const bool mixed = compare("Mixed notifications", mixed_load());
        return small && mixed ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
