#pragma once

#include "data/certificates.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace jellyfish::bench {

/// What a load server sends repeatedly.
struct load {
    std::string frames;        ///< Complete frames: one turn.
    std::size_t messages = 0;  ///< Messages per turn.
};

/// Notifications of 78 bytes: a room's and a peer's id.
[[nodiscard]] load small_load();

/// 70 % `peer_connected`, 20 % `track_added`, 10 % `room_created`, in a fixed shuffled order.
[[nodiscard]] load mixed_load();

/// Metrics reports of 20 kB.
[[nodiscard]] load reports_load();

/// A server that authenticates every client, confirms one subscription, sends the load `turns`
/// times in large writes, and closes. Serves one connection after the other on its own thread.
class load_server {
public:
    /// @param tls Whether to use TLS, with a certificate for 127.0.0.1.
    load_server(load what, std::size_t batches, bool tls = false);
    ~load_server();

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port()); }
    [[nodiscard]] std::size_t messages() const noexcept { return load_.messages * batches_; }
    /// The CA certificate for clients, as PEM text; empty without TLS.
    [[nodiscard]] const std::string& authority() const noexcept { return authority_.pem; }

private:
    void serve();

    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    load load_;
    std::size_t batches_;
    test::certificate authority_;
    test::tls_server_context tls_;
    std::jthread thread_;
};

}  // namespace jellyfish::bench
