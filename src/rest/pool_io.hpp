#pragma once

#include <jellyfish/client_options.hpp>
#include <jellyfish/error.hpp>

#include "model/server_address.hpp"
#include "net/connect.hpp"
#include "net/stream.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

namespace jellyfish::detail {

/// The environment of a connection pool: clock, timer and connecting. Called on the pool's strand.
class pool_io {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using connect_handler =
        asio::any_completion_handler<void(error_code, diagnostics, std::unique_ptr<stream>)>;

    pool_io() = default;
    pool_io(const pool_io&) = delete;
    pool_io& operator=(const pool_io&) = delete;
    virtual ~pool_io() = default;

    [[nodiscard]] virtual time_point now() const = 0;

    /// Random bits.
    [[nodiscard]] virtual std::uint32_t random() = 0;

    /// Schedules a call of `callback` on the pool's strand, at `when` or slightly later, never
    /// before this function returns. Replaces the previous schedule.
    virtual void schedule_at(time_point when, std::function<void()> callback) = 0;

    /// Cancels the scheduled call.
    virtual void cancel_schedule() = 0;

    /// Opens a connection. Completes on the handler's executor, never before this function returns.
    /// Supports cancellation through the handler's cancellation slot.
    virtual void connect(connect_handler handler) = 0;
};

/// Connects to a server with Asio, under the steady clock.
/// @param executor The pool's strand.
/// @param tls Provides the TLS context; used if `options.secure()` is set.
[[nodiscard]] std::unique_ptr<pool_io> make_pool_io(
    const asio::strand<asio::any_io_executor>& executor, const client_options& options,
    const server_address& address, client_tls_ptr tls);

/// `make_pool_io`, or what a test uses instead.
using pool_io_maker = std::function<decltype(make_pool_io)>;

}  // namespace jellyfish::detail
