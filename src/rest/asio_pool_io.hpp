#pragma once

#include <jellyfish/client_options.hpp>

#include "model/server_address.hpp"
#include "net/connect.hpp"
#include "rest/pool_io.hpp"

#include <functional>
#include <memory>
#include <random>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// Implements `pool_io` with Asio: the steady clock, one timer, and connections to a server.
class asio_pool_io final : public pool_io {
public:
    using strand = asio::strand<asio::any_io_executor>;

    /// @param tls Provides the TLS context; used if `options.secure()` is set.
    asio_pool_io(strand executor, const client_options& options, server_address address,
                 client_tls_ptr tls);

    [[nodiscard]] time_point now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] std::uint32_t random() override { return static_cast<std::uint32_t>(random_()); }
    void schedule_at(time_point when, std::function<void()> callback) override;
    void cancel_schedule() override;
    void connect(connect_handler handler) override;

private:
    /// The state needed to connect. Outlives this object while an attempt is pending.
    struct target {
        client_options options;
        server_address address;
        client_tls_ptr tls;
        known_addresses_ptr known;
    };

    static asio::awaitable<std::unique_ptr<stream>> open(std::shared_ptr<target> to);

    strand executor_;
    asio::steady_timer timer_;
    std::mt19937 random_{std::random_device()()};
    std::shared_ptr<target> target_;
};

}  // namespace jellyfish::detail
