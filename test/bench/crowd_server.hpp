#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>

namespace jellyfish::bench {

/// A server in its own process, so that its memory does not count. It authenticates every client,
/// confirms one subscription each, and sends on request.
class crowd_server {
public:
    crowd_server();
    ~crowd_server();

    crowd_server(const crowd_server&) = delete;
    crowd_server& operator=(const crowd_server&) = delete;

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    /// Sends this many notifications of 78 bytes to each client, in writes of 100.
    void send(std::uint32_t messages);

private:
    std::uint16_t port_ = 0;
    int commands_ = -1;  // Closing it terminates the server.
    pid_t process_ = -1;
};

}  // namespace jellyfish::bench
