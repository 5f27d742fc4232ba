#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace jellyfish::test {

/// What happens to a connection once so many bytes have gone to the client.
struct fault {
    enum class kind : std::uint8_t {
        none,
        end,      ///< It ends in order.
        reset,    ///< It is reset.
        stall,    ///< Nothing more goes either way; it stays open.
        garbage,  ///< What comes from then on is not what the server sent.
        drip,     ///< What comes from then on comes byte by byte.
    };

    kind what = kind::none;
    std::size_t after = 0;
};

/// Stands between a client and a server on this machine, and harms their connections. Runs on a
/// thread of its own; any thread may call it.
class fault_relay {
public:
    /// What to do to the n-th connection, from 0 on; called on the relay's thread.
    using plan = std::function<fault(std::size_t connection)>;

    fault_relay(std::uint16_t server_port, plan faults);
    ~fault_relay();

    [[nodiscard]] std::string address() const;

    /// How many connections have been accepted.
    [[nodiscard]] std::size_t connections() const;

    /// How many bytes have gone to clients.
    [[nodiscard]] std::size_t bytes_to_clients() const;

    /// From now on connections are spared; those that have stalled end.
    void restore();

private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace jellyfish::test
