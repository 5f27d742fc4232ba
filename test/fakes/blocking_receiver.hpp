#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jellyfish::test {

/// A request that a webhook's receiver got.
struct received_post {
    std::string header;  ///< As it was on the wire.
    std::string body;
    std::size_t connection = 0;  ///< Counted from 1.
};

/// A webhook's receiver, on a thread of its own.
class blocking_receiver {
public:
    /// What becomes of request number n, counted from 1: the response's bytes. Empty: the
    /// connection ends without one; "hang": nothing ever comes.
    using behaviour = std::function<std::string(std::size_t n)>;

    explicit blocking_receiver(behaviour responder = nullptr);
    ~blocking_receiver();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string url(const std::string& path = "/hook") const;

    /// Waits until so many requests have come. False when they do not.
    bool wait_for(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(20));
    [[nodiscard]] std::vector<received_post> requests() const;
    /// The bodies alone.
    [[nodiscard]] std::vector<std::string> bodies() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::test
