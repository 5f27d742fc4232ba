#pragma once

#include <jellyfish/notification.hpp>

#include <cstdint>

namespace jellyfish::bench {

/// Counts what a server has received.
class tally {
public:
    void take(const notification& received);

    /// Copies of the posted notification.
    [[nodiscard]] std::uint64_t right() const noexcept { return right_; }
    /// Any other notifications.
    [[nodiscard]] std::uint64_t wrong() const noexcept { return wrong_; }

private:
    std::uint64_t right_ = 0;
    std::uint64_t wrong_ = 0;
};

// Each listens on a free port of 127.0.0.1 and prints it, and runs on this thread until the end of
// standard input.

/// `webhook_receiver` with `co_await receiver.next()`.
void receive_with_receiver(tally& all);

/// The textbook: Beast's `co_await http::async_read` into a `string_body`, with a time limit for
/// each request, `receive_binary`, and `co_await http::async_write`.
void receive_with_beast(tally& all);

}  // namespace jellyfish::bench
