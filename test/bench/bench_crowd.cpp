// The cost of a thousand notifiers in one process: memory while they are idle, and time per message
// while all are busy, compared with one notifier that receives as many messages. Prints a table;
// exits with 1 when a bar is missed.
//
//   bench_crowd [notifiers=N]
#include <jellyfish/notifier.hpp>

#include "crowd_server.hpp"
#include "measure.hpp"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <list>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace jellyfish;
using namespace jellyfish::bench;

constexpr double max_kib = 100;
constexpr double max_times = 1.5;
constexpr std::uint32_t messages = 1'500'000;  // For all together.
constexpr int rounds = 3;

double resident_kib() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> pages;
    return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
}

/// Connected notifiers, each with a coroutine that takes notifications.
class crowd {
public:
    crowd(const crowd_server& server, std::size_t size) : context_(1) {
        const auto options = client_options().server_address(server.address());
        for (std::size_t i = 0; i < size; ++i) {
            members_.emplace_back(context_.get_executor(), options);
            asio::co_spawn(context_, take(members_.back()), rethrow);
        }
        run_until(connected_, size);
    }

    ~crowd() {
        for (notifier& each : members_)
            each.close([](const error_code&) {});
        context_.run();
    }

    /// The cost of taking this many more.
    costs take_more(std::size_t count) {
        const std::size_t requested = taken_ + count;
        const meter cost;
        run_until(taken_, requested);
        return cost.read(count);
    }

private:
    asio::awaitable<void> take(notifier& from) {
        co_await from.connect();
        ++connected_;
        while (const auto next = co_await from.next())
            ++taken_;
    }

    void run_until(const std::size_t& count, std::size_t requested) {
        while (count < requested)
            context_.run_one();
    }

    asio::io_context context_;
    std::list<notifier> members_;
    std::size_t connected_ = 0;
    std::size_t taken_ = 0;
};

double busy(crowd_server& server, std::size_t size) {
    crowd members(server, size);
    std::vector<costs> results;
    for (int round = 0; round < rounds; ++round) {
        server.send(static_cast<std::uint32_t>(messages / size));
        results.push_back(members.take_more(messages / size * size));
    }
    return median(results).cpu_seconds_per_million();
}

double idle(const crowd_server& server, std::size_t size) {
    const crowd first(server, 1);  // Allocates what the context and the libraries keep for all.
    const double before = resident_kib();
    const crowd members(server, size);
    return (resident_kib() - before) / static_cast<double>(size);
}

bool report(const char* what, double value, const char* unit, double bar) {
    std::cout << std::left << std::setw(46) << what << std::right << std::fixed
              << std::setprecision(2) << std::setw(9) << value << ' ' << unit << ", bar " << bar
              << (value <= bar ? "\n" : "  missed\n");
    return value <= bar;
}

void allow_many_files() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const auto size = std::stoul(argument(count, arguments, "notifiers", "1000"));
        allow_many_files();
        crowd_server server;  // Started before there are threads.
        use_processor(0);
        std::cout << size << " notifiers\n";
        const bool small = report("idle, resident for each", idle(server, size), "KiB", max_kib);
        const double alone = busy(server, 1);
        const double together = busy(server, size);
        std::cout << "CPU for each message: " << alone << " us alone, " << together
                  << " us together\n";
        const bool cheap = report("busy, CPU for each message against one alone", together / alone,
                                  "times", max_times);
        return small && cheap ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return EXIT_FAILURE;
    }
}
