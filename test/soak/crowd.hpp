#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace jellyfish::soak {

struct settings {
    std::chrono::milliseconds time{600'000};
    std::size_t notifiers = 200;
    std::size_t callers = 50;
    std::uint32_t seed = 1;
};

struct totals {
    std::uint64_t sent = 0;      ///< Numbered notifications, each to all notifiers.
    std::uint64_t received = 0;  ///< Notifications of any kind, by all notifiers.
    std::uint64_t gaps = 0;
    std::uint64_t missing = 0;  ///< Numbered ones, in gaps.
    std::uint64_t unexplained = 0;
    std::uint64_t calls = 0;
    std::uint64_t failed_calls = 0;
    std::uint64_t webhooks = 0;
};

/// A server, faults, and all clients.
class crowd {
public:
    explicit crowd(const settings& requested);
    ~crowd();

    void run_for(std::chrono::milliseconds time);

    [[nodiscard]] totals count() const;

    /// Stops the faults, lets all clients catch up, closes everything, and returns what was wrong.
    [[nodiscard]] std::vector<std::string> finish();

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::soak
