#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace jellyfish::bench {

/// How often this thread has asked for memory so far.
[[nodiscard]] std::uint64_t allocations() noexcept;

/// How many bytes of what this thread has asked for it has not given back.
[[nodiscard]] std::int64_t bytes_held() noexcept;

/// How much of a processor this thread has used so far.
[[nodiscard]] std::chrono::nanoseconds cpu_time() noexcept;

/// What one thread has spent between two moments.
struct costs {
    std::chrono::nanoseconds elapsed{0};
    std::chrono::nanoseconds cpu{0};
    std::uint64_t allocations = 0;
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
};

/// Counts from its making on.
class meter {
public:
    [[nodiscard]] costs read(std::size_t messages) const {
        return {std::chrono::steady_clock::now() - began_, cpu_time() - cpu_,
                bench::allocations() - allocations_, messages};
    }

private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::nanoseconds cpu_ = cpu_time();
    std::uint64_t allocations_ = bench::allocations();
};

}  // namespace jellyfish::bench
