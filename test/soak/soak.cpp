// Notifiers, callers and a webhook receiver with a server whose connections fail continuously. In
// the end nothing may be lost without a reported gap, and neither memory nor file descriptors may
// have grown.
//
//   soak [--seconds N] [--notifiers N] [--callers N] [--seed N]
#include "soak/crowd.hpp"
#include "soak/process.hpp"

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace jellyfish::soak;
using namespace std::chrono_literals;

constexpr int rows = 10;

settings read_arguments(int count, char** values) {
    settings out;
    for (int n = 1; n < count; ++n) {
        const std::string_view name = values[n];
        if (++n == count) throw std::invalid_argument(std::string(name) + " needs a number");
        const std::size_t number = std::stoul(values[n]);
        if (name == "--seconds") {
            out.time = std::chrono::seconds(number);
        } else if (name == "--notifiers") {
            out.notifiers = number;
        } else if (name == "--callers") {
            out.callers = number;
        } else if (name == "--seed") {
            out.seed = static_cast<std::uint32_t>(number);
        } else {
            throw std::invalid_argument("unknown argument " + std::string(name));
        }
    }
    return out;
}

void print_header() {
    for (const char* title :
         {"seconds", "sent", "received", "gaps", "calls", "failed", "webhooks", "files", "RSS MiB"})
        std::cout << std::setw(11) << title;
    std::cout << '\n';
}

void print_row(std::chrono::seconds at, const totals& seen, const footprint& size) {
    std::cout << std::setw(11) << at.count();
    for (const std::uint64_t each :
         {seen.sent, seen.received, seen.gaps, seen.calls, seen.failed_calls, seen.webhooks,
          static_cast<std::uint64_t>(size.files), static_cast<std::uint64_t>(size.memory >> 20)})
        std::cout << std::setw(11) << each;
    std::cout << std::endl;
}

// A sanitizer keeps freed memory.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_ours = false;
#else
constexpr bool memory_is_ours = true;
#endif

/// A description of unexpected growth; empty if there is none.
std::vector<std::string> growth(const footprint& early, const footprint& late) {
    constexpr std::size_t slack = std::size_t{16} << 20;
    std::vector<std::string> problems;
    if (memory_is_ours && late.memory > early.memory + early.memory / 4 + slack)
        problems.emplace_back("memory has grown");
    if (late.files > 2 * early.files + 64) problems.emplace_back("file descriptors have grown");
    return problems;
}

int run(const settings& requested) {
    std::cout << requested.notifiers << " notifiers, " << requested.callers << " callers, seed "
              << requested.seed << '\n';
    const footprint before = footprint_of_this_process();
    std::vector<std::string> problems;
    {
        crowd subject(requested);
        print_header();
        footprint early;
        for (int row = 1; row <= rows; ++row) {
            subject.run_for(requested.time / rows);
            const footprint now = footprint_of_this_process();
            if (row <= rows / 3) early.include(now);
            print_row(std::chrono::duration_cast<std::chrono::seconds>(requested.time * row / rows),
                      subject.count(), now);
            if (row == rows) problems = growth(early, now);
        }
        for (std::string& each : subject.finish())
            problems.push_back(std::move(each));
        const totals end = subject.count();
        std::cout << "received " << end.received << ", in gaps " << end.missing
                  << " missing, unexplained " << end.unexplained << '\n';
    }
    const footprint after = footprint_of_this_process();
    std::cout << "files before and after: " << before.files << ", " << after.files << '\n';
    if (after.files > before.files) problems.emplace_back("file descriptors are left open");
    for (const std::string& each : problems)
        std::cout << "FAILED: " << each << '\n';
    return problems.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** values) {
    try {
        return run(read_arguments(count, values));
    } catch (const std::exception& failure) {
        std::cerr << "soak: " << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
