#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jellyfish::bench {

/// The number of allocations by this thread so far.
[[nodiscard]] std::uint64_t allocations() noexcept;

/// The number of bytes that this thread has allocated and not freed since the first call. Counting
/// them costs time.
[[nodiscard]] std::int64_t bytes_held() noexcept;

/// The number of calls by this thread to the system functions with which Asio reads, writes, waits
/// and sets timers; the linker wraps them with counters.
[[nodiscard]] std::uint64_t system_calls() noexcept;

/// The processor time of this thread so far.
[[nodiscard]] std::chrono::nanoseconds cpu_time() noexcept;

/// The cost of one thread between two points in time.
struct costs {
    std::chrono::nanoseconds elapsed{0};
    std::chrono::nanoseconds cpu{0};
    std::uint64_t allocations = 0;
    std::uint64_t system_calls = 0;
    std::size_t messages = 0;

    [[nodiscard]] double messages_per_second() const {
        return static_cast<double>(messages) / std::chrono::duration<double>(elapsed).count();
    }
    [[nodiscard]] double cpu_seconds_per_million() const {
        return std::chrono::duration<double>(cpu).count() * 1e6 / static_cast<double>(messages);
    }
    [[nodiscard]] double allocations_per_message() const {
        return static_cast<double>(allocations) / static_cast<double>(messages);
    }
    [[nodiscard]] double system_calls_per_message() const {
        return static_cast<double>(system_calls) / static_cast<double>(messages);
    }
};

/// Starts measuring when constructed.
class meter {
public:
    [[nodiscard]] costs read(std::size_t messages) const {
        return {std::chrono::steady_clock::now() - began_, cpu_time() - cpu_,
                bench::allocations() - allocations_, bench::system_calls() - system_calls_,
                messages};
    }

private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::nanoseconds cpu_ = cpu_time();
    std::uint64_t allocations_ = bench::allocations();
    std::uint64_t system_calls_ = bench::system_calls();
};

/// The median of each figure, over runs with the same number of messages.
[[nodiscard]] costs median(const std::vector<costs>& results);

/// The value of an argument `key=value`, or `otherwise`.
[[nodiscard]] std::string argument(int count, char** arguments, std::string_view key,
                                   std::string otherwise);

/// Runs the calling thread, and threads that it starts, on the processor with this index among the
/// allowed ones. Does nothing without a second processor.
void use_processor(int number);

}  // namespace jellyfish::bench
