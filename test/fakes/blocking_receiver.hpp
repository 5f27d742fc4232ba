#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jellyfish::test {

/// A request to a webhook receiver.
struct received_post {
    std::string header;  ///< As sent on the wire.
    std::string body;
    std::size_t connection = 0;  ///< Counted from 1.
};

/// A webhook receiver on its own thread. It sends its responses byte by byte.
class blocking_receiver {
public:
    /// Returns the bytes of the response to request number n, counted from 1. Empty: the connection
    /// is closed without a response; "hang": nothing is ever sent.
    using behaviour = std::function<std::string(std::size_t n)>;

    explicit blocking_receiver(behaviour responder = nullptr);
    ~blocking_receiver();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string url(const std::string& path = "/hook") const;

    /// Waits until this many requests have arrived. Returns false on a timeout.
    bool wait_for(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(20));
    [[nodiscard]] std::vector<received_post> requests() const;
    /// The bodies of all requests.
    [[nodiscard]] std::vector<std::string> bodies() const;

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace jellyfish::test
