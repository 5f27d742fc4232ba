#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace jellyfish::test {

/// What happens to a connection after this many bytes to the client.
struct fault {
    enum class kind : std::uint8_t {
        none,
        end,      ///< An orderly end of stream.
        reset,    ///< A reset.
        stall,    ///< Nothing is forwarded in either direction; the connection stays open.
        garbage,  ///< Everything from then on is garbage.
        drip,     ///< Everything from then on arrives byte by byte.
    };

    kind what = kind::none;
    std::size_t after = 0;
};

/// A relay between a client and a server on this machine that injects connection faults. Runs on
/// its own thread; any thread may call it.
class fault_relay {
public:
    /// Chooses the fault of the n-th connection, from 0 on; called on the relay's thread.
    using plan = std::function<fault(std::size_t connection)>;

    fault_relay(std::uint16_t server_port, plan faults);
    ~fault_relay();

    [[nodiscard]] std::string address() const;

    /// The number of accepted connections.
    [[nodiscard]] std::size_t connections() const;

    /// The number of bytes sent to clients.
    [[nodiscard]] std::size_t bytes_to_clients() const;

    /// Injects no more faults; stalled connections are closed.
    void restore();

private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace jellyfish::test
